/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A call at a held stop: judged where the thread stands, and never moved. The other threads stay
 * where they are, so what one of them holds nobody would release: it stands in the way like the
 * thread's own.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "inject/attempt.h"
#include "inject/hold/hold.h"
#include "inject/plan.h"

/* For a signal that was put back into its queue to be met again. */
#define SIGNAL_WAIT_NS (200 * IJ_NS_PER_MS)

static struct ij_error *check_form(const struct ij_injector *inj, const struct ij_wire_call *call)
{
	if (!inj->target_known)
		return ij_error_new(PROTOCOL, "a call before the target was described");
	if (call->flags & IJ_WIRE_CALL_GO)
		return ij_error_new(UNSUPPORTED,
				    "no call in Go is made at a held stop: release it first");
	if (call->at || call->flags & (IJ_WIRE_CALL_REHEARSE | IJ_WIRE_CALL_IN_COPY))
		return ij_error_new(UNSUPPORTED,
				    "a call at a held stop is made where the thread is, "
				    "and not rehearsed: release it first");
	return NULL;
}

/* The thread as it is now, for the judge. */
static struct ij_stop *freshen(struct ij_injector *inj, struct ij_hold *hold, size_t idx)
{
	struct ij_stop *stop = ij_hold_stop(hold, idx);
	struct ij_status status;
	IJ_ERROR_AUTO err = ij_process_status(&inj->process, stop->thread->tid, &status);

	if (!err)
		stop->status = status;
	stop->since_ns = ij_now_ns();
	stop->paused_ns = 0;
	stop->flags = 0;
	stop->bare = false;
	stop->callee = NULL;
	return stop;
}

/* Does another thread, which stays where it is, hold what the callee needs? */
static bool others_are_safe(struct ij_injector *inj, struct ij_hold *hold, size_t idx,
			    ij_classes need, struct ij_wire_verdict *verdict)
{
	for (size_t i = 0; need && !hold->only && i < hold->threads.len; i++) {
		struct ij_wire_verdict other;

		if (i == idx || !hold->threads.items[i].stopped)
			continue;
		ij_judge(inj, freshen(inj, hold, i), need, &other);
		if (other.reason == IJ_WIRE_REASON_FRAME ||
		    (other.reason == IJ_WIRE_REASON_LOCK && other.addr)) {
			*verdict = other;
			return false;
		}
	}
	return true;
}

static void judge(struct ij_injector *inj, struct ij_hold *hold, size_t idx, ij_classes need,
		  struct ij_wire_verdict *verdict)
{
	struct ij_stop *stop = ij_hold_stop(hold, idx);

	ij_judge(inj, stop, need, verdict);
	/* Who gives others their turn has the interpreter's lock: nobody else is in the middle. */
	if (!verdict->reason)
		(void)others_are_safe(inj, hold, idx, need & ~stop->yielded, verdict);
}

/* The signal that the thread is about to receive is put back into its queue for the time of the
 * call; what cannot be put back must go first. */
static bool may_wait(const struct ij_held *held, const struct ij_wire_call *call,
		     struct ij_wire_verdict *verdict)
{
	char text[sizeof(verdict->text)];

	if (!held->signo)
		return true;
	if (held->stop.means.mask && !(call->flags & IJ_WIRE_CALL_PASS_SIGNALS) &&
	    !(IJ_SIGNALS_SYNCHRONOUS & IJ_SIGNAL_BIT(held->signo)))
		return true;
	snprintf(text, sizeof(text),
		 "it is about to receive signal %d, which cannot wait: deliver or discard it first",
		 held->signo);
	ij_attempt_refuse(verdict, IJ_WIRE_REASON_SIGNALS, text);
	return false;
}

/* Meet the signal again, in a stop as before: the thread runs nothing of its own until then. */
static struct ij_error *take_back(struct ij_injector *inj, struct ij_hold *hold, size_t idx,
				  int signo)
{
	struct ij_thread *thread = &hold->threads.items[idx];
	struct ij_status status;
	struct ij_event event;

	IJ_TRY(ij_process_status(&inj->process, thread->tid, &status));
	if (!(status.sig_pending & ~status.sig_blocked & IJ_SIGNAL_BIT(signo)))
		return NULL;
	IJ_TRY(ij_thread_resume(thread, 0));
	do
		IJ_TRY(ij_thread_wait(thread, ij_deadline_ns(SIGNAL_WAIT_NS), &event));
	while (event.kind == IJ_EVENT_CANCELLED);
	if (event.kind == IJ_EVENT_DEADLINE)
		return ij_hold_settle(inj, hold);
	IJ_TRY(ij_hold_take_in(inj, hold, idx, &event));
	if (idx < hold->held.len && hold->held.items[idx].signo == signo)
		hold->held.items[idx].news = false;
	return NULL;
}

/* After the call: the thread stands where it stood, or is gone; who was created meanwhile is held
 * like the others. */
static struct ij_error *resume_hold(struct ij_injector *inj, struct ij_hold *hold, pid_t tid,
				    int signo)
{
	size_t idx;

	/* With the process all of them have ended. */
	if (!ij_process_is_alive(&inj->process))
		ij_hold_meet_ends(hold);
	for (idx = 0; idx < hold->threads.len && hold->threads.items[idx].tid != tid; idx++)
		;
	if (idx < hold->threads.len && !hold->threads.items[idx].seized) {
		ij_hold_drop(hold, idx);
	} else if (idx < hold->threads.len && hold->threads.items[idx].stopped) {
		IJ_TRY(ij_hold_read(inj, hold, idx));
		if (!hold->only)
			IJ_TRY(ij_thread_follow(&hold->threads.items[idx], true));
		if (signo)
			IJ_TRY(take_back(inj, hold, idx, signo));
	}
	if (!ij_process_is_alive(&inj->process) || hold->executed || !hold->threads.len) {
		ij_hold_forget(hold);
		return NULL;
	}
	return hold->only ? NULL : ij_hold_attach_all(inj, hold);
}

static struct ij_error *make(struct ij_injector *inj, struct ij_hold *hold, size_t idx,
			     const struct ij_wire_call *call, const uint8_t *scratch,
			     struct ij_call_result *ret)
{
	struct ij_held *held = &hold->held.items[idx];
	struct ij_stop *stop = ij_hold_stop(hold, idx);
	pid_t tid = stop->thread->tid;
	int signo = held->signo;
	struct ij_error *err, *late;

	/* What the callee creates runs on: it may wait for it. */
	IJ_TRY(ij_thread_follow(stop->thread, false));
	stop->thread->owed = signo;
	held->signo = 0;
	inj->hold = hold;
	err = ij_attempt_inject(inj, call, scratch, stop, ret);
	inj->hold = NULL;
	/* Not made: it was never resumed. */
	if (stop->thread->owed) {
		stop->thread->owed = 0;
		held->signo = signo;
		signo = 0;
	} else if (stop->owed) {
		held->signo = stop->owed;
		stop->owed = 0;
	}
	hold->executed |= ret->outcome.status == IJ_WIRE_EXITED;
	ij_watchdog_arm(&inj->watchdog, IJ_HOLD_MAX_NS);
	late = resume_hold(inj, hold, tid, signo);
	if (err)
		ij_error_free(late);
	return err ? err : late;
}

/* No call, but the walk to where it would be safe; the others stay where they are. */
static struct ij_error *walk(struct ij_injector *inj, struct ij_hold *hold, size_t idx,
			     const struct ij_wire_call *call, struct ij_wire_outcome *out)
{
	const struct ij_attempt at = {.call = call,
				      .tid = call->tid,
				      .deadline_ns = ij_deadline_ns(call->wait_ns),
				      .patient = true};
	pid_t tid = hold->threads.items[idx].tid;
	struct ij_error *err, *late;

	if (hold->held.items[idx].signo)
		return ij_error_new(
			UNSUPPORTED,
			"thread %d is about to receive signal %d: deliver or discard it "
			"first",
			tid, hold->held.items[idx].signo);
	err = ij_plan_walk(inj, &at, ij_hold_stop(hold, idx), out);
	ij_watchdog_arm(&inj->watchdog, IJ_HOLD_MAX_NS);
	late = resume_hold(inj, hold, tid, 0);
	/* It was judged alone on its way. */
	if (!err && !late && !out->verdict.reason && idx < hold->threads.len &&
	    hold->threads.items[idx].tid == tid && hold->threads.items[idx].stopped) {
		freshen(inj, hold, idx)->callee = &call->callee;
		judge(inj, hold, idx, call->need, &out->verdict);
	}
	if (err)
		ij_error_free(late);
	return err ? err : late;
}

/* Those of the last run are at rest, and still take the place of those of a walk or a call. */
static void clear_breakpoints(struct ij_held *held)
{
	for (size_t i = 0; i < IJ_BREAKPOINTS_MAX; i++)
		ij_breakpoint_clear(&held->bps[i]);
}

struct ij_error *ij_hold_call(struct ij_injector *inj, struct ij_hold *hold,
			      const struct ij_wire_call *call, const uint8_t *scratch,
			      struct ij_call_result *ret)
{
	struct ij_wire_outcome *out = &ret->outcome;
	bool force = ij_judge_is_forced(call);
	struct ij_stop *stop;
	size_t idx;

	IJ_TRY(check_form(inj, call));
	IJ_TRY(ij_hold_find(hold, call->tid, &idx));
	*out = (struct ij_wire_outcome){.status = IJ_WIRE_UNSAFE,
					.touch = IJ_TOUCH_UNTOUCHED,
					.attempts = 1,
					.method = IJ_WIRE_WALKERS};
	if (call->flags & IJ_WIRE_CALL_ALONE) {
		ij_hold_keep(inj, hold, call->tid);
		IJ_TRY(ij_hold_find(hold, call->tid, &idx));
	}
	IJ_TRY(ij_injector_refresh(inj));
	stop = freshen(inj, hold, idx);
	stop->callee = &call->callee;
	stop->bare = call->flags & IJ_WIRE_CALL_SYSCALL;
	stop->flags = call->flags;
	judge(inj, hold, idx, call->need, &out->verdict);
	out->frames_len = (uint32_t)stop->frames_len;
	memcpy(ret->frames, stop->frames, stop->frames_len * sizeof(stop->frames[0]));
	clear_breakpoints(&hold->held.items[idx]);
	if (call->flags & IJ_WIRE_CALL_WALK)
		return out->verdict.reason ? walk(inj, hold, idx, call, out) : NULL;
	if (out->verdict.reason && !(force && ij_judge_is_forcible(out->verdict.reason)))
		return NULL;
	if (!may_wait(&hold->held.items[idx], call, &out->verdict))
		return NULL;
	if (!stop->below && force)
		stop->below = ij_regs_sp(&stop->regs);
	return make(inj, hold, idx, call, scratch, ret);
}

struct ij_error *ij_hold_check(struct ij_injector *inj, struct ij_hold *hold,
			       const struct ij_wire_check *check, struct ij_wire_verdict *verdicts,
			       struct ij_wire_verdicts *ret)
{
	if (!inj->target_known)
		return ij_error_new(PROTOCOL, "a check before the target was described");
	if (check->at)
		return ij_error_new(UNSUPPORTED, "a held thread is judged where it is");
	IJ_TRY(ij_injector_refresh(inj));
	*ret = (struct ij_wire_verdicts){0};
	for (size_t i = 0; i < hold->threads.len; i++) {
		struct ij_stop *stop;

		if (!hold->threads.items[i].stopped ||
		    (check->tid && hold->threads.items[i].tid != check->tid))
			continue;
		if (ret->len == IJ_WIRE_VERDICTS_MAX) {
			ret->more++;
			continue;
		}
		stop = freshen(inj, hold, i);
		stop->callee = &check->callee;
		stop->flags = check->flags & IJ_WIRE_CALL_GO;
		judge(inj, hold, i, check->need, &verdicts[ret->len]);
		/* Of what another one holds the thread that was judged is told. */
		verdicts[ret->len++].tid = hold->threads.items[i].tid;
	}
	return NULL;
}
