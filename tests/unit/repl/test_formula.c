/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Expressions of scripts: values, what is called, and where a mistake is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "repl/formula.h"

/* What the target was asked, and answers: numbers that stand in the text, "s" strings, "?" unknown.
 */
struct target {
	struct ij_text asked;
};

static struct ij_error *ask(void *ctx, const char *text, struct ij_value *ret)
{
	struct target *target = ctx;

	ij_text_printf(&target->asked, "%s;", text);
	if (!strncmp(text, "void", 4)) {
		*ret = (struct ij_value){.kind = IJ_KIND_VOID};
		return NULL;
	}
	if (!strncmp(text, "unknown", 7)) {
		*ret = (struct ij_value){.kind = IJ_KIND_UNKNOWN};
		return NULL;
	}
	if (!strncmp(text, "fails", 5))
		return ij_error_create(IJ_ERR_UNSAFE, "no safe-point");
	if (!strncmp(text, "text", 4)) {
		struct ij_error *err = ij_value_string("abc", 3, ret);

		ret->foreign = true;
		ret->u = 0x1000;
		return err;
	}
	*ret = ij_value_int(7);
	return NULL;
}

static const struct {
	const char *text, *value, *asked;
} good[] = {
	{"1", "1", ""},
	{"1 + 2 * 3", "7", ""},
	{"(1 + 2) * 3", "9", ""},
	{"7 / 2 - 7 % 2", "2", ""},
	{"-7 / 2", "-3", ""},
	{"-9223372036854775807 - 1 == -9223372036854775807 - 1", "1", ""},
	{"(-9223372036854775807 - 1) / -1", "-9223372036854775808", ""},
	{"0x10 + 010", "24", ""},
	{"18446744073709551615", "18446744073709551615", ""},
	{"-1 < 0", "1", ""},
	{"-1 < 0u", "0", ""}, /* as in C */
	{"1.5 + 1", "2.5", ""},
	{"1e3", "1000.0", ""},
	{"1.0 / 0 > 1e308", "1", ""},
	{"0.0 / 0.0 == 0.0 / 0.0", "0", ""},
	{"!0 + !5", "1", ""},
	{"~0", "-1", ""},
	{"1 < 2 == 1", "1", ""},
	{"1 == 1 && 2 == 3 || 4 == 4", "1", ""},
	{"'a' + 1", "98", ""},
	{"'\\n'", "10", ""},
	{"\"a\\tb\\101\"", "a\tbA", ""},
	{"\"ab\" + \"cd\"", "abcd", ""},
	{"\"ab\" < \"ac\"", "1", ""},
	{"\"a\" + 1 + $p", "a10x1234", ""},
	{"defined(x)", "7", "defined(x);"},
	{"\"\" || 0", "0", ""},
	{"NULL == 0", "1", ""},
	{"true + true", "2", ""},
	{"$n * 2", "10", ""},
	{"$s == \"text\"", "1", ""},
	{"f()", "7", "f();"},
	{"f(1, \"a)\", (2)) + g()", "14", "f(1, \"a)\", (2));g();"},
	{"libc-2.31.so!f()", "7", "libc-2.31.so!f();"},
	{"/usr/lib/x.so!f() != 7", "0", "/usr/lib/x.so!f();"},
	{"(int)f(1)", "7", "(int)f(1);"},
	{"(const char *)f(1) + 0", "7", "(const char *)f(1);"},
	{"(unsigned long)*(0x1000)(1)", "7", "(unsigned long)*(0x1000)(1);"},
	{"f($n, $s, \"$n\")", "7", "f(5, \"text\", \"$n\");"},
	{"f($p)", "7", "f((void *)0x1234);"},
	{"f($t)", "7", "f((char *)0x1000);"},
	{"f($m)", "7", "f((-3));"},
	{"a::b<f()", "0", "a::b;f();"},
	{"v.x->y[1] == 7", "1", "v.x->y[1];"},
	{"&f == 7 && *g", "1", "&f;*g;"},
	{"0 && f()", "0", ""},
	{"1 || f()", "1", ""},
	{"1 && f()", "1", "f();"},
	{"f() || g()", "1", "f();"},
	{"text() == \"abc\"", "1", "text();"},
	{"text() == 0", "0", "text();"},
	{"!text()", "0", "text();"},
	{"unknown() + 1", "(unknown)", "unknown();"},
	{"unknown() && f()", "(unknown)", "unknown();f();"},
	{"0 && unknown()", "0", ""},
};

static struct ij_error *evaluate(const char *text, struct target *target, unsigned *column,
				 struct ij_value *ret)
{
	struct ij_value values[] = {
		ij_value_int(5),
		{.kind = IJ_KIND_STRING, .str = strdup("text")},
		{.kind = IJ_KIND_POINTER, .u = 0x1234},
		{.kind = IJ_KIND_STRING, .str = strdup("abc"), .foreign = true, .u = 0x1000},
		ij_value_int(-3),
	};
	static const char names[] = "nsptm";
	struct ij_vars vars = {0};
	const struct ij_formula_env env = {&vars, ask, target};
	struct ij_error *err;

	for (size_t i = 0; i < IJ_CLI_COUNT(values); i++)
		assert_null(ij_vars_set(&vars, names + i, 1, &values[i]));
	err = ij_formula_eval(&env, text, NULL, column, ret);
	ij_vars_deinit(&vars);
	return err;
}

static void evaluates(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_CLI_COUNT(good); i++) {
		struct target target = {0};
		struct ij_text out = {0};
		struct ij_value value;
		unsigned column;
		struct ij_error *err = evaluate(good[i].text, &target, &column, &value);

		if (err)
			fail_msg("%s: column %u: %s", good[i].text, column, ij_error_message(err));
		ij_script_value_print(&value, &out);
		if (strcmp(ij_text_get(&out), good[i].value) != 0)
			fail_msg("%s: is %s, not %s", good[i].text, ij_text_get(&out),
				 good[i].value);
		assert_string_equal(ij_text_get(&target.asked), good[i].asked);
		ij_value_deinit(&value);
		ij_text_deinit(&out);
		ij_text_deinit(&target.asked);
		assert_null(ij_formula_check(good[i].text, NULL, &column));
	}
}

static const struct {
	const char *text, *message;
	unsigned column;
} bad[] = {
	{"", "the expression ends", 1},
	{"1 +", "the expression ends", 4},
	{"1 2", "an operator or the end", 3},
	{"(1", "this bracket is not closed", 1},
	{"f(", "a bracket is not closed", 1},
	{"f([)", "a bracket is not closed", 1},
	{"\"a", "the quotes are not closed", 1},
	{"'ab'", "a character constant", 1},
	{"1 / 0", "division by zero", 3},
	{"1 % (2 - 2)", "division by zero", 3},
	{"$q", "no variable $q", 1},
	{"f(1, $q)", "no variable $q", 6},
	{"$", "a variable's name must follow", 1},
	{"1 + void()", "a call that returns nothing has no value", 3},
	{"1 + \"a\"", "a string and a number", 3},
	{"\"a\" < 1", "a string and a number", 5},
	{"\"a\" - \"b\"", "strings can be compared", 5},
	{"1.5 % 2", "% wants integers", 5},
	{"-\"a\"", "- wants a number", 1},
	{"~1.5", "~ wants an integer", 1},
	{"99999999999999999999", "is not a number", 1},
	{"1x", "is not a number", 1},
	{"f() + fails()", "no safe-point", 0},
};

static void tells_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_CLI_COUNT(bad); i++) {
		struct target target = {0};
		struct ij_value value;
		unsigned column = 99;
		struct ij_error *err = evaluate(bad[i].text, &target, &column, &value);

		if (!err)
			fail_msg("accepted: %s", bad[i].text);
		if (!strstr(ij_error_message(err), bad[i].message) || column != bad[i].column)
			fail_msg("%s: column %u: %s", bad[i].text, column, ij_error_message(err));
		ij_error_free(err);
		ij_text_deinit(&target.asked);
	}
}

static void limits_depth(void **state)
{
	static const char *const parts[] = {"(", "!", "1+(", "f()&&("};

	(void)state;
	for (size_t i = 0; i < IJ_CLI_COUNT(parts); i++) {
		struct ij_text text = {0};
		unsigned column;
		struct ij_error *err;

		for (int k = 0; k < 20000; k++)
			ij_text_puts(&text, parts[i]);
		err = ij_formula_check(ij_text_get(&text), NULL, &column);
		assert_int_equal(ij_error_code_of(err), IJ_ERR_LIMIT);
		ij_error_free(err);
		ij_text_deinit(&text);
	}
}

static const struct {
	const char *text, *formatted; /* NULL: an error */
} formats[] = {
	{"plain", "plain"},
	{"$n and ${n}x", "5 and 5x"},
	{"\\$n \\\\ \\t|", "$n \\ \t|"},
	{"\"quoted $s\"", "quoted text"},
	{"\"a\" \"b\"", "\"a\" \"b\""},
	{"\"open", "\"open"},
	{"100$", "100$"},
	{"${n", "${n"},
	{"$q", NULL},
};

static void formats_text(void **state)
{
	struct ij_value n = ij_value_int(5), s;
	struct ij_vars vars = {0};

	(void)state;
	assert_null(ij_value_string("text", 4, &s));
	assert_null(ij_vars_set(&vars, "n", 1, &n));
	assert_null(ij_vars_set(&vars, "s", 1, &s));
	for (size_t i = 0; i < IJ_CLI_COUNT(formats); i++) {
		unsigned column;
		char *text = NULL;
		struct ij_error *err = ij_vars_format(&vars, formats[i].text, &text, &column);

		assert_int_equal(!err, !!formats[i].formatted);
		if (!err)
			assert_string_equal(text, formats[i].formatted);
		ij_error_free(err);
		free(text);
	}
	ij_vars_deinit(&vars);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(evaluates),
		cmocka_unit_test(tells_where),
		cmocka_unit_test(limits_depth),
		cmocka_unit_test(formats_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
