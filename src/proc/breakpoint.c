/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hardware breakpoints by performance events (perf_event_open(2); Linux,
 * kernel/events/hw_breakpoint.c). */
#include "proc/breakpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In some virtual machines breakpoints can be set and are never hit. */
static bool never_hit;

static struct perf_event_attr attr_of(ij_addr addr, enum ij_breakpoint_kind kind, unsigned size)
{
	static const uint32_t types[] = {[IJ_BREAKPOINT_EXECUTE] = HW_BREAKPOINT_X,
					 [IJ_BREAKPOINT_ACCESS] = HW_BREAKPOINT_RW,
					 [IJ_BREAKPOINT_WRITE] = HW_BREAKPOINT_W};

	return (struct perf_event_attr){
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(struct perf_event_attr),
		.bp_type = types[kind],
		.bp_addr = addr,
		/* The length of an execute breakpoint is fixed (arch/x86/kernel/hw_breakpoint.c).
		 */
		.bp_len = kind == IJ_BREAKPOINT_EXECUTE ? sizeof(long) : size,
		.sample_period = 1,
		.wakeup_events = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
}

static struct ij_error *denied(pid_t tid, ij_addr addr)
{
	int os = errno;

	switch (os) {
	case ENOSPC:
	case EBUSY:
		return ij_error_os(UNSUPPORTED, os,
				   "no debug register is free in thread %d: another debugger uses "
				   "all four",
				   tid);
	case EACCES:
	case EPERM:
	case ENOSYS:
	case ENOENT:
	case EOPNOTSUPP:
		return ij_error_os(UNSUPPORTED, os,
				   "this system does not let us set breakpoints (%s); allow "
				   "perf_event_open, or set kernel.perf_event_paranoid=2",
				   strerror(os));
	case ESRCH:
		return ij_error_os(GONE, os, "thread %d has ended", tid);
	default:
		return ij_error_os(OS, os, "cannot set a breakpoint at 0x%llx in thread %d: %s",
				   (unsigned long long)addr, tid, strerror(os));
	}
}

static __attribute__((noinline)) void be_hit(void)
{
	__asm__ volatile("");
}

int ij_breakpoint_prepare(void)
{
	struct perf_event_attr attr = attr_of((ij_addr)(uintptr_t)be_hit, IJ_BREAKPOINT_EXECUTE, 1);
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	uint64_t hits = 0;

	never_hit = false;
	if (fd < 0)
		return -1;
	be_hit();
	if (ioctl(fd, PERF_EVENT_IOC_DISABLE, 0) ||
	    read(fd, &hits, sizeof(hits)) != (ssize_t)sizeof(hits) || hits == 0) {
		never_hit = true;
		close(fd);
		return -1;
	}
	return fd;
}

static struct ij_error *set(struct ij_breakpoint *bp, pid_t tid, const struct ij_breakpoint *want)
{
	struct perf_event_attr attr = attr_of(want->addr, want->kind, want->size);
	/* The target's thread is told, not we: so nothing is sent to anybody once we are dead. */
	struct f_owner_ex owner = {.type = F_OWNER_TID, .pid = tid};
	int fd;

	bp->fd = -1;
	/*
	 * A SIGCHLD's information has no place for the descriptor, so a hit could not be told from
	 * the program's own (kernel/signal.c, siginfo_layout).
	 */
	if (want->signo == SIGCHLD)
		return ij_error_new(UNSUPPORTED,
				    "no signal is free in thread %d to tell of a breakpoint", tid);
	if (never_hit)
		return ij_error_new(UNSUPPORTED,
				    "this machine's hardware breakpoints are never hit: a virtual "
				    "machine without debug registers; run where they work");
	fd = (int)syscall(SYS_perf_event_open, &attr, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return denied(tid, want->addr);
	if (fcntl(fd, F_SETOWN_EX, &owner) || fcntl(fd, F_SETSIG, want->signo) ||
	    fcntl(fd, F_SETFL, O_ASYNC)) {
		struct ij_error *err = denied(tid, want->addr);

		close(fd);
		return err;
	}
	*bp = *want;
	bp->fd = fd;
	return NULL;
}

struct ij_error *ij_breakpoint_set(struct ij_breakpoint *bp, pid_t tid, ij_addr addr,
				   enum ij_breakpoint_kind kind, int signo)
{
	const struct ij_breakpoint want = {.addr = addr, .kind = kind, .size = 1, .signo = signo};

	return set(bp, tid, &want);
}

struct ij_error *ij_breakpoint_move(struct ij_breakpoint *bp, ij_addr addr)
{
	struct perf_event_attr attr = attr_of(addr, bp->kind, bp->size);

	if (ioctl(bp->fd, PERF_EVENT_IOC_MODIFY_ATTRIBUTES, &attr))
		return ij_error_os(OS, errno, "cannot move a breakpoint to 0x%llx: %s",
				   (unsigned long long)addr, strerror(errno));
	bp->addr = addr;
	return NULL;
}

struct ij_error *ij_breakpoint_aim(struct ij_breakpoint *bp, pid_t tid,
				   const struct ij_breakpoint *want)
{
	struct perf_event_attr attr = attr_of(want->addr, want->kind, want->size);
	int fd = bp->fd;

	if (fd < 0)
		return set(bp, tid, want);
	/* It is enabled by that, too (kernel/events/hw_breakpoint.c, modify_user_hw_breakpoint). */
	if (ioctl(fd, PERF_EVENT_IOC_MODIFY_ATTRIBUTES, &attr) ||
	    ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) || fcntl(fd, F_SETSIG, want->signo))
		return ij_error_os(OS, errno, "cannot move a breakpoint to 0x%llx: %s",
				   (unsigned long long)want->addr, strerror(errno));
	*bp = *want;
	bp->fd = fd;
	return NULL;
}

void ij_breakpoint_rest(const struct ij_breakpoint *bp)
{
	if (bp->fd >= 0)
		ioctl(bp->fd, PERF_EVENT_IOC_DISABLE, 0);
}

void ij_breakpoint_clear(struct ij_breakpoint *bp)
{
	if (bp->fd >= 0)
		close(bp->fd);
	bp->fd = -1;
}

int ij_breakpoint_which(struct ij_thread *thread, const struct ij_breakpoint *bps, size_t len)
{
	siginfo_t info;
	struct ij_error *err = ij_thread_siginfo_get(thread, &info);

	if (err) {
		ij_error_free(err);
		return -1;
	}
	/* As fs/fcntl.c, send_sigio_to_task, sends it: the descriptor's number is ours. */
	if (info.si_code != POLL_IN && info.si_code != POLL_HUP)
		return -1;
	for (size_t i = 0; i < len; i++)
		if (bps[i].fd >= 0 && info.si_fd == bps[i].fd)
			return (int)i;
	return -1;
}
