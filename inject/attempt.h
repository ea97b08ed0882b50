/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One attempt: one thread stopped, judged, and either injected into or let go untouched. */
#ifndef IJ_INJECT_ATTEMPT_H
#define IJ_INJECT_ATTEMPT_H

#include "inject/judge.h"

/** A stop that lasts longer than this, the call's own time apart, is a fault of ours: die and
 * release it. */
#define IJ_HOLD_MAX_NS (2 * IJ_NS_PER_S)

/** For a thread to stop, unless it only lacks a CPU; one that takes longer is in the kernel for
 * good. */
#define IJ_STOP_DEADLINE_NS (100 * IJ_NS_PER_MS)

/**
 * Stop @tid and read its registers.
 *
 * @stop: its thread must be detached, if it is stopped, whatever the verdict.
 * @verdict: reason NONE: stopped. Else why not (ended, job control, not in time), and the thread is
 * let go of already. Errors: PERM, TRACED, OS.
 */
struct ij_error *ij_attempt_stop(struct ij_injector *inj, pid_t tid, struct ij_thread *thread,
				 struct ij_stop *stop, struct ij_wire_verdict *verdict)
	IJ_WARN_UNUSED;

/**
 * Attach to @tid without stopping it, and join its CPU: the first half of ij_attempt_stop.
 *
 * @verdict: reason NONE: attached. Else why it cannot be (ended, waits for a vfork child).
 */
struct ij_error *ij_attempt_attach(struct ij_injector *inj, pid_t tid, struct ij_thread *thread,
				   struct ij_stop *stop, struct ij_wire_verdict *verdict)
	IJ_WARN_UNUSED;

/** Undo what a mere stop leaves, before a stopped thread that nothing was written to goes on. */
void ij_attempt_ready(struct ij_stop *stop);

/** Let go of a stopped thread that nothing was written to. */
void ij_attempt_let_go(struct ij_stop *stop);

/** Say in @verdict why a thread that may be where it likes is not injected into. */
void ij_attempt_refuse(struct ij_wire_verdict *verdict, enum ij_wire_reason reason,
		       const char *text);

/** What one attempt is to do. */
struct ij_attempt {
	const struct ij_wire_call *call;
	const uint8_t *scratch; /* call->scratch_size bytes */
	pid_t tid;              /* 0 with `arrive`: any thread */
	ij_addr arrive;         /* stop the thread when it arrives here; 0: at once */
	ij_addr sp_min, sp_max; /* of that: as of struct ij_arrival */
	uint64_t deadline_ns;   /* of arriving and walking, monotonic clock */
	bool patient; /* walk even from within a system call, which may be long in coming */
};

/**
 * One attempt of a call: stop, judge, walk, run, restore, release.
 *
 * @ret->outcome.status: UNSAFE if the last verdict was; the target is untouched then.
 * Errors: those of stopping; REFUSED (our pages cannot be mapped); OS. `touch` says what became of
 * it.
 */
struct ij_error *ij_attempt_call(struct ij_injector *inj, const struct ij_attempt *at,
				 struct ij_call_result *ret) IJ_WARN_UNUSED;

/**
 * From a safe stop, which the thread of @stop stands in, to its release, or to where it stood if it
 * is held: make @call and fill in the outcome.
 *
 * @scratch: call->scratch_size bytes. Errors: those of ij_attempt_call.
 */
struct ij_error *ij_attempt_inject(struct ij_injector *inj, const struct ij_wire_call *call,
				   const uint8_t *scratch, struct ij_stop *stop,
				   struct ij_call_result *ret) IJ_WARN_UNUSED;

/**
 * Unmap @left of the target in a stop of thread @tid, if that thread stands outside it; where a
 * copy of code is in it, with its whole stack. *@done_ret tells.
 */
struct ij_error *ij_attempt_unmap(struct ij_injector *inj, pid_t tid,
				  const struct ij_leftover *left, bool *done_ret) IJ_WARN_UNUSED;

/** Have thread @tid reap the dead copy inj->unreaped, which becomes 0 if that was done. */
struct ij_error *ij_attempt_reap(struct ij_injector *inj, pid_t tid) IJ_WARN_UNUSED;

#endif
