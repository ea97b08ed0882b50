/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sleeps of a callee, made in a way that leaves the hijacked thread's restart block alone. */
#ifndef IJ_INJECT_SLEEP_H
#define IJ_INJECT_SLEEP_H

#include "inject/injector.h"

/**
 * A thread that was interrupted in poll or nanosleep goes on from its restart block, which holds
 * the time at which it is to wake up. nanosleep and clock_nanosleep overwrite that block on entry,
 * so while such a thread runs a call, the callee's sleeps are made by ppoll, which does not use it.
 *
 * Source: Linux, kernel/time/hrtimer.c and posix-timers.c, nanosleep and clock_nanosleep;
 * fs/select.c.
 */
struct ij_sleep {
	bool at_entry; /* the last stop was a system call's entry */
	bool changed;  /* that call was changed: its registers are to be put back at the exit */
	long nr;       /* its number and arguments as they were */
	uint64_t args[6];
};

/** Take one system-call stop of the running call; the caller resumes. Errors: GONE, OS, FAULT. */
struct ij_error *ij_sleep_step(struct ij_sleep *sleep, struct ij_injector *inj,
			       struct ij_thread *thread) IJ_WARN_UNUSED;

#endif
