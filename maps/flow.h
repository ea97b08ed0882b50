/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Forward dataflow of marks: what a mark says holds for what is executed after it, not for what
 * stands behind it, so its state is handed on along the control flow of the function. Client only.
 */
#ifndef IJ_MAPS_FLOW_H
#define IJ_MAPS_FLOW_H

#include "maps/graph.h"
#include "maps/notes.h"

/** What became of the restartable sequence that the code may be in. */
enum ij_flow_restart {
	IJ_FLOW_RESTART_NO,   /* it is in none */
	IJ_FLOW_RESTART_GOOD, /* in the one that began at `start`, its frame still as it was then */
	IJ_FLOW_RESTART_BAD,  /* not to be restarted */
};

struct ij_flow_state {
	uint16_t
		depths; /* bit N: marks may be nested N deep here; 0: not reached; {0} is outside */
	uint8_t restart;       /* enum ij_flow_restart */
	bool weak;             /* reached by nothing that is seen */
	uint32_t start;        /* module offset */
	ij_graph_regs written; /* registers that may have changed since `start` */
};

struct ij_flow {
	struct ij_graph graph;
	const struct ij_notes *notes; /* borrowed */
	/* Two an instruction: before it and its marks, by falling into it and by jumping to it. */
	IJ_VEC(struct ij_flow_state) states;
	IJ_VEC(bool) queued; /* one an instruction */
	IJ_VEC(uint32_t) queue;
	IJ_VEC(uint32_t) named; /* starts of functions that have a name of their own; sorted */
	IJ_VEC(struct ij_flow_state) any; /* one a part: what may go on anywhere in it */
	struct ij_flow_state edge;        /* for the visitor of a jump table */
	uint32_t edge_part;
	struct ij_error *err;
};

/**
 * Hand the states of @notes on, through every function that one of them stands in.
 *
 * A jump to an address that bears marks may have been meant for before them or for behind them: it
 * is taken for the one that agrees with what falls into them. Calls keep the state. A function that
 * ends, by return or tail call, with a mark open closes it.
 *
 * @obj, @funcs, @notes: borrowed for the life of the flow.
 * Errors: NOMEM, BADDATA.
 */
struct ij_error *ij_flow_init(struct ij_flow *flow, struct ij_object *obj,
			      const struct ij_graph_funcs *funcs, const struct ij_notes *notes)
	IJ_WARN_UNUSED;
void ij_flow_deinit(struct ij_flow *flow);

/** The state in which instruction @idx of the graph runs, its marks applied. */
struct ij_flow_state ij_flow_at(const struct ij_flow *flow, uint32_t idx);

/** Is it reached by nothing but what is outside of all marks, before its own are applied? */
bool ij_flow_is_entered_outside(const struct ij_flow *flow, uint32_t idx);

#endif
