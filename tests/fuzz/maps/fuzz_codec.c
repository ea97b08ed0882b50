/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whatever bytes are taken for encoded maps, decoding stays inside them, ends, and what it gives is
 * canonical; a look-up says the same as decoding all of it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "maps/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(const struct ij_codec *codec, const struct ij_points *points)
{
	struct ij_codec_state *state = calloc(1, sizeof(*state));
	size_t step = points->points.len / 64 + 1;

	assert(state);
	for (size_t i = 0; i < points->points.len; i += step) {
		const struct ij_point *point = &points->points.items[i];

		assert(ij_codec_find(codec, point->pc, state, NULL) != IJ_CODEC_NONE);
	}
	free(state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *bytes = malloc(size ? size : 1);
	struct ij_codec_state *state = malloc(sizeof(*state));
	struct ij_points points;
	struct ij_codec codec;
	struct ij_error *err;

	assert(bytes && state);
	memcpy(bytes, data, size);
	err = ij_codec_open(bytes, size, &codec);
	if (!err) {
		for (uint64_t pc = 0; pc < codec.header->span && pc < 1u << 16; pc += 97)
			(void)ij_codec_find(&codec, pc, state, NULL);
		err = ij_codec_decode(&codec, "fuzz", &points);
		if (!err) {
			look_up(&codec, &points);
			ij_points_deinit(&points);
		}
	}
	ij_error_free(err);
	free(state);
	free(bytes);
	return 0;
}
