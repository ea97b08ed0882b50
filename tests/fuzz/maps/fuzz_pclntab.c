/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a pclntab holds, what is compiled from it is a valid container. */
#include <assert.h>
#include <stdlib.h>

#include "maps/pclntab.h"

#define SPAN 0x1000000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ij_pclntab tab = {
		.bytes = data, .size = size, .base = 0x400000, .text = 0x401000};
	struct ij_map_builder builder;
	struct ij_error *err;
	struct ij_map map;
	size_t funcs;
	void *bytes;

	ij_map_builder_init(&builder, SPAN);
	err = ij_pclntab_read(&tab, &builder, &funcs);
	assert(!err || !funcs);
	ij_error_free(err);
	assert(funcs == builder.funcs.len);
	assert(!ij_map_builder_sort(&builder));
	assert(!ij_map_builder_finish(&builder, &bytes, &size));
	err = ij_map_open(bytes, size, &map);
	assert(!err);
	ij_map_builder_deinit(&builder);
	free(bytes);
	return 0;
}
