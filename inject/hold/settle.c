/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bringing held threads to a stop, and reading them there. */
#include "base/clock.h"
#include "inject/attempt.h"
#include "inject/hold/hold.h"

static bool runs(const struct ij_thread *thread)
{
	return thread->seized && !thread->stopped;
}

/* Before its first stop: who it is, and that what it creates is ours too. */
static struct ij_error *meet(struct ij_injector *inj, struct ij_hold *hold, size_t idx)
{
	struct ij_held *held = &hold->held.items[idx];
	struct ij_thread *thread = &hold->threads.items[idx];

	IJ_TRY(ij_process_status(&inj->process, thread->tid, &held->stop.status));
	if (!hold->only)
		IJ_TRY(ij_thread_follow(thread, true));
	held->known = true;
	return NULL;
}

struct ij_error *ij_hold_read(struct ij_injector *inj, struct ij_hold *hold, size_t idx)
{
	struct ij_stop *stop = ij_hold_stop(hold, idx);
	struct ij_error *err = NULL;

	hold->held.items[idx].stuck = false;
	if (!hold->held.items[idx].known)
		err = meet(inj, hold, idx);
	if (!err)
		err = ij_stop_reread(inj, stop);
	if (!err) {
		ij_limit_confirm(inj, stop);
		return NULL;
	}
	if (err->code != IJ_ERR_GONE)
		return err;
	/* It was killed in its stop: its end comes next. */
	ij_error_free(err);
	stop->thread->stopped = false;
	return NULL;
}

/* A breakpoint's signal that came while everybody was being stopped: one of code will be met again,
 * one of data is to be told of. */
static struct ij_error *put_off(struct ij_hold *hold, size_t idx, int which)
{
	struct ij_held *held = &hold->held.items[idx];
	struct ij_regs regs = held->stop.regs;

	if (held->bps[which].kind != IJ_BREAKPOINT_EXECUTE) {
		held->hit = which;
		return NULL;
	}
	ij_regs_pass(&regs, false);
	held->stop.regs = regs;
	return ij_thread_regs_set(&hold->threads.items[idx], &regs);
}

static struct ij_error *on_signal(struct ij_injector *inj, struct ij_hold *hold, size_t idx,
				  int signo)
{
	struct ij_held *held = &hold->held.items[idx];
	int which = ij_breakpoint_which(&hold->threads.items[idx], held->bps, IJ_BREAKPOINTS_MAX);
	bool trapped;

	IJ_TRY(ij_hold_read(inj, hold, idx));
	if (!hold->threads.items[idx].stopped)
		return NULL;
	if (which >= 0)
		return put_off(hold, idx, which);
	/* It is met again when the thread goes on. */
	IJ_TRY(ij_hold_trap_met(hold, idx, signo, &trapped));
	if (trapped)
		return NULL;
	held->signo = signo;
	held->news = true;
	return NULL;
}

static struct ij_error *on_clone(struct ij_injector *inj, struct ij_hold *hold, size_t idx)
{
	pid_t created;

	IJ_TRY(ij_thread_created_get(&hold->threads.items[idx], &created));
	IJ_TRY(ij_hold_read(inj, hold, idx));
	return ij_hold_adopt(inj, hold, created);
}

struct ij_error *ij_hold_take_in(struct ij_injector *inj, struct ij_hold *hold, size_t idx,
				 const struct ij_event *event)
{
	struct ij_thread *thread = &hold->threads.items[idx];

	switch (event->kind) {
	case IJ_EVENT_STOP:
		return ij_hold_read(inj, hold, idx);
	case IJ_EVENT_GROUP_STOP:
		hold->held.items[idx].job = event->signo;
		return ij_hold_read(inj, hold, idx);
	case IJ_EVENT_SIGNAL:
		return on_signal(inj, hold, idx, event->signo);
	case IJ_EVENT_CLONE:
		return on_clone(inj, hold, idx);
	case IJ_EVENT_EXEC:
		hold->executed = true;
		return NULL;
	case IJ_EVENT_ENDED:
		if (thread->tid == inj->process.pid)
			hold->status = event->status;
		ij_hold_drop(hold, idx);
		return NULL;
	default:
		/* Any other stop cancels the one that was asked for (kernel/signal.c, ptrace_stop).
		 */
		IJ_TRY(ij_thread_interrupt(thread));
		return ij_thread_resume(thread, 0);
	}
}

/* Interrupt those that run. What is left of a limited wait is looked at before. */
static struct ij_error *interrupt_all(struct ij_injector *inj, struct ij_hold *hold)
{
	for (size_t i = 0; i < hold->threads.len; i++) {
		struct ij_held *held = &hold->held.items[i];
		struct ij_error *err;

		if (!runs(&hold->threads.items[i]))
			continue;
		if (held->known) {
			struct ij_blocked blocked;

			ij_process_blocked(&inj->process, hold->threads.items[i].tid, &blocked);
			ij_limit_look(inj, ij_hold_stop(hold, i), &blocked);
		}
		err = ij_thread_interrupt(&hold->threads.items[i]);
		if (err && err->code != IJ_ERR_GONE)
			return err;
		ij_error_free(err);
	}
	return NULL;
}

/* Does one of those that are waited for only lack a CPU? Those that are known to be stuck do not
 * count. */
static bool is_waited_for(struct ij_injector *inj, const struct ij_hold *hold, bool any)
{
	for (size_t i = 0; i < hold->threads.len; i++)
		if (runs(&hold->threads.items[i]) && !hold->held.items[i].stuck &&
		    (any || ij_process_thread_runs(&inj->process, hold->threads.items[i].tid)))
			return true;
	return false;
}

static void give_up(struct ij_hold *hold)
{
	for (size_t i = 0; i < hold->threads.len; i++)
		hold->held.items[i].stuck |= runs(&hold->threads.items[i]);
}

struct ij_error *ij_hold_settle(struct ij_injector *inj, struct ij_hold *hold)
{
	uint64_t last = ij_deadline_ns(IJ_HOLD_MAX_NS / 2);
	uint64_t deadline = ij_deadline_ns(IJ_STOP_DEADLINE_NS);

	ij_watchdog_arm(&inj->watchdog, IJ_HOLD_MAX_NS);
	IJ_TRY(interrupt_all(inj, hold));
	while (!hold->executed && is_waited_for(inj, hold, true)) {
		struct ij_event event;
		size_t idx;

		IJ_TRY(ij_threads_wait(hold->threads.items, hold->threads.len, deadline, &idx,
				       &event));
		if (event.kind == IJ_EVENT_CANCELLED)
			continue;
		if (event.kind != IJ_EVENT_DEADLINE) {
			IJ_TRY(ij_hold_take_in(inj, hold, idx, &event));
			continue;
		}
		if (ij_now_ns() >= last || !is_waited_for(inj, hold, false))
			give_up(hold);
		else
			deadline = ij_deadline_ns(IJ_STOP_DEADLINE_NS);
	}
	return NULL;
}
