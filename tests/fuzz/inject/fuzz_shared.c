/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzes the reader of shared mappings: the first byte is the size of the pieces it is fed. */
#include <stdlib.h>

#include "inject/shared.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ij_shared shared;
	size_t piece = size ? data[0] + 1u : 1;
	ij_addr last = 0;

	shared.len = shared.line_len = 0;
	for (size_t at = 1; at < size; at += piece)
		ij_shared_feed(&shared, (const char *)data + at,
			       size - at < piece ? size - at : piece);
	if (shared.len > IJ_SHARED_MAX || shared.line_len >= IJ_SHARED_LINE_MAX)
		abort();
	/* What is accepted is sorted, disjoint, and found again. */
	for (size_t i = 0; i < shared.len; i++) {
		const struct ij_shared_range *range = &shared.ranges[i];

		if (range->lo < last || range->hi <= range->lo ||
		    ij_shared_find(&shared, range->lo) != range ||
		    ij_shared_find(&shared, range->hi - 1) != range ||
		    !ij_shared_meets(&shared, range->hi - 1, 1))
			abort();
		last = range->hi;
	}
	return 0;
}
