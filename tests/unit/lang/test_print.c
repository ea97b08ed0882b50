/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results as text and JSON, and casts of results. */
#include <stdarg.h>
#include <setjmp.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/call.h"

static const struct {
	enum ij_type_kind kind;
	uint32_t size;
	uint64_t rax;
	const char *string;
	const char *text, *json;
} values[] = {
	{IJ_TYPE_VOID, 0, 5, NULL, "(void)", "null"},
	{IJ_TYPE_BOOL, 1, 0xff00, NULL, "false", "false"},
	{IJ_TYPE_BOOL, 1, 0xff01, NULL, "true", "true"},
	{IJ_TYPE_CHAR, 1, 97, NULL, "97 'a'", "97"},
	{IJ_TYPE_CHAR, 1, 0x100, NULL, "0 '\\000'", "0"},
	{IJ_TYPE_CHAR, 1, 10, NULL, "10 '\\n'", "10"},
	{IJ_TYPE_CHAR, 1, 27, NULL, "27 '\\033'", "27"},
	{IJ_TYPE_CHAR, 1, '\'', NULL, "39 '\\''", "39"},
	{IJ_TYPE_CHAR, 1, '"', NULL, "34 '\"'", "34"},
	{IJ_TYPE_CHAR, 1, 200, NULL, "-56 '\\310'", "-56"},
	{IJ_TYPE_INT, 4, 0xdeadbeef00000001, NULL, "1", "1"},
	{IJ_TYPE_INT, 4, 0xdeadbeefffffffff, NULL, "-1", "-1"},
	{IJ_TYPE_INT, 1, 0xff, NULL, "-1", "-1"},
	{IJ_TYPE_INT, 2, 0x18000, NULL, "-32768", "-32768"},
	{IJ_TYPE_UINT, 1, 0x1ff, NULL, "255", "255"},
	{IJ_TYPE_UINT, 2, 0x1ffff, NULL, "65535", "65535"},
	{IJ_TYPE_UINT, 4, 0xffffffffffffffff, NULL, "4294967295", "4294967295"},
	{IJ_TYPE_INT, 8, 9007199254740992, NULL, "9007199254740992", "9007199254740992"},
	{IJ_TYPE_INT, 8, 9007199254740993, NULL, "9007199254740993", "\"9007199254740993\""},
	{IJ_TYPE_INT, 8, (uint64_t)-9007199254740992, NULL, "-9007199254740992",
	 "-9007199254740992"},
	{IJ_TYPE_INT, 8, (uint64_t)-9007199254740993, NULL, "-9007199254740993",
	 "\"-9007199254740993\""},
	{IJ_TYPE_INT, 8, (uint64_t)1 << 63, NULL, "-9223372036854775808",
	 "\"-9223372036854775808\""},
	{IJ_TYPE_UINT, 8, UINT64_MAX, NULL, "18446744073709551615", "\"18446744073709551615\""},
	{IJ_TYPE_POINTER, 8, 0, NULL, "0x0", "\"0x0\""},
	{IJ_TYPE_POINTER, 8, 0x55d0c8, NULL, "0x55d0c8", "\"0x55d0c8\""},
	{IJ_TYPE_STRING, 8, 0, NULL, "0x0", "null"},
	{IJ_TYPE_STRING, 8, 0x7f00, "abc", "0x7f00 \"abc\"", "\"abc\""},
	{IJ_TYPE_STRING, 8, 0x7f00, "", "0x7f00 \"\"", "\"\""},
	{IJ_TYPE_STRING, 8, 0x1, NULL, "0x1 <error: Cannot access memory at address 0x1>",
	 "\"0x1\""},
	{IJ_TYPE_STRING, 8, 0x10, "a\001b\n\t\033\377\"\\'\a\b\f\r\v\177",
	 "0x10 \"a\\001b\\n\\t\\033\\377\\\"\\\\'\\a\\b\\f\\r\\v\\177\"",
	 "\"a\\u0001b\\n\\t\\u001b\xef\xbf\xbd\\\"\\\\'"
	 "\\u0007\\u0008\\u000c\\u000d\\u000b\\u007f\""},
	{IJ_TYPE_STRING, 8, 0x10, "caf\u00e9 \U0001F600", "0x10 \"caf\u00e9 \U0001F600\"",
	 "\"caf\u00e9 \U0001F600\""},
	{IJ_TYPE_STRING, 8, 0x10, "\xc3", "0x10 \"\\303\"", "\"\xef\xbf\xbd\""},
	{IJ_TYPE_STRING, 8, 0x10, "\xe2\x82", "0x10 \"\\342\\202\"",
	 "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	{IJ_TYPE_STRING, 8, 0x10, "\xc2\x85", "0x10 \"\\302\\205\"", "\"\xc2\x85\""},
	{IJ_TYPE_STRING, 8, 0x10, "\xed\xa0\x80", "0x10 \"\\355\\240\\200\"",
	 "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	{IJ_TYPE_STRING, 8, 0x10, "\xe0\x80\x80", "0x10 \"\\340\\200\\200\"",
	 "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	{IJ_TYPE_STRING, 8, 0x10, "\xf4\x90\x80\x80", "0x10 \"\\364\\220\\200\\200\"",
	 "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
};

static void check(const struct ij_type *type, const struct ij_result_regs *regs, const char *string,
		  const char *text, const char *json)
{
	IJ_STRBUF_AUTO out = {0};
	IJ_STRBUF_AUTO out_json = {0};

	ij_value_print(type, regs, string, &out);
	ij_value_json(type, regs, string, &out_json);
	assert_string_equal(ij_strbuf_get(&out), text);
	assert_string_equal(ij_strbuf_get(&out_json), json);
}

static void test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(values); i++)
		check(&(struct ij_type){.kind = values[i].kind, .size = values[i].size},
		      &(struct ij_result_regs){.rax = values[i].rax}, values[i].string,
		      values[i].text, values[i].json);
}

static void set_float(struct ij_result_regs *regs, uint32_t size, long double value)
{
	double f64 = (double)value;
	float f32 = (float)value;

	memset(regs, 0xee, sizeof(*regs));
	if (size == 4)
		memcpy(regs->xmm0, &f32, sizeof(f32));
	else if (size == 8)
		memcpy(regs->xmm0, &f64, sizeof(f64));
	else
		memcpy(regs->st0, &value, 10);
}

static const struct {
	uint32_t size;
	long double value;
	const char *text, *json;
} floats[] = {
	{8, 2.5L, "2.5", "2.5"},
	{8, 2, "2", "2"},
	{8, -0.0L, "-0", "-0"},
	{8, 0.1, "0.1", "0.1"},
	{8, 1.0 / 3, "0.3333333333333333", "0.3333333333333333"},
	{8, 1e100, "1e+100", "1e+100"},
	{8, 10, "10", "10"},
	{8, -1200, "-1200", "-1200"},
	{8, 1e16, "10000000000000000", "10000000000000000"},
	{8, 1e17, "1e+17", "1e+17"},
	{4, 1e10, "10000000000", "10000000000"},
	{8, DBL_MAX, "1.7976931348623157e+308", "1.7976931348623157e+308"},
	{8, DBL_TRUE_MIN, "5e-324", "5e-324"},
	{8, INFINITY, "inf", "\"inf\""},
	{8, -INFINITY, "-inf", "\"-inf\""},
	{8, NAN, "nan", "\"nan\""},
	{4, 0.1F, "0.1", "0.1"},
	{4, FLT_MAX, "3.4028235e+38", "3.4028235e+38"},
	{16, 0.1L, "0.1", "0.1"},
	{16, 1.0L / 3, "0.33333333333333333334", "0.33333333333333333334"},
	{16, LDBL_MAX, "1.189731495357231765e+4932", "1.189731495357231765e+4932"},
};

static void test_floats(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(floats); i++) {
		struct ij_result_regs regs;

		set_float(&regs, floats[i].size, floats[i].value);
		check(&(struct ij_type){.kind = IJ_TYPE_FLOAT, .size = floats[i].size}, &regs, NULL,
		      floats[i].text, floats[i].json);
	}
}

static const struct {
	struct ij_type from;
	long double value; /* of a float, or rax */
	struct ij_type to;
	const char *text;
} casts[] = {
	{{IJ_TYPE_INT, 4, ""}, 0xffffffffL, {IJ_TYPE_INT, 8, ""}, "-1"},
	{{IJ_TYPE_INT, 4, ""}, 0xffffffffL, {IJ_TYPE_UINT, 8, ""}, "18446744073709551615"},
	{{IJ_TYPE_UINT, 4, ""}, 0xffffffffL, {IJ_TYPE_INT, 8, ""}, "4294967295"},
	{{IJ_TYPE_UINT, 4, ""}, 0x7fffffffffL, {IJ_TYPE_UINT, 8, ""}, "4294967295"},
	{{IJ_TYPE_INT, 8, ""}, 0x101, {IJ_TYPE_CHAR, 1, ""}, "1 '\\001'"},
	{{IJ_TYPE_INT, 8, ""}, 0x100, {IJ_TYPE_BOOL, 1, ""}, "true"},
	{{IJ_TYPE_BOOL, 1, ""}, 0x701, {IJ_TYPE_INT, 4, ""}, "1"},
	{{IJ_TYPE_INT, 4, ""}, 0xffffffffL, {IJ_TYPE_FLOAT, 8, ""}, "-1"},
	{{IJ_TYPE_UINT, 4, ""}, 0xffffffffL, {IJ_TYPE_FLOAT, 16, ""}, "4294967295"},
	{{IJ_TYPE_INT, 4, ""}, 5, {IJ_TYPE_FLOAT, 4, ""}, "5"},
	{{IJ_TYPE_FLOAT, 8, ""}, -2.9L, {IJ_TYPE_INT, 4, ""}, "-2"},
	{{IJ_TYPE_FLOAT, 4, ""}, 2.5L, {IJ_TYPE_FLOAT, 8, ""}, "2.5"},
	{{IJ_TYPE_FLOAT, 16, ""}, 2.5L, {IJ_TYPE_FLOAT, 4, ""}, "2.5"},
	{{IJ_TYPE_FLOAT, 8, ""}, 0.5L, {IJ_TYPE_BOOL, 1, ""}, "true"},
	{{IJ_TYPE_FLOAT, 8, ""}, 1.8e19L, {IJ_TYPE_UINT, 8, ""}, "18000000000000000000"},
	{{IJ_TYPE_FLOAT, 8, ""}, NAN, {IJ_TYPE_INT, 8, ""}, "-9223372036854775808"},
	{{IJ_TYPE_FLOAT, 8, ""}, 1e300L, {IJ_TYPE_INT, 8, ""}, "-9223372036854775808"},
	{{IJ_TYPE_POINTER, 8, ""}, 4096, {IJ_TYPE_STRING, 8, ""}, "0x1000 \"x\""},
	{{IJ_TYPE_POINTER, 8, ""}, 4096, {IJ_TYPE_INT, 8, ""}, "4096"},
	{{IJ_TYPE_INT, 4, ""}, 5, {IJ_TYPE_VOID, 0, ""}, "(void)"},
};

static void test_casts(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(casts); i++) {
		IJ_STRBUF_AUTO out = {0};
		struct ij_result_regs regs;

		if (casts[i].from.kind == IJ_TYPE_FLOAT)
			set_float(&regs, casts[i].from.size, casts[i].value);
		else
			regs = (struct ij_result_regs){.rax = (uint64_t)casts[i].value};
		ij_value_cast(&casts[i].from, &casts[i].to, &regs);
		ij_value_print(&casts[i].to, &regs, "x", &out);
		assert_string_equal(ij_strbuf_get(&out), casts[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_floats),
		cmocka_unit_test(test_casts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
