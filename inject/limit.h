/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The limits of interrupted system calls: what is left of them when the call is made again.
 *
 * The kernel goes on with the limits of some calls by itself (nanosleep, poll, futex). Of others it
 * says what was left when it was interrupted, in memory of the program's (ppoll, select): what the
 * pause took is taken off there. Of a third kind the limit begins anew when the call is made again
 * (epoll_wait, sigtimedwait, semtimedop, io_getevents, io_uring_enter). There the time that the
 * thread has slept already is read before it is stopped, and the call is made again with what is
 * left: its argument is changed in the register, which must be one that the program does not look
 * at afterwards (inject/unread.h), or where it is a pointer, leads to a place below the stack,
 * where the kernel reads it at once.
 *
 * A limit may be too long by what these clocks miss, never too short.
 */
#ifndef IJ_INJECT_LIMIT_H
#define IJ_INJECT_LIMIT_H

#include "proc/process.h"
#include "proc/remote.h"

struct ij_injector;
struct ij_stop;
struct ij_limit_kind; /* of system call, see limit.c */

struct ij_limit {
	const struct ij_process *process;
	/* Of a call whose limit would begin anew; NULL: it is not one, or not known how long it has
	 * slept, or what is left cannot be told to it. */
	const struct ij_limit_kind *kind;
	uint64_t args[6]; /* of the system call, as it was asleep in it */
	uint64_t due_ns;  /* when it is to end, by the monotonic clock */
	/* What the kernel said was left, in memory; 0: nowhere. */
	ij_addr rest;
	bool rest_is_timeval;
	uint64_t rest_words[2]; /* as they were at `rest_ns` */
	uint64_t rest_ns;
	/* It waits with a time of ours, by an earlier stop: what is there. */
	bool placed;
	uint8_t place[64];
};

/** Look at the thread of @stop, which is asleep as @blocked says, before it is stopped. Its status
 * was read before @blocked. */
void ij_limit_look(const struct ij_injector *inj, struct ij_stop *stop,
		   const struct ij_blocked *blocked);

/** It has stopped: does that still hold? */
void ij_limit_confirm(const struct ij_injector *inj, struct ij_stop *stop);

/**
 * A call is about to run: see what the kernel says is left, and let what the thread would restore
 * itself to (@saved->by_hand), were we to die, have what is left now.
 */
void ij_limit_enter(struct ij_limit *limit, struct ij_saved *saved);

/** How to put the thread back at first, where @how would do: what it waits with must be true. */
enum ij_put_back ij_limit_put_back(struct ij_limit *limit, enum ij_put_back how);

/**
 * The thread was put back, or has not been anywhere, and is about to be let go of: let the call
 * that it was stopped in, with registers @regs, end when it is to end. What cannot be done leaves
 * it as it is.
 */
void ij_limit_leave(const struct ij_limit *limit, struct ij_thread *thread,
		    const struct ij_regs *regs);

#endif
