/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The checks. Each looks at one instruction and those that may run next, but for uses of registers,
 * which are handed backward along the control flow to whatever wrote them.
 */
#include "maps/verify.h"

#include <string.h>

#include "maps/codec_run.h"
#include "maps/encode_stream.h"
#include "maps/points_graph.h"

#define PASSES_MAX  64
#define ORIGIN_BACK 64u  /* instructions that are searched for what wrote a register */
#define PATH_STEPS  512u /* instructions on the way to a use */

enum { NO_REG = 0xff, SP = 7, BP = 6 };

struct run {
	const struct ij_points *points;
	struct ij_points_graph flow;
	struct ij_verify *out;
	uint64_t *
		maps; /* one an instruction: registers of the map before it, packed; 0: not known */
	uint64_t *needs; /* the same: that are used before they are written */
	uint32_t *point; /* one an instruction: index of the point that holds before it */
	bool *reached;   /* one an instruction: from where its function is entered */
	IJ_VEC(uint32_t) queue;
	struct ij_error *err; /* of a visitor */
	uint64_t gone;        /* after a call */
	uint64_t mask;        /* registers that the source tells */
	/* Of the edge in hand: */
	uint32_t from;
	struct ij_insn insn;
	uint64_t need;
};

static const struct ij_graph_insn *insn_at(const struct run *run, uint32_t idx)
{
	return &run->flow.graph.insns.items[idx];
}

static const struct ij_point *point_at(const struct run *run, uint32_t idx)
{
	return &run->points->points.items[run->point[idx]];
}

static bool decode(const struct run *run, uint32_t idx, struct ij_insn *ret)
{
	const struct ij_graph_insn *insn = insn_at(run, idx);
	const struct ij_graph_part *part = &run->flow.graph.parts.items[insn->part];
	const struct ij_map_func *func = &run->flow.funcs[part->func];
	uint32_t off = insn->pc - func->start;

	return ij_insn_decode(part->code + off, func->size - off, run->flow.graph.base + insn->pc,
			      ret);
}

/* Is there an instruction before @idx from which control falls into it? */
static bool is_fallen_into(const struct run *run, uint32_t idx)
{
	return idx && insn_at(run, idx - 1)->part == insn_at(run, idx)->part &&
	       insn_at(run, idx - 1)->pc + insn_at(run, idx - 1)->size == insn_at(run, idx)->pc &&
	       ij_graph_falls(insn_at(run, idx - 1));
}

static struct ij_error *found(struct run *run, struct ij_verify_finding finding)
{
	run->out->found[finding.check]++;
	run->out->jumped[finding.check] += finding.jumped;
	if (run->out->findings.len >= IJ_VERIFY_FINDINGS)
		return NULL;
	return ij_vec_push(&run->out->findings, finding);
}

static uint32_t func_of(const struct run *run, uint32_t idx)
{
	return run->flow.graph.parts.items[insn_at(run, idx)->part].func;
}

/* What of the packed registers @regs, GPRs and vectors, covers. */
static uint64_t packed(const struct run *run, ij_graph_regs regs)
{
	uint64_t gprs = regs & 0xffff;

	return (gprs | (regs >> 32) << 16 | gprs << 48) & run->mask;
}

static struct ij_error *boundaries(struct run *run)
{
	for (uint32_t f = 0; f < run->points->funcs.len; f++) {
		const struct ij_points_func *func = &run->points->funcs.items[f];
		uint32_t part = ij_graph_part(&run->flow.graph, func->start);

		run->out->possible[IJ_VERIFY_BOUNDARY] += func->len;
		if (part == IJ_GRAPH_NONE)
			continue;
		run->out->checked[IJ_VERIFY_BOUNDARY] += func->len;
		for (uint32_t i = 0; i < func->len; i++) {
			uint32_t pc = run->points->points.items[func->first + i].pc;

			if (ij_points_graph_insn(&run->flow, part, pc) == IJ_GRAPH_NONE)
				IJ_TRY(found(run,
					     (struct ij_verify_finding){.check = IJ_VERIFY_BOUNDARY,
									.func = f,
									.pc = pc}));
		}
	}
	return NULL;
}

/* Registers whose values this instruction needs to be in the map. */
static uint64_t uses_of(const struct run *run, uint32_t idx)
{
	struct ij_insn insn;

	if (run->points->have & IJ_POINTS_LIVE)
		return packed(run, insn_at(run, idx)->reads & ~(1ull << SP));
	if (!decode(run, idx, &insn) || !insn.has_memory || insn.mem_base == NO_REG ||
	    !(insn.reads_memory || insn.writes_memory) || insn.mem_base == SP ||
	    insn.mem_base == BP)
		return 0;
	/* Of two registers that are added either may be the pointer. */
	if (insn.mem_index != NO_REG && insn.mem_scale == 1)
		return 0;
	return packed(run, 1ull << insn.mem_base);
}

static void need_join(void *ctx, uint32_t next)
{
	struct run *run = ctx;

	run->need |= run->needs[next];
}

static uint64_t need_before(struct run *run, uint32_t idx)
{
	const struct ij_graph_insn *insn = insn_at(run, idx);

	run->need = 0;
	if (insn->flags & IJ_GRAPH_BAD)
		return 0;
	(void)ij_points_graph_next(&run->flow, idx, need_join, run);
	run->need &= ~packed(run, insn->writes);
	if (insn->flow == IJ_FLOW_CALL)
		run->need &= ~run->gone;
	return run->need;
}

static struct ij_error *needs_fill(struct run *run)
{
	size_t len = run->flow.graph.insns.len;
	uint64_t *uses = calloc(len + 1, sizeof(*uses));
	bool more = true;

	if (!uses)
		return ij_error_nomem();
	for (uint32_t i = 0; i < len; i++)
		uses[i] = uses_of(run, i);
	for (unsigned pass = 0; more && pass < PASSES_MAX; pass++) {
		more = false;
		for (uint32_t i = (uint32_t)len; i-- > 0;) {
			uint64_t need = need_before(run, i) | uses[i];

			more |= need != run->needs[i];
			run->needs[i] = need;
		}
	}
	free(uses);
	return NULL;
}

/* What wrote the register last, looking backward in the order of addresses. */
static unsigned origin_of(const struct run *run, uint32_t idx, unsigned dwarf)
{
	uint32_t part = insn_at(run, idx)->part;
	struct ij_insn insn;

	for (uint32_t n = 0; idx-- > 0 && n < ORIGIN_BACK && insn_at(run, idx)->part == part; n++) {
		if (insn_at(run, idx)->flow == IJ_FLOW_CALL)
			return IJ_VERIFY_RESULT;
		if (!(insn_at(run, idx)->writes >> dwarf & 1) || !decode(run, idx, &insn))
			continue;
		if (insn.segment)
			return IJ_VERIFY_THREAD;
		if (insn.reads_memory)
			return IJ_VERIFY_LOADED;
		if (insn.has_memory && insn.mem_pc_relative)
			return IJ_VERIFY_STATIC;
		if (insn.has_memory && (insn.mem_base == SP || insn.mem_base == BP))
			return IJ_VERIFY_STACK;
		return IJ_VERIFY_COMPUTED;
	}
	return IJ_VERIFY_OTHER;
}

struct step {
	const struct run *run;
	uint64_t bit;
	uint32_t next;
};

static void step_choose(void *ctx, uint32_t next)
{
	struct step *step = ctx;

	if (step->next == IJ_GRAPH_NONE && step->run->needs[next] & step->bit)
		step->next = next;
}

/* From the contradiction to the use: along instructions that still need the register. */
static void path_find(struct run *run, uint32_t idx, uint64_t bit, struct ij_verify_finding *ret)
{
	for (uint32_t n = 0; n < PATH_STEPS; n++) {
		const struct ij_graph_insn *insn = insn_at(run, idx);
		struct step step = {.run = run, .bit = bit, .next = IJ_GRAPH_NONE};

		ret->other = insn->pc;
		if (uses_of(run, idx) & bit)
			return;
		(void)ij_points_graph_next(&run->flow, idx, step_choose, &step);
		if (step.next == IJ_GRAPH_NONE)
			return;
		if (insn_at(run, step.next)->pc != insn->pc + insn->size &&
		    ret->path_len < IJ_VERIFY_PATH)
			ret->path[ret->path_len++] = insn_at(run, step.next)->pc;
		idx = step.next;
	}
}

/* Uses: what is needed before an instruction must be in its map. Told once a stretch. */
static struct ij_error *uses_check(struct run *run)
{
	uint64_t last = 0;
	uint32_t part = IJ_GRAPH_NONE;

	for (uint32_t i = 0; i < run->flow.graph.insns.len; i++) {
		uint64_t lost = run->needs[i] & ~run->maps[i], fresh;
		bool known = !(point_at(run, i)->unknown & IJ_POINTS_REGS);

		if (!run->reached[i])
			continue;
		run->out->possible[IJ_VERIFY_USE] += run->needs[i] != 0;
		if (insn_at(run, i)->part != part)
			last = 0;
		part = insn_at(run, i)->part;
		if (!known) {
			last = 0;
			continue;
		}
		run->out->checked[IJ_VERIFY_USE] += run->needs[i] != 0;
		fresh = lost & ~last;
		last = lost;
		for (; fresh; fresh &= fresh - 1) {
			unsigned reg = (unsigned)__builtin_ctzll(fresh);
			struct ij_verify_finding finding = {.check = IJ_VERIFY_USE,
							    .func = func_of(run, i),
							    .reg = (uint8_t)reg,
							    .jumped = !is_fallen_into(run, i),
							    .pc = insn_at(run, i)->pc};

			path_find(run, i, 1ull << reg, &finding);
			finding.origin = (uint8_t)origin_of(run, i, reg & 15);
			run->out->origins[finding.origin] += !finding.jumped;
			IJ_TRY(found(run, finding));
		}
	}
	return NULL;
}

struct edges {
	struct run *run;
	struct ij_error *err;
};

static struct ij_error *frame_check(struct run *run, uint32_t next)
{
	const struct ij_point *a = point_at(run, run->from), *b = point_at(run, next);
	int64_t expected;

	run->out->possible[IJ_VERIFY_FRAME]++;
	if ((a->unknown | b->unknown) & IJ_POINTS_FRAME || !run->insn.stack_known)
		return NULL;
	run->out->checked[IJ_VERIFY_FRAME]++;
	expected = (int64_t)a->frame - run->insn.stack_delta;
	if (expected == b->frame)
		return NULL;
	return found(run, (struct ij_verify_finding){.check = IJ_VERIFY_FRAME,
						     .func = func_of(run, next),
						     .pc = insn_at(run, next)->pc,
						     .other = insn_at(run, run->from)->pc,
						     .expected = (int32_t)expected,
						     .found = b->frame});
}

static struct ij_error *appears_check(struct run *run, uint32_t next)
{
	const struct ij_graph_insn *insn = insn_at(run, run->from);
	uint64_t fresh = run->maps[next] & ~run->maps[run->from] & ~packed(run, insn->writes);

	run->out->possible[IJ_VERIFY_APPEARS]++;
	if ((point_at(run, run->from)->unknown | point_at(run, next)->unknown) & IJ_POINTS_REGS)
		return NULL;
	run->out->checked[IJ_VERIFY_APPEARS]++;
	if (insn->flow == IJ_FLOW_CALL)
		fresh &= ~run->gone;
	for (; fresh; fresh &= fresh - 1)
		IJ_TRY(found(run,
			     (struct ij_verify_finding){.check = IJ_VERIFY_APPEARS,
							.func = func_of(run, next),
							.reg = (uint8_t)__builtin_ctzll(fresh),
							.jumped = !is_fallen_into(run, next) ||
								  !is_fallen_into(run, run->from),
							.pc = insn_at(run, next)->pc,
							.other = insn->pc}));
	return NULL;
}

static void edge_check(void *ctx, uint32_t next)
{
	struct edges *edges = ctx;
	struct run *run = edges->run;

	if (!edges->err && run->points->have & IJ_POINTS_FRAME)
		edges->err = frame_check(run, next);
	if (!edges->err && run->points->have & IJ_POINTS_REGS)
		edges->err = appears_check(run, next);
	/* Of a source that tells a collector what to look at. */
	if (edges->err || insn_at(run, run->from)->flow != IJ_FLOW_CALL ||
	    (run->points->have & (IJ_POINTS_SLOTS_POINTERS | IJ_POINTS_LABELS)) !=
		    IJ_POINTS_SLOTS_POINTERS)
		return;
	run->out->possible[IJ_VERIFY_RETURN]++;
	run->out->checked[IJ_VERIFY_RETURN]++;
	if (point_at(run, next)->unknown & IJ_POINTS_SLOTS)
		edges->err = found(
			run, (struct ij_verify_finding){.check = IJ_VERIFY_RETURN,
							.func = func_of(run, next),
							.pc = insn_at(run, next)->pc,
							.other = insn_at(run, run->from)->pc});
}

static struct ij_error *edges_check(struct run *run)
{
	struct edges edges = {.run = run};

	for (uint32_t i = 0; i < run->flow.graph.insns.len && !edges.err; i++) {
		run->from = i;
		if (run->reached[i] && decode(run, i, &run->insn))
			(void)ij_points_graph_next(&run->flow, i, edge_check, &edges);
	}
	return edges.err;
}

static void reach(struct run *run, uint32_t idx)
{
	if (idx == IJ_GRAPH_NONE || run->reached[idx] || run->err)
		return;
	run->reached[idx] = true;
	run->err = ij_vec_push(&run->queue, idx);
}

static void reach_next(void *ctx, uint32_t next)
{
	reach(ctx, next);
}

/* A jump leads nobody knows where: to any of its function's instructions but padding. */
static void anywhere_reach(struct run *run, uint32_t idx)
{
	const struct ij_graph_part *part = &run->flow.graph.parts.items[idx];

	for (uint32_t i = part->first; i < part->first + part->linear; i++)
		if (!(insn_at(run, i)->flags & (IJ_GRAPH_PADDING | IJ_GRAPH_BAD)))
			reach(run, i);
}

/* From the starts of functions, and from where one part of a function jumps into another. */
static struct ij_error *reached_fill(struct run *run)
{
	struct ij_graph *graph = &run->flow.graph;

	for (uint32_t i = 0; i < graph->insns.len; i++) {
		const struct ij_graph_insn *insn = insn_at(run, i);
		uint32_t to = insn->target == IJ_GRAPH_NONE || insn->flow == IJ_FLOW_CALL
				      ? IJ_GRAPH_NONE
				      : ij_graph_part(graph, insn->target);

		if (insn->pc == run->flow.funcs[func_of(run, i)].start)
			reach(run, i);
		if (to != IJ_GRAPH_NONE && to != insn->part)
			reach(run, ij_points_graph_insn(&run->flow, to, insn->target));
	}
	while (run->queue.len && !run->err) {
		uint32_t idx = run->queue.items[--run->queue.len];

		if (!ij_points_graph_next(&run->flow, idx, reach_next, run))
			anywhere_reach(run, insn_at(run, idx)->part);
	}
	ij_vec_deinit(&run->queue);
	return run->err;
}

static struct ij_error *fill(struct run *run)
{
	size_t len = run->flow.graph.insns.len;

	run->maps = calloc(len + 1, sizeof(*run->maps));
	run->needs = calloc(len + 1, sizeof(*run->needs));
	run->point = calloc(len + 1, sizeof(*run->point));
	run->reached = calloc(len + 1, sizeof(*run->reached));
	if (!run->maps || !run->needs || !run->point || !run->reached)
		return ij_error_nomem();
	IJ_TRY(reached_fill(run));
	for (uint32_t i = 0; i < len; i++) {
		uint32_t pc = insn_at(run, i)->pc;
		const struct ij_point *point =
			ij_points_at(run->points, &run->points->funcs.items[func_of(run, i)], pc);

		run->point[i] = (uint32_t)(point - run->points->points.items);
		if (!(point->unknown & IJ_POINTS_REGS))
			run->maps[i] = ij_encode_regs(point) & run->mask;
	}
	return NULL;
}

/* Labels are held against liveness; told where a stretch begins in which they differ. */
static struct ij_error *labels_check(struct run *run)
{
	ij_point_regs last = 0;

	if (!(run->points->have & IJ_POINTS_LABELS))
		return NULL;
	for (uint32_t i = 0; i < run->flow.graph.insns.len; i++) {
		const struct ij_point *point = point_at(run, i);
		ij_point_regs dead = point->pointers & ~point->live, fresh = dead & ~last;

		run->out->possible[IJ_VERIFY_LABEL] += point->pointers != 0;
		last = 0;
		if (!run->reached[i])
			continue;
		run->out->checked[IJ_VERIFY_LABEL] += point->pointers != 0;
		last = dead;
		for (; fresh; fresh &= fresh - 1)
			IJ_TRY(found(run, (struct ij_verify_finding){
						  .check = IJ_VERIFY_LABEL,
						  .func = func_of(run, i),
						  .reg = (uint8_t)__builtin_ctzll(fresh),
						  .pc = insn_at(run, i)->pc}));
	}
	return NULL;
}

static struct ij_error *checks(struct run *run)
{
	IJ_TRY(fill(run));
	IJ_TRY(boundaries(run));
	IJ_TRY(edges_check(run));
	IJ_TRY(labels_check(run));
	if (!(run->points->have & IJ_POINTS_REGS) || run->points->have & IJ_POINTS_PARTIAL)
		return NULL;
	IJ_TRY(needs_fill(run));
	return uses_check(run);
}

struct ij_error *ij_verify(struct ij_object *obj, const struct ij_points *points,
			   struct ij_verify *ret)
{
	bool live = points->have & IJ_POINTS_LIVE;
	struct run run = {
		.points = points,
		.out = ret,
		.gone = live ? IJ_CODEC_CLOBBERED : UINT64_MAX,
		.mask = live ? 0xffffffffffffull : 0xffffull << 48,
	};
	struct ij_error *err;

	memset(ret, 0, sizeof(*ret));
	IJ_TRY(ij_points_graph_init(&run.flow, obj, points));
	err = checks(&run);
	ij_points_graph_deinit(&run.flow);
	free(run.maps);
	free(run.needs);
	free(run.point);
	free(run.reached);
	if (err)
		ij_verify_deinit(ret);
	return err;
}

void ij_verify_deinit(struct ij_verify *verify)
{
	ij_vec_deinit(&verify->findings);
}
