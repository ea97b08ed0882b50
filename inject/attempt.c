/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One attempt: judge, run, put back, resume. */
#include "inject/attempt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "inject/arrive.h"
#include "inject/bare.h"
#include "inject/cave.h"
#include "inject/go/go.h"
#include "inject/go/handler.h"
#include "inject/keep.h"
#include "inject/plan.h"
#include "inject/prepare.h"
#include "inject/reap.h"
#include "inject/rehearse.h"
#include "inject/stack.h"

/*
 * The session's last call takes its pages along in the same stop. The thread still stands in the
 * stub, whose frame it would restore itself from: ours goes below that, or, if that one is on the
 * stack which is to go, where it was when our pages were mapped.
 */
static struct ij_error *drop_pages(struct ij_injector *inj, const struct ij_stop *stop)
{
	struct ij_regs regs;
	struct ij_error *err;

	IJ_TRY(ij_thread_regs_get(stop->thread, &regs));
	if (inj->foreign && !stop->below)
		return NULL;
	ij_prepare_remote(inj, stop, inj->foreign ? stop->below : ij_regs_sp(&regs));
	IJ_TRY(ij_remote_enter(&inj->remote));
	err = ij_pages_unmap(&inj->pages, &inj->remote);
	ij_remote_leave(&inj->remote);
	return err;
}

/*
 * Put the thread back and let go of it. Were this to fail half-way, letting go is still right:
 * until the last request the thread stands in code that restores it.
 */
static struct ij_error *release(struct ij_injector *inj, struct ij_stop *stop, enum ij_put_back how,
				int signo, uint64_t *pause_ret)
{
	struct ij_error *err;

	if (stop->thread->stopped && !signo)
		ij_saved_settle(stop->thread, &inj->saved, ij_deadline_ns(IJ_HOLD_MAX_NS / 2));
	/* It runs in our code, unwatched, and restores itself. */
	if (stop->thread->seized && !stop->thread->stopped) {
		ij_injector_strand(inj, stop->thread);
		return NULL;
	}
	if (how == IJ_PUT_BACK_KERNEL)
		how = ij_stop_put_back(stop);
	err = ij_saved_put_back(stop->thread, &inj->saved, ij_limit_put_back(&stop->limit, how));
	if (!err && !stop->held)
		ij_limit_leave(&stop->limit, stop->thread, &inj->saved.regs);
	/* Before, not after: on the same CPU the thread runs first and we come back later. */
	*pause_ret = ij_stop_paused(stop);
	/* Only now nobody is in it. */
	if (!err)
		ij_error_free(ij_cave_close(inj, stop->thread));
	if (!err && stop->idle)
		ij_remote_erase(&inj->remote);
	if (stop->held)
		stop->owed = signo;
	else
		ij_thread_detach(stop->thread, signo);
	ij_place_leave(&inj->place);
	return err;
}

struct ij_error *ij_attempt_inject(struct ij_injector *inj, const struct ij_wire_call *call,
				   const uint8_t *scratch, struct ij_stop *stop,
				   struct ij_call_result *ret)
{
	struct ij_run run = {.call = call, .stop = stop, .result = ret};
	struct ij_rehearsal rehearsal = {0};
	bool in_copy = call->flags & IJ_WIRE_CALL_IN_COPY, go = !in_copy;
	enum ij_run_end end = IJ_RUN_STOPPED;
	struct ij_error *err = NULL, *late;
	const char *why;

	IJ_TRY(ij_prepare_take(inj, stop));
	ij_watchdog_arm(&inj->watchdog, IJ_HOLD_MAX_NS);
	inj->foreign = stop->foreign;
	err = ij_prepare_code(inj, stop, call->scratch_room, &ret->outcome.verdict, &why);
	if (!err && !why && stop->bare)
		why = ij_bare_hits_us(inj, stop, call);
	if (!err && !why)
		err = ij_keep_begin(inj, stop, call, &why);
	if (!err && why) {
		ret->outcome.status = IJ_WIRE_UNSAFE;
		ij_attempt_refuse(&ret->outcome.verdict, IJ_WIRE_REASON_MEMORY, why);
		go = false;
	} else if (!err && ij_rehearse_is_wanted(call)) {
		ij_watchdog_arm(&inj->watchdog, call->timeout_ns + IJ_HOLD_MAX_NS);
		err = in_copy ? ij_rehearse_begin(&rehearsal, inj, &run, scratch)
			      : ij_rehearse(&rehearsal, inj, &run, scratch, &go);
	}
	if (!err && go) {
		ij_watchdog_arm(&inj->watchdog, call->timeout_ns + IJ_HOLD_MAX_NS);
		err = ij_run_call(inj, &run, scratch, &end);
	}
	ij_keep_end(inj, stop, go && !err, &ret->outcome);
	if (err && ij_prepare_is_transient(err)) {
		ret->outcome.status = IJ_WIRE_UNSAFE;
		ij_attempt_refuse(&ret->outcome.verdict, IJ_WIRE_REASON_MEMORY, err->msg);
		if (err->code == IJ_ERR_INTERRUPTED)
			run.signo = err->os;
		ij_error_free(err);
		err = NULL;
	}
	if (!err && end == IJ_RUN_STOPPED && call->flags & IJ_WIRE_CALL_LAST && inj->pages.base &&
	    !rehearsal.exists) {
		ij_watchdog_arm(&inj->watchdog, IJ_HOLD_MAX_NS);
		/* What fails here is tried again at the session's end. */
		ij_error_free(drop_pages(inj, stop));
	}
	if (end == IJ_RUN_STOPPED) {
		late = release(inj, stop, run.put_back, run.signo, &ret->outcome.pause_ns);
		if (err)
			ij_error_free(late);
		else
			err = late;
	}
	if (rehearsal.exists) {
		ij_rehearse_run(&rehearsal);
		ij_reap_pending(inj);
	}
	/* One that a call goes on in stays as it is. */
	ij_cave_leave(inj);
	inj->foreign = false;
	if (!inj->pages.base)
		ij_pages_forget(&inj->pages);
	if (err)
		err->touch = end == IJ_RUN_STOPPED ? IJ_TOUCH_RESTORED : IJ_TOUCH_DIRTY;
	return err;
}

/* From a stopped thread to its release: judge, walk, run. */
static struct ij_error *attempt(struct ij_injector *inj, const struct ij_attempt *at,
				struct ij_stop *stop, struct ij_call_result *ret)
{
	const struct ij_wire_call *call = at->call;
	struct ij_wire_outcome *out = &ret->outcome;
	bool force = ij_judge_is_forced(call);
	struct ij_error *err = NULL;

	/* Only now it is held: what went before was waiting for it to get a CPU. */
	ij_watchdog_arm(&inj->watchdog, IJ_HOLD_MAX_NS);
	stop->callee = &call->callee;
	stop->bare = call->flags & IJ_WIRE_CALL_SYSCALL;
	stop->flags = call->flags;
	stop->args_size = call->stack_len * sizeof(uint64_t);
	stop->vectors = call->vector_size > 0;
	stop->wanted = call->goroutine ? call : NULL;
	ij_judge(inj, stop, call->need, &out->verdict);
	if (out->verdict.reason && !force)
		err = ij_plan_walk(inj, at, stop, out);
	if (err || !stop->thread->stopped) {
		if (stop->thread->stopped)
			ij_attempt_let_go(stop);
		return err;
	}
	out->frames_len = (uint32_t)stop->frames_len;
	memcpy(ret->frames, stop->frames, stop->frames_len * sizeof(stop->frames[0]));
	if (!out->verdict.reason && ij_stop_paused(stop) > call->pause_ns)
		ij_attempt_refuse(&out->verdict, IJ_WIRE_REASON_NOSTOP,
				  "the pause budget is spent");
	/* Whoever forces a call knows where there is room. */
	if (!stop->below && force)
		stop->below = ij_regs_sp(&stop->regs);
	if (!out->verdict.reason || (force && ij_judge_is_forcible(out->verdict.reason))) {
		inj->safe_ns = ij_now_ns();
		return call->flags & IJ_WIRE_CALL_GO
			       ? ij_go_inject(inj, call, at->scratch, stop, ret)
			       : ij_attempt_inject(inj, call, at->scratch, stop, ret);
	}
	ij_attempt_let_go(stop);
	return NULL;
}

struct ij_error *ij_attempt_call(struct ij_injector *inj, const struct ij_attempt *at,
				 struct ij_call_result *ret)
{
	struct ij_wire_outcome *out = &ret->outcome;
	const struct ij_arrival goal = {.addr = at->arrive,
					.only = at->tid,
					.sp_min = at->sp_min,
					.sp_max = at->sp_max,
					.deadline_ns = at->deadline_ns};
	struct ij_thread thread;
	struct ij_stop stop = {0};
	struct ij_error *err;

	out->status = IJ_WIRE_UNSAFE;
	if (at->arrive)
		err = ij_arrive(inj, &goal, &thread, &stop, &out->verdict);
	else
		err = ij_attempt_stop(inj, at->tid, &thread, &stop, &out->verdict);
	if (!err && thread.stopped) {
		err = attempt(inj, at, &stop, ret);
		if (!out->pause_ns)
			out->pause_ns = ij_stop_paused(&stop);
	}
	ij_place_leave(&inj->place);
	ij_watchdog_disarm(&inj->watchdog);
	return err;
}

/* A bare system call in a judged stop, and the thread's release. *@result_ret stays if it was not
 * made.
 */
static struct ij_error *syscall_in(struct ij_injector *inj, struct ij_stop *stop, long nr,
				   const uint64_t args[6], long *result_ret)
{
	struct ij_error *err, *late;
	uint64_t pause_ns;

	IJ_TRY(ij_prepare_take(inj, stop));
	err = ij_remote_enter(&inj->remote);
	if (!err)
		err = ij_remote_syscall(&inj->remote, nr, args, result_ret);
	ij_remote_leave(&inj->remote);
	late = release(inj, stop, IJ_PUT_BACK_KERNEL,
		       err && err->code == IJ_ERR_INTERRUPTED ? err->os : 0, &pause_ns);
	if (err && (ij_prepare_is_transient(err) || err->code == IJ_ERR_GONE)) {
		ij_error_free(err);
		err = NULL;
	}
	if (!err)
		return late;
	ij_error_free(late);
	return err;
}

/* Does the stopped thread stand in the pages of @left, or might it return there? */
static bool stands_in(const struct ij_injector *inj, const struct ij_stop *stop,
		      const struct ij_leftover *left)
{
	if (ij_regs_pc(&stop->regs) - left->base < left->size ||
	    ij_regs_sp(&stop->regs) - left->base < left->size)
		return true;
	if (left->busy && ij_go_handler_is_entered(inj, stop, left->entered))
		return true;
	/*
	 * No map is known of what is left: a stack that leads into it does not end at its root.
	 * Most that do not end there do so for other reasons.
	 */
	return stop->end != IJ_UNWIND_ROOT &&
	       (left->copy || ij_stack_leads_into(inj, &stop->regs, left->base, left->size));
}

/* The same in a stop of thread @tid, if it stands outside @left. */
static struct ij_error *bare_syscall(struct ij_injector *inj, pid_t tid,
				     const struct ij_leftover *left, long nr,
				     const uint64_t args[6], long *result_ret)
{
	struct ij_wire_verdict verdict;
	struct ij_thread thread;
	struct ij_stop stop = {0};
	struct ij_error *err;

	err = ij_attempt_stop(inj, tid, &thread, &stop, &verdict);
	if (!err && thread.stopped) {
		/* Safe wherever the stack has room and nobody stands in the pages. */
		stop.bare = inj->go_known;
		ij_judge(inj, &stop, IJ_CLASSES_NONE, &verdict);
		if (verdict.reason || !stop.below || stands_in(inj, &stop, left) ||
		    (stop.means.mode && !ij_means_allow(inj, &stop, nr, args) &&
		     !(stop.means.pages_ask && nr == SYS_munmap)))
			ij_attempt_let_go(&stop);
		else
			err = syscall_in(inj, &stop, nr, args, result_ret);
	}
	ij_place_leave(&inj->place);
	ij_watchdog_disarm(&inj->watchdog);
	return err;
}

struct ij_error *ij_attempt_unmap(struct ij_injector *inj, pid_t tid,
				  const struct ij_leftover *left, bool *done_ret)
{
	const uint64_t args[6] = {left->base, left->size};
	long result = -1;

	*done_ret = false;
	IJ_TRY(bare_syscall(inj, tid, left, SYS_munmap, args, &result));
	*done_ret = !result;
	return NULL;
}

struct ij_error *ij_attempt_reap(struct ij_injector *inj, pid_t tid)
{
	const uint64_t args[6] = {(uint64_t)inj->unreaped, 0, __WALL | WNOHANG};
	const struct ij_leftover nothing = {0};
	long result = 0;

	IJ_TRY(bare_syscall(inj, tid, &nothing, SYS_wait4, args, &result));
	if (result == inj->unreaped || result == -ECHILD)
		inj->unreaped = 0;
	return NULL;
}
