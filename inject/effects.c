/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which system calls of a copy have an effect that outlives it. */
#include "inject/effects.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "mem/vmas.h"

/* FUTEX_LOCK_PI2 (Linux 5.14, include/uapi/linux/futex.h), which older headers lack. */
#define LOCK_PI2 13

enum rule {
	RULE_DENIED,
	RULE_FREE,   /* may be made */
	RULE_OWN,    /* argument 0 is a descriptor that the copy opened */
	RULE_SELF,   /* argument 0 is 0, or names the target or the copy: then it is the copy */
	RULE_KILL,   /* the same, without 0, which is a whole process group */
	RULE_TGKILL, /* arguments 0 and 1 likewise */
	RULE_PID,    /* the target's process, thread, parent */
	RULE_TID,
	RULE_PPID,
	RULE_EXIT,
	RULE_RANGE, /* arguments 0 and 1 are a range outside shared memory */
	RULE_MMAP,  /* nothing shared with anybody */
	RULE_FUTEX,
	RULE_OPEN, /* for reading, and no device */
	RULE_OPENAT,
	RULE_IOCTL, /* that only asks */
	RULE_FCNTL,
	RULE_SIGNALFD, /* a new one, or the copy's own */
	RULE_LSEEK,    /* asks for the position, or moves one of the copy's own */
};

static const uint8_t rules[] = {
#define IJ_EFFECT(name, rule) [SYS_##name] = RULE_##rule,
#include "inject/effects.def"
#undef IJ_EFFECT
};

static bool is_own(const struct ij_effects *e, uint64_t fd)
{
	return fd < IJ_EFFECTS_FDS && e->own[fd / 64] >> fd % 64 & 1;
}

static void set_own(struct ij_effects *e, uint64_t fd, bool own)
{
	if (fd >= IJ_EFFECTS_FDS)
		return;
	e->own[fd / 64] &= ~(1ull << fd % 64);
	e->own[fd / 64] |= (uint64_t)own << fd % 64;
}

static bool is_self(const struct ij_effects *e, uint64_t id)
{
	return (pid_t)id == e->inner || (pid_t)id == e->tgid || (pid_t)id == e->tid;
}

/* Opening a device may already have an effect; the harmless ones are listed. */
static bool is_device(const struct ij_effects *e, ij_addr path)
{
	static const char *const harmless[] = {"/dev/null", "/dev/zero", "/dev/urandom",
					       "/dev/random"};
	char text[16] = "";

	/* Byte for byte: it may end just before an unmapped page. */
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		IJ_ERROR_AUTO err = ij_mem_read(e->mem, path + i, &text[i], 1);

		if (err)
			return false; /* the kernel will say EFAULT */
		if (!text[i])
			break;
	}
	for (size_t i = 0; i < IJ_COUNT(harmless); i++)
		if (!strcmp(text, harmless[i]))
			return false;
	return !strncmp(text, "/dev/", 5) && strncmp(text, "/dev/shm/", 9);
}

static bool may_open(const struct ij_effects *e, ij_addr path, uint64_t flags)
{
	const uint64_t bad = O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);

	return (flags & O_ACCMODE) == O_RDONLY && !(flags & bad) && !is_device(e, path);
}

static bool may_map(const struct ij_effects *e, const uint64_t args[6])
{
	return (args[3] & MAP_TYPE) == MAP_PRIVATE || args[3] & MAP_ANONYMOUS || is_own(e, args[4]);
}

static bool may_ioctl(uint64_t request)
{
	return request == TCGETS || request == FIONREAD || request == TIOCGWINSZ ||
	       request == TIOCGPGRP || request == FIOCLEX || request == FIONCLEX;
}

static bool may_fcntl(const struct ij_effects *e, const uint64_t args[6])
{
	switch ((int)args[1]) {
	case F_GETFD:
	case F_SETFD:
	case F_GETFL:
	case F_GETLK:
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		return true;
	default:
		return is_own(e, args[0]);
	}
}

/* Who holds the lock whose word is at @addr, as far as it says. */
static void find_owner(const struct ij_effects *e, ij_addr addr, bool pi, struct ij_effect *ret)
{
	struct {
		uint32_t word, count;
		uint64_t owner;
	} lock;
	IJ_ERROR_AUTO err = ij_mem_read(e->mem, addr, &lock, sizeof(lock));

	ret->own = e->threads == 1;
	if (err)
		return;
	/* pthread_mutex_t has an int (glibc 2.36, sysdeps/nptl/bits/struct_mutex.h), a PI mutex the
	 * word itself; the lock of a FILE names the thread's control block
	 * (sysdeps/nptl/stdio-lock.h).
	 */
	ret->owner = pi ? (pid_t)(lock.word & FUTEX_TID_MASK) : (pid_t)(uint32_t)lock.owner;
	if ((ret->owner && ret->owner == e->tid) || (e->tp && lock.owner == e->tp)) {
		ret->owner = e->tid;
		ret->own = true;
	} else if (!pi && lock.owner > UINT32_MAX) {
		ret->owner = 0;
	}
}

/*
 * A wait without a timeout ends only by another thread's doing. There is none in the copy, and its
 * memory is its own: whatever lock it is, it stays as it is.
 */
static void judge_futex(const struct ij_effects *e, const uint64_t args[6], struct ij_effect *ret)
{
	const struct ij_shared_range *range = ij_shared_find(e->shared, args[0]);
	int op = (int)args[1] & FUTEX_CMD_MASK;
	bool pi = op == FUTEX_LOCK_PI || op == LOCK_PI2;
	IJ_ERROR_AUTO err = NULL;
	uint32_t word;

	if (range && !(args[1] & FUTEX_PRIVATE_FLAG)) {
		ret->kind = range->flags & IJ_VMA_WRITE && !range->device ? IJ_EFFECT_SHARED
									  : IJ_EFFECT_DENIED;
		ret->addr = args[0];
		return;
	}
	if (args[3] || (op != FUTEX_WAIT && op != FUTEX_WAIT_BITSET && !pi))
		return;
	err = ij_mem_read(e->mem, args[0], &word, sizeof(word));
	if (err || (pi ? !(word & FUTEX_TID_MASK) : word != (uint32_t)args[2]))
		return;
	ret->kind = IJ_EFFECT_STUCK;
	ret->addr = args[0];
	find_owner(e, args[0], pi, ret);
}

/* Names of the target or the copy in the first @count arguments become the copy's. */
static void judge_self(const struct ij_effects *e, unsigned count, bool zero, struct ij_effect *ret)
{
	for (unsigned i = 0; i < count; i++) {
		if (zero && !ret->args[i])
			continue;
		if (!is_self(e, ret->args[i])) {
			ret->kind = IJ_EFFECT_DENIED;
			return;
		}
		if ((pid_t)ret->args[i] != e->inner)
			ret->kind = IJ_EFFECT_CHANGED;
		ret->args[i] = (uint64_t)e->inner;
	}
}

static void answer(struct ij_effect *ret, pid_t id)
{
	ret->kind = id ? IJ_EFFECT_ANSWER : IJ_EFFECT_DENIED;
	ret->answer = id;
}

static enum ij_effect_kind allowed(bool yes)
{
	return yes ? IJ_EFFECT_NONE : IJ_EFFECT_DENIED;
}

void ij_effects_judge(const struct ij_effects *e, long nr, const uint64_t args[6],
		      struct ij_effect *ret)
{
	enum rule rule = nr >= 0 && (size_t)nr < IJ_COUNT(rules) ? rules[nr] : RULE_DENIED;

	*ret = (struct ij_effect){.kind = IJ_EFFECT_NONE};
	memcpy(ret->args, args, sizeof(ret->args));
	switch (rule) {
	case RULE_DENIED:
		ret->kind = IJ_EFFECT_DENIED;
		break;
	case RULE_FREE:
		break;
	case RULE_OWN:
		ret->kind = allowed(is_own(e, args[0]));
		break;
	case RULE_SELF:
		judge_self(e, 1, true, ret);
		break;
	case RULE_KILL:
		judge_self(e, 1, false, ret);
		break;
	case RULE_TGKILL:
		judge_self(e, 2, false, ret);
		break;
	case RULE_PID:
		answer(ret, e->tgid);
		break;
	case RULE_TID:
		answer(ret, e->tid);
		break;
	case RULE_PPID:
		answer(ret, e->parent);
		break;
	case RULE_EXIT:
		ret->kind = IJ_EFFECT_EXIT;
		ret->answer = (long)(args[0] & 0xff);
		break;
	case RULE_RANGE:
		ret->kind = allowed(!ij_shared_meets(e->shared, args[0], args[1]));
		break;
	case RULE_MMAP:
		ret->kind = allowed(may_map(e, args));
		break;
	case RULE_FUTEX:
		judge_futex(e, args, ret);
		break;
	case RULE_OPEN:
		ret->kind = allowed(may_open(e, args[0], args[1]));
		break;
	case RULE_OPENAT:
		ret->kind = allowed(may_open(e, args[1], args[2]));
		break;
	case RULE_IOCTL:
		ret->kind = allowed(may_ioctl(args[1]));
		break;
	case RULE_FCNTL:
		ret->kind = allowed(may_fcntl(e, args));
		break;
	case RULE_SIGNALFD:
		ret->kind = allowed((int)args[0] == -1 || is_own(e, args[0]));
		break;
	case RULE_LSEEK:
		ret->kind = allowed(is_own(e, args[0]) || (!args[1] && args[2] == SEEK_CUR));
		break;
	}
}

/* What the copy opened for reading is its own if reading takes nothing away: no FIFO. */
static bool is_still(const struct ij_effects *e, uint64_t fd)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "fd/%llu", (unsigned long long)fd);
	if (fstatat(e->proc_fd, path, &st, 0))
		return false;
	/* Character devices with major number 1 are null, zero, random and their kin (Linux,
	 * Documentation/admin-guide/devices.txt). */
	return S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) ||
	       (S_ISCHR(st.st_mode) && major(st.st_rdev) == 1);
}

static void note_pipe(struct ij_effects *e, ij_addr addr)
{
	uint32_t ends[2];
	IJ_ERROR_AUTO err = ij_mem_read(e->mem, addr, ends, sizeof(ends));

	for (size_t i = 0; !err && i < IJ_COUNT(ends); i++)
		set_own(e, ends[i], true);
}

void ij_effects_note(struct ij_effects *e, long nr, const uint64_t args[6], long result)
{
	uint64_t fd = (uint64_t)result;

	if (result < 0)
		return;
	switch (nr) {
	case SYS_open:
	case SYS_openat:
		set_own(e, fd, is_still(e, fd));
		break;
	case SYS_eventfd:
	case SYS_eventfd2:
	case SYS_timerfd_create:
	case SYS_signalfd:
	case SYS_signalfd4:
	case SYS_epoll_create:
	case SYS_epoll_create1:
	case SYS_memfd_create:
		set_own(e, fd, true);
		break;
	case SYS_socket:
		/* It leads outside, whoever made it. */
		set_own(e, fd, false);
		break;
	case SYS_fcntl:
		if ((int)args[1] != F_DUPFD && (int)args[1] != F_DUPFD_CLOEXEC)
			break;
		set_own(e, fd, is_own(e, args[0]));
		break;
	case SYS_dup:
	case SYS_dup2:
	case SYS_dup3:
		set_own(e, fd, is_own(e, args[0]));
		break;
	case SYS_close:
		set_own(e, args[0], false);
		break;
	case SYS_close_range:
		for (fd = args[0]; fd <= args[1] && fd < IJ_EFFECTS_FDS; fd++)
			set_own(e, fd, false);
		break;
	case SYS_pipe:
	case SYS_pipe2:
		note_pipe(e, args[0]);
		break;
	default:
		break;
	}
}
