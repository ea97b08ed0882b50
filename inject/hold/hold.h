/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A held stop: threads that stay stopped over several requests, for a person who looks at them.
 *
 * It is as open to our death as any stop: ptrace alone keeps the threads, a signal that one of them
 * is about to receive stays unconsumed in its stop, and what is armed while they run are
 * breakpoints on descriptors of ours. Steps are made by breakpoints too, never by the trap flag.
 */
#ifndef IJ_INJECT_HOLD_H
#define IJ_INJECT_HOLD_H

#include "inject/judge.h"
#include "proc/breakpoint.h"

/** One thread of it, beside its struct ij_thread. */
struct ij_held {
	struct ij_stop stop; /* its `thread` is set by ij_hold_stop */
	bool known;          /* its status was read and its clones are followed */
	bool stuck;          /* it is attached and did not stop in time */
	int signo;           /* about to be received: goes with it when it goes on; 0: none */
	bool news;           /* that has not been told of */
	int job;             /* the signal by which job control stopped it; 0: it did not */
	int hit; /* breakpoint of data that was hit, and has not been told of; -1: none */
	struct ij_breakpoint bps[IJ_BREAKPOINTS_MAX];
};

/** An int3 in the code of the target. */
struct ij_trap {
	ij_addr addr;
	uint8_t was;
	bool in;
};

struct ij_hold {
	bool on;
	pid_t only;                              /* this thread; 0: all */
	IJ_VEC(struct ij_thread) threads;        /* those that are attached */
	IJ_VEC(struct ij_held) held;             /* as many, in the same order */
	bool executed;                           /* the process has executed another program */
	struct ij_trap traps[IJ_WIRE_TRAPS_MAX]; /* that are in while threads run */
	uint32_t traps_len;
	int status; /* wait status of the process that ended; -1: not known */
};

/** Both descriptors and threads are none. */
void ij_hold_init(struct ij_hold *hold);
void ij_hold_deinit(struct ij_hold *hold);

/**
 * Stop thread @tid, or with 0 all threads, and keep them.
 *
 * Errors: PROTOCOL (there is a held stop already), REFUSED (a thread that must not be stopped),
 *   GONE, PERM, TRACED, OS, NOMEM; then nothing is held. Target: not written to.
 */
struct ij_error *ij_hold_take(struct ij_injector *inj, struct ij_hold *hold, pid_t tid,
			      struct ij_wire_stopped *ret) IJ_WARN_UNUSED;

/** Let the held threads go on until something happens; then all are stopped again. Errors: NOTFOUND
 * (no such thread is held), UNSUPPORTED (no breakpoint can be had), OS, NOMEM. */
struct ij_error *ij_hold_go(struct ij_injector *inj, struct ij_hold *hold,
			    const struct ij_wire_go *go, struct ij_wire_stopped *ret)
	IJ_WARN_UNUSED;

/**
 * Make a call in the held thread call->tid, where it stands; afterwards it stands there again.
 *
 * @scratch: call->scratch_size bytes. @ret: as of ij_injector_call: UNSAFE if it may not be made.
 * Errors: UNSUPPORTED (Go, rehearsals), those of ij_hold_find and ij_attempt_call.
 */
struct ij_error *ij_hold_call(struct ij_injector *inj, struct ij_hold *hold,
			      const struct ij_wire_call *call, const uint8_t *scratch,
			      struct ij_call_result *ret) IJ_WARN_UNUSED;

/** Every held thread's verdict, or that of check->tid. @verdicts: room for IJ_WIRE_VERDICTS_MAX. */
struct ij_error *ij_hold_check(struct ij_injector *inj, struct ij_hold *hold,
			       const struct ij_wire_check *check, struct ij_wire_verdict *verdicts,
			       struct ij_wire_verdicts *ret) IJ_WARN_UNUSED;

/**
 * The held thread @idx receives @signo when it goes on, instead of the signal that it is held with;
 * 0: none. Errors: USAGE (no such signal; one that it does not stand in the stop of), GONE, OS.
 */
struct ij_error *ij_hold_signal_set(struct ij_hold *hold, size_t idx, int signo) IJ_WARN_UNUSED;

/** Let go of all of them, each with the signal that it is held with. One that does not stop is
 * stranded (ij_injector_strand). Does nothing if none is held. */
void ij_hold_release(struct ij_injector *inj, struct ij_hold *hold);

/** Let go of all but thread @tid, which is held: from now on it is held alone. One that does not
 * stop is stranded. */
void ij_hold_keep(struct ij_injector *inj, struct ij_hold *hold, pid_t tid);

/** Let threads that were killed in their stop end, all but @but: the end of a process is told when
 * all of them have. */
void ij_hold_let_end(struct ij_hold *hold, const struct ij_thread *but);

/** Meet the end of held threads that were killed in their stop, so that others may: nobody but a
 * tracer is told of it before. */
void ij_hold_meet_ends(struct ij_hold *hold);

/** Of a stopped thread that is held, its index. Errors: NOTFOUND. */
struct ij_error *ij_hold_find(const struct ij_hold *hold, pid_t tid, size_t *ret) IJ_WARN_UNUSED;

/** The stop of thread @idx. Borrowed until threads come or go. */
struct ij_stop *ij_hold_stop(struct ij_hold *hold, size_t idx);

/** Describe the threads: at most @max. @return: how many. */
uint32_t ij_hold_list(struct ij_hold *hold, struct ij_wire_held *ret, uint32_t max,
		      uint32_t *more_ret);

/** Registers were set: what was known of its system call no longer holds. Errors: GONE, OS. */
struct ij_error *ij_hold_regs_set(struct ij_injector *inj, struct ij_hold *hold, size_t idx,
				  const struct ij_regs *regs) IJ_WARN_UNUSED;

/** Unwind thread @idx. @frames: room for @max; ret->len of them are filled. */
void ij_hold_frames(struct ij_injector *inj, struct ij_hold *hold, size_t idx,
		    struct ij_wire_frame *frames, uint32_t max, struct ij_wire_frames *ret);

/* Between the files of this folder. */

/** Stop whoever is attached and runs, and wait until all stand or will not. */
struct ij_error *ij_hold_settle(struct ij_injector *inj, struct ij_hold *hold) IJ_WARN_UNUSED;

/** Take in what thread @idx has met on its way to a stop. */
struct ij_error *ij_hold_take_in(struct ij_injector *inj, struct ij_hold *hold, size_t idx,
				 const struct ij_event *event) IJ_WARN_UNUSED;

/** Attach to whoever is not yet, and stop them. */
struct ij_error *ij_hold_attach_all(struct ij_injector *inj, struct ij_hold *hold) IJ_WARN_UNUSED;

/** Thread @idx has stopped: read it. One that ended meanwhile is still to be met by a wait. */
struct ij_error *ij_hold_read(struct ij_injector *inj, struct ij_hold *hold, size_t idx)
	IJ_WARN_UNUSED;

/** Take thread @tid in, which was attached at its birth and has not been met yet. */
struct ij_error *ij_hold_adopt(struct ij_injector *inj, struct ij_hold *hold, pid_t tid)
	IJ_WARN_UNUSED;

/** Have int3 at each of @addrs. Errors: FAULT (no code of the process's own), OS; then none is. */
struct ij_error *ij_hold_traps_set(struct ij_injector *inj, struct ij_hold *hold,
				   const ij_addr *addrs, uint32_t len) IJ_WARN_UNUSED;
/** Have the code as it was. Errors: FAULT; the others are lifted all the same. */
struct ij_error *ij_hold_traps_lift(struct ij_injector *inj, struct ij_hold *hold) IJ_WARN_UNUSED;
/** Whether thread @idx, which was read, is about to receive @signo by one of them: then its PC goes
 * back to it, and the signal is nobody's. */
struct ij_error *ij_hold_trap_met(struct ij_hold *hold, size_t idx, int signo, bool *ret)
	IJ_WARN_UNUSED;

/** Thread @idx is gone; the last one takes its place. */
void ij_hold_drop(struct ij_hold *hold, size_t idx);

/** All are gone, or stand in another program: nothing is held any more. */
void ij_hold_forget(struct ij_hold *hold);

#endif
