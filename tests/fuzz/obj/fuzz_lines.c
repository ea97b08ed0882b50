/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a line table holds, it is read in bounds and in time, and what is found is in order. */
#include <assert.h>
#include <string.h>

#include "obj/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char strings[] = "folder\0file.c\0";
	struct ij_dwarf dwarf = {
		.line = {.bytes = data, .size = size},
		.line_str = {.bytes = (const uint8_t *)strings, .size = sizeof(strings)},
		.str = {.bytes = (const uint8_t *)strings, .size = sizeof(strings)},
		.budget = 10000};
	const struct ij_dwarf_unit unit = {.version = 5};
	struct ij_lines lines;
	struct ij_error *err = ij_lines_read(&dwarf, &unit, 0, "/folder", "file.c", &lines);

	if (err) {
		ij_error_free(err);
		return 0;
	}
	for (size_t i = 0; i < lines.rows.len; i++) {
		uint64_t end;
		const struct ij_line_row *row = ij_lines_at(&lines, lines.rows.items[i].addr, &end);

		assert(!i || lines.rows.items[i - 1].addr <= lines.rows.items[i].addr);
		assert(lines.rows.items[i].file < lines.files.len);
		assert(!row || (row->addr <= lines.rows.items[i].addr && end > row->addr));
	}
	ij_lines_deinit(&lines);
	return 0;
}
