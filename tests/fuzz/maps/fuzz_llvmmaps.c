/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a section of LLVM's stack maps holds, its records lie inside it. */
#include <assert.h>

#include "maps/llvmmaps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ij_error *visit(void *ctx, const struct ij_llvmmaps_record *rec)
{
	size_t *records = ctx, gc = ij_llvmmaps_gc_first(rec);
	struct ij_llvmmaps_location loc;

	++*records;
	assert(gc == SIZE_MAX || gc <= rec->locations_len);
	for (size_t i = 0; i < rec->locations_len; i++)
		if (ij_llvmmaps_location_at(rec, i, &loc))
			assert(loc.kind >= IJ_LLVMMAPS_REGISTER &&
			       loc.kind <= IJ_LLVMMAPS_CONSTINDEX);
	assert(!ij_llvmmaps_location_at(rec, rec->locations_len, &loc));
	for (size_t i = 0; i < rec->live_outs_len; i++)
		(void)ij_llvmmaps_live_out(rec, i);
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t records = 0;

	ij_error_free(ij_llvmmaps_each(data, size, visit, &records));
	assert(records <= size / 24);
	return 0;
}
