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

/* Goroutine @g, or 0 for the one that the thread runs, is to go on with @regs up to @pc, where the
 * call takes the stack below @sp, and its stack pointer is @goal_sp. */
static bool aim(struct ij_walk *walk, ij_addr g, const struct ij_regs *regs, ij_addr pc, ij_addr sp,
		ij_addr goal_sp)
{
	struct ij_stop *stop = walk->stop;
	struct ij_go_stack stack;
	struct ij_go_thread t;
	IJ_ERROR_AUTO err = NULL;

	if (!g && ij_go_look(walk->inj, regs, &t))
		g = t.curg;

	if (!pc || !sp)
		return false;
	/* Source: src/runtime/runtime2.go, struct g: its stack comes first. */
	err = ij_mem_read(&walk->inj->process.mem.mem, g, &stack, sizeof(stack));
	if (err || sp > stack.hi || sp < stack.lo || sp - stack.lo < IJ_GO_ROOM)
		return false;
	stop->go_goal = pc;
	stop->go_goal_sp = goal_sp;
	stop->go_back = 0;
	stop->regs = stop->resume = *regs;
	return true;
}

bool ij_go_aim(struct ij_walk *walk, ij_addr g, const struct ij_regs *regs,
	       const struct ij_conflict *where)
{
	ij_addr pc = where->return_addr ? settled(walk, where->return_addr) : 0;

	return aim(walk, g, regs, pc, where->cfa, where->cfa);
}

bool ij_go_aim_again(struct ij_walk *walk, const struct ij_regs *regs, ij_addr entry, ij_addr sp,
		     ij_addr back)
{
	if (!aim(walk, 0, regs, entry, sp + 8, sp))
		return false;
	walk->stop->go_back = back;
	return true;
}
