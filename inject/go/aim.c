/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a thread is to make a call that nobody can wait for there. */
#include "inject/go/go.h"

/* From where a call returns to where its results are no longer on the stack. */
enum { SETTLE_MAX = 16 };

/* The first safe PC from @pc on, where no instruction in between leads elsewhere; 0: none. */
static ij_addr settled(struct ij_walk *walk, ij_addr pc)
{
	for (unsigned i = 0; i < SETTLE_MAX; i++) {
		struct ij_insn insn;

		if (ij_go_kind_at(walk->inj, pc) == IJ_MAP_GO_SAFE)
			return pc;
		if (!ij_walk_insn(walk, pc, &insn) || insn.flow != IJ_FLOW_NEXT)
			return 0;
		pc += insn.size;
	}
	return 0;
}

bool ij_go_aim(struct ij_walk *walk, ij_addr g, const struct ij_regs *regs,
	       const struct ij_conflict *where)
{
	struct ij_stop *stop = walk->stop;
	ij_addr pc = where->return_addr ? settled(walk, where->return_addr) : 0;
	struct ij_go_stack stack;
	struct ij_go_thread t;
	IJ_ERROR_AUTO err = NULL;

	if (!g && ij_go_look(walk->inj, regs, &t))
		g = t.curg;

	if (!pc || !where->cfa)
		return false;
	/* Source: src/runtime/runtime2.go, struct g: its stack comes first. */
	err = ij_mem_read(&walk->inj->process.mem.mem, g, &stack, sizeof(stack));
	if (err || where->cfa > stack.hi || where->cfa < stack.lo ||
	    where->cfa - stack.lo < IJ_GO_ROOM)
		return false;
	stop->go_goal = pc;
	stop->go_goal_sp = where->cfa;
	stop->regs = stop->resume = *regs;
	return true;
}
