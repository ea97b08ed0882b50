/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whatever bytes are taken for an .ijmap file, its sections lie inside it. The checksum is made
 * right first, for what is behind it is what others may have written on purpose.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "maps/codec.h"
#include "maps/container.h"
#include "maps/ijmap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void points_decode(const uint8_t *bytes, size_t size)
{
	struct ij_points points;
	struct ij_codec codec;
	struct ij_error *err = ij_codec_open(bytes, size, &codec);

	if (!err)
		err = ij_codec_decode(&codec, "fuzz", &points);
	if (!err)
		ij_points_deinit(&points);
	ij_error_free(err);
}

static void sections_open(const struct ij_ijmap *file, const uint8_t *bytes, size_t size)
{
	struct ij_map map;
	size_t len = 0;
	const uint8_t *at = ij_ijmap_section(file, IJ_IJMAP_MAP, &len);

	if (at) {
		assert(at >= bytes && len <= size && (size_t)(at - bytes) <= size - len);
		ij_error_free(ij_map_open(at, len, &map));
	}
	at = ij_ijmap_section(file, IJ_IJMAP_POINTS, &len);
	if (at) {
		assert(at >= bytes && len <= size && (size_t)(at - bytes) <= size - len);
		points_decode(at, len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes = malloc(size ? size : 1);
	struct ij_ijmap file;
	struct ij_error *err;

	assert(bytes);
	memcpy(bytes, data, size);
	ij_error_free(ij_ijmap_open(bytes, size, &file));
	if (size >= sizeof(struct ij_ijmap_header)) {
		uint64_t sum = ij_ijmap_checksum(bytes, size), whole = size;

		memcpy(bytes + offsetof(struct ij_ijmap_header, checksum), &sum, sizeof(sum));
		memcpy(bytes + offsetof(struct ij_ijmap_header, size), &whole, sizeof(whole));
	}
	err = ij_ijmap_open(bytes, size, &file);
	if (!err)
		sections_open(&file, bytes, size);
	ij_error_free(err);
	free(bytes);
	return 0;
}
