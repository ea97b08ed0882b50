/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What looks like a call or a jump, at every place of a stretch of code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "maps/transfers.h"

#define NOP  0x90
#define SIZE 40u

static const struct row {
	const char *what;
	uint8_t bytes[6];
	size_t len;
	enum ij_transfer_kind kind;
	int64_t to; /* from its first byte */
} rows[] = {
	{"call forth", {0xe8, 0x10, 0, 0, 0}, 5, IJ_TRANSFER_CALL, 0x15},
	{"call back", {0xe8, 0xf0, 0xff, 0xff, 0xff}, 5, IJ_TRANSFER_CALL, -0x0b},
	{"jump", {0xe9, 0, 0x10, 0, 0}, 5, IJ_TRANSFER_JUMP, 0x1005},
	{"jump far back", {0xe9, 0, 0, 0, 0x80}, 5, IJ_TRANSFER_JUMP, INT32_MIN + 5},
	{"jo", {0x0f, 0x80, 0x20, 0, 0, 0}, 6, IJ_TRANSFER_BRANCH, 0x26},
	{"jg", {0x0f, 0x8f, 0x20, 0, 0, 0}, 6, IJ_TRANSFER_BRANCH, 0x26},
};

static bool next(const uint8_t *code, size_t size, size_t from, enum ij_transfer_kind kind,
		 struct ij_transfer *ret)
{
	return kind == IJ_TRANSFER_BRANCH ? ij_transfer_next_branch(code, size, from, ret)
					  : ij_transfer_next(code, size, from, ret);
}

/* Found wherever it stands, once, and not where its end is cut off. */
static void test_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		const struct row *row = &rows[i];

		for (size_t at = 0; at + row->len <= SIZE; at++) {
			struct ij_transfer found = {.at = 0};
			uint8_t code[SIZE];

			print_message("%s at %zu\n", row->what, at);
			memset(code, NOP, sizeof(code));
			memcpy(code + at, row->bytes, row->len);
			assert_true(next(code, SIZE, 0, row->kind, &found));
			assert_int_equal(found.kind, row->kind);
			assert_int_equal(found.to, (int64_t)at + row->to);
			assert_true(found.at > at && found.at < at + row->len);
			assert_false(next(code, SIZE, found.at, row->kind, &found));
			assert_true(next(code, at + row->len, at, row->kind, &found));
			assert_false(next(code, at + row->len - 1, 0, row->kind, &found));
			assert_false(next(code, at, 0, row->kind, &found));
		}
	}
}

/* At every byte: a jump within the displacement of a call is found as well. */
static void test_within(void **state)
{
	static const uint8_t code[] = {0xe8, 0xe9, 1, 0, 0, 0, NOP, 0x0f, 0x0f, 0x85, 2, 0, 0, 0};
	struct ij_transfer found = {.at = 0};

	(void)state;
	assert_true(ij_transfer_next(code, sizeof(code), found.at, &found));
	assert_int_equal(found.kind, IJ_TRANSFER_CALL);
	assert_int_equal(found.to, 5 + 0x1e9);
	assert_true(ij_transfer_next(code, sizeof(code), found.at, &found));
	assert_int_equal(found.kind, IJ_TRANSFER_JUMP);
	assert_int_equal(found.to, 7);
	assert_false(ij_transfer_next(code, sizeof(code), found.at, &found));
	assert_true(ij_transfer_next_branch(code, sizeof(code), 0, &found));
	assert_int_equal(found.to, 16);
}

static void test_padding(void **state)
{
	static const struct {
		const char *what;
		uint8_t bytes[11];
		size_t len;
		bool is;
	} fills[] = {
		{"nopw cs:0(rax,rax,1)", {0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0}, 10, true},
		{"nopl 0(rax)", {0x0f, 0x1f, 0x40, 0}, 4, true},
		{"int3", {0xcc, 0xcc, 0xcc, 0xcc}, 4, true},
		{"nop; ret", {NOP, NOP, NOP, 0xc3}, 4, false},
		{"endbr64", {0xf3, 0x0f, 0x1e, 0xfa}, 4, false},
		{"nop; ud2", {NOP, NOP, 0x0f, 0x0b}, 4, false},
		{"nop; hlt", {NOP, NOP, NOP, 0xf4}, 4, false},
		{"nop; jmp", {NOP, 0xeb, 0x80}, 3, false},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(fills); i++) {
		print_message("%s\n", fills[i].what);
		assert_int_equal(ij_transfer_is_padding(fills[i].bytes, fills[i].len), fills[i].is);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everywhere),
		cmocka_unit_test(test_within),
		cmocka_unit_test(test_padding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
