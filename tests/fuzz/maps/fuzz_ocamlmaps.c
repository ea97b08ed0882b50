/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a frametable of OCaml holds, its descriptors lie inside it. */
#include <assert.h>

#include "maps/ocamlmaps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ij_error *visit(void *ctx, const struct ij_ocamlmaps_frame *frame)
{
	size_t *frames = ctx;

	++*frames;
	for (uint32_t i = 0; i < frame->live_len; i++) {
		int where;

		if (ij_ocamlmaps_live(frame, i, &where))
			assert(where >= -1 && where < 16);
		else
			assert(where >= 0 && where <= 0xffff);
	}
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t frames = 0;

	ij_error_free(ij_ocamlmaps_each(data, size, visit, &frames));
	assert(frames <= size / 12);
	return 0;
}
