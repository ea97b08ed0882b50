/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Targets as JSON Lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "repl/targets_in.h"

static const struct {
	const char *text, *read; /* "pid name key=value ..."; NULL: refused */
	const char *message;
} cases[] = {
	{"{\"pid\":12}", "12 -", NULL},
	{" { \"pid\" : 12 , \"a\" : \"b\" } ", "12 - a=b", NULL},
	{"{\"name\":\"x\",\"n\":-5,\"f\":1.5e1,\"t\":true,\"u\":false,\"v\":null}",
	 "0 x n=-5 f=15.0 t=1 u=0", NULL},
	{"{\"pid\":1,\"a\":\"\\\"\\\\\\/\\n\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"}",
	 "1 - a=\"\\/\nA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", NULL},
	{"{\"pid\":1,\"a\":\"\\ud800\"}", "1 - a=\xef\xbf\xbd", NULL},
	{"{\"pid\":1,\"a\":1,\"a\":2}", "1 - a=2", NULL},
	{"", NULL, "column 1: an object is expected"},
	{"{}", NULL, "column 2: a string is expected"},
	{"{\"a\":1}", NULL, "a target has a pid or a name"},
	{"{\"pid\":1,\"name\":\"x\"}", NULL, "a target has a pid or a name"},
	{"{\"pid\":0}", NULL, "pid is a number"},
	{"{\"pid\":99999999999}", NULL, "pid is a number"},
	{"{\"pid\":\"1\"}", NULL, "pid is a number"},
	{"{\"pid\":1,\"name\":2}", NULL, "has no meaning"},
	{"{\"pid\":1,\"a b\":2}", NULL, "has no meaning"},
	{"{\"pid\":1,\"a\":{}}", NULL, "column 14: an object or a list"},
	{"{\"pid\":1,\"a\":[1]}", NULL, "an object or a list"},
	{"{\"pid\":1", NULL, "a comma or } is expected"},
	{"{\"pid\":1} x", NULL, "something follows"},
	{"{\"pid\" 1}", NULL, "a colon is expected"},
	{"{\"pid\":1,\"a\":\"x}", NULL, "the string is not closed"},
	{"{\"pid\":1,\"a\":\"\\q\"}", NULL, "this escape"},
	{"{\"pid\":1,\"a\":\"\\u0000\"}", NULL, "this escape"},
	{"{\"pid\":1,\"a\":\"\\u12", NULL, "this escape"},
	{"{\"pid\":1,\"a\":1e999}", NULL, "no number"},
	{"{\"pid\":1,\"a\":1-2}", NULL, "no number"},
	{"{\"pid\":1,\"a\":}", NULL, "a string, a number"},
};

static void reads_a_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_CLI_COUNT(cases); i++) {
		struct ij_text out = {0};
		struct ij_target_line line;
		struct ij_error *err = ij_target_line_parse(cases[i].text, &line);

		if (err) {
			if (cases[i].read || !strstr(ij_error_message(err), cases[i].message))
				fail_msg("%s: %s", cases[i].text, ij_error_message(err));
			ij_error_free(err);
			continue;
		}
		ij_text_printf(&out, "%d %s", line.pid, line.name ? line.name : "-");
		IJ_LIST_EACH (&line.vars.list, var) {
			ij_text_printf(&out, " %s=", var->name);
			ij_script_value_print(&var->value, &out);
		}
		if (!cases[i].read)
			fail_msg("accepted: %s", cases[i].text);
		assert_string_equal(ij_text_get(&out), cases[i].read);
		ij_text_deinit(&out);
		ij_target_line_deinit(&line);
	}
}

static void reads_lines(void **state)
{
	struct ij_batch_targets targets = {0};
	struct ij_error *err;

	(void)state;
	assert_null(ij_targets_read("f", "{\"pid\":1,\"a\":1}\n\n  \n{\"pid\":2}", &targets));
	assert_int_equal(targets.list.len, 2);
	assert_int_equal(targets.list.items[1].pid, 2);
	assert_non_null(ij_vars_get(&targets.list.items[0].vars, "a", 1));
	err = ij_targets_read("f", "{\"pid\":1}\n{\"pid\":}\n", &targets);
	assert_non_null(err);
	assert_ptr_equal(strstr(ij_error_message(err), "f:2: column 8: "), ij_error_message(err));
	ij_error_free(err);
	err = ij_targets_read("f", "{\"name\":\"no such process is named so\"}", &targets);
	assert_int_equal(ij_error_code_of(err), IJ_ERR_NOPROC);
	ij_error_free(err);
	ij_batch_targets_deinit(&targets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_line),
		cmocka_unit_test(reads_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
