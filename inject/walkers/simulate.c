/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walker `simulate`: work out where the code leads, and go there by one register write.
 *
 * For tails that only load: epilogues, the reading half of a function. What may be committed, and
 * why that is sound, is said at ij_path_commits. Nothing runs and nothing is armed, so there is
 * nothing that could outlive us.
 */
#include <stdio.h>

#include "base/clock.h"
#include "inject/predict.h"

/* Tails without any store are short. */
#define STEPS_MAX 200
/* Setting and re-reading the registers; and an instruction, simulated twice. */
#define COST_NS      (8 * IJ_NS_PER_US)
#define COST_STEP_NS (3 * IJ_NS_PER_US)

/* Follow the path; true if it ends where it should, and may be committed. */
static bool follow(struct ij_path *path, struct ij_walk *walk, bool strict)
{
	enum ij_predict_end end;

	if (!ij_path_start(path, walk))
		return false;
	path->strict = strict;
	path->sim.uncached = strict;
	do {
		end = ij_path_step(path);
		/* What cannot become right again need not be followed. */
		if (path->lost || path->locks || path->sim.vec_written)
			return false;
	} while (end == IJ_PREDICT_GOES_ON && path->steps < STEPS_MAX);
	return end == IJ_PREDICT_ARRIVED && ij_path_commits(path);
}

static uint64_t fit(struct ij_walk *walk)
{
	struct ij_path path;

	return follow(&path, walk, false) ? COST_NS + path.steps * COST_STEP_NS : IJ_NEVER;
}

static struct ij_error *go(struct ij_walk *walk, enum ij_walk_end *ret)
{
	struct ij_path path;
	struct ij_regs regs;

	*ret = IJ_WALK_UNFIT;
	if (!follow(&path, walk, true)) {
		snprintf(walk->text, sizeof(walk->text), "cannot go past %s",
			 path.sim.text[0] ? path.sim.text : "a store or an atomic operation");
		return NULL;
	}
	regs = path.sim.regs;
	ij_regs_set_pc(&regs, ij_regs_pc(&regs));
	IJ_TRY(ij_walk_jump(walk, &regs));
	walk->steps = path.steps;
	snprintf(walk->text, sizeof(walk->text), "%u instructions worked out, no store",
		 path.steps);
	*ret = IJ_WALK_MOVED;
	return NULL;
}

const struct ij_walker ij_walker_simulate = {IJ_WIRE_WALKER_SIMULATE, fit, go};
