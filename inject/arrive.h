/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stopping a thread where a person says, instead of wherever it is. */
#ifndef IJ_INJECT_ARRIVE_H
#define IJ_INJECT_ARRIVE_H

#include "inject/attempt.h"

/** Threads that are watched at once; each takes an attachment and a breakpoint. */
#define IJ_ARRIVE_THREADS_MAX 64

/** What is waited for. */
struct ij_arrival {
	ij_addr addr;
	pid_t only; /* this thread; 0: the first of any (at most IJ_ARRIVE_THREADS_MAX are watched)
		     */
	ij_addr sp_min, sp_max; /* counts only with the stack pointer in there; 0: any */
	uint64_t deadline_ns;
};

/**
 * Wait until a thread is about to execute @goal->addr, and stop it there, like ij_attempt_stop.
 *
 * @verdict: reason NONE: arrived. NOARRIVAL: nobody came in time; all threads run on, untouched.
 * Errors: UNSUPPORTED (no breakpoint can be had), PERM, TRACED, OS.
 */
struct ij_error *ij_arrive(struct ij_injector *inj, const struct ij_arrival *goal,
			   struct ij_thread *thread, struct ij_stop *stop,
			   struct ij_wire_verdict *verdict) IJ_WARN_UNUSED;

#endif
