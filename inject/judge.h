/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The judge: may this callee run on top of this stop? Looks, and writes nothing. */
#ifndef IJ_INJECT_JUDGE_H
#define IJ_INJECT_JUDGE_H

#include "inject/injector.h"

/** One stopped thread, as the judge sees it. */
struct ij_stop {
	struct ij_thread *thread;
	struct ij_regs regs;   /* as stopped: what is judged */
	struct ij_regs resume; /* where it goes on: elsewhere than `regs` after ij_stop_rseq only */
	struct ij_status status; /* of the thread, as of before the stop */
	uint64_t since_ns;       /* when the interrupt was sent */
	pid_t inner_tgid;        /* the process, as the target numbers it */
	ij_addr frames[IJ_WIRE_FRAMES_MAX];
	size_t frames_len;
};

/**
 * A thread stopped inside a restartable sequence would lose the kernel's abort when it comes back
 * from a call: point its registers at the abort address, as the kernel itself does on preemption.
 *
 * Source: Linux, kernel/rseq.c, rseq_ip_fixup; include/uapi/linux/rseq.h.
 */
void ij_stop_rseq(const struct ij_injector *inj, struct ij_stop *stop);

/**
 * Judge @stop for a callee that needs @need.
 *
 * @ret: the verdict; reason NONE means safe. Fills stop->frames.
 */
void ij_judge(struct ij_injector *inj, struct ij_stop *stop, ij_classes need,
	      struct ij_wire_verdict *ret);

/**
 * Does the call that runs on top of our stub hold anything at this stop of its own? Only if it does
 * not may it be rolled back.
 *
 * @regs: the registers now; @tid: as the target numbers the thread.
 * @return: true if it holds nothing; else @ret says what it holds.
 */
bool ij_judge_callee(struct ij_injector *inj, const struct ij_regs *regs, pid_t tid,
		     struct ij_wire_verdict *ret);

/**
 * The signal for the end marker: ignored by default, without a handler and not blocked in this
 * thread if possible; 0 if none is free.
 */
int ij_judge_marker(const struct ij_status *status, uint64_t sigmask);

/** Will this reason never go away for this thread (a mode, not a place)? */
bool ij_judge_is_permanent(enum ij_wire_reason reason);

#endif
