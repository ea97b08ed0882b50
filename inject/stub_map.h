/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The map of our own stub: how a stack leads out of a call of ours into what it interrupted. */
#ifndef IJ_INJECT_STUB_MAP_H
#define IJ_INJECT_STUB_MAP_H

#include "maps/unwind.h"

#define IJ_STUB_MAP_ROWS_MAX 80

/** The tables that `module` refers to: not to be copied. */
struct ij_stub_map {
	struct ij_map_header header;
	struct ij_map_func funcs[3];
	struct ij_map_row rows[IJ_STUB_MAP_ROWS_MAX];
	struct ij_map_rule rules[IJ_STUB_MAP_ROWS_MAX];
	struct ij_map_entry entries[5 * IJ_MAP_REGS];
	struct ij_unwind_module module; /* lo == hi until ij_stub_map_place */
};

/**
 * Make the map of ij_stub_code.
 *
 * Its function is a signal frame: the interrupted thread stood at an exact PC, and the stub has all
 * its registers. The map holds at each of the stub's instructions, and at those of
 * ij_stub_code_vectors and ij_stub_code_ring, which are ordinary functions.
 */
void ij_stub_map_init(struct ij_stub_map *map);

/**
 * Does the call run on a stack of ours? Then the interrupted stack pointer is what struct
 * ij_stub_entry says, and the CFA, which has no meaning of its own, lies above that entry.
 */
void ij_stub_map_foreign(struct ij_stub_map *map, bool foreign);

/** The stub's code begins at target address @base; 0: it is nowhere. */
void ij_stub_map_place(struct ij_stub_map *map, ij_addr base);

#endif
