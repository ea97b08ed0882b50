/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What attaching depends on, read from /proc (Linux, Documentation/filesystems/proc.rst). */
#include "proc/access.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Ancestors looked at: more than a process tree is deep. */
#define ANCESTORS_MAX 64

static int yama_level(int root)
{
	char text[16];

	return ij_process_slurp(root, "sys/kernel/yama/ptrace_scope", text, sizeof(text)) > 0
		       ? atoi(text)
		       : IJ_YAMA_NONE;
}

static uint64_t inode_of(int dir, const char *path)
{
	struct stat st;

	return fstatat(dir, path, &st, 0) ? 0 : st.st_ino;
}

/* A security label, without what is no text. */
static void read_label(int dir, char *ret, size_t size)
{
	size_t len;

	if (ij_process_slurp(dir, "attr/current", ret, size) < 0)
		ret[0] = 0;
	len = strcspn(ret, "\n");
	ret[len] = 0;
	for (size_t i = 0; i < len; i++)
		if (!isprint((unsigned char)ret[i]))
			ret[i] = '?';
}

static bool read_status(int dir, struct ij_status *ret)
{
	const struct ij_process process = {.proc_fd = dir};
	IJ_ERROR_AUTO err = ij_process_status(&process, 0, ret);

	return !err;
}

static int open_folder(int root, pid_t pid)
{
	char path[16];

	snprintf(path, sizeof(path), "%d", pid);
	return openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/*
 * The files of a process that is not dumpable belong to root (Linux, fs/proc/base.c,
 * task_dump_owner), which tells nothing of one that runs as root.
 */
static int dumpable(int dir, const struct ij_status *status)
{
	struct stat st;

	if (fstatat(dir, "status", &st, 0))
		return -1;
	if (st.st_uid != status->uid)
		return 0;
	return status->uid ? 1 : -1;
}

static bool is_descendant(int root, const struct ij_status *status, pid_t ancestor)
{
	pid_t parent = status->parent;

	for (unsigned i = 0; i < ANCESTORS_MAX && parent > 0; i++) {
		int dir;
		struct ij_status above = {0};
		bool known;

		if (parent == ancestor)
			return true;
		dir = open_folder(root, parent);
		if (dir < 0)
			return false;
		known = read_status(dir, &above);
		close(dir);
		if (!known)
			return false;
		parent = above.parent;
	}
	return false;
}

static struct ij_error *read_target(int root, pid_t pid, struct ij_access *ret)
{
	int dir = open_folder(root, pid), tracer;
	struct ij_status by = {0};

	/* Signal 0 is none: it only asks. */
	if (dir < 0 && errno == ENOENT && pid > 0 && (!kill(pid, 0) || errno == EPERM))
		return ij_error_os(
			NOPROC, ENOENT,
			"process %d is hidden from us by /proc (its mount option hidepid "
			"or subset); run as root, or mount proc without it",
			pid);
	if (dir < 0)
		return ij_error_os(NOPROC, errno, "no process %d", pid);
	if (!read_status(dir, &ret->target)) {
		close(dir);
		return ij_error_new(NOPROC, "no process %d", pid);
	}
	ret->target_user_ns = inode_of(dir, "ns/user");
	ret->dumpable = dumpable(dir, &ret->target);
	ret->descendant = is_descendant(root, &ret->target, ret->us.tgid);
	read_label(dir, ret->target_label, sizeof(ret->target_label));
	close(dir);
	tracer = ret->target.tracer ? open_folder(root, ret->target.tracer) : -1;
	snprintf(ret->tracer_comm, sizeof(ret->tracer_comm), "?");
	if (tracer >= 0) {
		if (read_status(tracer, &by))
			memcpy(ret->tracer_comm, by.comm, sizeof(ret->tracer_comm));
		close(tracer);
	}
	return NULL;
}

struct ij_error *ij_access_read(const char *path, pid_t pid, struct ij_access *ret)
{
	struct ij_access access = {.pid = pid, .dumpable = -1};
	struct ij_error *err = NULL;
	int root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int self = root < 0 ? -1 : openat(root, "self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (self < 0 || !read_status(self, &access.us)) {
		err = ij_error_os(NOPROC, errno, "%s is not mounted, or not for us", path);
	} else {
		access.yama = yama_level(root);
		access.user_ns = inode_of(self, "ns/user");
		read_label(self, access.label, sizeof(access.label));
		if (pid)
			err = read_target(root, pid, &access);
	}
	if (self >= 0)
		close(self);
	if (root >= 0)
		close(root);
	if (!err)
		*ret = access;
	return err;
}

bool ij_access_has(const struct ij_access *access, unsigned cap)
{
	return access->us.cap_effective >> cap & 1;
}

size_t ij_capabilities_print(uint64_t set, char *text, size_t size)
{
	/* In the order of linux/capability.h, of Linux 5.9. */
	static const char *const names[] = {"CHOWN",
					    "DAC_OVERRIDE",
					    "DAC_READ_SEARCH",
					    "FOWNER",
					    "FSETID",
					    "KILL",
					    "SETGID",
					    "SETUID",
					    "SETPCAP",
					    "LINUX_IMMUTABLE",
					    "NET_BIND_SERVICE",
					    "NET_BROADCAST",
					    "NET_ADMIN",
					    "NET_RAW",
					    "IPC_LOCK",
					    "IPC_OWNER",
					    "SYS_MODULE",
					    "SYS_RAWIO",
					    "SYS_CHROOT",
					    "SYS_PTRACE",
					    "SYS_PACCT",
					    "SYS_ADMIN",
					    "SYS_BOOT",
					    "SYS_NICE",
					    "SYS_RESOURCE",
					    "SYS_TIME",
					    "SYS_TTY_CONFIG",
					    "MKNOD",
					    "LEASE",
					    "AUDIT_WRITE",
					    "AUDIT_CONTROL",
					    "SETFCAP",
					    "MAC_OVERRIDE",
					    "MAC_ADMIN",
					    "SYSLOG",
					    "WAKE_ALARM",
					    "BLOCK_SUSPEND",
					    "AUDIT_READ",
					    "PERFMON",
					    "BPF",
					    "CHECKPOINT_RESTORE"};
	const unsigned told_max = 3;
	unsigned told = 0, more = 0;
	size_t len = 0;

	text[0] = 0;
	for (unsigned i = 0; i < 64; i++) {
		if (!(set >> i & 1))
			continue;
		if (i >= IJ_COUNT(names) || told == told_max || len >= size)
			more++;
		else
			len += (size_t)snprintf(text + len, size - len, "%sCAP_%s",
						told++ ? ", " : "", names[i]);
	}
	if (more && len < size)
		len += (size_t)snprintf(text + len, size - len, " and %u more", more);
	return len;
}

/* Does our capability count in the target's user namespace? It does in all those below ours. */
static bool reaches(const struct ij_access *a)
{
	return a->user_ns == IJ_USER_NS_FIRST || (a->user_ns && a->user_ns == a->target_user_ns);
}

/* The kernel compares ours with all three of the target. */
static bool same_owner(const struct ij_access *a)
{
	for (int i = 0; i < 3; i++)
		if (a->target.uids[i] != a->us.uids[0] || a->target.gids[i] != a->us.gids[0])
			return false;
	return true;
}

enum ij_denial ij_access_denial(const struct ij_access *a)
{
	bool cap = ij_access_has(a, CAP_SYS_PTRACE);

	if (a->target.tracer)
		return IJ_DENIAL_TRACED;
	if (a->yama == 3)
		return IJ_DENIAL_YAMA_NEVER;
	if (cap)
		return reaches(a) ? IJ_DENIAL_MODULE : IJ_DENIAL_USER_NS;
	if (!same_owner(a))
		return IJ_DENIAL_USER;
	if (a->dumpable == 0)
		return IJ_DENIAL_DUMPABLE;
	if (a->target.cap_permitted & ~a->us.cap_permitted)
		return IJ_DENIAL_CAPABILITIES;
	if (a->yama == 1 && !a->descendant)
		return IJ_DENIAL_YAMA_CHILDREN;
	if (a->yama == 2)
		return IJ_DENIAL_YAMA_ADMIN;
	return a->dumpable == 1 ? IJ_DENIAL_MODULE : IJ_DENIAL_UNKNOWN;
}
