/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The unit of an address, by .debug_aranges (DWARF 5, 6.1.2). Compilers need not write it. */
#include <stdlib.h>

#include "obj/debug_internal.h"

enum { TUPLE_SIZE = 16, HEADER_MAX = 24, KEPT_MAX = 1 << 20 }; /* bytes */

/* One set: the ranges of one unit. @hit: @addr is in one of them. False at the end. */
static bool set_read(const struct ij_dwarf_span *span, uint64_t *off, uint64_t addr,
		     uint64_t *info_ret, bool *hit)
{
	uint64_t start = *off, left = span->size - start, size, lo, len;
	struct ij_cursor cur;
	bool wide;

	*hit = false;
	if (!left || !ij_dwarf_have(span, start, left < HEADER_MAX ? left : HEADER_MAX))
		return false;
	cur = ij_cursor_make(span->bytes, span->size, ".debug_aranges");
	ij_cursor_seek(&cur, start);
	size = ij_cursor_u32(&cur);
	wide = size == UINT32_MAX;
	if (wide)
		size = ij_cursor_u64(&cur);
	if (cur.failed || size > ij_cursor_left(&cur) ||
	    !ij_dwarf_have(span, start, ij_cursor_off(&cur) - start + size))
		return false;
	*off = ij_cursor_off(&cur) + size;
	cur = ij_cursor_sub(&cur, ij_cursor_off(&cur), size);
	if (ij_cursor_u16(&cur) != 2)
		return true;
	*info_ret = ij_dwarf_offset(&cur, wide);
	if (ij_cursor_u8(&cur) != 8 || ij_cursor_u8(&cur) != 0)
		return true;
	/* The tuples begin at a multiple of their own size. */
	size = ij_cursor_off(&cur) + (wide ? 12 : 4);
	ij_cursor_skip(&cur, (TUPLE_SIZE - size % TUPLE_SIZE) % TUPLE_SIZE);
	while (!cur.failed && ij_cursor_left(&cur) >= TUPLE_SIZE && !*hit) {
		lo = ij_cursor_u64(&cur);
		len = ij_cursor_u64(&cur);
		*hit = addr - lo < len;
	}
	return true;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Where units begin, for those who ask for many of them. */
static struct ij_error *starts_read(struct ij_debug *debug)
{
	const struct ij_dwarf_span *span = &debug->dwarf.aranges;
	uint64_t at = 0, info = UINT64_MAX;
	bool hit;

	while (set_read(span, &at, 0, &info, &hit)) {
		if (info != UINT64_MAX)
			IJ_TRY(ij_vec_push(&debug->starts, info));
		info = UINT64_MAX;
	}
	if (debug->starts.len)
		qsort(debug->starts.items, debug->starts.len, sizeof(*debug->starts.items),
		      by_number);
	debug->has_starts = true;
	return NULL;
}

bool ij_debug_unit_before(struct ij_debug *debug, uint64_t off, uint64_t *ret)
{
	size_t lo = 0, hi;

	if (!debug->dwarf.aranges.bytes)
		return false;
	if (!debug->has_starts) {
		struct ij_error *err = starts_read(debug);

		ij_error_free(err);
		if (err) {
			debug->starts.len = 0;
			return false;
		}
	}
	for (hi = debug->starts.len; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (debug->starts.items[mid] <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo)
		*ret = debug->starts.items[lo - 1];
	return lo > 0;
}

struct ij_debug_unit *ij_debug_unit_of_address(struct ij_debug *debug, uint64_t addr)
{
	const struct ij_dwarf_span *span = &debug->dwarf.aranges;
	uint64_t off = 0, info = 0;
	bool hit;

	if (!span->bytes)
		return NULL;
	do
		hit = false;
	while (set_read(span, &off, addr, &info, &hit) &&
	       !(hit && info < (uint64_t)1 << IJ_DWARF_PART_SHIFT));
	/* Nothing of it is in use now: of a large program it is much. */
	if (span->img && off > KEPT_MAX)
		ij_image_forget(span->img, span->at, span->size);
	return hit ? ij_debug_unit_from(debug, info) : NULL;
}
