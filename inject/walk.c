/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all walkers stand on: running a thread up to fail-open breakpoints, and stopping it again.
 */
#include "inject/walk.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "inject/attempt.h"

/* For a stop that we asked for to arrive. */
#define STOP_WAIT_NS (100 * IJ_NS_PER_MS)
/* And, while it only lacks a CPU, at the very last. */
#define STOP_LAST_NS (IJ_HOLD_MAX_NS / 2)
/* Between looks at where a thread is that does not arrive. */
#define LOOK_NS (2 * IJ_NS_PER_MS)
/* Signals and missed breakpoints on the way of one walk. */
#define EVENTS_MAX 4096

struct going {
	struct ij_walk *walk;
	struct ij_thread *thread;
	const struct ij_walk_goal *goals;
	struct ij_breakpoint bps[IJ_BREAKPOINTS_MAX];
	size_t len;
	int hit;
	bool stopping;       /* a stop of ours is asked for */
	bool cancelled;      /* the client has gone: stop soon */
	uint64_t give_up_ns; /* when `stopping`: when to give up */
	uint64_t last_ns;
	struct ij_block_looks looks;
	enum ij_walk_end why; /* why it is being stopped */
	bool over;
	enum ij_walk_end end;
};

static struct ij_error *set_all(struct going *g)
{
	struct ij_error *err = NULL;

	for (size_t i = 0; i < IJ_BREAKPOINTS_MAX; i++)
		g->bps[i].fd = -1;
	for (size_t i = 0; i < g->len && !err; i++)
		err = ij_breakpoint_set(&g->bps[i], g->thread->tid, g->goals[i].addr,
					g->goals[i].kind, g->walk->signo);
	return err;
}

static void clear_all(struct going *g)
{
	for (size_t i = 0; i < g->len; i++)
		ij_breakpoint_clear(&g->bps[i]);
}

static struct ij_error *resume(struct going *g, int signo)
{
	/* Any other stop that came first has cancelled ours (kernel/signal.c, ptrace_stop). */
	if (g->stopping)
		IJ_TRY(ij_thread_interrupt(g->thread));
	return ij_thread_resume(g->thread, signo);
}

static struct ij_error *stop(struct going *g, enum ij_walk_end why)
{
	if (g->stopping)
		return NULL;
	g->stopping = true;
	g->why = why;
	g->give_up_ns = ij_deadline_ns(STOP_WAIT_NS);
	g->last_ns = ij_deadline_ns(STOP_LAST_NS);
	return ij_thread_interrupt(g->thread);
}

static void leave(struct going *g, enum ij_walk_end end)
{
	g->over = true;
	g->end = end;
}

/* Does a hit of breakpoint @idx count? A recursive call may meet it before the frame itself does.
 */
static bool counts(const struct going *g, int idx, const struct ij_regs *regs)
{
	const struct ij_walk_goal *goal = &g->goals[idx];

	if (goal->kind == IJ_BREAKPOINT_EXECUTE && ij_regs_pc(regs) != goal->addr)
		return false;
	return ij_regs_sp(regs) >= goal->sp_min;
}

/* A signal that no breakpoint sent: the walker's own code did, or it is the program's. */
static struct ij_error *on_other_signal(struct going *g, int signo)
{
	enum ij_walk_leave left = IJ_WALK_ELSEWHERE;
	struct ij_regs regs;

	if (g->walk->leave) {
		IJ_TRY(ij_thread_regs_get(g->thread, &regs));
		left = g->walk->leave(g->walk, &regs);
	}
	if (left == IJ_WALK_ELSEWHERE)
		return resume(g, signo);
	IJ_TRY(ij_thread_regs_set(g->thread, &regs));
	if (left == IJ_WALK_LEFT_MARKED && signo == g->walk->signo) {
		leave(g, IJ_WALK_MOVED);
		return NULL;
	}
	/* The program's own: it is delivered where the thread would be, which is then looked at. */
	IJ_TRY(stop(g, IJ_WALK_MOVED));
	return resume(g, signo);
}

/* Before a stop of job control is left to take its course. */
static struct ij_error *leave_page(struct going *g)
{
	struct ij_regs regs;

	if (!g->walk->leave)
		return NULL;
	IJ_TRY(ij_thread_regs_get(g->thread, &regs));
	if (g->walk->leave(g->walk, &regs) == IJ_WALK_ELSEWHERE)
		return NULL;
	return ij_thread_regs_set(g->thread, &regs);
}

/*
 * A breakpoint's signal. Its stop is as good as one of ours, for it is met in the same place of the
 * kernel (get_signal): what is resumed from it without the signal goes on as if it had not been.
 */
static struct ij_error *on_signal(struct going *g, int signo)
{
	int idx = ij_breakpoint_which(g->thread, g->bps, g->len);
	struct ij_regs regs;

	if (idx < 0)
		return on_other_signal(g, signo);
	IJ_TRY(ij_thread_regs_get(g->thread, &regs));
	if (!counts(g, idx, &regs))
		return resume(g, 0);
	g->hit = idx;
	leave(g, IJ_WALK_MOVED);
	return NULL;
}

static struct ij_error *on_time(struct going *g)
{
	uint64_t now = ij_now_ns();

	if (g->stopping) {
		if (now < g->give_up_ns)
			return NULL;
		if (now < g->last_ns &&
		    ij_process_thread_runs(&g->walk->inj->process, g->thread->tid)) {
			g->give_up_ns = now + STOP_WAIT_NS;
			return NULL;
		}
		ij_injector_strand(g->walk->inj, g->thread);
		leave(g, IJ_WALK_GONE);
		return NULL;
	}
	if (g->cancelled || now >= g->walk->deadline_ns)
		return stop(g, IJ_WALK_LATE);
	if (ij_process_waits(&g->walk->inj->process, g->thread->tid, &g->looks))
		return stop(g, IJ_WALK_BLOCKED);
	/* Nothing but a system call is waited for, and it is over. */
	return !g->len && !g->walk->leave && !g->looks.since_ns ? stop(g, IJ_WALK_LATE) : NULL;
}

static struct ij_error *dispatch(struct going *g, const struct ij_event *event)
{
	switch (event->kind) {
	case IJ_EVENT_SIGNAL:
		return on_signal(g, event->signo);
	case IJ_EVENT_STOP:
		/* One that nobody asked for cannot be; but were it to, it is a stop to be judged.
		 */
		leave(g, g->stopping ? g->why : IJ_WALK_LATE);
		return NULL;
	case IJ_EVENT_SYSCALL:
	case IJ_EVENT_EXITING:
	case IJ_EVENT_CLONE:
		return resume(g, 0);
	case IJ_EVENT_GROUP_STOP:
		IJ_TRY(leave_page(g));
		/* fall through */
	case IJ_EVENT_EXEC:
		ij_thread_detach(g->thread, event->kind == IJ_EVENT_EXEC ? 0 : event->signo);
		leave(g, IJ_WALK_GONE);
		return NULL;
	case IJ_EVENT_ENDED:
		leave(g, IJ_WALK_GONE);
		return NULL;
	case IJ_EVENT_CANCELLED:
		g->cancelled = true;
		return on_time(g);
	case IJ_EVENT_DEADLINE:
		break;
	}
	return on_time(g);
}

/* Let the thread go from its present stop. What an interrupted system call needs is seen to. */
static struct ij_error *start(struct going *g)
{
	struct ij_stop *at = g->walk->stop;
	struct ij_regs regs = at->regs;

	if (ij_regs_restart(&regs) == IJ_RESTART_EINTR) {
		ij_regs_restart_by_kernel(&regs);
		IJ_TRY(ij_thread_regs_set(g->thread, &regs));
	}
	at->paused_ns += ij_now_ns() - at->since_ns;
	return ij_thread_resume(g->thread, 0);
}

static struct ij_error *arrive(struct going *g)
{
	for (unsigned i = 0; !g->over; i++) {
		uint64_t until = g->stopping ? g->give_up_ns : ij_now_ns() + LOOK_NS;
		struct ij_event event;

		if (!g->stopping && until > g->walk->deadline_ns)
			until = g->walk->deadline_ns;
		IJ_TRY(ij_thread_wait(g->thread, until, &event));
		if (i == EVENTS_MAX)
			g->cancelled = true;
		IJ_TRY(dispatch(g, &event));
	}
	return NULL;
}

/* After a way, however it ended: the stop as it is now. */
static struct ij_error *finish(struct going *g, struct ij_error *err)
{
	struct ij_walk *walk = g->walk;

	/* Ended under our hands: for a walk that is an end like others. */
	if (err && err->code == IJ_ERR_GONE && !g->thread->stopped) {
		ij_error_free(err);
		err = NULL;
		g->end = IJ_WALK_GONE;
	}
	if (!err && g->end != IJ_WALK_GONE)
		err = ij_stop_reread(walk->inj, walk->stop);
	if (err && g->thread->seized && !g->thread->stopped)
		ij_injector_strand(walk->inj, g->thread);
	return err;
}

struct ij_error *ij_walk_let_run(struct ij_walk *walk, uint64_t span_ns, enum ij_walk_end *ret)
{
	const struct timespec span = ij_timespec(span_ns);
	struct going g = {.walk = walk, .thread = walk->stop->thread, .hit = -1};
	struct ij_error *err = start(&g);

	if (!err) {
		(void)nanosleep(&span, NULL);
		err = stop(&g, IJ_WALK_MOVED);
	}
	if (!err)
		err = arrive(&g);
	err = finish(&g, err);
	*ret = g.end;
	return err;
}

struct ij_error *ij_walk_run(struct ij_walk *walk, const struct ij_walk_goal *goals, size_t len,
			     int *hit_ret, enum ij_walk_end *ret)
{
	struct going g = {
		.walk = walk, .thread = walk->stop->thread, .goals = goals, .len = len, .hit = -1};
	struct ij_error *err;

	*hit_ret = -1;
	*ret = IJ_WALK_UNFIT;
	if (!walk->signo || (!len && !walk->leave) || len > IJ_BREAKPOINTS_MAX)
		return NULL;
	err = set_all(&g);
	if (err) {
		clear_all(&g);
		if (err->code != IJ_ERR_UNSUPPORTED)
			return err;
		snprintf(walk->text, sizeof(walk->text), "%s", err->msg);
		ij_error_free(err);
		if (ij_regs_restart(&walk->stop->regs) == IJ_RESTART_NONE)
			return NULL;
		/* It can still be seen whether the thread waits for something outside. */
		g.len = 0;
	}
	err = start(&g);
	if (!err)
		err = arrive(&g);
	clear_all(&g);
	err = finish(&g, err);
	*hit_ret = g.hit;
	*ret = g.end;
	return err;
}

struct ij_error *ij_walk_jump(struct ij_walk *walk, const struct ij_regs *regs)
{
	IJ_TRY(ij_thread_regs_set(walk->stop->thread, regs));
	return ij_stop_reread(walk->inj, walk->stop);
}

bool ij_walk_judge(struct ij_walk *walk)
{
	struct ij_wire_verdict verdict;

	ij_judge(walk->inj, walk->stop, walk->need, &verdict);
	return !verdict.reason;
}

bool ij_walk_insn(struct ij_walk *walk, ij_addr pc, struct ij_insn *ret)
{
	struct ij_mem *mem = &walk->inj->process.mem.mem;
	uint8_t code[IJ_INSN_SIZE_MAX];
	size_t size = sizeof(code);

	/* Near the end of a mapping fewer bytes can be read. */
	for (; size; size--) {
		IJ_ERROR_AUTO err = ij_mem_read(mem, pc, code, size);

		if (!err)
			break;
	}
	return size && ij_insn_decode(code, size, pc, ret);
}

static bool read_word(void *ctx, ij_addr addr, uint64_t *ret)
{
	struct ij_walk *walk = ctx;
	IJ_ERROR_AUTO err = ij_mem_read_u64(&walk->inj->process.mem.mem, addr, ret);

	return !err;
}

struct ij_error *ij_walk_step(struct ij_walk *walk, enum ij_walk_end *ret)
{
	const struct ij_regs *regs = &walk->stop->regs;
	struct ij_walk_goal goals[2] = {0};
	struct ij_insn insn;
	ij_addr next[2];
	unsigned len;
	int hit;

	*ret = IJ_WALK_UNFIT;
	if (!ij_walk_insn(walk, ij_regs_pc(regs), &insn))
		return NULL;
	len = ij_insn_successors(&insn, ij_regs_pc(regs), regs, read_word, walk, next);
	if (!len)
		return NULL;
	for (unsigned i = 0; i < len; i++)
		goals[i].addr = next[i];
	if (walk->path_len < IJ_WIRE_PATH_MAX)
		walk->path[walk->path_len++] = ij_regs_pc(regs);
	/* What is called is another function's business. */
	if (insn.flow == IJ_FLOW_CALL) {
		len = 1;
		goals[0].addr = ij_regs_pc(regs) + insn.size;
		goals[0].sp_min = ij_regs_sp(regs);
	}
	return ij_walk_run(walk, goals, len, &hit, ret);
}
