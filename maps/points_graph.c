/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Control flow of the functions that have points. */
#include "maps/points_graph.h"

#include <string.h>

struct table {
	struct ij_points_graph *flow;
	uint32_t part;
	void (*visit)(void *ctx, uint32_t next);
	void *ctx;
};

/*
 * Functions that never return, by the names that Go's own tables have.
 *
 * Source: Go 1.11 to 1.23, src/runtime/panic.go, proc.go (throw, goexit1), and what
 * cmd/compile calls where an index, a division or a conversion is wrong.
 */
static bool is_noreturn(const char *name)
{
	static const char *const prefixes[] = {
		"runtime.panic", "runtime.goPanic",       "runtime.gopanic",
		"runtime.throw", "runtime.fatal",         "runtime.goexit1",
		"runtime.block", "runtime.selectnbAbort", "runtime.unreachableMethod",
	};

	for (size_t i = 0; i < IJ_COUNT(prefixes); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

static struct ij_error *noreturn_add(struct ij_points_graph *flow, const struct ij_points *points)
{
	IJ_VEC_EACH (&points->funcs, func)
		if (func->name && is_noreturn(points->names.items + func->name))
			IJ_TRY(ij_vec_push(&flow->graph.noreturn, points->base + func->start));
	return NULL;
}

struct ij_error *ij_points_graph_init(struct ij_points_graph *flow, struct ij_object *obj,
				      const struct ij_points *points)
{
	size_t len = points->funcs.len;
	struct ij_graph_funcs funcs = {.len = len};
	struct ij_error *err;
	uint32_t part;

	flow->funcs = calloc(len + 1, sizeof(*flow->funcs));
	if (!flow->funcs)
		return ij_error_nomem();
	for (size_t i = 0; i < len; i++)
		flow->funcs[i] = (struct ij_map_func){.start = points->funcs.items[i].start,
						      .size = points->funcs.items[i].size};
	funcs.items = flow->funcs;
	err = ij_graph_init(&flow->graph, obj, &funcs);
	if (err) {
		free(flow->funcs);
		return err;
	}
	err = noreturn_add(flow, points);
	for (size_t i = 0; i < len && !err; i++)
		err = ij_graph_add(&flow->graph, flow->funcs[i].start, &part);
	if (err)
		ij_points_graph_deinit(flow);
	else
		ij_graph_bound(&flow->graph);
	return err;
}

void ij_points_graph_deinit(struct ij_points_graph *flow)
{
	ij_graph_deinit(&flow->graph);
	free(flow->funcs);
}

uint32_t ij_points_graph_insn(const struct ij_points_graph *flow, uint32_t part_idx, uint64_t pc)
{
	const struct ij_graph_part *part = &flow->graph.parts.items[part_idx];
	const struct ij_map_func *func = &flow->funcs[part->func];

	return pc - func->start < func->size && part->insn[pc - func->start]
		       ? part->insn[pc - func->start] - 1
		       : IJ_GRAPH_NONE;
}

static bool table_visit(void *ctx, uint32_t pc)
{
	struct table *table = ctx;
	uint32_t next = ij_points_graph_insn(table->flow, table->part, pc);

	if (next != IJ_GRAPH_NONE)
		table->visit(table->ctx, next);
	return true;
}

bool ij_points_graph_next(struct ij_points_graph *flow, uint32_t idx,
			  void (*visit)(void *ctx, uint32_t next), void *ctx)
{
	const struct ij_graph_insn *insn = &flow->graph.insns.items[idx];
	struct table table = {.flow = flow, .part = insn->part, .visit = visit, .ctx = ctx};

	if (ij_graph_falls(insn))
		(void)table_visit(&table, insn->pc + insn->size);
	if (insn->flow != IJ_FLOW_JUMP && insn->flow != IJ_FLOW_BRANCH)
		return true;
	if (insn->target == IJ_GRAPH_NONE)
		return ij_graph_table(&flow->graph, idx, table_visit, &table);
	(void)table_visit(&table, insn->target);
	return true;
}
