/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One attempt: one thread stopped, judged, and either injected into or let go untouched. */
#ifndef IJ_INJECT_ATTEMPT_H
#define IJ_INJECT_ATTEMPT_H

#include "inject/judge.h"

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

/** Let go of a stopped thread that nothing was written to. */
void ij_attempt_let_go(struct ij_stop *stop);

/**
 * One attempt of a call on thread @tid.
 *
 * @ret->outcome.status: UNSAFE if the verdict was; the target is untouched then.
 * Errors: those of stopping; REFUSED (our pages cannot be mapped); OS. `touch` says what became of
 * it.
 */
struct ij_error *ij_attempt_call(struct ij_injector *inj, const struct ij_wire_call *call,
				 const uint8_t *scratch, pid_t tid, struct ij_call_result *ret)
	IJ_WARN_UNUSED;

/**
 * Unmap [base, base + size) of the target in a stop of thread @tid, if that thread stands outside
 * it.
 * *@done_ret tells.
 */
struct ij_error *ij_attempt_unmap(struct ij_injector *inj, pid_t tid, ij_addr base, size_t size,
				  bool *done_ret) IJ_WARN_UNUSED;

#endif
