/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The walker that moves nobody: another thread may stand at a safe-point already. */
#include "inject/pick.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "inject/go/go.h"

/*
 * What a stop costs the thread's own system call, seen before anything is stopped: nothing in user
 * mode; little where the kernel restarts the call by itself; most where a timeout may start anew.
 */
static unsigned rank_of(const struct ij_blocked *blocked)
{
	if (!blocked->known || blocked->running || blocked->nr < 0)
		return 0;
	switch (blocked->nr) {
	case SYS_nanosleep:
	case SYS_clock_nanosleep:
	case SYS_poll:
	case SYS_restart_syscall:
		return 3;
	case SYS_futex:
		return blocked->args[3] ? 3 : 1;
	case SYS_select:
	case SYS_pselect6:
	case SYS_ppoll:
	case SYS_pause:
	case SYS_rt_sigsuspend:
		return 2;
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
		return (int)blocked->args[3] < 0 ? 4 : 5;
	case SYS_epoll_pwait2:
	case SYS_rt_sigtimedwait:
	case SYS_semtimedop:
	case SYS_io_getevents:
	case SYS_io_uring_enter:
		return 5;
	/* It may have been done in part, which a stop makes visible as a short count. */
	case SYS_write:
	case SYS_writev:
	case SYS_sendto:
	case SYS_sendmsg:
	case SYS_sendmmsg:
	case SYS_recvmmsg:
	case SYS_connect:
		return 6;
	case SYS_recvfrom:
		return blocked->args[3] & MSG_WAITALL ? 6 : 1;
	case SYS_recvmsg:
		return blocked->args[2] & MSG_WAITALL ? 6 : 1;
	default:
		return 1;
	}
}

static int by_rank(const void *a, const void *b)
{
	const struct ij_candidate *x = a, *y = b;

	return x->rank != y->rank ? (x->rank < y->rank ? -1 : 1) : 0;
}

/* @idle: of a Go program only those that wait in the kernel and can be woken. */
static size_t pick(struct ij_injector *inj, pid_t only, bool idle, struct ij_candidate *candidates)
{
	size_t len = 0;

	if (only) {
		candidates[0] = (struct ij_candidate){.tid = only};
		return 1;
	}
	for (size_t i = 0; i < inj->tids.list.len && len < IJ_PICK_MAX; i++) {
		struct ij_blocked blocked;
		pid_t tid = inj->tids.list.items[i];

		ij_process_blocked(&inj->process, tid, &blocked);
		/* What sleeps in Go is the scheduler, or has let go of its goroutine. */
		if (inj->go_known && blocked.known && blocked.running == idle)
			continue;
		if (idle && ij_go_wakes(blocked.nr) == IJ_GO_WAKE_NOT)
			continue;
		/* Twice the rank and one more: the main thread goes first among its equals. */
		candidates[len] = (struct ij_candidate){
			.tid = tid, .rank = rank_of(&blocked) * 2 + (tid != inj->process.pid)};
		/* The scheduler can always be woken; a goroutine only where it is repeated. */
		if (idle)
			candidates[len].rank = ij_go_wakes(blocked.nr) != IJ_GO_WAKE_EPOLL;
		len++;
	}
	qsort(candidates, len, sizeof(candidates[0]), by_rank);
	return len;
}

size_t ij_pick(struct ij_injector *inj, pid_t only, struct ij_candidate *candidates)
{
	return pick(inj, only, false, candidates);
}

size_t ij_pick_idle(struct ij_injector *inj, pid_t only, struct ij_candidate *candidates)
{
	return pick(inj, only, true, candidates);
}
