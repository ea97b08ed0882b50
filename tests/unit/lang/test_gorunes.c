/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strings of Go, their characters, and back; what is no UTF-8 is U+FFFD, as Go has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lang/goval.h"

struct fixture {
	struct ij_go_host host;
	struct ij_arena arena;
	const struct ij_ctype *text, *runes;
};

static struct fixture *set_up(void)
{
	static struct fixture f;
	const struct ij_ctype *rune;

	memset(&f, 0, sizeof(f));
	f.host.arena = &f.arena;
	assert_null(ij_ctypes_create(&f.host.types));
	assert_null(ij_go_type_basic(&f.host, "rune", 4, &rune));
	assert_null(ij_go_type_basic(&f.host, "string", 6, &f.text));
	assert_null(ij_go_type_slice(&f.host, rune, &f.runes));
	return &f;
}

static void tear_down(struct fixture *f)
{
	ij_arena_deinit(&f->arena);
	ij_ctypes_destroy(f->host.types);
}

static void test_both_ways(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		int32_t runes[5];
		const char *back; /* NULL: the same */
	} cases[] = {
		{"", 0, {0}, NULL},
		{"abc", 3, {'a', 'b', 'c'}, NULL},
		{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 3, {0xe9, 0x20ac, 0x1f600}, NULL},
		{"\xf4\x8f\xbf\xbf", 1, {0x10ffff}, NULL},
		/* Cut, too long, a surrogate, too large, a byte of the middle. */
		{"a\xe2\x82", 3, {'a', 0xfffd, 0xfffd}, "a\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xc0\x80", 2, {0xfffd, 0xfffd}, "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xed\xa0\x80",
		 3,
		 {0xfffd, 0xfffd, 0xfffd},
		 "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xf4\x90\x80\x80",
		 4,
		 {0xfffd, 0xfffd, 0xfffd, 0xfffd},
		 "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xbf", 1, {0xfffd}, "\xef\xbf\xbd"},
	};
	struct fixture *f = set_up();

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const char *back = cases[i].back ? cases[i].back : cases[i].text;
		struct ij_go_value text = {.con = {.kind = IJ_GO_CONST_STRING}}, runes, again;

		text.con.bytes = (char *)(uintptr_t)cases[i].text;
		text.con.bytes_size = strlen(cases[i].text);
		assert_null(ij_go_convert(&f->host, &text, f->runes, &runes));
		assert_int_equal(ij_go_value_word(&runes, 1), cases[i].len);
		assert_int_equal(runes.held_size, 4 * cases[i].len);
		if (cases[i].len)
			assert_memory_equal(runes.held, cases[i].runes, runes.held_size);
		assert_null(ij_go_convert(&f->host, &runes, f->text, &again));
		assert_int_equal(again.held_size, strlen(back));
		if (*back)
			assert_memory_equal(again.held, back, strlen(back));
	}
	tear_down(f);
}

static void test_numbers(void **state)
{
	static const struct {
		int64_t rune;
		const char *text;
	} cases[] = {{65, "A"},
		     {0x20ac, "\xe2\x82\xac"},
		     {-1, "\xef\xbf\xbd"},
		     {0x110000, "\xef\xbf\xbd"},
		     {0xd800, "\xef\xbf\xbd"},
		     {INT64_MAX, "\xef\xbf\xbd"}};
	struct fixture *f = set_up();

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_go_value text;

		assert_null(ij_go_text_of_rune(&f->host, cases[i].rune, f->text, &text));
		assert_int_equal(text.held_size, strlen(cases[i].text));
		assert_memory_equal(text.held, cases[i].text, text.held_size);
	}
	tear_down(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests_name("lang_gorunes", tests, NULL, NULL);
}
