/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fail-open breakpoints: hardware breakpoints that belong to a descriptor of ours. */
#ifndef IJ_PROC_BREAKPOINT_H
#define IJ_PROC_BREAKPOINT_H

#include "proc/thread.h"

/** A thread has so many, shared with every other debugger (Intel SDM volume 3, 18.2). */
#define IJ_BREAKPOINTS_MAX 4

enum ij_breakpoint_kind {
	IJ_BREAKPOINT_EXECUTE, /* before the instruction at the address runs */
	IJ_BREAKPOINT_ACCESS,  /* after an instruction has read or written the byte at the address
				*/
	IJ_BREAKPOINT_WRITE,   /* after one has written to it */
};

/**
 * One breakpoint of one thread. When it is hit, the kernel sends the thread a signal that is
 * ignored by default: a stop for a live tracer, nothing for a dead one, whose descriptor is closed.
 */
struct ij_breakpoint {
	int fd; /* -1: not set */
	ij_addr addr;
	enum ij_breakpoint_kind kind;
	unsigned size; /* of data: 1, 2, 4 or 8 bytes at a multiple of that; else 1 */
	int signo;
};

/**
 * Make the first breakpoint as quick as any other. The first event of a thread in the whole system
 * switches scheduling hooks on, which takes milliseconds (Linux, kernel/events/core.c,
 * account_event); so one of our own, which never fires again, is kept from before the first stop.
 *
 * Tries it first: under some hypervisors a breakpoint can be set and is never hit. Then every
 * later ij_breakpoint_set says so, instead of a wait in vain.
 *
 * @return: a descriptor to keep, or -1 where events are forbidden or breakpoints are never hit.
 */
int ij_breakpoint_prepare(void);

/**
 * Set a breakpoint.
 *
 * @signo: signal to be told by; not blocked in the thread (ij_judge_marker chooses one).
 * Errors: UNSUPPORTED (SIGCHLD cannot tell; all four are in use; or the system forbids performance
 * events: the message names which), GONE, OS. Source: perf_event_open(2), PERF_TYPE_BREAKPOINT;
 * fcntl(2), F_SETOWN_EX, F_SETSIG.
 */
struct ij_error *ij_breakpoint_set(struct ij_breakpoint *bp, pid_t tid, ij_addr addr,
				   enum ij_breakpoint_kind kind, int signo) IJ_WARN_UNUSED;

/** Move a breakpoint that is set; a tenth of the cost of a new one. Errors: OS. */
struct ij_error *ij_breakpoint_move(struct ij_breakpoint *bp, ij_addr addr) IJ_WARN_UNUSED;

/**
 * Set a breakpoint, or one that is set already at another place; it is no longer at rest.
 *
 * @bp: set to {.fd = -1} before. @want: place, kind, size and signal. Errors: those of
 * ij_breakpoint_set; OS (as of a place that is not aligned).
 */
struct ij_error *ij_breakpoint_aim(struct ij_breakpoint *bp, pid_t tid,
				   const struct ij_breakpoint *want) IJ_WARN_UNUSED;

/** Keep its descriptor, by which a late signal is known, but hit no more. Takes one that is not
 * set, too. */
void ij_breakpoint_rest(const struct ij_breakpoint *bp);

/** Takes one that is not set, too. */
void ij_breakpoint_clear(struct ij_breakpoint *bp);

/**
 * Does the present signal stop of @thread tell of one of @bps?
 *
 * @return: its index, or -1: a signal of the program's own.
 */
int ij_breakpoint_which(struct ij_thread *thread, const struct ij_breakpoint *bps, size_t len);

#endif
