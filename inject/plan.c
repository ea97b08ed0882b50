/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The planner: the cheapest walker first, and the judge after each. */
#include "inject/plan.h"

#include <string.h>

#include "base/clock.h"
#include "inject/go/go.h"

/* Walks in one attempt. */
enum { WALKS_MAX = 8 };
/* One walk; where a thread takes longer, a neighbour may be quicker. */
#define WALK_MAX_NS (100 * IJ_NS_PER_MS)

static const struct ij_walker *const walkers[] = {
	&ij_walker_step,     &ij_walker_return,   &ij_walker_trampoline,
	&ij_walker_exit,     &ij_walker_poll,     &ij_walker_restart,
	&ij_walker_simulate, &ij_walker_displace, &ij_walker_retry,
};

/* In Go nothing of the stack may be changed, and the runtime's own maps say where it is safe. */
static const struct ij_walker *const go_walkers[] = {&ij_walker_go_step, &ij_walker_return,
						     &ij_walker_go_wake, &ij_walker_retry};

struct walkers {
	const struct ij_walker *const *list;
	size_t len;
};

/* @reason: that a thread is in Go no walker of C leads out of. */
static struct walkers walkers_for(const struct ij_stop *stop, uint32_t reason)
{
	if (!(stop->flags & IJ_WIRE_CALL_GO) && reason == IJ_WIRE_REASON_GO)
		return (struct walkers){NULL, 0};
	if (stop->flags & IJ_WIRE_CALL_GO)
		return (struct walkers){go_walkers, IJ_COUNT(go_walkers)};
	return (struct walkers){walkers, IJ_COUNT(walkers)};
}

/* What no walk leads out of: it is a property of the thread, not of its place. */
static bool is_place(enum ij_wire_reason reason)
{
	return reason == IJ_WIRE_REASON_FRAME || reason == IJ_WIRE_REASON_UNWIND ||
	       reason == IJ_WIRE_REASON_LOCK || reason == IJ_WIRE_REASON_STACK ||
	       reason == IJ_WIRE_REASON_GO || reason == IJ_WIRE_REASON_GOROUTINE;
}

static int breakpoint_signal(const struct ij_stop *stop)
{
	uint64_t mask = stop->status.sig_blocked;
	struct ij_error *err = ij_thread_sigmask_get(stop->thread, &mask);
	int signo = ij_judge_marker(&stop->status, mask);

	ij_error_free(err);
	/* The kernel delivers no blocked signal, and to unblock one would outlive us. */
	return signo != SIGCHLD && signo && !(mask & IJ_SIGNAL_BIT(signo)) ? signo : 0;
}

static const struct ij_walker *choose(struct ij_walk *walk, uint32_t allowed)
{
	struct walkers those = walkers_for(walk->stop, walk->verdict->reason);
	const struct ij_walker *best = NULL;
	uint64_t best_cost = IJ_NEVER;

	for (size_t i = 0; i < those.len; i++) {
		uint64_t cost;

		if (!(allowed >> those.list[i]->id & 1))
			continue;
		cost = those.list[i]->fit(walk);
		if (cost < best_cost) {
			best = those.list[i];
			best_cost = cost;
		}
	}
	return best;
}

static struct ij_wire_walk *record(struct ij_wire_outcome *out)
{
	if (out->walks_len == IJ_WIRE_WALKS_MAX) {
		memmove(&out->walks[0], &out->walks[1],
			(IJ_WIRE_WALKS_MAX - 1) * sizeof(out->walks[0]));
		out->walks_len--;
		out->walks_more++;
	}
	return &out->walks[out->walks_len++];
}

static void blocked(struct ij_wire_verdict *verdict, const struct ij_stop *stop)
{
	/* The reason stays; that it will not pass by itself is said besides. */
	verdict->syscall = ij_regs_syscall(&stop->regs);
	verdict->blocked = 1;
}

/* One walk, and what the judge says of where it led. */
static struct ij_error *walk_once(struct ij_walk *walk, const struct ij_walker *walker,
				  struct ij_wire_outcome *out, enum ij_walk_end *end_ret)
{
	struct ij_stop *stop = walk->stop;
	struct ij_wire_walk *entry = record(out);
	uint64_t start = ij_now_ns();
	struct ij_error *err;

	*entry = (struct ij_wire_walk){.walker = walker->id,
				       .tid = stop->thread->tid,
				       .reason = out->verdict.reason,
				       .classes = out->verdict.classes,
				       .from = ij_regs_pc(&stop->regs)};
	walk->steps = walk->path_len = 0;
	walk->text[0] = 0;
	err = walker->go(walk, end_ret);
	entry->end = *end_ret;
	entry->steps = walk->steps;
	entry->path_len = walk->path_len;
	memcpy(entry->path, walk->path, sizeof(entry->path));
	entry->to = ij_regs_pc(&stop->regs);
	entry->ns = ij_now_ns() - start;
	memcpy(entry->text, walk->text, sizeof(entry->text));
	if (err || !stop->thread->stopped)
		return err;
	if (*end_ret != IJ_WALK_UNFIT)
		ij_judge(walk->inj, stop, walk->need, &out->verdict);
	if (*end_ret == IJ_WALK_BLOCKED && out->verdict.reason)
		blocked(&out->verdict, stop);
	entry->after = out->verdict.reason;
	if (!entry->after)
		out->method = walker->id;
	return NULL;
}

struct ij_error *ij_plan_walk(struct ij_injector *inj, const struct ij_attempt *at,
			      struct ij_stop *stop, struct ij_wire_outcome *out)
{
	const struct ij_wire_call *call = at->call;
	struct ij_walk walk = {.inj = inj,
			       .stop = stop,
			       .need = call->need,
			       .breakpoints = inj->events_fd >= 0,
			       .verdict = &out->verdict,
			       .call = call};
	uint32_t allowed = call->walkers;

	for (unsigned i = 0; i < WALKS_MAX; i++) {
		const struct ij_walker *walker;
		enum ij_walk_end end = IJ_WALK_UNFIT;
		struct ij_error *err;

		if (!out->verdict.reason || !is_place(out->verdict.reason) ||
		    ij_stop_paused(stop) > call->pause_ns || ij_now_ns() >= at->deadline_ns)
			return NULL;
		if (!at->patient && ij_regs_restart(&stop->regs) != IJ_RESTART_NONE)
			return NULL;
		walk.signo = breakpoint_signal(stop);
		walk.deadline_ns = ij_deadline_ns(WALK_MAX_NS);
		if (walk.deadline_ns > at->deadline_ns)
			walk.deadline_ns = at->deadline_ns;
		walker = choose(&walk, allowed);
		if (!walker)
			return NULL;
		ij_watchdog_arm(&inj->watchdog, WALK_MAX_NS + IJ_HOLD_MAX_NS);
		err = walk_once(&walk, walker, out, &end);
		ij_watchdog_arm(&inj->watchdog, IJ_HOLD_MAX_NS);
		if (err || end == IJ_WALK_GONE || end == IJ_WALK_BLOCKED || end == IJ_WALK_LATE)
			return err;
		if (end == IJ_WALK_UNFIT)
			allowed &= ~(1u << walker->id);
	}
	return NULL;
}

uint32_t ij_plan_exits(struct ij_injector *inj, struct ij_stop *stop, ij_classes need,
		       const struct ij_wire_verdict *verdict)
{
	struct ij_walk walk = {.inj = inj,
			       .stop = stop,
			       .need = need,
			       .breakpoints = inj->events_fd >= 0,
			       .verdict = verdict,
			       .deadline_ns = IJ_NEVER};
	struct walkers those = walkers_for(stop, verdict->reason);
	uint32_t set = 0;

	if (!verdict->reason || !is_place(verdict->reason))
		return 0;
	walk.signo = breakpoint_signal(stop);
	for (size_t i = 0; i < those.len; i++)
		if (those.list[i]->fit(&walk) != IJ_NEVER)
			set |= 1u << those.list[i]->id;
	return set;
}
