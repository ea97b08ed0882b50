/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns of names. */
#include "tests.h"

#include <string.h>

#include "base/glob.h"

static void test_match(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} rows[] = {
		{"", "", true},           {"", "a", false},        {"a", "", false},
		{"a", "a", true},         {"a", "b", false},       {"a", "aa", false},
		{"*", "", true},          {"*", "abc", true},      {"**", "", true},
		{"a*", "a", true},        {"a*", "abc", true},     {"a*", "ba", false},
		{"*c", "abc", true},      {"*c", "abcd", false},   {"a*c", "abcbc", true},
		{"a*b*c", "axbxc", true}, {"a*b*c", "axc", false}, {"?", "a", true},
		{"?", "", false},         {"a?c", "abc", true},    {"a?c", "ac", false},
		{"*?", "", false},        {"*?", "a", true},       {"?*?", "a", false},
		{"?*?", "ab", true},      {"*ab*", "aab", true},   {"*aab", "aaab", true},
		{"a*", "*", false},       {"\\*", "\\x", true},
	};
	char text[4096];

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++)
		if (ij_glob_match(rows[i].pattern, rows[i].text, strlen(rows[i].text)) !=
		    rows[i].match)
			fail_msg("%s and %s", rows[i].pattern, rows[i].text);
	/* Only so much of the text counts. */
	assert_true(ij_glob_match("ab", "abc", 2));
	assert_false(ij_glob_match("abc", "abc", 2));
	/* What takes others for ever. */
	memset(text, 'a', sizeof(text));
	assert_false(ij_glob_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text, sizeof(text)));
	assert_int_equal(ij_glob_literal("ab*c"), 2);
	assert_int_equal(ij_glob_literal("?"), 0);
	assert_int_equal(ij_glob_literal("abc"), 3);
}

int test_glob(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
