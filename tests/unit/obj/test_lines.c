/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of a program that two compilers built in four versions of DWARF, and tables byte by byte.
 */
#include "files.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "obj/debug_lines.h"
#include "obj/object.h"

static const char *const files[] = {FRAMED_FILES};

/* The line of the source in which @text begins, from 1. */
static unsigned line_of(const char *text)
{
	FILE *file = fopen(FRAMED_SOURCE, "r");
	char line[256];
	unsigned number = 0, found = 0;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		number++;
		if (!strncmp(line, text, strlen(text)) && !strchr(line, ';'))
			found = number;
	}
	fclose(file);
	return found;
}

static void check_entry(struct ij_debug *debug, uint64_t bias, void *handle, const char *name,
			const char *text)
{
	struct ij_debug_line line;

	fx_assert_ok(
		ij_debug_line_at(debug, (uint64_t)(uintptr_t)dlsym(handle, name) - bias, &line));
	/* Of what is optimised, the last of several lines that begin there. */
	assert_in_range(line.line, line_of(text), line_of(text) + 6);
	assert_true(line.is_stmt);
	assert_true(line.start < line.end);
	assert_non_null(strstr(line.file->name, "framed.c"));
	assert_int_equal(line.file->path[0], '/');
}

static bool check_table(void *ctx, const char *name, const struct ij_lines *lines)
{
	size_t *tables = ctx;
	uint64_t end;

	assert_non_null(name);
	(*tables)++;
	for (size_t i = 1; i < lines->rows.len; i++) {
		const struct ij_line_row *row = &lines->rows.items[i];

		assert_true(row[-1].addr <= row->addr);
		assert_true(row->file < lines->files.len);
		if (!(row->flags & IJ_LINE_END) && row[1].addr > row->addr)
			assert_int_equal(ij_lines_at(lines, row->addr, &end)->addr, row->addr);
	}
	assert_null(ij_lines_at(lines, UINT64_MAX, &end));
	return true;
}

static void test_compiled(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char path[512];
		struct ij_object *obj;
		struct ij_ctypes *types;
		struct ij_debug *debug;
		struct link_map *map;
		struct ij_debug_line line;
		size_t tables = 0;
		void *handle;
		int fd;

		snprintf(path, sizeof(path), "%s/%s", FX_DIR, files[i]);
		handle = dlopen(path, RTLD_NOW);
		fd = open(path, O_RDONLY);
		assert_non_null(handle);
		assert_int_equal(dlinfo(handle, RTLD_DI_LINKMAP, &map), 0);
		fx_assert_ok(ij_object_open_fd(fd, path, &obj));
		fx_assert_ok(ij_ctypes_create(&types));
		fx_assert_ok(ij_debug_open(obj, types, &debug));
		check_entry(debug, map->l_addr, handle, "framed", "int framed(int first");
		check_entry(debug, map->l_addr, handle, "framed_call", "int framed_call(void)");
		fx_assert_ok(ij_debug_lines_each(debug, check_table, &tables));
		assert_true(tables >= 1);
		fx_assert_error(ij_debug_line_at(debug, 1, &line), IJ_ERR_NOTFOUND, "");
		ij_debug_close(debug);
		ij_ctypes_destroy(types);
		ij_object_close(obj);
		close(fd);
		dlclose(handle);
	}
}

/* A table of version 4 by hand: one file, two lines, one sequence. */
static const uint8_t by_hand[] = {
	48,
	0,
	0,
	0, /* size */
	4,
	0, /* version */
	25,
	0,
	0,
	0, /* size of the rest of the header */
	1,
	1,
	1,
	0xfb,
	14,
	13, /* min, ops, stmt, line_base -5, line_range, opcode_base */
	0,
	1,
	1,
	1,
	1,
	0,
	0,
	0,
	1,
	0,
	0,
	1,
	0, /* lengths; no folders */
	'a',
	0,
	0,
	0,
	0,
	0, /* file 1; no more files */
	0,
	9,
	2,
	0,
	0x10,
	0,
	0,
	0,
	0,
	0,
	0,               /* address 0x1000 */
	13 + 2 * 14 + 7, /* 2 bytes and 2 lines on */
	2,
	4,
	0,
	1,
	1, /* 4 bytes on; the end */
};

static struct ij_error *read_bytes(const uint8_t *bytes, size_t size, struct ij_lines *ret)
{
	struct ij_dwarf dwarf = {.line = {.bytes = bytes, .size = size}, .budget = 1000};
	const struct ij_dwarf_unit unit = {.version = 4};

	return ij_lines_read(&dwarf, &unit, 0, "/folder", "a", ret);
}

static void test_by_hand(void **state)
{
	struct ij_lines lines;
	const struct ij_line_row *row;
	uint64_t end;

	(void)state;
	fx_assert_ok(read_bytes(by_hand, sizeof(by_hand), &lines));
	assert_int_equal(lines.files.len, 2);
	assert_string_equal(lines.files.items[1].path, "/folder/a");
	assert_int_equal(lines.rows.len, 2);
	row = ij_lines_at(&lines, 0x1002, &end);
	assert_non_null(row);
	assert_int_equal(row->line, 3);
	assert_int_equal(end, 0x1006);
	assert_null(ij_lines_at(&lines, 0x1006, &end));
	assert_null(ij_lines_at(&lines, 0x1001, &end));
	ij_lines_deinit(&lines);
}

/* Whatever byte is another, and wherever it is cut off, it is read in bounds or refused. */
static void test_hostile(void **state)
{
	uint8_t bytes[sizeof(by_hand)];

	(void)state;
	for (size_t i = 0; i < sizeof(by_hand); i++) {
		for (unsigned value = 0; value < 256; value++) {
			struct ij_lines lines;
			struct ij_error *err;

			memcpy(bytes, by_hand, sizeof(by_hand));
			bytes[i] = (uint8_t)value;
			err = read_bytes(bytes, sizeof(bytes), &lines);
			if (!err)
				ij_lines_deinit(&lines);
			ij_error_free(err);
		}
	}
	for (size_t size = 0; size < sizeof(by_hand); size++) {
		struct ij_lines lines;

		fx_assert_error(read_bytes(by_hand, size, &lines), IJ_ERR_BADDATA, "");
	}
	memcpy(bytes, by_hand, sizeof(by_hand));
	bytes[4] = 6;
	fx_assert_error(read_bytes(bytes, sizeof(bytes), &(struct ij_lines){0}), IJ_ERR_UNSUPPORTED,
			"");
	bytes[4] = 4;
	bytes[14] = 0; /* no lines in a special opcode */
	fx_assert_error(read_bytes(bytes, sizeof(bytes), &(struct ij_lines){0}), IJ_ERR_BADDATA,
			"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compiled),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
