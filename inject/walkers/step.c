/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walker `step`: instruction by instruction, for short ways.
 *
 * Never with the trap flag, which would survive us and kill the target: a breakpoint is set on what
 * the decoder says comes next, on both ways of a branch.
 */
#include "base/clock.h"
#include "inject/walk.h"

/* A longer way is for the other walkers. */
#define STEPS_MAX 16
/* One step: two breakpoints, resuming, the hit. */
#define COST_NS (40 * IJ_NS_PER_US)

/*
 * How many instructions lead straight out of the innermost frame: up to and with its return.
 * STEPS_MAX + 1: more, or it cannot be told.
 */
static unsigned distance(struct ij_walk *walk)
{
	ij_addr pc = ij_regs_pc(&walk->stop->regs);

	for (unsigned steps = 1; steps <= STEPS_MAX; steps++) {
		struct ij_insn insn;

		if (!ij_walk_insn(walk, pc, &insn))
			break;
		if (insn.flow == IJ_FLOW_RET)
			return steps;
		if (insn.flow == IJ_FLOW_JUMP && !insn.indirect)
			pc = insn.target;
		else if (insn.flow == IJ_FLOW_NEXT)
			pc += insn.size;
		else
			break;
	}
	return STEPS_MAX + 1;
}

static uint64_t fit(struct ij_walk *walk)
{
	const struct ij_stop *stop = walk->stop;
	unsigned steps = STEPS_MAX + 1;

	/* Interrupted in a system call: its next instruction may be long in coming. */
	if (!walk->signo || !walk->breakpoints || ij_regs_restart(&stop->regs) != IJ_RESTART_NONE)
		return IJ_NEVER;
	if (stop->conflict.module && !stop->conflict.depth)
		steps = distance(walk);
	else if (walk->verdict->reason == IJ_WIRE_REASON_UNWIND && walk->verdict->frames <= 1 &&
		 stop->end != IJ_UNWIND_NO_MODULE)
		steps = STEPS_MAX;
	return steps > STEPS_MAX ? IJ_NEVER : steps * COST_NS;
}

static struct ij_error *go(struct ij_walk *walk, enum ij_walk_end *ret)
{
	const struct ij_conflict conflict = walk->stop->conflict;
	ij_addr start_sp = ij_regs_sp(&walk->stop->regs);

	*ret = IJ_WALK_UNFIT;
	for (; walk->steps < STEPS_MAX; walk->steps++) {
		enum ij_walk_end end;

		IJ_TRY(ij_walk_step(walk, &end));
		if (end == IJ_WALK_UNFIT)
			return NULL;
		*ret = end;
		if (end != IJ_WALK_MOVED)
			return NULL;
		if (ij_now_ns() >= walk->deadline_ns)
			break;
		/* Out of the frame: the judge may look. Otherwise it would say the same again. */
		if (conflict.module && !conflict.depth &&
		    (conflict.cfa ? ij_regs_sp(&walk->stop->regs) >= conflict.cfa
				  : ij_regs_sp(&walk->stop->regs) > start_sp)) {
			walk->steps++;
			break;
		}
		if (!conflict.module && ij_walk_judge(walk)) {
			walk->steps++;
			break;
		}
	}
	*ret = walk->steps ? IJ_WALK_MOVED : IJ_WALK_UNFIT;
	return NULL;
}

const struct ij_walker ij_walker_step = {IJ_WIRE_WALKER_STEP, fit, go};
