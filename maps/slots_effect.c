/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory at fixed places of the frame, pushes and pops, and addresses of the frame that get out. */
#include "maps/slots_effect.h"

#include "arch/decode.h"

#define NO_REG 0xff
#define FLAGS  (1u << IJ_INSN_FLAGS_BIT)
#define SP_BIT (1u << IJ_MAP_REG_SP)

/* Does register @reg hold a place in the frame, by the CFI, and where? */
static bool is_frame_reg(const struct ij_map_rule *rule, unsigned reg, int32_t *at_ret)
{
	*at_ret = -rule->cfa_off;
	return reg == rule->cfa_reg && rule->cfa_kind == IJ_MAP_CFA_REG;
}

/* A memory operand whose base may be the frame's. */
static void memory_effect(const struct ij_map_rule *rule, const struct ij_insn *insn,
			  struct ij_slots_effect *ret)
{
	bool touches = insn->reads_memory || insn->writes_memory;
	unsigned all = (insn->reads_memory ? IJ_SLOTS_ALL_READ : 0) |
		       (insn->writes_memory ? IJ_SLOTS_ALL_WRITE : 0);
	bool own = insn->mem_base == IJ_MAP_REG_SP ||
		   (insn->mem_base == rule->cfa_reg && rule->cfa_kind == IJ_MAP_CFA_REG);
	int32_t base;

	if (!insn->has_memory || insn->segment)
		return;
	/* An index that is the frame's, as in a base that is added to it. */
	if (insn->mem_index != NO_REG && insn->mem_index == rule->cfa_reg && touches)
		ret->flags |= (uint16_t)all;
	if (!own || !touches)
		return;
	if (!is_frame_reg(rule, insn->mem_base, &base) || insn->mem_index != NO_REG ||
	    !insn->mem_size) {
		ret->flags |= (uint16_t)all;
		return;
	}
	ret->at = base + insn->mem_disp;
	ret->size = insn->mem_size;
	ret->flags |= (uint16_t)((insn->reads_memory ? IJ_SLOTS_READS : 0) |
				 (insn->writes_memory ? IJ_SLOTS_WRITES : 0) |
				 (insn->mem_maybe ? IJ_SLOTS_MAYBE : 0));
}

/*
 * Does it put an address of the frame where we do not follow it? Not what only moves the stack
 * pointer or compares it, nor what sets up the frame pointer.
 */
static bool leaks(const struct ij_map_rule *rule, const struct ij_map_rule *after,
		  const struct ij_insn *insn)
{
	uint32_t own = SP_BIT, to = insn->writes & ~(FLAGS | SP_BIT);
	bool computes = insn->has_memory && !insn->reads_memory && !insn->writes_memory;

	if (rule->cfa_kind == IJ_MAP_CFA_REG)
		own |= 1u << rule->cfa_reg;
	if (computes && to &&
	    ((insn->mem_base < 16 && own >> insn->mem_base & 1) ||
	     (insn->mem_index < 16 && own >> insn->mem_index & 1)))
		return true;
	if (!(insn->values & own))
		return false;
	if (insn->pushes || insn->writes_memory)
		return true;
	if (insn->values & SP_BIT && to == 1u << IJ_MAP_REG_BP &&
	    after->cfa_kind == IJ_MAP_CFA_REG && after->cfa_reg == IJ_MAP_REG_BP)
		return false;
	return to != 0;
}

static void stack_effect(const struct ij_map_rule *rule, const struct ij_insn *insn,
			 struct ij_slots_effect *ret)
{
	int32_t base;

	if (insn->pops)
		ret->flags |= insn->pops == 8 ? IJ_SLOTS_POPS : IJ_SLOTS_POPS | IJ_SLOTS_ALL_READ;
	if (insn->pushes)
		ret->flags |=
			insn->pushes == 8 ? IJ_SLOTS_PUSHES : IJ_SLOTS_PUSHES | IJ_SLOTS_ALL_WRITE;
	if (!(insn->writes & SP_BIT))
		return;
	if (insn->stack_known) {
		ret->delta = insn->stack_delta;
	} else if (rule->cfa_reg != IJ_MAP_REG_SP && insn->values == 1u << rule->cfa_reg &&
		   !insn->has_memory) {
		ret->flags |= IJ_SLOTS_SETS_SP; /* mov %rbp, %rsp */
		ret->delta = -rule->cfa_off;
	} else if (insn->has_memory && !insn->reads_memory && !insn->writes_memory &&
		   insn->mem_index == NO_REG && is_frame_reg(rule, insn->mem_base, &base)) {
		ret->flags |= IJ_SLOTS_SETS_SP;
		ret->delta = base + insn->mem_disp;
	} else {
		ret->flags |= IJ_SLOTS_LOSES_SP;
	}
}

static bool insn_decode(const struct ij_graph *graph, const struct ij_graph_insn *insn,
			struct ij_insn *ret)
{
	const struct ij_graph_part *part = &graph->parts.items[insn->part];
	const struct ij_map_func *func = &graph->funcs.items[part->func];
	uint32_t off = insn->pc - func->start;

	return ij_insn_decode(part->code + off, func->size - off, graph->base + insn->pc, ret);
}

bool ij_slots_is_root(const struct ij_map *map, const struct ij_map_rule *rule)
{
	for (uint32_t i = 0; i < rule->entry_len; i++)
		if (map->entries[rule->entry_idx + i].reg == IJ_MAP_REG_RA)
			return map->entries[rule->entry_idx + i].kind == IJ_MAP_UNDEFINED;
	return false;
}

struct ij_slots_effect ij_slots_effect_of(const struct ij_graph *graph, const struct ij_map *map,
					  const struct ij_graph_insn *insn)
{
	const struct ij_graph_part *part = &graph->parts.items[insn->part];
	const struct ij_map_func *func = &graph->funcs.items[part->func];
	const struct ij_map_rule *rule = ij_map_rule_find(map, func, insn->pc), *after = rule;
	struct ij_slots_effect ret = {.flags = 0};
	struct ij_insn decoded;

	if (rule->cfa_kind != IJ_MAP_CFA_REG || ij_slots_is_root(map, rule) ||
	    insn->flags & IJ_GRAPH_BAD || !insn_decode(graph, insn, &decoded))
		return (struct ij_slots_effect){.flags = IJ_SLOTS_BAD};
	if (insn->pc + insn->size - func->start < func->size)
		after = ij_map_rule_find(map, func, insn->pc + insn->size);
	if (rule->cfa_reg == IJ_MAP_REG_SP) {
		ret.flags |= IJ_SLOTS_SP_CFA;
		ret.at_sp = -rule->cfa_off;
	}
	memory_effect(rule, &decoded, &ret);
	stack_effect(rule, &decoded, &ret);
	if (leaks(rule, after, &decoded))
		ret.flags |= IJ_SLOTS_LEAKS;
	return ret;
}
