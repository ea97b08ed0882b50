/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Forward dataflow of registers that still hold what they held in the map: a must-analysis, in
 * which sets only shrink.
 */
#include "maps/points_slop.h"

#include <string.h>

#include "maps/codec_run.h"
#include "maps/encode_stream.h"
#include "maps/points_graph.h"

#define PASSES_MAX 64

struct slop {
	const struct ij_points *points;
	struct ij_points_graph flow;
	uint64_t *kept; /* one an instruction: what still holds before it */
	uint64_t *regs; /* one an instruction: the map's, packed as codecs do */
	bool *reached;  /* one an instruction: by something that is seen */
	uint64_t gone;  /* after a call */
	uint64_t out;   /* of the instruction in hand */
	bool more;
};

/* What of the packed registers @writes changes. */
static uint64_t clobber_of(ij_graph_regs writes)
{
	uint64_t gprs = writes & 0xffff;

	return gprs | (writes >> 32) << 16 | gprs << 48;
}

static void reach(struct slop *slop, uint32_t idx, uint64_t out)
{
	if (idx == IJ_GRAPH_NONE)
		return;
	slop->more |= !slop->reached[idx] || slop->kept[idx] & ~out;
	slop->kept[idx] &= out;
	slop->reached[idx] = true;
}

static void next_reach(void *ctx, uint32_t next)
{
	struct slop *slop = ctx;

	reach(slop, next, slop->out);
}

static void insn_flow(struct slop *slop, uint32_t idx)
{
	const struct ij_graph_insn *insn = &slop->flow.graph.insns.items[idx];

	slop->out = (slop->regs[idx] | slop->kept[idx]) & ~clobber_of(insn->writes);
	if (insn->flow == IJ_FLOW_CALL)
		slop->out &= ~slop->gone;
	if (insn->flow == IJ_FLOW_SYSCALL || insn->flags & IJ_GRAPH_BAD)
		slop->out = 0;
	(void)ij_points_graph_next(&slop->flow, idx, next_reach, slop);
}

/* Where anything may begin anew: what another part jumps to, and parts with a jump to nobody knows
 * where. */
static void anew_clear(struct slop *slop)
{
	struct ij_graph *graph = &slop->flow.graph;

	for (uint32_t i = 0; i < graph->insns.len; i++) {
		const struct ij_graph_insn *insn = &graph->insns.items[i];
		uint32_t to = insn->target == IJ_GRAPH_NONE || insn->flow == IJ_FLOW_CALL
				      ? IJ_GRAPH_NONE
				      : ij_graph_part(graph, insn->target);

		if (graph->parts.items[insn->part].distrusted)
			reach(slop, i, 0);
		if (to != IJ_GRAPH_NONE && to != insn->part)
			reach(slop, ij_points_graph_insn(&slop->flow, to, insn->target), 0);
	}
}

static void nothing(void *ctx, uint32_t next)
{
	(void)ctx;
	(void)next;
}

/* The map's registers at each instruction, and where nothing is kept. */
static void regs_fill(struct slop *slop)
{
	struct ij_graph *graph = &slop->flow.graph;

	for (uint32_t i = 0; i < graph->insns.len; i++) {
		const struct ij_graph_insn *insn = &graph->insns.items[i];
		const struct ij_points_func *func = ij_points_func(slop->points, insn->pc);
		const struct ij_point *point = ij_points_at(slop->points, func, insn->pc);

		slop->kept[i] = UINT64_MAX;
		if (!(point->unknown & IJ_POINTS_REGS))
			slop->regs[i] = ij_encode_regs(point);
		if (insn->pc == func->start)
			reach(slop, i, 0);
		if (!ij_points_graph_next(&slop->flow, i, nothing, NULL))
			graph->parts.items[insn->part].distrusted = true;
	}
	anew_clear(slop);
}

static void flow(struct slop *slop)
{
	slop->more = true;
	for (unsigned pass = 0; slop->more && pass < PASSES_MAX; pass++) {
		slop->more = false;
		for (uint32_t i = 0; i < slop->flow.graph.insns.len; i++)
			if (slop->reached[i])
				insn_flow(slop, i);
	}
	/* Not at rest, or never reached: nothing is kept. */
	for (uint32_t i = 0; i < slop->flow.graph.insns.len; i++)
		if (slop->more || !slop->reached[i])
			slop->kept[i] = 0;
}

static struct ij_error *func_write(const struct slop *slop, const struct ij_points_func *func,
				   struct ij_points *ret)
{
	uint32_t idx = ij_graph_part(&slop->flow.graph, func->start), next = 0;
	const struct ij_point *items = &slop->points->points.items[func->first];
	const struct ij_graph_part *part;
	uint64_t last = 0;

	IJ_TRY(ij_points_begin(ret, func->start, func->size));
	if (func->name)
		IJ_TRY(ij_points_name(ret, slop->points->names.items + func->name));
	if (idx == IJ_GRAPH_NONE) {
		for (uint32_t i = 0; i < func->len; i++)
			IJ_TRY(ij_points_add(ret, &items[i]));
		return NULL;
	}
	part = &slop->flow.graph.parts.items[idx];
	for (uint32_t i = part->first; i < part->first + part->linear; i++) {
		const struct ij_graph_insn *insn = &slop->flow.graph.insns.items[i];
		struct ij_point point;

		/* A map that changes within an instruction stays where it is. */
		for (; next < func->len && items[next].pc <= insn->pc; next++)
			if (items[next].pc < insn->pc)
				IJ_TRY(ij_points_add(ret, &items[next]));
		point = items[next - 1];
		last = point.unknown & IJ_POINTS_REGS ? 0 : slop->regs[i] | (last & slop->kept[i]);
		point.pc = insn->pc;
		point.live = (last & 0xffff) | (last >> 16 & 0xffffffff) << 32;
		point.pointers = last >> 48;
		IJ_TRY(ij_points_add(ret, &point));
	}
	for (; next < func->len; next++)
		IJ_TRY(ij_points_add(ret, &items[next]));
	return NULL;
}

static struct ij_error *sets_copy(const struct ij_slot_sets *from, struct ij_slot_sets *to)
{
	uint32_t idx;

	IJ_VEC_EACH (&from->items, set)
		IJ_TRY(ij_slot_sets_add(to, set->lo, from->words.items + set->idx, set->len, &idx));
	return NULL;
}

static struct ij_error *run(struct slop *slop, struct ij_points *ret)
{
	const struct ij_points *points = slop->points;
	size_t len = slop->flow.graph.insns.len;

	slop->kept = calloc(len + 1, sizeof(uint64_t));
	slop->regs = calloc(len + 1, sizeof(uint64_t));
	slop->reached = calloc(len + 1, sizeof(bool));
	if (!slop->kept || !slop->regs || !slop->reached)
		return ij_error_nomem();
	regs_fill(slop);
	flow(slop);
	IJ_TRY(sets_copy(&points->sets, &ret->sets));
	IJ_VEC_EACH (&points->funcs, func)
		IJ_TRY(func_write(slop, func, ret));
	return NULL;
}

struct ij_error *ij_points_slop(struct ij_object *obj, const struct ij_points *points,
				struct ij_points *ret)
{
	struct slop slop = {.points = points,
			    .gone = points->have & IJ_POINTS_LIVE
					    ? IJ_CODEC_CLOBBERED | (IJ_CODEC_CLOBBERED << 48)
					    : UINT64_MAX};
	struct ij_error *err;

	ij_points_init(ret, points->source, points->have, points->base, points->span);
	memcpy(ret->note, points->note, sizeof(ret->note));
	err = ij_points_graph_init(&slop.flow, obj, points);
	if (!err) {
		err = run(&slop, ret);
		ij_points_graph_deinit(&slop.flow);
	}
	free(slop.kept);
	free(slop.regs);
	free(slop.reached);
	if (err)
		ij_points_deinit(ret);
	return err;
}
