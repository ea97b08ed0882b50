/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzes what a client may send as a ring: what is found good is placed and stepped through. */
#include <stdlib.h>
#include <string.h>

#include "inject/ring.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ij_injector inj;
	static struct ij_call_result result;
	struct ij_wire_call call = {.flags = IJ_WIRE_CALL_RING | IJ_WIRE_CALL_STEPS};
	struct ij_stub_desc desc = {0};
	struct ij_ring_run run = {0};
	uint8_t *scratch;
	uint32_t calls = 1;

	if (size > IJ_WIRE_SCRATCH_MAX)
		return 0;
	/* Of its own size, for the sanitizer to see what is read behind it. */
	scratch = malloc(size ? size : 1);
	if (!scratch)
		return 0;
	memcpy(scratch, data, size);
	call.scratch_size = (uint32_t)size;
	call.scratch_room = (uint32_t)size;
	if (ij_ring_check(&call, scratch)) {
		inj.now = &inj.pages;
		result.outcome.ring_done = 0;
		ij_ring_begin(&run, &inj, &call, scratch, &desc, &result);
		while (ij_ring_next(&run, &desc, &result))
			calls++;
		if (calls != run.head.len || desc.sse_len > IJ_RING_SSE_ARGS)
			abort();
	}
	free(scratch);
	return 0;
}
