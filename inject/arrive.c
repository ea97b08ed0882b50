/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for a thread to arrive at an address: one breakpoint in each that may come. */
#include "inject/arrive.h"

#include <string.h>

#include "base/clock.h"
#include "proc/breakpoint.h"

/* For a stop that we asked for to arrive. */
#define STOP_WAIT_NS (100 * IJ_NS_PER_MS)

struct watched {
	struct ij_thread threads[IJ_ARRIVE_THREADS_MAX];
	struct ij_breakpoint bps[IJ_ARRIVE_THREADS_MAX];
	struct ij_stop stops[IJ_ARRIVE_THREADS_MAX];
	size_t len;
};

/* Of one tracer, and too large for the stack. */
static struct watched watched;

/* Attach to @tid and set its breakpoint. One that cannot be watched is passed over. */
static struct ij_error *watch(struct ij_injector *inj, pid_t tid, ij_addr addr)
{
	struct watched *w = &watched;
	struct ij_wire_verdict verdict;
	struct ij_stop *stop = &w->stops[w->len];
	struct ij_thread *thread = &w->threads[w->len];
	int signo;

	*stop = (struct ij_stop){0};
	w->bps[w->len].fd = -1;
	IJ_TRY(ij_attempt_attach(inj, tid, thread, stop, &verdict));
	if (!thread->seized)
		return NULL;
	w->len++;
	signo = ij_judge_marker(&stop->status, stop->status.sig_blocked);
	if (!signo || signo == SIGCHLD || stop->status.sig_blocked & IJ_SIGNAL_BIT(signo))
		return NULL;
	return ij_breakpoint_set(&w->bps[w->len - 1], tid, addr, IJ_BREAKPOINT_EXECUTE, signo);
}

static struct ij_error *watch_all(struct ij_injector *inj, pid_t only, ij_addr addr)
{
	watched.len = 0;
	if (only)
		return watch(inj, only, addr);
	for (size_t i = 0; i < inj->tids.list.len && watched.len < IJ_ARRIVE_THREADS_MAX; i++) {
		struct ij_error *err = watch(inj, inj->tids.list.items[i], addr);

		if (err && err->code != IJ_ERR_GONE)
			return err;
		ij_error_free(err);
	}
	return NULL;
}

/* A signal stop of thread @idx: is it our breakpoint's? Others are delivered. */
static struct ij_error *on_signal(const struct ij_arrival *goal, size_t idx, int signo, bool *hit)
{
	struct ij_thread *thread = &watched.threads[idx];
	struct ij_regs regs;

	if (ij_breakpoint_which(thread, &watched.bps[idx], 1) < 0)
		return ij_thread_resume(thread, signo);
	IJ_TRY(ij_thread_regs_get(thread, &regs));
	if (ij_regs_pc(&regs) == goal->addr && ij_regs_sp(&regs) >= goal->sp_min &&
	    (!goal->sp_max || ij_regs_sp(&regs) <= goal->sp_max)) {
		*hit = true;
		return NULL;
	}
	return ij_thread_resume(thread, 0);
}

/* Wait until one arrives; watched.len if none does in time. */
static struct ij_error *await(const struct ij_arrival *goal, size_t *ret)
{
	*ret = watched.len;
	for (;;) {
		struct ij_event event;
		bool hit = false;
		size_t idx;

		IJ_TRY(ij_threads_wait(watched.threads, watched.len, goal->deadline_ns, &idx,
				       &event));
		switch (event.kind) {
		case IJ_EVENT_DEADLINE:
		case IJ_EVENT_CANCELLED:
			return NULL;
		case IJ_EVENT_SIGNAL:
			IJ_TRY(on_signal(goal, idx, event.signo, &hit));
			if (hit) {
				*ret = idx;
				return NULL;
			}
			break;
		case IJ_EVENT_GROUP_STOP:
		case IJ_EVENT_EXEC:
			ij_thread_detach(&watched.threads[idx], event.signo);
			break;
		case IJ_EVENT_ENDED:
			break;
		default:
			IJ_TRY(ij_thread_resume(&watched.threads[idx], 0));
		}
	}
}

/* Turn any stop into one of ours; the program's signals on the way are delivered. */
static struct ij_error *settle(struct ij_injector *inj, size_t idx)
{
	struct ij_thread *thread = &watched.threads[idx];
	uint64_t deadline = ij_deadline_ns(STOP_WAIT_NS);
	struct ij_event event = {.kind = IJ_EVENT_DEADLINE};
	int signo = 0;

	while (thread->seized) {
		IJ_TRY(ij_thread_interrupt(thread));
		if (thread->stopped)
			IJ_TRY(ij_thread_resume(thread, signo));
		IJ_TRY(ij_thread_wait(thread, deadline, &event));
		signo = 0;
		if (event.kind == IJ_EVENT_STOP)
			return NULL;
		if (event.kind == IJ_EVENT_DEADLINE) {
			ij_injector_strand(inj, thread);
			return NULL;
		}
		if (event.kind == IJ_EVENT_GROUP_STOP || event.kind == IJ_EVENT_EXEC)
			ij_thread_detach(thread, event.signo);
		else if (event.kind == IJ_EVENT_SIGNAL &&
			 ij_breakpoint_which(thread, &watched.bps[idx], 1) < 0)
			signo = event.signo;
	}
	return NULL;
}

/* Let go of every thread but @keep, each from a stop of its own. */
static void release(struct ij_injector *inj, size_t keep)
{
	for (size_t i = 0; i < watched.len; i++) {
		struct ij_thread *thread = &watched.threads[i];

		if (i == keep || !thread->seized)
			continue;
		ij_error_free(settle(inj, i));
		if (thread->stopped) {
			ij_error_free(ij_thread_regs_get(thread, &watched.stops[i].regs));
			ij_error_free(ij_means_find(inj, &watched.stops[i]));
			ij_attempt_let_go(&watched.stops[i]);
		}
	}
	for (size_t i = 0; i < watched.len; i++)
		ij_breakpoint_clear(&watched.bps[i]);
}

struct ij_error *ij_arrive(struct ij_injector *inj, const struct ij_arrival *goal,
			   struct ij_thread *thread, struct ij_stop *stop,
			   struct ij_wire_verdict *verdict)
{
	uint64_t now = ij_now_ns();
	struct ij_error *err;
	size_t idx = 0;

	memset(verdict, 0, sizeof(*verdict));
	verdict->tid = goal->only;
	verdict->syscall = -1;
	*thread = (struct ij_thread){0};
	err = watch_all(inj, goal->only, goal->addr);
	ij_watchdog_arm(&inj->watchdog,
			(now < goal->deadline_ns ? goal->deadline_ns - now : 0) + IJ_HOLD_MAX_NS);
	ij_place_leave(&inj->place);
	if (!err && watched.len)
		err = await(goal, &idx);
	if (err)
		idx = watched.len;
	release(inj, idx);
	if (idx < watched.len) {
		ij_place_join(&inj->place, ij_process_cpu(&inj->process, watched.threads[idx].tid));
		err = settle(inj, idx);
		*stop = watched.stops[idx];
		*thread = watched.threads[idx];
		stop->thread = thread;
		verdict->tid = thread->tid;
		memcpy(verdict->comm, stop->status.comm, sizeof(verdict->comm));
		if (!err && thread->stopped)
			err = ij_stop_reread(inj, stop);
	}
	if (!err && !thread->stopped) {
		verdict->reason = IJ_WIRE_REASON_NOARRIVAL;
		verdict->addr = goal->addr;
	}
	return err;
}
