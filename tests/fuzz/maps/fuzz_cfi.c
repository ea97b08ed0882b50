/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever .eh_frame holds, what is compiled from it is a valid container. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "maps/cfi.h"

#define SPAN  0x100000u
#define VADDR 0x40000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The first two bytes: how much of the rest is .eh_frame_hdr; 0: read .eh_frame from its start; all
 * ones: read .debug_frame.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_map_builder builder;
	struct ij_cfi_stats stats = {0};
	struct ij_cfi cfi = {.vaddr = VADDR};
	struct ij_error *err;
	struct ij_map map;
	uint16_t hdr_size;
	void *bytes;

	if (size < sizeof(hdr_size))
		return 0;
	memcpy(&hdr_size, data, sizeof(hdr_size));
	data += sizeof(hdr_size);
	size -= sizeof(hdr_size);
	cfi.debug = hdr_size == UINT16_MAX;
	if (cfi.debug)
		hdr_size = 0;
	if (hdr_size > size)
		hdr_size = (uint16_t)size;
	cfi.bytes = data + hdr_size;
	cfi.size = size - hdr_size;
	cfi.vaddr += (hdr_size + 7u) & ~7u; /* where linkers put it */
	ij_map_builder_init(&builder, SPAN);
	if (hdr_size)
		err = ij_cfi_read_table(&cfi, data, hdr_size, VADDR, &builder, &stats);
	else
		err = ij_cfi_read(&cfi, &builder, &stats);
	ij_error_free(err);
	assert(stats.fdes == builder.funcs.len);
	(void)ij_map_builder_sort(&builder);
	assert(!ij_map_builder_finish(&builder, &bytes, &size));
	err = ij_map_open(bytes, size, &map);
	assert(!err);
	for (uint32_t i = 0; i < map.header->funcs_len; i++) {
		const struct ij_map_func *func = &map.funcs[i];

		assert(ij_map_func_find(&map, func->start) == func);
		assert(ij_map_func_find(&map, func->start + func->size - 1) == func);
		assert(ij_map_rule_find(&map, func, func->start));
		assert(ij_map_rule_find(&map, func, func->start + func->size - 1));
	}
	ij_map_builder_deinit(&builder);
	free(bytes);
	return 0;
}
