/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times as people write them: parsing and printing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "session/duration.h"

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} rows[] = {
		{"0", 0},
		{"2", 2000000000u},
		{"2s", 2000000000u},
		{"500ms", 500000000u},
		{"100us", 100000u},
		{"7ns", 7},
		{"1m", 60000000000u},
		{"1.5s", 1500000000u},
		{".5", 500000000u},
		{"2.", 2000000000u},
		{"0.25ms", 250000u},
		{"1.9999999999s", 1999999999u},
		{"0.000000001s", 1},
		{"0.0000000019s", 1},
		{"86400s", IJ_DURATION_MAX_NS},
		{"1440m", IJ_DURATION_MAX_NS},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		uint64_t ns = 12345;

		assert_null(ij_duration_parse(rows[i].text, &ns));
		assert_int_equal(ns, rows[i].ns);
	}
}

static void test_refuse(void **state)
{
	static const char *const rows[] = {
		"",    "s",   "-1",   "+1",     "1 s", " 1",    "1h", "1S",  "0x10",
		"1e3", "1..", "1.2.", "86401s", ".",   "1441m", "ms", "1sm", "99999999999999999999",
		"nan", "1,5",
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		uint64_t ns = 12345;
		struct ij_error *err = ij_duration_parse(rows[i], &ns);

		assert_non_null(err);
		assert_int_equal(err->code, IJ_ERR_USAGE);
		assert_int_equal(ns, 12345);
		ij_error_free(err);
	}
}

static void test_format(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} rows[] = {
		{0, "0 s"},
		{999, "999 ns"},
		{1000, "1 us"},
		{1500, "1.5 us"},
		{310000, "310 us"},
		{1230000, "1.23 ms"},
		{50000000, "50 ms"},
		{2000000000u, "2 s"},
		{90000000000u, "90 s"},
		{99990000, "100 ms"},
		{7200000000000u, "7200 s"},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		char text[32];

		ij_duration_format(rows[i].ns, text, sizeof(text));
		assert_string_equal(text, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
