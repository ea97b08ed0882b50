/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What every victim shares: a page in common with the harness, a ready byte, and a verdict.
 *
 * A victim is a small program with one behaviour, which checks itself. Descriptor 3 is a memfd with
 * the page; run by hand without it, a victim uses private memory and prints its verdict on exit.
 * Ready is the byte 'R' on stdout. A failure is counted and the first one described, in the page;
 * nothing else is written, so that a failing victim goes on behaving. A byte on stdin wakes it or
 * asks it to finish, as the victim's own head comment says; a victim that finished well exits with
 * status 0.
 */
#ifndef IJ_VICTIM_H
#define IJ_VICTIM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define VICTIM_PAGE_FD 3

struct victim_page {
	_Atomic uint64_t rounds;   /* self-checks made, all or none of them failed */
	_Atomic uint32_t failures; /* self-checks that failed */
	_Atomic uint32_t stop;     /* set by the harness: check once more and exit */
	_Atomic int32_t tid;       /* the thread that shows the behaviour */
	_Atomic uint32_t word;     /* a futex word for victims that wait on one */
	_Atomic uint64_t sent;     /* numbered signals queued to the victim */
	_Atomic uint64_t received; /* of these, handled */
	_Atomic uint64_t reordered;
	_Atomic uint64_t ticks;     /* timer signals handled */
	_Atomic uint64_t markers;   /* caught signals that nobody but an injector sends */
	_Atomic uint64_t aborts;    /* rseq sections aborted; system calls that gave EINTR */
	_Atomic uint64_t jumps;     /* longjmps that arrived */
	_Atomic uint64_t began_ns;  /* when the present round began */
	_Atomic uint64_t called_in; /* round in which a call was injected, as the callee saw it */
	_Atomic uint64_t came_ns;   /* set by the harness: when it set out to disturb it */
	char failure[256];          /* the first failure; valid once failures > 0 */
};

extern struct victim_page *victim_page;

/** Map the page, die with the parent. Call first. */
void victim_init(void);
/**
 * Tell the harness that the behaviour is about to start in this thread. From here on the process is
 * under the confinement that IJ_CONFINE in its environment names (confine.h).
 */
void victim_ready(void);
/** Count a failed self-check; the first one's text is kept. Async-signal-safe. */
void victim_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** True once the harness asked for the end. */
bool victim_stopping(void);
/** The verdict as an exit status: 0 if no check failed, else 1. */
int victim_verdict(void);

/** Count a round. */
void victim_round(void);

/** CLOCK_MONOTONIC, nanoseconds. */
uint64_t victim_now_ns(void);

#endif
