/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptors of types in a row, as Go 1.27 has them: made up, of every kind, cut, and hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "maps/gotypes.h"

enum { ROWS_MAX = 4096, SIZE = 8192 };
enum { STAR = 2, UNCOMMON = 1 };

/* Of each kind its struct (src/internal/abi/type.go, map.go) and what may follow. */
static const struct row {
	const char *name; /* as it lies there: of STAR with a star in front */
	unsigned kind, flags, size, value;
	unsigned in, out; /* of functions */
	unsigned len;     /* of methods or fields */
	unsigned methods; /* behind an uncommon type */
} rows[] = {
	{"*int", 22, 0, 56, 8, 0, 0, 0, 0},
	{"**main.T", 22, STAR, 56, 8, 0, 0, 0, 0},
	{"chan string", 18, 0, 64, 8, 0, 0, 0, 0},
	{"[4]int", 17, 0, 72, 32, 0, 0, 0, 0},
	{"func(int, ...string) error", 19, 0, 56, 8, 2, 0x8001, 0, 0},
	{"func()", 19, 0, 56, 8, 0, 0, 0, 0},
	{"interface { Read() }", 20, 0, 80, 16, 0, 0, 1, 0},
	{"map[string]int", 21, 0, 136, 8, 0, 0, 0, 0},
	{"*main.counter", 22, UNCOMMON, 56, 8, 0, 0, 0, 3},
	{"[]string", 23, UNCOMMON, 56, 24, 0, 0, 0, 2},
	{"struct { a int; b string }", 25, 0, 80, 24, 0, 0, 2, 0},
	{"main.point", 25, UNCOMMON, 80, 16, 0, 0, 2, 1},
	{"uint8", 8, 0, 48, 1, 0, 0, 0, 0},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

struct image {
	uint8_t bytes[SIZE];
	struct ij_gotypes types;
	size_t at[ROWS];
};

static void put(struct image *image, size_t at, uint64_t value, size_t size)
{
	memcpy(image->bytes + at, &value, size);
}

static struct image *make(void)
{
	static struct image image;
	size_t at = 8, text = ROWS_MAX;

	memset(&image, 0, sizeof(image));
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &rows[i];
		size_t end = at + row->size, uncommon = end;

		image.at[i] = at;
		put(&image, at, row->value, 8);
		put(&image, at + 20, row->flags, 1);
		put(&image, at + 23, row->kind | 32, 1);
		put(&image, at + 40, text, 4);
		if (row->kind == 19) {
			put(&image, at + 48, row->in, 2);
			put(&image, at + 50, row->out, 2);
			end += 8 * (row->in + (row->out & 0x7fff));
		}
		if (row->len)
			put(&image, at + 64, row->len, 8);
		end += row->len * (row->kind == 20 ? 8 : 24);
		if (row->flags & UNCOMMON) {
			end += 16;
			put(&image, uncommon + 4, row->methods, 2);
			put(&image, uncommon + 8, end - uncommon, 4);
			end += row->methods * 16;
		}
		at = (end + 7) & ~(size_t)7;
		image.bytes[text + 1] = (uint8_t)strlen(row->name);
		strcpy((char *)image.bytes + text + 2, row->name);
		text += 2 + strlen(row->name);
	}
	image.types = (struct ij_gotypes){image.bytes, SIZE, at};
	return &image;
}

static const char *name_of(const struct row *row)
{
	return row->name + (row->flags & STAR ? 1 : 0);
}

static void test_finds(void **state)
{
	struct image *image = make();
	size_t at;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &rows[i];

		assert_true(ij_gotypes_find(&image->types, name_of(row), row->value, &at));
		assert_int_equal(at, image->at[i]);
		/* Another of the same name. */
		assert_false(ij_gotypes_find(&image->types, name_of(row), row->value + 1, &at));
	}
	assert_false(ij_gotypes_find(&image->types, "*in", 8, &at));
	assert_false(ij_gotypes_find(&image->types, "*int8", 8, &at));
	assert_false(ij_gotypes_find(&image->types, "", 8, &at));
}

/* Whatever the last one lacks, it is not found, and what comes before it is. */
static void test_cut(void **state)
{
	struct image *image = make();
	size_t last = image->at[ROWS - 1], at;

	(void)state;
	for (size_t size = last; size < last + rows[ROWS - 1].size; size++) {
		image->types.rows_size = size;
		assert_false(ij_gotypes_find(&image->types, "uint8", 1, &at));
		assert_true(ij_gotypes_find(&image->types, "*int", 8, &at));
	}
	image->types.rows_size = SIZE + 1;
	assert_false(ij_gotypes_find(&image->types, "*int", 8, &at));
	image->types = (struct ij_gotypes){image->bytes, ROWS_MAX, last};
	assert_false(ij_gotypes_find(&image->types, "*int", 8, &at));
	image->types.rows_size = image->types.size = 0;
	assert_false(ij_gotypes_find(&image->types, "*int", 8, &at));
}

/* Counts and offsets that lead out of everything, and bytes that are nothing at all. */
static void test_hostile(void **state)
{
	struct image *image = make();
	size_t at;

	(void)state;
	for (size_t i = 0; i < image->types.rows_size; i++)
		for (unsigned value = 0; value < 256; value += 51) {
			uint8_t old = image->bytes[i];

			image->bytes[i] = (uint8_t)value;
			(void)ij_gotypes_find(&image->types, "uint8", 1, &at);
			image->bytes[i] = old;
		}
	srand(27);
	for (unsigned round = 0; round < 2000; round++) {
		for (size_t i = 0; i < 512; i++)
			image->bytes[i] = (uint8_t)rand();
		(void)ij_gotypes_find(&image->types, "uint8", 1, &at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
