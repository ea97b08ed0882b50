/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One attempt: stop, judge, run, put back, resume. */
#include "inject/attempt.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "inject/run.h"

/* A stop that lasts longer than this, the call's own time apart, is a fault of ours: die and
 * release it. */
#define HOLD_MAX_NS (2 * IJ_NS_PER_S)
/* Signals that may be delivered on the way to one stop. */
#define SIGNALS_MAX 64

static void not_stopped(struct ij_wire_verdict *verdict, enum ij_wire_reason reason,
			const char *text)
{
	verdict->reason = reason;
	snprintf(verdict->text, sizeof(verdict->text), "%s", text);
}

static bool is_runnable(const struct ij_injector *inj, pid_t tid)
{
	struct ij_status status;
	IJ_ERROR_AUTO err = ij_process_status(&inj->process, tid, &status);

	return !err && status.state == 'R';
}

/* Wait for our interrupt's stop; signals on the way are the program's and are passed on. */
static struct ij_error *await_stop(struct ij_injector *inj, struct ij_thread *thread,
				   struct ij_wire_verdict *verdict)
{
	uint64_t deadline = ij_deadline_ns(IJ_STOP_DEADLINE_NS);
	uint64_t last = ij_deadline_ns(HOLD_MAX_NS / 2);

	for (unsigned i = 0; i < SIGNALS_MAX; i++) {
		struct ij_event event;

		IJ_TRY(ij_thread_wait(thread, deadline, &event));
		switch (event.kind) {
		case IJ_EVENT_STOP:
			return NULL;
		case IJ_EVENT_GROUP_STOP:
			ij_thread_detach(thread, event.signo);
			not_stopped(verdict, IJ_WIRE_REASON_STOPPED, "");
			return NULL;
		case IJ_EVENT_ENDED:
			not_stopped(verdict, IJ_WIRE_REASON_THREAD_GONE, "");
			return NULL;
		case IJ_EVENT_DEADLINE:
			/* One that could run but gets no CPU on a busy machine will stop when it
			 * does. */
			if (ij_now_ns() < last && is_runnable(inj, thread->tid)) {
				deadline = ij_deadline_ns(IJ_STOP_DEADLINE_NS);
				break;
			}
			ij_injector_strand(inj, thread);
			not_stopped(verdict, IJ_WIRE_REASON_NOSTOP, "");
			return NULL;
		case IJ_EVENT_SIGNAL:
		case IJ_EVENT_SYSCALL:
		case IJ_EVENT_EXEC:
		case IJ_EVENT_EXITING:
			/* Any other stop cancels the one that was asked for (kernel/signal.c,
			 * ptrace_stop). */
			IJ_TRY(ij_thread_interrupt(thread));
			IJ_TRY(ij_thread_resume(thread, event.signo));
			break;
		case IJ_EVENT_CANCELLED:
			break;
		}
	}
	ij_injector_strand(inj, thread);
	not_stopped(verdict, IJ_WIRE_REASON_NOSTOP, "signals without end");
	return NULL;
}

/* A thread that ends under our hands is no error: the next attempt takes another. */
static struct ij_error *tolerate_gone(struct ij_error *err, struct ij_wire_verdict *verdict)
{
	if (!err || err->code != IJ_ERR_GONE)
		return err;
	ij_error_free(err);
	not_stopped(verdict, IJ_WIRE_REASON_THREAD_GONE, "");
	return NULL;
}

static struct ij_error *stop_thread(struct ij_injector *inj, pid_t tid, struct ij_thread *thread,
				    struct ij_stop *stop, struct ij_wire_verdict *verdict)
{
	struct ij_blocked blocked;
	struct ij_status process_status;

	IJ_TRY(ij_process_status(&inj->process, tid, &stop->status));
	IJ_TRY(ij_process_status(&inj->process, 0, &process_status));
	stop->inner_tgid = process_status.inner_pid;
	memcpy(verdict->comm, stop->status.comm, sizeof(verdict->comm));
	ij_process_blocked(&inj->process, tid, &blocked);
	if (stop->status.state == 'Z' || stop->status.state == 'X') {
		not_stopped(verdict, IJ_WIRE_REASON_THREAD_GONE, "");
		return NULL;
	}
	if (stop->status.state == 'D' && blocked.known &&
	    (blocked.nr == SYS_vfork || blocked.nr == SYS_clone || blocked.nr == SYS_clone3)) {
		not_stopped(verdict, IJ_WIRE_REASON_NOSTOP, "it waits for a vfork child");
		return NULL;
	}
	IJ_TRY(ij_thread_seize(thread, inj->process.pid, tid, &inj->waiter));
	ij_place_join(&inj->place, ij_process_cpu(&inj->process, tid));
	stop->since_ns = ij_now_ns();
	IJ_TRY(ij_thread_interrupt(thread));
	IJ_TRY(await_stop(inj, thread, verdict));
	if (verdict->reason)
		return NULL;
	IJ_TRY(ij_thread_regs_get(thread, &stop->regs));
	stop->thread = thread;
	ij_stop_rseq(inj, stop);
	return NULL;
}

struct ij_error *ij_attempt_stop(struct ij_injector *inj, pid_t tid, struct ij_thread *thread,
				 struct ij_stop *stop, struct ij_wire_verdict *verdict)
{
	struct ij_error *err;

	*thread = (struct ij_thread){.tid = tid};
	memset(verdict, 0, sizeof(*verdict));
	verdict->tid = tid;
	verdict->syscall = -1;
	err = tolerate_gone(stop_thread(inj, tid, thread, stop, verdict), verdict);
	if (err && thread->seized && !thread->stopped)
		ij_injector_strand(inj, thread);
	if ((err || verdict->reason) && thread->stopped)
		ij_thread_detach(thread, 0);
	return err;
}

void ij_attempt_let_go(struct ij_stop *stop)
{
	struct ij_regs regs = stop->regs;

	/* The one trace of a mere stop that can be undone: EINTR where nothing had happened. */
	if (ij_regs_restart(&regs) == IJ_RESTART_EINTR) {
		ij_regs_restart_by_kernel(&regs);
		ij_error_free(ij_thread_regs_set(stop->thread, &regs));
	}
	ij_thread_detach(stop->thread, 0);
}

static void remote_init(struct ij_injector *inj, struct ij_thread *thread, ij_addr below)
{
	struct ij_remote *remote = &inj->remote;

	remote->thread = thread;
	remote->process = &inj->process;
	remote->saved = &inj->saved;
	remote->syscall_ret = inj->target.syscall_ret;
	remote->sigreturn = inj->target.sigreturn;
	remote->block = ~IJ_SIGNALS_SYNCHRONOUS;
	remote->below = below;
	remote->deadline_ns = ij_deadline_ns(HOLD_MAX_NS / 2);
}

/* Our pages, mapped in this stop if there are none yet, or too small ones. */
static struct ij_error *ensure_pages(struct ij_injector *inj, size_t scratch_room)
{
	if (inj->pages.ready && ij_pages_scratch_size(&inj->pages) >= scratch_room)
		return NULL;
	IJ_TRY(ij_remote_enter(&inj->remote));
	if (inj->pages.base)
		IJ_TRY(ij_pages_unmap(&inj->pages, &inj->remote));
	return ij_pages_map(&inj->pages, &inj->remote, scratch_room);
}

/*
 * The session's last call takes its pages along in the same stop. The thread still stands in the
 * stub, whose frame it would restore itself from: ours goes below that.
 */
static struct ij_error *drop_pages(struct ij_injector *inj, struct ij_thread *thread)
{
	struct ij_regs regs;

	IJ_TRY(ij_thread_regs_get(thread, &regs));
	remote_init(inj, thread, ij_regs_sp(&regs));
	IJ_TRY(ij_remote_enter(&inj->remote));
	return ij_pages_unmap(&inj->pages, &inj->remote);
}

/* Is this error only that something came between, so that the attempt may be made again? */
static bool is_transient(const struct ij_error *err)
{
	return err->code == IJ_ERR_INTERRUPTED || err->code == IJ_ERR_TIMEOUT;
}

/*
 * Put the thread back and let go of it. Were this to fail half-way, letting go is still right:
 * until the last request the thread stands in code that restores it.
 */
static struct ij_error *release(struct ij_injector *inj, struct ij_stop *stop, enum ij_put_back how,
				int signo, uint64_t *pause_ret)
{
	struct ij_error *err;

	/* It runs in our code, unwatched, and restores itself. */
	if (stop->thread->seized && !stop->thread->stopped) {
		ij_injector_strand(inj, stop->thread);
		return NULL;
	}
	err = ij_saved_put_back(stop->thread, &inj->saved, how);
	/* Before, not after: on the same CPU the thread runs first and we come back later. */
	*pause_ret = ij_now_ns() - stop->since_ns;
	ij_thread_detach(stop->thread, signo);
	ij_place_leave(&inj->place);
	return err;
}

/* From a safe stop to the thread's release. */
static struct ij_error *inject(struct ij_injector *inj, const struct ij_wire_call *call,
			       const uint8_t *scratch, struct ij_stop *stop,
			       struct ij_call_result *ret)
{
	struct ij_run run = {.call = call, .stop = stop, .result = ret};
	enum ij_run_end end = IJ_RUN_STOPPED;
	struct ij_error *err = NULL, *late;

	err = ij_saved_take(stop->thread, &inj->process, &stop->resume, &inj->saved);
	if (err) {
		ij_attempt_let_go(stop);
		return err;
	}
	remote_init(inj, stop->thread, ij_regs_sp(&stop->regs));
	err = ensure_pages(inj, call->scratch_room);
	if (!err) {
		ij_watchdog_arm(&inj->watchdog, call->timeout_ns + HOLD_MAX_NS);
		err = ij_run_call(inj, &run, scratch, &end);
	}
	if (err && is_transient(err)) {
		ret->outcome.status = IJ_WIRE_UNSAFE;
		not_stopped(&ret->outcome.verdict, IJ_WIRE_REASON_MEMORY, err->msg);
		if (err->code == IJ_ERR_INTERRUPTED)
			run.signo = err->os;
		ij_error_free(err);
		err = NULL;
	}
	if (!err && end == IJ_RUN_STOPPED && call->flags & IJ_WIRE_CALL_LAST && inj->pages.base) {
		ij_watchdog_arm(&inj->watchdog, HOLD_MAX_NS);
		/* What fails here is tried again at the session's end. */
		ij_error_free(drop_pages(inj, stop->thread));
	}
	if (end == IJ_RUN_STOPPED) {
		late = release(inj, stop, run.put_back, run.signo, &ret->outcome.pause_ns);
		if (err)
			ij_error_free(late);
		else
			err = late;
	}
	if (!inj->pages.base)
		ij_pages_forget(&inj->pages);
	if (err)
		err->touch = end == IJ_RUN_STOPPED ? IJ_TOUCH_RESTORED : IJ_TOUCH_DIRTY;
	return err;
}

struct ij_error *ij_attempt_call(struct ij_injector *inj, const struct ij_wire_call *call,
				 const uint8_t *scratch, pid_t tid, struct ij_call_result *ret)
{
	struct ij_wire_outcome *out = &ret->outcome;
	struct ij_thread thread;
	struct ij_stop stop = {0};
	struct ij_error *err;
	bool force = call->flags & IJ_WIRE_CALL_FORCE;

	ij_watchdog_arm(&inj->watchdog, HOLD_MAX_NS);
	out->status = IJ_WIRE_UNSAFE;
	out->touch = IJ_TOUCH_UNTOUCHED;
	err = ij_attempt_stop(inj, tid, &thread, &stop, &out->verdict);
	if (!err && thread.stopped) {
		ij_judge(inj, &stop, call->need, &out->verdict);
		out->frames_len = (uint32_t)stop.frames_len;
		memcpy(ret->frames, stop.frames, stop.frames_len * sizeof(stop.frames[0]));
		if (!out->verdict.reason && ij_now_ns() - stop.since_ns > call->pause_ns)
			not_stopped(&out->verdict, IJ_WIRE_REASON_NOSTOP,
				    "judging took the whole pause budget");
		if (!out->verdict.reason || (force && !ij_judge_is_permanent(out->verdict.reason)))
			err = inject(inj, call, scratch, &stop, ret);
		else
			ij_attempt_let_go(&stop);
		if (!out->pause_ns)
			out->pause_ns = ij_now_ns() - stop.since_ns;
	}
	ij_place_leave(&inj->place);
	ij_watchdog_disarm(&inj->watchdog);
	return err;
}

/* A bare system call in a judged stop, and the thread's release. */
static struct ij_error *unmap_in(struct ij_injector *inj, struct ij_stop *stop, ij_addr base,
				 size_t size, bool *done_ret)
{
	const uint64_t args[6] = {base, size};
	struct ij_error *err, *late;
	uint64_t pause_ns;
	long result = -1;

	err = ij_saved_take(stop->thread, &inj->process, &stop->resume, &inj->saved);
	if (err) {
		/* Nothing was saved, so nothing is put back. */
		ij_attempt_let_go(stop);
		return err;
	}
	remote_init(inj, stop->thread, ij_regs_sp(&stop->regs));
	err = ij_remote_enter(&inj->remote);
	if (!err)
		err = ij_remote_syscall(&inj->remote, SYS_munmap, args, &result);
	late = release(inj, stop, IJ_PUT_BACK_KERNEL,
		       err && err->code == IJ_ERR_INTERRUPTED ? err->os : 0, &pause_ns);
	*done_ret = !err && !result;
	if (err && (is_transient(err) || err->code == IJ_ERR_GONE)) {
		ij_error_free(err);
		err = NULL;
	}
	if (!err)
		return late;
	ij_error_free(late);
	return err;
}

struct ij_error *ij_attempt_unmap(struct ij_injector *inj, pid_t tid, ij_addr base, size_t size,
				  bool *done_ret)
{
	struct ij_wire_verdict verdict;
	struct ij_thread thread;
	struct ij_stop stop = {0};
	struct ij_error *err;

	*done_ret = false;
	ij_watchdog_arm(&inj->watchdog, HOLD_MAX_NS);
	err = ij_attempt_stop(inj, tid, &thread, &stop, &verdict);
	if (!err && thread.stopped) {
		/* A bare system call: safe wherever the stack has room and nobody stands in the
		 * pages. */
		ij_judge(inj, &stop, IJ_CLASSES_NONE, &verdict);
		if (verdict.reason || ij_regs_pc(&stop.regs) - base < size)
			ij_attempt_let_go(&stop);
		else
			err = unmap_in(inj, &stop, base, size, done_ret);
	}
	ij_place_leave(&inj->place);
	ij_watchdog_disarm(&inj->watchdog);
	return err;
}
