/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The control flow of the code that points are of. Client only. */
#ifndef IJ_MAPS_POINTS_GRAPH_H
#define IJ_MAPS_POINTS_GRAPH_H

#include "maps/graph.h"
#include "maps/points.h"

struct ij_points_graph {
	struct ij_graph graph;
	struct ij_map_func *funcs; /* the functions of the points, for the graph; owned */
};

/** Decode every function of @points. @obj: borrowed. Errors: NOMEM. */
struct ij_error *ij_points_graph_init(struct ij_points_graph *flow, struct ij_object *obj,
				      const struct ij_points *points) IJ_WARN_UNUSED;
void ij_points_graph_deinit(struct ij_points_graph *flow);

/**
 * Visit the instructions of the same function that may run after instruction @idx: by falling into
 * them, by a direct jump, or by a jump table. A call leads behind itself.
 *
 * @return: false if it may go on anywhere: an indirect jump without a table.
 */
bool ij_points_graph_next(struct ij_points_graph *flow, uint32_t idx,
			  void (*visit)(void *ctx, uint32_t next), void *ctx);

/** The instruction at module offset @pc of @part, or IJ_GRAPH_NONE. */
uint32_t ij_points_graph_insn(const struct ij_points_graph *flow, uint32_t part, uint64_t pc);

#endif
