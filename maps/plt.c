/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Procedure linkage tables without CFI: pushes and jumps, slot by slot. */
#include "maps/plt.h"

#include "arch/decode.h"

#define SECTION_MAX (4u << 20)

enum { ALIGN = 16, DEPTH = 8 };

struct plt {
	const uint8_t *code;
	uint64_t pc, size, vaddr;
	struct ij_map_builder *builder; /* NULL: only look */
	int32_t first;                  /* CFA - rsp at the start of the section */
	int32_t pushed; /* the same at a jump to the start of the section; 0: there is none */
};

static struct ij_error *row_add(const struct plt *plt, uint64_t off, int32_t depth)
{
	struct ij_map_state state = {
		.cfa_kind = IJ_MAP_CFA_REG,
		.cfa_reg = IJ_MAP_REG_SP,
		.cfa_off = depth,
		.have = 1u << IJ_MAP_REG_RA,
	};

	state.kind[IJ_MAP_REG_RA] = IJ_MAP_OFFSET;
	state.value[IJ_MAP_REG_RA] = -8;
	return plt->builder ? ij_map_builder_row(plt->builder, (uint32_t)(plt->pc + off), &state)
			    : NULL;
}

/* What a slot may hold. Lazy binding goes on behind an indirect jump. */
static bool is_plt_insn(const struct ij_insn *insn)
{
	switch (insn->flow) {
	case IJ_FLOW_NEXT:
		return insn->stack_known && insn->stack_delta <= 0 && !insn->writes_memory;
	case IJ_FLOW_JUMP:
		return !insn->indirect || insn->mem_pc_relative || !insn->has_memory;
	default:
		return insn->flow == IJ_FLOW_STOP; /* padding: int3 */
	}
}

/* Go through the section; *@good_ret is false if it is not a PLT. */
static struct ij_error *walk(struct plt *plt, bool *good_ret)
{
	uint64_t start = plt->vaddr + plt->pc;
	int32_t depth = plt->first;
	struct ij_insn insn;
	bool closed = false; /* a slot has ended, or padding has begun */

	*good_ret = false;
	for (uint64_t off = 0; off < plt->size; off += insn.size) {
		if (closed || (off && off % ALIGN == 0))
			depth = DEPTH;
		if (!ij_insn_decode(plt->code + off, plt->size - off, start + off, &insn) ||
		    !is_plt_insn(&insn))
			return NULL;
		IJ_TRY(row_add(plt, off, depth));
		closed = insn.flow == IJ_FLOW_STOP || (insn.flow == IJ_FLOW_JUMP && !insn.indirect);
		if (insn.flow == IJ_FLOW_JUMP && !insn.indirect && insn.target == start)
			plt->pushed = depth;
		if (insn.flow == IJ_FLOW_NEXT)
			depth -= insn.stack_delta;
	}
	*good_ret = true;
	return NULL;
}

struct ij_error *ij_plt_derive(const uint8_t *code, uint64_t pc, uint64_t size, uint64_t vaddr,
			       struct ij_map_builder *builder)
{
	struct plt plt = {.code = code, .pc = pc, .size = size, .vaddr = vaddr, .first = DEPTH};
	bool good;

	if (!size || size > SECTION_MAX || pc >= builder->span || size > builder->span - pc ||
	    ij_map_builder_covers(builder, pc, size))
		return NULL;
	IJ_TRY(walk(&plt, &good));
	if (!good)
		return NULL;
	if (plt.pushed)
		plt.first = plt.pushed;
	plt.builder = builder;
	IJ_TRY(ij_map_builder_func(builder, (uint32_t)pc, (uint32_t)size,
				   IJ_MAP_FUNC_PLT | IJ_MAP_FUNC_DERIVED));
	return walk(&plt, &good);
}
