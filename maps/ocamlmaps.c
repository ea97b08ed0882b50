/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* caml_frametable, as OCaml 4 writes it for x86-64. */
#include "maps/ocamlmaps.h"

#include <string.h>

#include "base/cursor.h"

enum { HAS_DEBUG = 1, HAS_ALLOCS = 2, SPECIAL = 0xffff, DESCR_MIN = 12 };

/* DWARF numbers in the order of OCaml's registers (asmcomp/amd64/proc.ml, int_reg_name). */
static const int8_t dwarf_of[] = {0, 3, 5, 4, 1, 2, 8, 9, 12, 13, 10, 11, 6};

static void align(struct ij_cursor *cur, size_t to)
{
	ij_cursor_skip(cur, (to - ij_cursor_off(cur) % to) % to);
}

static void frame_read(struct ij_cursor *cur, struct ij_ocamlmaps_frame *frame)
{
	uint16_t size;
	unsigned debug = 1;

	frame->at = ij_cursor_off(cur);
	frame->ret_addr = ij_cursor_u64(cur);
	size = ij_cursor_u16(cur);
	frame->live_len = ij_cursor_u16(cur);
	frame->special = size == SPECIAL;
	frame->size = size & ~(unsigned)(HAS_DEBUG | HAS_ALLOCS);
	frame->live = ij_cursor_bytes(cur, (uint64_t)frame->live_len * 2);
	if (!frame->special && size & HAS_ALLOCS) {
		debug = ij_cursor_u8(cur);
		ij_cursor_skip(cur, debug);
	}
	if (!frame->special && size & HAS_DEBUG) {
		align(cur, 4);
		/* Of each allocation, but one word if there are none. */
		ij_cursor_skip(cur, debug * 4u);
	}
	align(cur, 8);
}

struct ij_error *
ij_ocamlmaps_each(const uint8_t *bytes, size_t size,
		  struct ij_error *(*visit)(void *ctx, const struct ij_ocamlmaps_frame *frame),
		  void *ctx)
{
	struct ij_cursor cur = ij_cursor_make(bytes, size, "caml_frametable");
	uint64_t count = ij_cursor_u64(&cur);

	if (cur.failed || count > ij_cursor_left(&cur) / DESCR_MIN)
		return ij_error_new(BADDATA, "caml_frametable: %llu descriptors in %zu bytes",
				    (unsigned long long)count, size);
	for (; count; count--) {
		struct ij_ocamlmaps_frame frame;
		size_t from = ij_cursor_off(&cur);

		frame_read(&cur, &frame);
		/* The last one's padding may not be there. */
		if (cur.failed && (count > 1 || !frame.live))
			return ij_error_new(BADDATA,
					    "caml_frametable: it ends within the "
					    "descriptor at offset %zu",
					    from);
		IJ_TRY(visit(ctx, &frame));
	}
	return NULL;
}

bool ij_ocamlmaps_live(const struct ij_ocamlmaps_frame *frame, size_t idx, int *ret)
{
	uint16_t value;

	memcpy(&value, frame->live + idx * sizeof(value), sizeof(value));
	if (!(value & 1)) {
		*ret = value;
		return false;
	}
	*ret = (size_t)(value >> 1) < IJ_COUNT(dwarf_of) ? dwarf_of[value >> 1] : -1;
	return true;
}
