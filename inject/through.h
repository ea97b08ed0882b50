/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Letting a callee that unwinds the stack see through our frame into the program.
 *
 * Our code has no CFI that the program's unwinder knows, and registering some would change the
 * program. But it takes a return address without CFI for that of a signal handler if the code there
 * is rt_sigreturn, and goes on from the signal's frame. So while such a function runs, and only
 * then, our return address looks like that, with a frame behind it that leads to what was
 * interrupted: should we be killed meanwhile, the callee returns into it, and the kernel restores
 * the thread (all but errno). At any other time an exception finds the end of the stack in our
 * frame, and never gets into the program.
 */
#ifndef IJ_INJECT_THROUGH_H
#define IJ_INJECT_THROUGH_H

#include "arch/sigframe.h"
#include "inject/run.h"
#include "proc/breakpoint.h"

/** Of one run; zero: there is nothing to see through. */
struct ij_through {
	bool armed;
	bool open;       /* our return address looks like a signal handler's */
	ij_addr context; /* on the callee's stack, behind its return address: room for a frame */
	ij_addr back_sp; /* while open: the stack pointer when it is over */
	struct ij_breakpoint bps[IJ_WIRE_UNWINDERS_MAX + 1]; /* the last: where it is over */
};

/**
 * Prepare for a call of a stopped thread that may unwind, before its descriptor @desc is written.
 *
 * Where it cannot be had (arguments on the stack, a cave, no breakpoints) nothing is done, and a
 * backtrace ends at our frame. Errors: GONE, OS.
 */
struct ij_error *ij_through_arm(struct ij_through *through, struct ij_injector *inj,
				const struct ij_run *run, struct ij_stub_desc *desc) IJ_WARN_UNUSED;

/** Does the thread's present stop, by a signal, come from here? Then it is seen to, and the thread
 * is to be resumed. Errors: GONE, OS. */
struct ij_error *ij_through_stop(struct ij_through *through, struct ij_injector *inj,
				 struct ij_thread *thread, const struct ij_regs *regs,
				 bool *ours_ret) IJ_WARN_UNUSED;

/** The run is over. */
void ij_through_disarm(struct ij_through *through, struct ij_injector *inj);

#endif
