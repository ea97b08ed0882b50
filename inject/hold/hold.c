/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Taking hold of threads, and letting go of them. */
#include "inject/hold/hold.h"

#include <stdio.h>
#include <string.h>

#include "inject/attempt.h"

/* Lists of threads until one has nobody new: those that are made meanwhile are followed. */
#define ROUNDS_MAX 64

void ij_hold_init(struct ij_hold *hold)
{
	*hold = (struct ij_hold){.status = -1};
}

void ij_hold_deinit(struct ij_hold *hold)
{
	ij_vec_deinit(&hold->threads);
	ij_vec_deinit(&hold->held);
}

struct ij_stop *ij_hold_stop(struct ij_hold *hold, size_t idx)
{
	struct ij_stop *stop = &hold->held.items[idx].stop;

	stop->thread = &hold->threads.items[idx];
	return stop;
}

static struct ij_error *push(struct ij_hold *hold, const struct ij_thread *thread,
			     const struct ij_stop *stop)
{
	struct ij_held *held;

	IJ_TRY(ij_vec_reserve(&hold->threads, 1));
	IJ_TRY(ij_vec_reserve(&hold->held, 1));
	hold->threads.items[hold->threads.len++] = *thread;
	held = &hold->held.items[hold->held.len++];
	*held = (struct ij_held){.hit = -1};
	if (stop)
		held->stop = *stop;
	held->stop.held = true;
	for (size_t i = 0; i < IJ_BREAKPOINTS_MAX; i++)
		held->bps[i].fd = -1;
	return NULL;
}

void ij_hold_drop(struct ij_hold *hold, size_t idx)
{
	for (size_t i = 0; i < IJ_BREAKPOINTS_MAX; i++)
		ij_breakpoint_clear(&hold->held.items[idx].bps[i]);
	hold->threads.items[idx] = hold->threads.items[--hold->threads.len];
	hold->held.items[idx] = hold->held.items[--hold->held.len];
}

void ij_hold_forget(struct ij_hold *hold)
{
	while (hold->threads.len) {
		ij_thread_detach(&hold->threads.items[0], 0);
		ij_hold_drop(hold, 0);
	}
	hold->on = false;
}

struct ij_error *ij_hold_adopt(struct ij_injector *inj, struct ij_hold *hold, pid_t tid)
{
	const struct ij_thread thread = {
		.pid = inj->process.pid, .tid = tid, .waiter = &inj->waiter, .seized = true};

	return push(hold, &thread, NULL);
}

/* Why a thread must not be stopped at all; NULL: it may. */
static const char *must_not(const struct ij_wire_verdict *verdict)
{
	return verdict->reason == IJ_WIRE_REASON_SHARED || verdict->reason == IJ_WIRE_REASON_MODE
		       ? verdict->text
		       : NULL;
}

/* Attach to @tid, if it is there and can be stopped. */
static struct ij_error *attach(struct ij_injector *inj, struct ij_hold *hold, pid_t tid)
{
	struct ij_wire_verdict verdict;
	struct ij_stop stop = {0};
	struct ij_thread thread;
	struct ij_error *err;

	IJ_TRY(ij_attempt_attach(inj, tid, &thread, &stop, &verdict));
	if (!thread.seized) {
		if (must_not(&verdict))
			return ij_error_new(REFUSED, "thread %d cannot be held: %s", tid,
					    must_not(&verdict));
		if (tid == hold->only)
			return ij_error_new(GONE, "thread %d %s", tid,
					    verdict.text[0] ? verdict.text : "has ended");
		return NULL;
	}
	err = push(hold, &thread, &stop);
	if (err) {
		ij_injector_strand(inj, &thread);
		return err;
	}
	return NULL;
}

static bool is_attached(const struct ij_hold *hold, pid_t tid)
{
	for (size_t i = 0; i < hold->threads.len; i++)
		if (hold->threads.items[i].tid == tid)
			return true;
	return false;
}

/* All of them: once one is stopped, what it creates is attached by the kernel. */
struct ij_error *ij_hold_attach_all(struct ij_injector *inj, struct ij_hold *hold)
{
	for (unsigned round = 0, added = 1; added && round < ROUNDS_MAX; round++) {
		added = 0;
		IJ_TRY(ij_process_threads(&inj->process, &inj->tids));
		IJ_VEC_EACH (&inj->tids.list, tid) {
			size_t before = hold->threads.len;

			if (is_attached(hold, *tid))
				continue;
			IJ_TRY(attach(inj, hold, *tid));
			added += hold->threads.len > before;
		}
		IJ_TRY(ij_hold_settle(inj, hold));
	}
	return NULL;
}

static struct ij_error *take(struct ij_injector *inj, struct ij_hold *hold)
{
	IJ_TRY(ij_injector_refresh(inj));
	if (!hold->only)
		return ij_hold_attach_all(inj, hold);
	IJ_TRY(attach(inj, hold, hold->only));
	return ij_hold_settle(inj, hold);
}

struct ij_error *ij_hold_take(struct ij_injector *inj, struct ij_hold *hold, pid_t tid,
			      struct ij_wire_stopped *ret)
{
	struct ij_error *err;
	size_t stopped = 0;

	if (hold->on)
		return ij_error_new(PROTOCOL, "process %d is held already", inj->process.pid);
	hold->only = tid;
	hold->executed = false;
	hold->status = -1;
	hold->on = true;
	err = take(inj, hold);
	ij_place_leave(&inj->place);
	for (size_t i = 0; i < hold->threads.len; i++)
		stopped += hold->threads.items[i].stopped;
	if (!err && !stopped)
		err = ij_error_new(
			UNSAFE,
			"no thread of process %d stopped in time: each waits in the kernel "
			"for what cannot be interrupted",
			inj->process.pid);
	if (err) {
		ij_hold_release(inj, hold);
		return err;
	}
	*ret = (struct ij_wire_stopped){.event = IJ_WIRE_STOP_ASKED,
					.exit_status = -1,
					.tid = tid ? tid : hold->threads.items[0].tid};
	return NULL;
}

static void let_go(struct ij_injector *inj, struct ij_hold *hold, size_t idx)
{
	struct ij_held *held = &hold->held.items[idx];
	struct ij_thread *thread = &hold->threads.items[idx];

	if (!thread->seized)
		return;
	if (!thread->stopped) {
		ij_error_free(ij_injector_whole(inj));
		ij_injector_strand(inj, thread);
		return;
	}
	if (held->known && !held->job)
		ij_attempt_ready(ij_hold_stop(hold, idx));
	ij_thread_detach(thread, held->job ? held->job : held->signo);
}

void ij_hold_keep(struct ij_injector *inj, struct ij_hold *hold, pid_t tid)
{
	ij_error_free(ij_hold_settle(inj, hold));
	for (size_t i = hold->threads.len; i-- > 0;) {
		if (hold->threads.items[i].tid == tid)
			continue;
		let_go(inj, hold, i);
		ij_hold_drop(hold, i);
	}
	hold->only = tid;
}

void ij_hold_release(struct ij_injector *inj, struct ij_hold *hold)
{
	if (!hold->on)
		return;
	/* One that runs can be detached from only in a stop. */
	ij_error_free(ij_hold_settle(inj, hold));
	for (size_t i = 0; i < hold->threads.len; i++)
		let_go(inj, hold, i);
	while (hold->threads.len)
		ij_hold_drop(hold, 0);
	hold->on = false;
}

void ij_hold_let_end(struct ij_hold *hold, const struct ij_thread *but)
{
	for (size_t i = 0; i < hold->threads.len; i++) {
		struct ij_thread *thread = &hold->threads.items[i];
		struct ij_event event;

		if (thread != but && thread->seized && ij_thread_peek(thread, &event) &&
		    event.kind == IJ_EVENT_EXITING)
			ij_error_free(ij_thread_resume(thread, 0));
	}
}

void ij_hold_meet_ends(struct ij_hold *hold)
{
	ij_hold_let_end(hold, NULL);
	for (size_t i = hold->threads.len; i-- > 0;)
		if (!hold->threads.items[i].seized)
			ij_hold_drop(hold, i);
}

struct ij_error *ij_hold_signal_set(struct ij_hold *hold, size_t idx, int signo)
{
	struct ij_held *held = &hold->held.items[idx];

	if (signo && signo != held->signo)
		return ij_error_new(
			USAGE,
			"thread %d is not held with signal %d: it receives that which it "
			"is held with, or none",
			hold->threads.items[idx].tid, signo);
	held->signo = signo;
	held->news = false;
	return NULL;
}

struct ij_error *ij_hold_find(const struct ij_hold *hold, pid_t tid, size_t *ret)
{
	for (size_t i = 0; i < hold->threads.len; i++)
		if (hold->threads.items[i].tid == tid && hold->threads.items[i].stopped) {
			*ret = i;
			return NULL;
		}
	return ij_error_new(NOTFOUND, "thread %d is not held", tid);
}

uint32_t ij_hold_list(struct ij_hold *hold, struct ij_wire_held *ret, uint32_t max,
		      uint32_t *more_ret)
{
	uint32_t len = 0;

	*more_ret = 0;
	for (size_t i = 0; i < hold->threads.len; i++) {
		const struct ij_held *held = &hold->held.items[i];
		const struct ij_thread *thread = &hold->threads.items[i];
		const struct ij_stop *stop = &held->stop;
		struct ij_wire_held *out = &ret[len];

		if (len == max) {
			++*more_ret;
			continue;
		}
		len++;
		*out = (struct ij_wire_held){.tid = thread->tid, .syscall = -1};
		memcpy(out->comm, stop->status.comm, sizeof(out->comm));
		if (!thread->stopped) {
			out->state = IJ_WIRE_HELD_RUNS;
			snprintf(out->text, sizeof(out->text), "it did not stop in time");
			continue;
		}
		out->signo = held->signo;
		out->syscall = ij_regs_syscall(&stop->regs);
		out->pc = ij_regs_pc(&stop->regs);
		out->sp = ij_regs_sp(&stop->regs);
		if (held->job)
			snprintf(out->text, sizeof(out->text), "stopped by job control");
	}
	return len;
}
