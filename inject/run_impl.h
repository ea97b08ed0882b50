/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of a run, and the ways in which one ends that does not return; for run.c and its parts
 * alone. */
#ifndef IJ_INJECT_RUN_IMPL_H
#define IJ_INJECT_RUN_IMPL_H

#include "inject/capture.h"
#include "inject/ring.h"
#include "inject/run.h"
#include "inject/sleep.h"
#include "inject/through.h"
#include "proc/breakpoint.h"

/** For a stop that we asked for to arrive; and if the thread waits for a processor alone. */
#define IJ_RUN_STOP_WAIT_NS     (200 * IJ_NS_PER_MS)
#define IJ_RUN_STOP_WAIT_MAX_NS (5 * IJ_NS_PER_S)

/** Between its events. */
struct ij_running {
	struct ij_injector *inj;
	struct ij_run *run;
	struct ij_thread *thread;
	struct ij_wire_outcome *outcome;
	struct ij_stub_desc desc;
	uint64_t start_ns;
	uint64_t deadline_ns;
	uint64_t next_look_ns;
	uint64_t look_ns;
	struct ij_breakpoint end_bp; /* at the stub's end, if its marker may not be sent */
	bool lingers;                /* no breakpoint either: the stub's state is looked at */
	uint64_t peek_ns;            /* between such looks */
	struct ij_through through;   /* for a callee that unwinds the stack */
	bool watch;            /* follow its system calls: the thread has a restart block to lose */
	struct ij_sleep sleep; /* of the callee, while watching */
	struct ij_capture capture; /* of what it writes */
	bool block_lost;           /* the callee destroyed it */
	bool interrupting;         /* a stop of ours is asked for and has not come yet */
	bool handled;              /* a signal was delivered on top of the call */
	struct ij_ring_run ring;   /* of several calls in one stop */
	bool cancelled;            /* the client is gone */
	bool exiting;              /* the thread ends */
	unsigned overdue_looks;    /* at a call that is overdue and holds something, */
	uint64_t overdue_ns;       /* since this time */
	bool over;
	enum ij_run_end end;
};

/** The signals that the call runs with blocked. */
uint64_t ij_run_blocked(const struct ij_running *r);

/** The run is over. */
void ij_run_finish(struct ij_running *r, enum ij_wire_status status, enum ij_touch touch,
		   enum ij_run_end end);

/** Undo the call of the stopped thread, as far as the caller's restoring does not. */
struct ij_error *ij_run_roll_back(struct ij_running *r, enum ij_wire_status status) IJ_WARN_UNUSED;

/** Does stack pointer @sp lie outside the call, in what was interrupted? */
bool ij_run_is_above_us(const struct ij_running *r, ij_addr sp);

/** The stopped thread has left the call by longjmp: there is nothing to go back to, it goes on from
 * there. */
struct ij_error *ij_run_escaped(struct ij_running *r) IJ_WARN_UNUSED;

/** The stopped thread's time is up: roll back if it holds nothing. Else it is to go on, to be
 * looked at again at a new deadline; in the end, if the run is over then, to finish and restore the
 * thread by itself. */
struct ij_error *ij_run_overdue(struct ij_running *r, const struct ij_regs *regs) IJ_WARN_UNUSED;

/** The thread does not stop: it is in the kernel for good. */
void ij_run_strand(struct ij_running *r);

/** The process has executed another program: nothing of ours is left. */
void ij_run_executed(struct ij_running *r);

/** The thread is gone: with the whole process, because another executed a program, or alone? */
void ij_run_ended(struct ij_running *r, const struct ij_event *event);

/** The call goes on in our code, or its memory is gone: forget it. */
void ij_run_forget(struct ij_running *r);

/** Of a ring that failed on the way, take what its calls left until then; if it can still be read.
 */
void ij_run_salvage(struct ij_running *r);

#endif
