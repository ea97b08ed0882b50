/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one instruction does to the frame of its function. Internal to the native source. */
#ifndef IJ_MAPS_SLOTS_EFFECT_H
#define IJ_MAPS_SLOTS_EFFECT_H

#include "maps/container.h"
#include "maps/graph.h"

enum ij_slots_flags {
	IJ_SLOTS_READS = 1 << 0,     /* memory at `at`, `size` bytes */
	IJ_SLOTS_WRITES = 1 << 1,    /* the same */
	IJ_SLOTS_MAYBE = 1 << 2,     /* or not: what it writes it may not write */
	IJ_SLOTS_POPS = 1 << 3,      /* reads eight bytes at the stack pointer */
	IJ_SLOTS_PUSHES = 1 << 4,    /* writes eight bytes below it */
	IJ_SLOTS_ALL_READ = 1 << 5,  /* may read anything of the frame */
	IJ_SLOTS_ALL_WRITE = 1 << 6, /* may write anything of it */
	IJ_SLOTS_LEAKS = 1 << 7,     /* lets an address of the frame out */
	IJ_SLOTS_BAD = 1 << 8,       /* nothing can be told here */
	IJ_SLOTS_SETS_SP = 1 << 9,   /* the stack pointer is `delta` from the CFA then */
	IJ_SLOTS_LOSES_SP = 1 << 10, /* it is not known then */
	IJ_SLOTS_SP_CFA = 1 << 11,   /* it is `at_sp` from the CFA before, says the CFI */
};

struct ij_slots_effect {
	int32_t at;    /* bytes from the CFA */
	int32_t at_sp; /* with IJ_SLOTS_SP_CFA */
	int32_t delta; /* what the stack pointer changes by, or is set to */
	uint16_t flags;
	uint8_t size;
};

/** @insn, of @graph; the CFA is that of the rows of @map. */
struct ij_slots_effect ij_slots_effect_of(const struct ij_graph *graph, const struct ij_map *map,
					  const struct ij_graph_insn *insn);

/** Is the frame the outermost? Then its rule tells nothing, for nobody goes by it. */
bool ij_slots_is_root(const struct ij_map *map, const struct ij_map_rule *rule);

#endif
