/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever debug information holds, labels are read from it in bounds and in time. */
#include <assert.h>
#include <string.h>

#include "base/cursor.h"
#include "obj/labels.h"
#include "obj/pointers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BUDGET = 1 << 16, RANGES_MAX = 4096 };

static struct ij_error *visit(void *ctx, const struct ij_pointer_range *range)
{
	unsigned *left = ctx;

	assert(range->lo < range->hi && range->at.reg < 16);
	return (*left)-- ? NULL : ij_error_new(LIMIT, "enough");
}

/* Where all pointers of the file are. */
static void all(struct ij_dwarf *sections)
{
	struct ij_ctypes *types = NULL;
	struct ij_debug *debug = NULL;
	unsigned left = RANGES_MAX;
	struct ij_error *err = ij_ctypes_create(&types);

	sections->budget = BUDGET;
	if (!err)
		err = ij_debug_open_sections(sections, types, &debug);
	if (!err)
		err = ij_debug_pointers(debug, visit, &left);
	ij_error_free(err);
	ij_debug_close(debug);
	ij_ctypes_destroy(types);
}

/* A PC, then of each section its size and its bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_cursor cur = ij_cursor_make(data, size, "input");
	struct ij_dwarf dwarf = {.budget = 0};
	struct ij_dwarf_span *const spans[] = {
		&dwarf.info, &dwarf.abbrev, &dwarf.str,      &dwarf.line_str, &dwarf.str_offsets,
		&dwarf.addr, &dwarf.ranges, &dwarf.rnglists, &dwarf.loc,      &dwarf.loclists,
	};
	uint64_t pc = ij_cursor_u32(&cur);
	struct ij_labels labels;
	struct ij_error *err;

	for (size_t i = 0; i < IJ_COUNT(spans); i++) {
		size_t want = ij_cursor_u16(&cur), left = ij_cursor_left(&cur);

		spans[i]->size = want < left ? want : left;
		spans[i]->bytes = ij_cursor_bytes(&cur, spans[i]->size);
	}
	err = ij_labels_find(&dwarf, pc, &labels);
	assert(err || labels.len <= IJ_LABELS_MAX);
	for (size_t i = 0; !err && i < labels.len; i++)
		assert(labels.list[i].at.reg < 16 && strlen(labels.list[i].name) < size &&
		       strlen(labels.list[i].type) < IJ_LABEL_TYPE_MAX);
	ij_error_free(err);
	ij_dwarf_deinit(&dwarf);
	all(&dwarf);
	return 0;
}
