/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walker `step` in Go: from an unsafe point instruction by instruction until the maps say that
 * it is safe, which is 4 to 8 of them mostly and has never been seen to take more than 43. By
 * breakpoints, not by the trap flag, which would survive us.
 */
#include "base/clock.h"
#include "inject/go/go.h"

#define STEPS_MAX 64
/*
 * So many steps of a breakpoint, resuming and the hit, mostly; but less than that of waiting for
 * the function to return, which may take for ever.
 */
#define COST_NS (50 * IJ_NS_PER_US)

static bool is_near(const struct ij_walk *walk)
{
	switch (walk->stop->go_kind) {
	case IJ_MAP_GO_POINT:
	case IJ_MAP_GO_BELOW:
	case IJ_MAP_GO_REGS:
	case IJ_MAP_GO_JOIN:
	case IJ_MAP_GO_OUTGOING:
		return true;
	default:
		return false;
	}
}

static uint64_t fit(struct ij_walk *walk)
{
	if (!walk->signo || !walk->breakpoints || !is_near(walk) ||
	    walk->verdict->reason != IJ_WIRE_REASON_GO)
		return IJ_NEVER;
	return COST_NS;
}

static struct ij_error *go(struct ij_walk *walk, enum ij_walk_end *ret)
{
	*ret = IJ_WALK_UNFIT;
	while (walk->steps < STEPS_MAX) {
		enum ij_walk_end end;

		IJ_TRY(ij_walk_step(walk, &end));
		if (end == IJ_WALK_UNFIT)
			break;
		walk->steps++;
		*ret = end;
		if (end != IJ_WALK_MOVED || ij_now_ns() >= walk->deadline_ns)
			break;
		if (ij_walk_judge(walk) || !is_near(walk))
			break;
	}
	return NULL;
}

const struct ij_walker ij_walker_go_step = {IJ_WIRE_WALKER_STEP, fit, go};
