/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The section .llvm_stackmaps, version 3. */
#include "maps/llvmmaps.h"

#include <string.h>

#include "base/cursor.h"

enum { VERSION = 3, FUNC_SIZE = 24, LOCATION_SIZE = 12, LIVE_OUT_SIZE = 4, RECORD_MIN = 24 };

/* One object file's maps. */
struct maps {
	struct ij_cursor cur;
	size_t start; /* in the section */
	uint32_t funcs_len, constants_len, records_len;
	size_t funcs, constants; /* where they stand */
	struct ij_error *(*visit)(void *ctx, const struct ij_llvmmaps_record *rec);
	void *ctx;
};

static struct ij_error *bad(const struct maps *maps, const char *what)
{
	return ij_error_new(BADDATA, ".llvm_stackmaps: %s at offset %zu", what,
			    ij_cursor_off(&maps->cur));
}

static struct ij_error *header_read(struct maps *maps)
{
	uint8_t version = ij_cursor_u8(&maps->cur);

	ij_cursor_skip(&maps->cur, 3);
	maps->funcs_len = ij_cursor_u32(&maps->cur);
	maps->constants_len = ij_cursor_u32(&maps->cur);
	maps->records_len = ij_cursor_u32(&maps->cur);
	if (maps->cur.failed)
		return bad(maps, "it ends within a header");
	if (version != VERSION)
		return ij_error_new(UNSUPPORTED,
				    ".llvm_stackmaps: version %u at offset %zu; only "
				    "version 3 is known",
				    version, maps->start);
	maps->funcs = ij_cursor_off(&maps->cur);
	ij_cursor_skip(&maps->cur, (uint64_t)maps->funcs_len * FUNC_SIZE);
	maps->constants = ij_cursor_off(&maps->cur);
	ij_cursor_skip(&maps->cur, (uint64_t)maps->constants_len * 8);
	if (maps->cur.failed || maps->records_len > ij_cursor_left(&maps->cur) / RECORD_MIN)
		return bad(maps, "it ends before its functions, constants or records do");
	return NULL;
}

/* To the next multiple of 8 from the section's start. */
static void align(struct ij_cursor *cur)
{
	size_t off = ij_cursor_off(cur);

	ij_cursor_skip(cur, (8 - off % 8) % 8);
}

static struct ij_error *record_read(struct maps *maps, struct ij_llvmmaps_record *rec)
{
	struct ij_cursor *cur = &maps->cur;

	rec->at = ij_cursor_off(cur);
	rec->id = ij_cursor_u64(cur);
	rec->offset = ij_cursor_u32(cur);
	ij_cursor_skip(cur, 2);
	rec->locations_len = ij_cursor_u16(cur);
	rec->locations = ij_cursor_bytes(cur, (uint64_t)rec->locations_len * LOCATION_SIZE);
	align(cur);
	ij_cursor_skip(cur, 2);
	rec->live_outs_len = ij_cursor_u16(cur);
	rec->live_outs = ij_cursor_bytes(cur, (uint64_t)rec->live_outs_len * LIVE_OUT_SIZE);
	align(cur);
	rec->constants = cur->start + maps->constants;
	rec->constants_len = maps->constants_len;
	if (cur->failed)
		return bad(maps, "it ends within a record");
	return maps->visit(maps->ctx, rec);
}

/* The records of the functions follow one another, as many as each says. */
static struct ij_error *records_read(struct maps *maps)
{
	struct ij_cursor funcs = maps->cur;
	uint64_t left = maps->records_len;

	ij_cursor_seek(&funcs, maps->funcs);
	for (uint32_t i = 0; i < maps->funcs_len; i++) {
		struct ij_llvmmaps_record rec = {.func_off = ij_cursor_off(&funcs)};
		uint64_t count;

		rec.func = ij_cursor_u64(&funcs);
		rec.stack_size = ij_cursor_u64(&funcs);
		count = ij_cursor_u64(&funcs);
		if (count > left)
			return bad(maps, "its functions have more records than there are");
		left -= count;
		for (; count; count--)
			IJ_TRY(record_read(maps, &rec));
	}
	return left ? bad(maps, "records that belong to no function") : NULL;
}

struct ij_error *ij_llvmmaps_each(const uint8_t *bytes, size_t size,
				  struct ij_error *(*visit)(void *ctx,
							    const struct ij_llvmmaps_record *rec),
				  void *ctx)
{
	struct maps maps = {
		.cur = ij_cursor_make(bytes, size, ".llvm_stackmaps"), .visit = visit, .ctx = ctx};

	while (ij_cursor_left(&maps.cur)) {
		maps.start = ij_cursor_off(&maps.cur);
		IJ_TRY(header_read(&maps));
		IJ_TRY(records_read(&maps));
		if (ij_cursor_left(&maps.cur) < 8)
			break;
	}
	return NULL;
}

bool ij_llvmmaps_location_at(const struct ij_llvmmaps_record *rec, size_t idx,
			     struct ij_llvmmaps_location *ret)
{
	struct ij_cursor cur = ij_cursor_make(rec->locations, rec->locations_len * LOCATION_SIZE,
					      ".llvm_stackmaps");

	ij_cursor_seek(&cur, (uint64_t)idx * LOCATION_SIZE);
	ret->kind = ij_cursor_u8(&cur);
	ij_cursor_skip(&cur, 1);
	ret->size = ij_cursor_u16(&cur);
	ret->reg = ij_cursor_u16(&cur);
	ij_cursor_skip(&cur, 2);
	ret->offset = (int32_t)ij_cursor_u32(&cur);
	if (cur.failed || ret->kind < IJ_LLVMMAPS_REGISTER || ret->kind > IJ_LLVMMAPS_CONSTINDEX)
		return false;
	if (ret->kind == IJ_LLVMMAPS_CONSTINDEX) {
		uint64_t value;

		if (ret->offset < 0 || (uint64_t)ret->offset >= rec->constants_len)
			return false;
		memcpy(&value, rec->constants + (size_t)ret->offset * 8, sizeof(value));
		ret->offset = (int64_t)value;
	}
	return true;
}

uint16_t ij_llvmmaps_live_out(const struct ij_llvmmaps_record *rec, size_t idx)
{
	uint16_t reg;

	memcpy(&reg, rec->live_outs + idx * LIVE_OUT_SIZE, sizeof(reg));
	return reg;
}

size_t ij_llvmmaps_gc_first(const struct ij_llvmmaps_record *rec)
{
	struct ij_llvmmaps_location loc = {0};
	size_t first;

	for (size_t i = 0; i < 3; i++)
		if (!ij_llvmmaps_location_at(rec, i, &loc) ||
		    (loc.kind != IJ_LLVMMAPS_CONSTANT && loc.kind != IJ_LLVMMAPS_CONSTINDEX))
			return SIZE_MAX;
	if (loc.offset < 0 || (uint64_t)loc.offset > rec->locations_len - 3)
		return SIZE_MAX;
	first = 3 + (size_t)loc.offset;
	return (rec->locations_len - first) % 2 ? SIZE_MAX : first;
}
