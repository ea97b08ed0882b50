/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The JSON writer: nesting, commas, escapes, and bytes that are not UTF-8. */
#include "tests.h"

#include <math.h>

#include "base/json.h"

static void test_nesting(void **state)
{
	IJ_STRBUF_AUTO out = {0};
	struct ij_json json;

	(void)state;
	ij_json_init(&json, &out);
	ij_json_object(&json, NULL);
	ij_json_int(&json, "a", -5);
	ij_json_uint(&json, "b", UINT64_MAX);
	ij_json_array(&json, "c");
	ij_json_bool(&json, NULL, true);
	ij_json_object(&json, NULL);
	ij_json_object_end(&json);
	ij_json_null(&json, NULL);
	ij_json_array_end(&json);
	ij_json_string(&json, "d", NULL);
	ij_json_raw(&json, "e", "[1]");
	ij_json_bool(&json, "f", false);
	ij_json_object_end(&json);
	assert_string_equal(ij_strbuf_get(&out),
			    "{\"a\":-5,\"b\":18446744073709551615,\"c\":[true,{},null],"
			    "\"d\":null,\"e\":[1],\"f\":false}");
	assert_int_equal(json.depth, 0);
}

static void test_doubles(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{0, "0"},     {1.5, "1.5"},  {-0.25, "-0.25"},   {1e300, "1e+300"},
		{0.1, "0.1"}, {NAN, "null"}, {INFINITY, "null"}, {-INFINITY, "null"},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		IJ_STRBUF_AUTO out = {0};
		struct ij_json json;

		ij_json_init(&json, &out);
		ij_json_double(&json, NULL, cases[i].value);
		assert_string_equal(ij_strbuf_get(&out), cases[i].text);
	}
}

static void test_strings(void **state)
{
#define BAD "\xef\xbf\xbd"
	static const struct {
		const char *value, *text;
	} cases[] = {
		{"", "\"\""},
		{"plain", "\"plain\""},
		{"a\"b\\c/", "\"a\\\"b\\\\c/\""},
		{"\n\t\r\x01\x1f", "\"\\n\\t\\u000d\\u0001\\u001f\""},
		{"\x7f", "\"\\u007f\""},
		{"\xc3\xa4", "\"\xc3\xa4\""},
		{"\xe2\x82\xac", "\"\xe2\x82\xac\""},
		{"\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\""},
		{"\xff", "\"" BAD "\""},
		{"\x80x", "\"" BAD "x\""},
		{"\xc3", "\"" BAD "\""},                         /* cut short */
		{"\xe2\x82", "\"" BAD BAD "\""},                 /* cut short */
		{"\xc0\xaf", "\"" BAD BAD "\""},                 /* overlong */
		{"\xe0\x80\xaf", "\"" BAD BAD BAD "\""},         /* overlong */
		{"\xed\xa0\x80", "\"" BAD BAD BAD "\""},         /* surrogate */
		{"\xf4\x90\x80\x80", "\"" BAD BAD BAD BAD "\""}, /* above U+10FFFF */
	};
#undef BAD

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		IJ_STRBUF_AUTO out = {0};
		struct ij_json json;

		ij_json_init(&json, &out);
		ij_json_string(&json, NULL, cases[i].value);
		assert_string_equal(ij_strbuf_get(&out), cases[i].text);
	}
}

static void test_key_escapes(void **state)
{
	IJ_STRBUF_AUTO out = {0};
	struct ij_json json;

	(void)state;
	ij_json_init(&json, &out);
	ij_json_object(&json, NULL);
	ij_json_int(&json, "a\"b", 1);
	ij_json_object_end(&json);
	assert_string_equal(ij_strbuf_get(&out), "{\"a\\\"b\":1}");
}

int test_json(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_doubles),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_key_escapes),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
