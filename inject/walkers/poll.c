/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walker `poll`: wait until the program passes a check of its own (IJ_SAFEPOINT).
 *
 * All checks of a module read one byte, which nobody writes: a breakpoint on reads of it meets them
 * all, and nothing in the target is changed. The thread stops behind the instruction.
 */
#include "base/clock.h"
#include "inject/walk.h"

/* The next check may be a while away. */
#define COST_NS (500 * IJ_NS_PER_US)

/* Checks that the judge finds unsafe, one after another. */
enum { HITS_MAX = 16 };

static bool goal_add(struct ij_walk_goal *goals, size_t *len, const struct ij_unwind_module *module)
{
	ij_addr flag;

	if (!module || !module->map.header->polls_len || *len == IJ_BREAKPOINTS_MAX)
		return *len < IJ_BREAKPOINTS_MAX;
	flag = module->base + module->map.polls[0].flag;
	for (size_t i = 0; i < *len; i++)
		if (goals[i].addr == flag)
			return true;
	goals[(*len)++] = (struct ij_walk_goal){.addr = flag, .kind = IJ_BREAKPOINT_ACCESS};
	return true;
}

/* The checks of the modules that are on the stack, then those of others. */
static size_t goals_find(const struct ij_walk *walk, struct ij_walk_goal *goals)
{
	struct ij_unwind_space space = ij_injector_space(walk->inj);
	const struct ij_stop *stop = walk->stop;
	size_t len = 0;

	for (size_t i = 0; i < stop->frames_len; i++)
		if (!goal_add(goals, &len, ij_unwind_module_find(&space, stop->frames[i])))
			return len;
	for (size_t i = 0; i < space.modules_len; i++)
		if (!goal_add(goals, &len, &space.modules[i]))
			return len;
	return len;
}

static uint64_t fit(struct ij_walk *walk)
{
	struct ij_walk_goal goals[IJ_BREAKPOINTS_MAX];

	return walk->signo && goals_find(walk, goals) ? COST_NS : IJ_NEVER;
}

static struct ij_error *go(struct ij_walk *walk, enum ij_walk_end *ret)
{
	struct ij_walk_goal goals[IJ_BREAKPOINTS_MAX];
	size_t len = goals_find(walk, goals);
	int hit;

	do {
		IJ_TRY(ij_walk_run(walk, goals, len, &hit, ret));
		/* It has moved before, even if it cannot be moved any more. */
		if (*ret == IJ_WALK_UNFIT && walk->steps)
			*ret = IJ_WALK_MOVED;
		else if (*ret == IJ_WALK_MOVED)
			continue;
		return NULL;
	} while (++walk->steps < HITS_MAX && !ij_walk_judge(walk) &&
		 ij_now_ns() < walk->deadline_ns);
	return NULL;
}

const struct ij_walker ij_walker_poll = {IJ_WIRE_WALKER_POLL, fit, go};
