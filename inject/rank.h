/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a stop costs a thread, by the system call that it waits in. */
#ifndef IJ_INJECT_RANK_H
#define IJ_INJECT_RANK_H

#include "proc/process.h"

enum ij_rank {
	IJ_RANK_NOTHING, /* it is in user mode */
	IJ_RANK_AGAIN,   /* the kernel makes the call again */
	IJ_RANK_TIMED,   /* the same, with the time that is left, which we correct by ours */
	IJ_RANK_BLOCK,   /* the same by its restart block, which a call of ours may take */
	IJ_RANK_EINTR,   /* it ends with EINTR, which is repaired */
	IJ_RANK_LIMITED, /* the same, and its timeout, which is computed */
	IJ_RANK_SEEN,    /* the program may see it: a part that was done, or a timeout anew */
};

/**
 * @blocked: as of /proc/PID/task/TID/syscall.
 * @is_socket: what its first argument is open on, if it is a descriptor, is a socket; SO_RCVTIMEO
 *   cannot be seen from outside, so any wait for one may have it.
 */
enum ij_rank ij_rank_of(const struct ij_blocked *blocked, bool is_socket);

/** Does the first argument matter, whether it is a socket? */
bool ij_rank_asks(const struct ij_blocked *blocked);

#endif
