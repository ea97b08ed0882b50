/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Undoing a call whose function has done no more than its prologue. */
#include <string.h>

#include "arch/simulate.h"
#include "inject/walkers/restart.h"

enum { STEPS_MAX = 24, PUSHES_MAX = 8 };
enum { SP = 7, R11 = 11 };

struct undo {
	struct ij_walk *walk;
	struct ij_sim sim;
	ij_addr cfa;         /* the stack pointer before the call */
	uint32_t written;    /* GPRs that were overwritten, by DWARF number */
	uint32_t pushed_set; /* those that had been pushed before */
	struct {
		uint8_t reg;
		ij_addr addr;
	} pushed[PUSHES_MAX];
	unsigned pushed_len;
};

static bool read_target(void *ctx, ij_addr addr, void *buf, size_t size)
{
	struct undo *undo = ctx;
	IJ_ERROR_AUTO err = ij_mem_read(&undo->walk->inj->process.mem.mem, addr, buf, size);

	return !err;
}

/* Stores go on the stack below the caller's frame only. */
static bool on_access(void *ctx, const struct ij_sim *sim, ij_addr addr, size_t size, bool store)
{
	const struct undo *undo = ctx;
	ij_addr lowest = ij_regs_sp(&sim->regs) - IJ_RED_ZONE;

	return !store || (addr >= lowest && addr < undo->cfa && size <= undo->cfa - addr);
}

/* The only GPR besides the stack pointer that a push reads, or 0xff. */
static uint8_t pushed_register(const struct ij_insn *insn)
{
	uint32_t regs = insn->reads & 0xffff & ~(1u << SP);

	if (insn->stack_delta != -8 || insn->has_memory || insn->flow != IJ_FLOW_NEXT || !regs ||
	    regs & (regs - 1))
		return 0xff;
	return (uint8_t)__builtin_ctz(regs);
}

static void note(struct undo *undo)
{
	const struct ij_insn *insn = &undo->sim.insn;
	uint8_t reg = pushed_register(insn);

	if (reg != 0xff && !(undo->written >> reg & 1) && undo->pushed_len < PUSHES_MAX) {
		undo->pushed[undo->pushed_len].reg = reg;
		undo->pushed[undo->pushed_len++].addr = ij_regs_sp(&undo->sim.regs);
		undo->pushed_set |= 1u << reg;
	}
	/* r11 carries nothing into a function (psABI, 3.2.1): linkage code may use it up. */
	undo->written |= insn->writes & 0xffff & ~(1u << SP | 1u << R11);
}

/* Simulate from @regs until the present stop's PC and stack pointer; how many instructions, or 0.
 */
static uint32_t forward(struct undo *undo, const struct ij_regs *regs)
{
	const struct ij_regs *now = &undo->walk->stop->regs;

	ij_sim_init(&undo->sim, regs);
	undo->sim.read = read_target;
	undo->sim.allow = on_access;
	undo->sim.ctx = undo;
	undo->written = undo->pushed_set = 0;
	undo->pushed_len = 0;
	for (uint32_t steps = 1; steps <= STEPS_MAX; steps++) {
		if (ij_sim_step(&undo->sim) != IJ_SIM_STEPPED || undo->sim.insn.locked ||
		    undo->sim.vec_written)
			return 0;
		/* The first is the call, and there is no other. */
		if ((undo->sim.insn.flow == IJ_FLOW_CALL) != (steps == 1) ||
		    undo->sim.insn.flow == IJ_FLOW_RET)
			return 0;
		note(undo);
		if (ij_regs_pc(&undo->sim.regs) == ij_regs_pc(now) &&
		    ij_regs_sp(&undo->sim.regs) == ij_regs_sp(now))
			return steps;
	}
	return 0;
}

/* Is what was simulated what really happened: the same registers, the same stack? */
static bool matches(struct undo *undo)
{
	uint64_t was[17], now[17];

	ij_regs_to_dwarf(&undo->sim.regs, was);
	ij_regs_to_dwarf(&undo->walk->stop->regs, now);
	if (memcmp(was, now, sizeof(was)) != 0)
		return false;
	for (unsigned i = 0; i < IJ_SIM_WORDS; i++) {
		const struct ij_sim_word *word = &undo->sim.words[i];
		uint8_t bytes[8];

		if (!word->mask)
			continue;
		if (!read_target(undo, word->addr, bytes, sizeof(bytes)))
			return false;
		for (unsigned b = 0; b < 8; b++)
			if (word->mask >> b & 1 && bytes[b] != word->value[b])
				return false;
	}
	return true;
}

/* Give the registers that were pushed and then overwritten their old values. */
static bool put_back(struct undo *undo, struct ij_regs *regs)
{
	for (unsigned i = 0; i < undo->pushed_len; i++) {
		uint8_t reg = undo->pushed[i].reg;
		uint64_t value;

		if (!read_target(undo, undo->pushed[i].addr, &value, sizeof(value)))
			return false;
		if (undo->written >> reg & 1)
			ij_regs_set_dwarf(regs, reg, value);
	}
	return true;
}

/* Before a call instruction of @size bytes. */
static uint32_t try_call(struct undo *undo, unsigned size, struct ij_regs *regs)
{
	const struct ij_stop *stop = undo->walk->stop;
	uint32_t steps;

	*regs = stop->regs;
	ij_regs_set_pc(regs, stop->conflict.return_addr - size);
	ij_regs_set_sp(regs, undo->cfa);
	steps = forward(undo, regs);
	if (!steps || undo->written & ~undo->pushed_set)
		return 0;
	if (!put_back(undo, regs))
		return 0;
	return forward(undo, regs) == steps && !(undo->written & ~undo->pushed_set) && matches(undo)
		       ? steps
		       : 0;
}

bool ij_restart_call(struct ij_walk *walk, struct ij_regs *regs_ret, uint32_t *steps_ret)
{
	/* call rel32, and call *disp32(%rip). */
	static const uint8_t sizes[] = {5, 6};
	const struct ij_conflict *conflict = &walk->stop->conflict;
	struct undo undo;

	if (!conflict->module || conflict->depth || !conflict->cfa || !conflict->return_addr)
		return false;
	undo.walk = walk;
	undo.cfa = conflict->cfa;
	for (size_t i = 0; i < IJ_COUNT(sizes); i++) {
		struct ij_insn insn;
		ij_addr site = conflict->return_addr - sizes[i];

		if (!ij_walk_insn(walk, site, &insn) || insn.flow != IJ_FLOW_CALL ||
		    insn.size != sizes[i] || (insn.indirect && !insn.mem_pc_relative))
			continue;
		*steps_ret = try_call(&undo, sizes[i], regs_ret);
		if (*steps_ret)
			return true;
	}
	return false;
}
