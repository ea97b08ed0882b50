/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Liveness from machine code: which registers may still be read before they are written. Client
 * only; on demand, a function at a time.
 *
 * Dead means dead: what cannot be followed (an indirect jump without a known table, a jump to what
 * is not decoded, a system call, a trap) is taken to read every register. A call is taken to read
 * all argument registers and to change nothing, a return to read results and all that its function
 * never writes. Holds for code that keeps to the System V calling convention.
 */
#ifndef IJ_MAPS_LIVE_H
#define IJ_MAPS_LIVE_H

#include "maps/graph.h"

#define IJ_LIVE_ALL (~(ij_graph_regs)0)

struct ij_live {
	IJ_VEC(ij_graph_regs) before; /* one an instruction of the graph */
};

/** Compute it for every part that @graph has decoded. Errors: NOMEM. */
struct ij_error *ij_live_init(struct ij_live *live, struct ij_graph *graph) IJ_WARN_UNUSED;
void ij_live_deinit(struct ij_live *live);

/**
 * The registers that may be live at module offset @pc, before the instruction there runs; all of
 * them where nothing is known. Decodes the function that holds it.
 *
 * Errors: NOMEM, BADDATA.
 */
struct ij_error *ij_live_at(struct ij_object *obj, const struct ij_graph_funcs *funcs, uint64_t pc,
			    ij_graph_regs *ret) IJ_WARN_UNUSED;

#endif
