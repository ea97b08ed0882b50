/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The costs of being stopped: interject-safety(7), "WHAT THE KERNEL LETS A TARGET SEE"; signal(7),
 * "Interruption of system calls and library functions by signal handlers".
 */
#include "inject/rank.h"

#include <sys/syscall.h>

/* Argument that is a timeout, or 0 where there is none. */
static enum ij_rank limited(uint64_t timeout)
{
	return timeout ? IJ_RANK_LIMITED : IJ_RANK_EINTR;
}

bool ij_rank_asks(const struct ij_blocked *blocked)
{
	return blocked->known && !blocked->running &&
	       (blocked->nr == SYS_read || blocked->nr == SYS_readv);
}

enum ij_rank ij_rank_of(const struct ij_blocked *blocked, bool is_socket)
{
	const uint64_t *args = blocked->args;

	if (!blocked->known || blocked->running || blocked->nr < 0)
		return IJ_RANK_NOTHING;
	switch (blocked->nr) {
	case SYS_select:
	case SYS_pselect6:
	case SYS_ppoll:
	case SYS_pause:
	case SYS_rt_sigsuspend:
		return IJ_RANK_TIMED;
	case SYS_nanosleep:
	case SYS_clock_nanosleep:
	case SYS_poll:
	case SYS_restart_syscall:
		return IJ_RANK_BLOCK;
	case SYS_futex:
		return args[3] ? IJ_RANK_BLOCK : IJ_RANK_AGAIN;
	case SYS_semop:
		return IJ_RANK_EINTR;
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
		return (int)args[3] < 0 ? IJ_RANK_EINTR : IJ_RANK_LIMITED;
	case SYS_epoll_pwait2:
	case SYS_semtimedop:
		return limited(args[3]);
	case SYS_rt_sigtimedwait:
		return limited(args[2]);
	case SYS_io_getevents:
	case SYS_io_pgetevents:
		return limited(args[4]);
	case SYS_io_uring_enter:
		/* What was submitted is told at once. */
		return (uint32_t)args[1] ? IJ_RANK_SEEN : IJ_RANK_LIMITED;
	case SYS_read:
	case SYS_readv:
		return is_socket ? IJ_RANK_SEEN : IJ_RANK_AGAIN;
	/* Sockets: SO_RCVTIMEO, SO_SNDTIMEO, MSG_WAITALL, and the messages that have come. */
	case SYS_recvfrom:
	case SYS_recvmsg:
	case SYS_recvmmsg:
	case SYS_accept:
	case SYS_accept4:
	case SYS_connect:
	case SYS_sendto:
	case SYS_sendmsg:
	case SYS_sendmmsg:
	/* Done in part. */
	case SYS_write:
	case SYS_writev:
	case SYS_pwritev2:
	case SYS_sendfile:
	case SYS_splice:
	case SYS_tee:
	case SYS_vmsplice:
		return IJ_RANK_SEEN;
	default:
		return IJ_RANK_AGAIN;
	}
}
