/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which threads to try, seen before anything is stopped. */
#ifndef IJ_INJECT_PICK_H
#define IJ_INJECT_PICK_H

#include "inject/injector.h"

/** Threads tried in one round; a thousand would take the whole wait. */
#define IJ_PICK_MAX 64

struct ij_candidate {
	pid_t tid;
	unsigned rank; /* lower is better */
};

/**
 * The threads of the target, those first whom a stop costs least by what /proc/PID/task/TID/syscall
 * says of them, and the main thread first among its equals.
 *
 * @only: this thread alone; 0: any. @go: for a call in Go: none that waits in the kernel.
 * @candidates: room for IJ_PICK_MAX.
 * @return: their number.
 */
size_t ij_pick(struct ij_injector *inj, pid_t only, bool go, struct ij_candidate *candidates);

/** Of a Go program in which no thread runs: those that can be woken (the walker `wake`). */
size_t ij_pick_idle(struct ij_injector *inj, pid_t only, struct ij_candidate *candidates);

/** Of those: is it the thread in which the scheduler waits for the network? */
bool ij_pick_is_scheduler(const struct ij_candidate *candidate);

#endif
