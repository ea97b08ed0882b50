/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Containers and stacks made by hand, for the tests of the container and the unwinder. */
#ifndef IJ_TESTS_MAPS_FIXTURE_H
#define IJ_TESTS_MAPS_FIXTURE_H

#include "maps/builder.h"
#include "maps/unwind.h"

/** A container that owns its bytes. */
struct fixture_map {
	void *bytes;
	size_t size;
	struct ij_map map;
};

/** Begin a container of @span bytes. */
void fixture_begin(struct ij_map_builder *builder, uint64_t span);

/** Add a function with one row, whose CFA is register @reg plus @off; RA is saved at CFA - 8. */
void fixture_func(struct ij_map_builder *builder, uint32_t start, uint32_t size, unsigned reg,
		  int32_t off);

/** The state of such a row. */
struct ij_map_state fixture_state(unsigned reg, int32_t off);
/** Add a rule for one more register. */
void fixture_rule(struct ij_map_state *state, unsigned reg, enum ij_map_entry_kind kind,
		  int32_t value);

/** Finish the container, and end @builder. */
void fixture_end(struct ij_map_builder *builder, struct fixture_map *ret);
void fixture_free(struct fixture_map *map);

#endif
