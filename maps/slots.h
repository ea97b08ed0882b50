/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which stack slots of machine code may be read before they are written, from its instructions and
 * the CFA that its CFI tells. Client only.
 *
 * Dead means dead. A slot is live if it may have been written on the way here and may be read on
 * the way on. What is read by an address that was taken of the frame is not followed: from there
 * on all of the frame is live. A call may read whatever lies at or above the stack pointer, for
 * arguments are passed there, and leaves nothing of what is below. Holds for code that passes
 * arguments as the System V psABI says, and reads no frame whose address it was not given.
 */
#ifndef IJ_MAPS_SLOTS_H
#define IJ_MAPS_SLOTS_H

#include "maps/container.h"
#include "maps/graph.h"
#include "maps/points.h"

/** Slots that are told apart: bit B is slot B - IJ_SLOTS_BELOW; see struct ij_slot_set. */
#define IJ_SLOTS_WORDS 4
#define IJ_SLOTS_BELOW (IJ_SLOTS_WORDS * 64 - 16)

struct ij_slots_mask {
	uint64_t words[IJ_SLOTS_WORDS];
};

/** What is known before an instruction runs. */
struct ij_slots_state {
	struct ij_slots_mask written; /* may have been, since the function began */
	struct ij_slots_mask wanted;  /* may be read before they are written */
	int32_t sp;   /* the stack pointer, bytes from the CFA; IJ_SLOTS_NO_SP: not known */
	bool reached; /* a way leads here that is seen */
	bool escaped; /* an address of the frame is somewhere: all of it counts as read */
	bool unknown; /* nothing is known here */
};
#define IJ_SLOTS_NO_SP INT32_MIN

struct ij_slots {
	IJ_VEC(struct ij_slots_state) states; /* one an instruction of the graph */
};

/**
 * Compute it for every part that @graph has decoded.
 *
 * @map: its rows and functions are those of the graph. Errors: NOMEM.
 */
struct ij_error *ij_slots_init(struct ij_slots *slots, struct ij_graph *graph,
			       const struct ij_map *map) IJ_WARN_UNUSED;
void ij_slots_deinit(struct ij_slots *slots);

/**
 * The set of live slots before instruction @idx, for points->sets.
 *
 * @known_ret: false if it cannot be told; then there is no set. Errors: NOMEM, LIMIT.
 */
struct ij_error *ij_slots_live(const struct ij_slots *slots, uint32_t idx, struct ij_points *points,
			       uint32_t *ret, bool *known_ret) IJ_WARN_UNUSED;

#endif
