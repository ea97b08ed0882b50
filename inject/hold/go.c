/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Letting held threads go on until something happens. */
#include <string.h>

#include "arch/decode.h"
#include "base/clock.h"
#include "inject/attempt.h"
#include "inject/hold/hold.h"
#include "inject/walk.h"

/* Between looks at the clock, in which the watchdog is fed. */
#define SLICE_NS IJ_NS_PER_S

struct going {
	struct ij_injector *inj;
	struct ij_hold *hold;
	const struct ij_wire_go *go;
	struct ij_wire_breakpoint goals[IJ_WIRE_BREAKPOINTS_MAX]; /* that are armed */
	unsigned goals_len;
	bool step; /* the goals are those of a step */
	uint64_t deadline_ns;
	struct ij_wire_stopped *report;
	bool over;
};

static void tell(struct going *g, enum ij_wire_stop_event event, pid_t tid)
{
	g->over = true;
	g->report->event = event;
	g->report->tid = tid;
}

static bool may_run(const struct going *g, size_t idx)
{
	bool alone = g->go->flags & (IJ_WIRE_GO_STEP | IJ_WIRE_GO_ALONE);

	return !alone || g->hold->threads.items[idx].tid == g->go->tid;
}

/*
 * The signal that tells of a breakpoint in thread @idx; 0: none is free. One that is blocked just
 * now will do, if there is no other: threads are created with all of them blocked.
 */
static int marker_of(struct going *g, size_t idx)
{
	struct ij_stop *stop = ij_hold_stop(g->hold, idx);
	struct ij_status status;
	IJ_ERROR_AUTO err = ij_process_status(&g->inj->process, stop->thread->tid, &status);
	int signo;

	if (!err)
		stop->status = status;
	signo = ij_judge_marker(&stop->status, stop->status.sig_blocked);
	if (!signo || signo == SIGCHLD)
		signo = ij_judge_marker(&stop->status, 0);
	return signo == SIGCHLD ? 0 : signo;
}

/* Arm the goals in thread @idx, which is stopped. */
static struct ij_error *arm(struct going *g, size_t idx)
{
	static const enum ij_breakpoint_kind kinds[] = {
		[IJ_WIRE_BREAKPOINT_EXECUTE] = IJ_BREAKPOINT_EXECUTE,
		[IJ_WIRE_BREAKPOINT_WRITE] = IJ_BREAKPOINT_WRITE,
		[IJ_WIRE_BREAKPOINT_ACCESS] = IJ_BREAKPOINT_ACCESS,
	};
	struct ij_held *held = &g->hold->held.items[idx];
	pid_t tid = g->hold->threads.items[idx].tid;
	int signo;

	if (!g->goals_len)
		return NULL;
	signo = marker_of(g, idx);
	if (!signo)
		return ij_error_new(UNSUPPORTED,
				    "no signal is free in thread %d to tell of a breakpoint", tid);
	for (unsigned i = 0; i < g->goals_len; i++) {
		const struct ij_breakpoint want = {.addr = g->goals[i].addr,
						   .kind = kinds[g->goals[i].kind],
						   .size = g->goals[i].size,
						   .signo = signo};

		if (!g->goals[i].tid || g->goals[i].tid == tid)
			IJ_TRY(ij_breakpoint_aim(&held->bps[i], tid, &want));
	}
	return NULL;
}

static void rest_all(struct going *g)
{
	IJ_VEC_EACH (&g->hold->held, held)
		for (size_t i = 0; i < IJ_BREAKPOINTS_MAX; i++)
			ij_breakpoint_rest(&held->bps[i]);
}

/* A thread that ended under our hands: its end comes next. */
static struct ij_error *tolerate_gone(struct ij_thread *thread, struct ij_error *err)
{
	if (!err || err->code != IJ_ERR_GONE)
		return err;
	ij_error_free(err);
	thread->stopped = false;
	return NULL;
}

static struct ij_error *let_run(struct going *g, size_t idx, int signo)
{
	struct ij_thread *thread = &g->hold->threads.items[idx];
	struct ij_held *held = &g->hold->held.items[idx];

	held->signo = 0;
	held->news = false;
	if (held->job)
		return tolerate_gone(thread, ij_thread_listen(thread));
	ij_attempt_ready(ij_hold_stop(g->hold, idx));
	return tolerate_gone(thread, ij_thread_resume(thread, signo));
}

/* What a person sees is where the thread goes on: a breakpoint on that place has been met. */
static struct ij_error *pass(struct going *g, size_t idx)
{
	struct ij_stop *stop = ij_hold_stop(g->hold, idx);
	ij_addr pc = ij_regs_pc(&stop->regs);
	bool on = false;

	if (ij_regs_restart(&stop->regs) != IJ_RESTART_NONE)
		return NULL;
	for (unsigned i = 0; i < g->goals_len; i++)
		on |= g->goals[i].kind == IJ_WIRE_BREAKPOINT_EXECUTE && g->goals[i].addr == pc;
	if (!on)
		return NULL;
	ij_regs_pass(&stop->regs, true);
	return ij_thread_regs_set(stop->thread, &stop->regs);
}

static int signal_of(const struct going *g, size_t idx)
{
	bool chosen = g->hold->threads.items[idx].tid == g->go->tid &&
		      g->go->signo != IJ_WIRE_GO_SIGNAL_OWN;

	return chosen ? g->go->signo : g->hold->held.items[idx].signo;
}

static struct ij_error *start(struct going *g)
{
	for (size_t i = 0; i < g->hold->threads.len; i++)
		if (g->hold->threads.items[i].stopped && may_run(g, i)) {
			IJ_TRY(arm(g, i));
			if (g->hold->threads.items[i].tid == g->go->tid)
				IJ_TRY(pass(g, i));
		}
	for (size_t i = 0; i < g->hold->threads.len; i++)
		if (g->hold->threads.items[i].stopped && may_run(g, i))
			IJ_TRY(let_run(g, i, signal_of(g, i)));
	return NULL;
}

/* Does the hit of @bp by thread @idx count? */
static bool counts(const struct going *g, size_t idx, int which)
{
	const struct ij_regs *regs = &g->hold->held.items[idx].stop.regs;
	const struct ij_wire_breakpoint *goal = &g->goals[which];

	if (which >= (int)g->goals_len)
		return false;
	if (goal->kind == IJ_WIRE_BREAKPOINT_EXECUTE && ij_regs_pc(regs) != goal->addr)
		return false;
	return ij_regs_sp(regs) >= goal->sp_min;
}

static struct ij_error *describe_signal(struct going *g, size_t idx, int signo)
{
	siginfo_t info;

	IJ_TRY(ij_thread_siginfo_get(&g->hold->threads.items[idx], &info));
	g->report->signo = signo;
	g->report->sigcode = info.si_code;
	if (info.si_code > 0)
		g->report->addr = (ij_addr)(uintptr_t)info.si_addr;
	else
		g->report->sender = info.si_pid;
	tell(g, IJ_WIRE_STOP_SIGNAL, g->hold->threads.items[idx].tid);
	return NULL;
}

static struct ij_error *on_signal(struct going *g, size_t idx, int signo)
{
	struct ij_held *held = &g->hold->held.items[idx];
	struct ij_thread *thread = &g->hold->threads.items[idx];
	int which = ij_breakpoint_which(thread, held->bps, IJ_BREAKPOINTS_MAX);
	bool trapped;

	IJ_TRY(ij_hold_read(g->inj, g->hold, idx));
	if (!thread->stopped)
		return NULL;
	if (which >= 0 && counts(g, idx, which)) {
		g->report->breakpoint = (uint32_t)which;
		tell(g, g->step ? IJ_WIRE_STOP_STEPPED : IJ_WIRE_STOP_BREAKPOINT, thread->tid);
		return NULL;
	}
	if (which >= 0)
		return let_run(g, idx, 0);
	IJ_TRY(ij_hold_trap_met(g->hold, idx, signo, &trapped));
	if (trapped) {
		g->report->breakpoint = IJ_WIRE_BREAKPOINTS_MAX;
		tell(g, IJ_WIRE_STOP_BREAKPOINT, thread->tid);
		return NULL;
	}
	if (g->go->pass & IJ_SIGNAL_BIT(signo))
		return let_run(g, idx, signo);
	held->signo = signo;
	return describe_signal(g, idx, signo);
}

/* A stop of ours: the first of a new thread, or of one that was given up. In a step with a signal
 * it is the one that was asked for, in the handler or where there is none. */
static struct ij_error *on_stop(struct going *g, size_t idx)
{
	bool new = !g->hold->held.items[idx].known;

	IJ_TRY(ij_hold_read(g->inj, g->hold, idx));
	g->hold->held.items[idx].job = 0;
	if (!g->hold->threads.items[idx].stopped)
		return NULL;
	if (g->step && g->hold->threads.items[idx].tid == g->go->tid) {
		tell(g, IJ_WIRE_STOP_STEPPED, g->go->tid);
		return NULL;
	}
	if (new)
		IJ_TRY(arm(g, idx));
	return let_run(g, idx, 0);
}

static struct ij_error *on_group_stop(struct going *g, size_t idx, int signo)
{
	struct ij_held *held = &g->hold->held.items[idx];
	bool again = held->job;

	IJ_TRY(ij_hold_read(g->inj, g->hold, idx));
	held->job = signo;
	if (again)
		return let_run(g, idx, 0);
	g->report->signo = signo;
	tell(g, IJ_WIRE_STOP_JOB, g->hold->threads.items[idx].tid);
	return NULL;
}

static struct ij_error *on_clone(struct going *g, size_t idx)
{
	pid_t created;

	IJ_TRY(ij_thread_created_get(&g->hold->threads.items[idx], &created));
	IJ_TRY(ij_hold_adopt(g->inj, g->hold, created));
	IJ_TRY(ij_hold_read(g->inj, g->hold, idx));
	return g->hold->threads.items[idx].stopped ? let_run(g, idx, 0) : NULL;
}

static void on_ended(struct going *g, size_t idx, int status)
{
	pid_t tid = g->hold->threads.items[idx].tid;

	if (tid == g->inj->process.pid)
		g->hold->status = status;
	ij_hold_drop(g->hold, idx);
	if (tid == g->go->tid && g->hold->threads.len &&
	    g->go->flags & (IJ_WIRE_GO_STEP | IJ_WIRE_GO_ALONE))
		tell(g, IJ_WIRE_STOP_GONE, tid);
}

static struct ij_error *dispatch(struct going *g, size_t idx, const struct ij_event *event)
{
	struct ij_thread *thread = &g->hold->threads.items[idx];

	switch (event->kind) {
	case IJ_EVENT_STOP:
		return on_stop(g, idx);
	case IJ_EVENT_GROUP_STOP:
		return on_group_stop(g, idx, event->signo);
	case IJ_EVENT_SIGNAL:
		return on_signal(g, idx, event->signo);
	case IJ_EVENT_SYSCALL:
	case IJ_EVENT_EXITING:
		return tolerate_gone(thread, ij_thread_resume(thread, 0));
	case IJ_EVENT_CLONE:
		return on_clone(g, idx);
	case IJ_EVENT_EXEC:
		g->hold->executed = true;
		tell(g, IJ_WIRE_STOP_EXECUTED, thread->tid);
		return NULL;
	case IJ_EVENT_ENDED:
		on_ended(g, idx, event->status);
		return NULL;
	case IJ_EVENT_CANCELLED:
		tell(g, IJ_WIRE_STOP_CANCELLED, g->go->tid);
		return NULL;
	case IJ_EVENT_DEADLINE:
		if (ij_now_ns() >= g->deadline_ns)
			tell(g, IJ_WIRE_STOP_LATE, g->go->tid);
		return NULL;
	}
	return NULL;
}

static struct ij_error *follow(struct going *g)
{
	while (!g->over && g->hold->threads.len) {
		uint64_t slice = ij_deadline_ns(SLICE_NS);
		struct ij_event event;
		size_t idx;

		ij_watchdog_arm(&g->inj->watchdog, SLICE_NS + IJ_HOLD_MAX_NS);
		IJ_TRY(ij_threads_wait(g->hold->threads.items, g->hold->threads.len,
				       slice < g->deadline_ns ? slice : g->deadline_ns, &idx,
				       &event));
		IJ_TRY(dispatch(g, idx, &event));
	}
	return NULL;
}

/* What happened while everybody was being stopped the last time, and has not been told of. */
static struct ij_error *old_news(struct going *g)
{
	for (size_t i = 0; i < g->hold->threads.len && !g->over; i++) {
		struct ij_held *held = &g->hold->held.items[i];

		if (!may_run(g, i) || !g->hold->threads.items[i].stopped)
			continue;
		if (held->hit >= 0 && (unsigned)held->hit < g->goals_len &&
		    held->bps[held->hit].addr == g->goals[held->hit].addr) {
			g->report->breakpoint = (uint32_t)held->hit;
			tell(g, IJ_WIRE_STOP_BREAKPOINT, g->hold->threads.items[i].tid);
		} else if (held->news && !(g->go->pass & IJ_SIGNAL_BIT(held->signo))) {
			IJ_TRY(describe_signal(g, i, held->signo));
		}
		held->hit = -1;
		if (g->over)
			held->news = false;
	}
	return NULL;
}

static bool read_word(void *ctx, ij_addr addr, uint64_t *ret)
{
	IJ_ERROR_AUTO err = ij_mem_read_u64(ctx, addr, ret);

	return !err;
}

/* Where the next instruction of the thread may lead. */
static struct ij_error *step_goals(struct going *g, size_t idx)
{
	struct ij_stop *stop = ij_hold_stop(g->hold, idx);
	struct ij_walk walk = {.inj = g->inj, .stop = stop};
	ij_addr pc = ij_regs_pc(&stop->regs), next[2];
	struct ij_insn insn;

	g->goals_len = 0;
	/* It goes on in its system call, and that is one instruction. */
	if (ij_regs_restart(&stop->regs) != IJ_RESTART_NONE) {
		g->goals[g->goals_len++] = (struct ij_wire_breakpoint){.addr = pc, .size = 1};
		return NULL;
	}
	if (!ij_walk_insn(&walk, pc, &insn))
		return ij_error_new(UNSUPPORTED,
				    "cannot step thread %d: the instruction at 0x%llx is not known",
				    stop->thread->tid, (unsigned long long)pc);
	g->goals_len = ij_insn_successors(&insn, pc, &stop->regs, read_word,
					  &g->inj->process.mem.mem, next);
	for (unsigned i = 0; i < g->goals_len; i++)
		g->goals[i] = (struct ij_wire_breakpoint){.addr = next[i], .size = 1};
	/* What cannot be read or traps on purpose raises a signal, which is told of. */
	if (!g->goals_len && insn.flow != IJ_FLOW_STOP && !insn.indirect &&
	    insn.flow != IJ_FLOW_RET)
		return ij_error_new(
			UNSUPPORTED,
			"cannot step thread %d: it is not known where the instruction at "
			"0x%llx leads",
			stop->thread->tid, (unsigned long long)pc);
	return NULL;
}

static struct ij_error *prepare(struct going *g)
{
	const struct ij_wire_go *go = g->go;
	size_t idx = 0;

	if (go->tid)
		IJ_TRY(ij_hold_find(g->hold, go->tid, &idx));
	g->goals_len = go->breakpoints_len;
	memcpy(g->goals, go->breakpoints, sizeof(g->goals));
	if (!(go->flags & IJ_WIRE_GO_STEP))
		return old_news(g);
	g->step = true;
	IJ_TRY(step_goals(g, idx));
	/* With a signal the first instruction is the handler's: a stop that comes before it. */
	if (signal_of(g, idx)) {
		g->goals_len = 0;
		return ij_thread_interrupt(&g->hold->threads.items[idx]);
	}
	return NULL;
}

struct ij_error *ij_hold_go(struct ij_injector *inj, struct ij_hold *hold,
			    const struct ij_wire_go *go, struct ij_wire_stopped *ret)
{
	struct going g = {.inj = inj,
			  .hold = hold,
			  .go = go,
			  .report = ret,
			  .deadline_ns = ij_deadline_ns(go->timeout_ns)};
	struct ij_error *err, *late, *lifted;

	*ret = (struct ij_wire_stopped){.exit_status = -1};
	err = prepare(&g);
	if (!err && !g.over) {
		err = ij_hold_traps_set(inj, hold, go->traps, go->traps_len);
		if (!err)
			err = start(&g);
		if (!err)
			err = follow(&g);
	}
	late = ij_hold_settle(inj, hold);
	rest_all(&g);
	lifted = ij_hold_traps_lift(inj, hold);
	/* The code of one that has ended or executed is gone. */
	if (late || hold->executed || !hold->threads.len) {
		ij_error_free(lifted);
		lifted = NULL;
	}
	late = late ? late : lifted;
	if (err)
		ij_error_free(late);
	else
		err = late;
	if (err)
		return err;
	if (hold->executed) {
		tell(&g, IJ_WIRE_STOP_EXECUTED, inj->process.pid);
		ij_hold_forget(hold);
	} else if (!hold->threads.len) {
		tell(&g, hold->only ? IJ_WIRE_STOP_GONE : IJ_WIRE_STOP_EXITED,
		     hold->only ? hold->only : inj->process.pid);
		ret->exit_status = hold->status;
		hold->on = false;
	}
	return NULL;
}
