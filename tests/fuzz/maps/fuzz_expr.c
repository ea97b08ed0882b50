/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes are an expression that ends. */
#include <assert.h>
#include <string.h>

#include "maps/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_unwind_regs regs = {.known = 0x0ffff};
	struct ij_mem_bytes mem;
	uint64_t initial = 0x1000, value;
	enum ij_expr_end end;

	for (unsigned i = 0; i < IJ_MAP_REGS; i++)
		regs.value[i] = 0x1000 + i;
	ij_mem_bytes_init(&mem, data, 0x1000, size);
	end = ij_expr_eval(data, size, &regs, &mem.mem, size % 2 ? &initial : NULL, &value);
	assert(end == IJ_EXPR_OK || end == IJ_EXPR_UNKNOWN || end == IJ_EXPR_FAULT ||
	       end == IJ_EXPR_BAD);
	return 0;
}
