/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mov %rsp,%r12 (up to Go 1.15 %rbp), then the thread's own stack if it is not there yet, the call,
 * and mov %r12,%rsp. What is to be done where there is no vdso stands behind the return, and is on
 * the other stack, too.
 */
#include "maps/gotime_x86_64.h"

#include <string.h>

#include "arch/decode.h"
#include "maps/pclntab.h"

enum { CODE_MAX = 1024 }; /* bytes; they have less than 400 */

/* How the stack pointer is kept, and taken back. */
static const struct keeping {
	uint8_t reg; /* DWARF number */
	uint8_t keep[3], back[3];
} keepings[] = {
	{12, {0x49, 0x89, 0xe4}, {0x4c, 0x89, 0xe4}},
	{IJ_MAP_REG_BP, {0x48, 0x89, 0xe5}, {0x48, 0x89, 0xec}},
};

static bool is_insn(const uint8_t *code, const struct ij_insn *insn, const uint8_t bytes[3])
{
	return insn->size == 3 && !memcmp(code, bytes, 3);
}

struct sweep {
	const struct ij_goprog *prog;
	const struct ij_gotab_func *func;
	struct ij_map_builder *builder;
	uint32_t off;               /* of the function in the module */
	const struct keeping *kept; /* how this function does it */
	bool away;                  /* on the other stack, as it may be */
};

/* The row for the instruction at @addr and what follows. */
static struct ij_error *row_add(const struct sweep *sweep, uint64_t addr)
{
	const struct ij_gotab *tab = ij_goprog_tab(sweep->prog);
	int64_t delta = ij_gotab_value_at(tab, sweep->func, sweep->func->pcsp, addr);
	struct ij_map_state state = {.cfa_kind = IJ_MAP_CFA_NONE};

	if (delta >= 0 && delta <= INT32_MAX - 8) {
		state.cfa_kind = IJ_MAP_CFA_REG;
		state.cfa_reg = sweep->away ? sweep->kept->reg : IJ_MAP_REG_SP;
		state.cfa_off = (int32_t)delta + 8;
		ij_pclntab_caller(&state);
	}
	return ij_map_builder_row(sweep->builder,
				  sweep->off + (uint32_t)(addr - sweep->func->start), &state);
}

/* How the function does it, or NULL. A frame pointer is not taken back as a stack pointer. */
static const struct keeping *keeping_find(const uint8_t *code, size_t size)
{
	for (size_t i = 0; i < IJ_COUNT(keepings); i++) {
		const struct keeping *it = &keepings[i];
		bool kept = false;
		struct ij_insn insn;

		for (size_t at = 0; at < size && ij_insn_decode(code + at, size - at, at, &insn);
		     at += insn.size) {
			kept = kept || is_insn(code + at, &insn, it->keep);
			if (kept && is_insn(code + at, &insn, it->back))
				return it;
		}
	}
	return NULL;
}

/* Behind the instruction. */
static void pass(struct sweep *sweep, const uint8_t *code, const struct ij_insn *insn)
{
	if (is_insn(code, insn, sweep->kept->keep) || insn->flow == IJ_FLOW_RET)
		sweep->away = true;
	else if (is_insn(code, insn, sweep->kept->back))
		sweep->away = false;
}

static struct ij_error *rows_add(struct sweep *sweep, const uint8_t *code, size_t size)
{
	const struct ij_map_state unknown = {.cfa_kind = IJ_MAP_CFA_NONE};
	uint64_t start = sweep->func->start;
	struct ij_insn insn;
	size_t at;

	for (at = 0; at < size; at += insn.size) {
		if (!ij_insn_decode(code + at, size - at, start + at, &insn))
			return ij_map_builder_row(sweep->builder, sweep->off + (uint32_t)at,
						  &unknown);
		IJ_TRY(row_add(sweep, start + at));
		pass(sweep, code + at, &insn);
	}
	return NULL;
}

static struct ij_error *func_add(const struct ij_goprog *prog, const char *name,
				 struct ij_map_builder *builder)
{
	struct ij_object *obj = ij_goprog_object(prog);
	uint64_t base = ij_object_base(obj);
	struct ij_gotab_func func;
	uint8_t code[CODE_MAX];
	struct sweep sweep = {.prog = prog, .func = &func, .builder = builder};
	uint64_t size;

	if (!ij_goprog_named(prog, name, &func) || func.start < base || func.end <= func.start ||
	    func.end - base > builder->span || func.end - func.start > sizeof(code))
		return NULL;
	size = func.end - func.start;
	sweep.off = (uint32_t)(func.start - base);
	if (ij_map_builder_covers(builder, sweep.off, size))
		return NULL;
	IJ_TRY(ij_object_read(obj, func.start, code, size));
	sweep.kept = keeping_find(code, size);
	if (!sweep.kept)
		return NULL;
	IJ_TRY(ij_map_builder_func(builder, sweep.off, (uint32_t)size, IJ_MAP_FUNC_SWITCH));
	return rows_add(&sweep, code, size);
}

struct ij_error *ij_gotime_add(const struct ij_goprog *prog, struct ij_map_builder *builder)
{
	for (size_t i = 0; i < IJ_PCLNTAB_MOVERS; i++)
		IJ_TRY(func_add(prog, ij_pclntab_movers[i], builder));
	return NULL;
}
