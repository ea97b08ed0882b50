/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walker `return`: wait at the return address of the outermost frame that conflicts.
 *
 * A breakpoint instead of a changed return address: nothing in memory differs, an exception that
 * unwinds through the frame meets what it expects, and shadow stacks do not mind. A recursive call
 * of the same function returns to the same place earlier, with a lower stack pointer. Code that is
 * left by an exception never returns; there the catch block's first call is waited for, too.
 */
#include "base/clock.h"
#include "inject/walk.h"

/* One stop more, on the thread's own CPU: two breakpoints, resuming, the hit, the next judging. */
#define COST_NS (60 * IJ_NS_PER_US)

static uint64_t fit(struct ij_walk *walk)
{
	const struct ij_conflict *conflict = &walk->stop->conflict;

	if (!conflict->module || !conflict->return_addr || !conflict->cfa || !walk->signo)
		return IJ_NEVER;
	/* In Go it is let go of for so long: its thread may not be the one that goes on. */
	if (walk->stop->flags & IJ_WIRE_CALL_GO &&
	    ij_regs_restart(&walk->stop->regs) != IJ_RESTART_NONE)
		return IJ_NEVER;
	/* In a system call it can still be told whether the thread is blocked in it. */
	if (!walk->breakpoints && ij_regs_restart(&walk->stop->regs) == IJ_RESTART_NONE)
		return IJ_NEVER;
	/* Code that changes stacks does not return to where its frame says. */
	if (conflict->held & IJ_CLASS(CONTEXT) & ~conflict->module->map.header->module_classes)
		return IJ_NEVER;
	return COST_NS;
}

static struct ij_error *go(struct ij_walk *walk, enum ij_walk_end *ret)
{
	const struct ij_conflict *conflict = &walk->stop->conflict;
	struct ij_walk_goal goals[IJ_BREAKPOINTS_MAX] = {
		{.addr = conflict->return_addr, .sp_min = conflict->cfa}};
	size_t len = 1;
	int hit;

	for (size_t i = 0; i < IJ_WIRE_LANDINGS_MAX && len < IJ_COUNT(goals); i++)
		if (walk->inj->target.landings[i] &&
		    conflict->held & (IJ_CLASS(UNWINDER) | walk->need))
			goals[len++].addr = walk->inj->target.landings[i];
	walk->steps++;
	return ij_walk_run(walk, goals, len, &hit, ret);
}

const struct ij_walker ij_walker_return = {IJ_WIRE_WALKER_RETURN, fit, go};
