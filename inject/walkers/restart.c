/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walker `restart`: back to the start of what was begun, where nothing of it can be seen yet.
 *
 * The kernel's restartable sequences go to their abort address, as any preemption sends them;
 * marked ones to their start; and a function that has done nothing but its prologue to before its
 * call. One register write: nothing is armed.
 */
#include "inject/walkers/restart.h"

#include <stdio.h>

#include "base/clock.h"

/* Looking at the code, and setting and re-reading the registers. */
#define COST_NS (30 * IJ_NS_PER_US)

/* Where to, and what to say of it; false: nowhere. */
static bool find(struct ij_walk *walk, struct ij_regs *regs_ret)
{
	const struct ij_stop *stop = walk->stop;
	ij_addr start;
	uint32_t steps;

	if (ij_regs_restart(&stop->regs) != IJ_RESTART_NONE)
		return false;
	if (ij_regs_pc(&stop->resume) != ij_regs_pc(&stop->regs)) {
		*regs_ret = stop->resume;
		snprintf(walk->text, sizeof(walk->text), "to the sequence's abort address");
		return true;
	}
	if (ij_restart_marked(walk, &start)) {
		*regs_ret = stop->regs;
		ij_regs_set_pc(regs_ret, start);
		snprintf(walk->text, sizeof(walk->text), "back to the marked start");
		return true;
	}
	if (ij_restart_call(walk, regs_ret, &steps)) {
		snprintf(walk->text, sizeof(walk->text), "back by %u instructions, before the call",
			 steps);
		return true;
	}
	return false;
}

static uint64_t fit(struct ij_walk *walk)
{
	struct ij_regs regs;

	return find(walk, &regs) ? COST_NS : IJ_NEVER;
}

static struct ij_error *go(struct ij_walk *walk, enum ij_walk_end *ret)
{
	struct ij_regs regs;

	*ret = IJ_WALK_UNFIT;
	if (!find(walk, &regs))
		return NULL;
	IJ_TRY(ij_walk_jump(walk, &regs));
	*ret = IJ_WALK_MOVED;
	return NULL;
}

const struct ij_walker ij_walker_restart = {IJ_WIRE_WALKER_RESTART, fit, go};
