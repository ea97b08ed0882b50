/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Containers made by hand. */
#include "fixture.h"

#include <assert.h>

/* A test that cannot even be set up ends at once. */
static void must(struct ij_error *err)
{
	assert(!err);
}

void fixture_begin(struct ij_map_builder *builder, uint64_t span)
{
	ij_map_builder_init(builder, span);
}

struct ij_map_state fixture_state(unsigned reg, int32_t off)
{
	struct ij_map_state state = {
		.cfa_kind = IJ_MAP_CFA_REG,
		.cfa_reg = (uint8_t)reg,
		.cfa_off = off,
	};

	fixture_rule(&state, IJ_MAP_REG_RA, IJ_MAP_OFFSET, -8);
	return state;
}

void fixture_rule(struct ij_map_state *state, unsigned reg, enum ij_map_entry_kind kind,
		  int32_t value)
{
	state->have |= 1u << reg;
	state->kind[reg] = (uint8_t)kind;
	state->value[reg] = value;
}

void fixture_func(struct ij_map_builder *builder, uint32_t start, uint32_t size, unsigned reg,
		  int32_t off)
{
	struct ij_map_state state = fixture_state(reg, off);

	must(ij_map_builder_func(builder, start, size, 0));
	must(ij_map_builder_row(builder, start, &state));
}

void fixture_end(struct ij_map_builder *builder, struct fixture_map *ret)
{
	(void)ij_map_builder_sort(builder);
	must(ij_map_builder_finish(builder, &ret->bytes, &ret->size));
	ij_map_builder_deinit(builder);
	must(ij_map_open(ret->bytes, ret->size, &ret->map));
}

void fixture_free(struct fixture_map *map)
{
	free(map->bytes);
}
