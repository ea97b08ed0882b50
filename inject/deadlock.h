/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Is the running call waiting for a lock that its own thread holds? Seen from outside, without a
 * stop. */
#ifndef IJ_INJECT_DEADLOCK_H
#define IJ_INJECT_DEADLOCK_H

#include "proc/process.h"

struct ij_deadlock {
	ij_addr lock; /* the futex word waited for */
	pid_t owner;  /* as the target numbers it; 0 if the lock names none */
};

/**
 * Look at a thread that runs a call.
 *
 * A deadlock is certain when the thread waits without a timeout for a contended lock word, and
 * either the mutex around it names the thread itself as owner, or no other thread exists that could
 * release it.
 *
 * @blocked: what ij_process_blocked said of it.
 * @inner_tid: the thread, as the target numbers it; @threads: of the process.
 * Source: glibc 2.36, nptl/lowlevellock.c (word 2: contended) and sysdeps/nptl/bits/struct_mutex.h;
 *   Linux, include/uapi/linux/futex.h.
 */
bool ij_deadlock_find(const struct ij_process *process, const struct ij_blocked *blocked,
		      pid_t inner_tid, unsigned threads, struct ij_deadlock *ret);

/** Is it merely waiting to take a lock, so that it can be rolled back without harm to that lock? */
bool ij_deadlock_is_lock_wait(const struct ij_blocked *blocked);

#endif
