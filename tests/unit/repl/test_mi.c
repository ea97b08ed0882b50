/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The grammar of GDB/MI: commands as they are sent, and values as records have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "repl/gdb/mi.h"

enum { ARGS = 5 };

static const struct {
	const char *line, *token, *name, *rest;
	long thread, frame;
	const char *argv[ARGS];
} commands[] = {
	{"-gdb-exit", "", "gdb-exit", "", -1, -1, {NULL}},
	{"12-gdb-exit", "12", "gdb-exit", "", -1, -1, {NULL}},
	{"  7-exec-next 3", "7", "exec-next", "3", -1, -1, {"3"}},
	{"-break-insert -t \"a b.c\":3", NULL, NULL, NULL, -1, -1, {NULL}},
	{"-break-insert -t \"a b.c:3\"",
	 "",
	 "break-insert",
	 "-t \"a b.c:3\"",
	 -1,
	 -1,
	 {"-t", "a b.c:3"}},
	{"-break-insert  x   y\tz ", "", "break-insert", "x   y\tz ", -1, -1, {"x", "y", "z"}},
	{"-break-insert \"\\\"f.c\\\":3\"",
	 "",
	 "break-insert",
	 "\"\\\"f.c\\\":3\"",
	 -1,
	 -1,
	 {"\"f.c\":3"}},
	{"-break-insert \"a\\tb\\n\\101\\e\"",
	 "",
	 "break-insert",
	 "\"a\\tb\\n\\101\\e\"",
	 -1,
	 -1,
	 {"a\tb\nAe"}},
	{"-break-insert \"\" x", "", "break-insert", "\"\" x", -1, -1, {"", "x"}},
	{"-break-insert a\"b c\"", "", "break-insert", "a\"b c\"", -1, -1, {"a\"b", "c\""}},
	{"-stack-info-frame --thread 2 --frame 1", "", "stack-info-frame", "", 2, 1, {NULL}},
	{"-stack-info-frame --frame 1 --all --thread-group i1 x",
	 "",
	 "stack-info-frame",
	 "x",
	 -1,
	 1,
	 {"x"}},
	{"-var-create --language c - * x", "", "var-create", "- * x", -1, -1, {"-", "*", "x"}},
	{"-var-create --threads", "", "var-create", "--threads", -1, -1, {"--threads"}},
	{"print 1", "", NULL, "print 1", -1, -1, {NULL}},
	{"44 print 1 ", "44", NULL, "print 1 ", -1, -1, {NULL}},
	{"", "", NULL, "", -1, -1, {NULL}},
	/* What is no command. */
	{"-break-insert \"a", NULL, NULL, NULL, -1, -1, {NULL}},
	{"-break-insert \"a\\", NULL, NULL, NULL, -1, -1, {NULL}},
	{"-break-insert \"a\\\"", NULL, NULL, NULL, -1, -1, {NULL}},
	{"-break-insert \"a\\0b\"", NULL, NULL, NULL, -1, -1, {NULL}},
	{"-break-insert \"a\"b", NULL, NULL, NULL, -1, -1, {NULL}},
	{"-", NULL, NULL, NULL, -1, -1, {NULL}},
	{"-no-such-command", NULL, NULL, NULL, -1, -1, {NULL}},
	{"-stack-info-frame --thread 1 --thread 2", NULL, NULL, NULL, -1, -1, {NULL}},
	{"-stack-info-frame --thread-group 1", NULL, NULL, NULL, -1, -1, {NULL}},
	{"-stack-info-frame --thread-group i2", NULL, NULL, NULL, -1, -1, {NULL}},
	{"-stack-info-frame --thread x", NULL, NULL, NULL, -1, -1, {NULL}},
};

static void parses_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_CLI_COUNT(commands); i++) {
		struct ij_mi_call call;
		struct ij_error *err = ij_mi_parse(commands[i].line, &call);

		if (!err && call.name)
			err = ij_mi_split(&call);
		if (!err != !!commands[i].token)
			fail_msg("%s: %s", commands[i].line, ij_error_message(err));
		if (!err) {
			assert_string_equal(call.token, commands[i].token);
			assert_string_equal(call.name ? call.name : "",
					    commands[i].name ? commands[i].name : "");
			assert_string_equal(call.rest, commands[i].rest);
			assert_int_equal(call.thread, commands[i].thread);
			assert_int_equal(call.frame, commands[i].frame);
			for (size_t j = 0; j < ARGS; j++) {
				if (!commands[i].argv[j]) {
					assert_int_equal(call.argc, j);
					break;
				}
				assert_true(j < call.argc);
				assert_string_equal(call.argv[j], commands[i].argv[j]);
			}
		}
		ij_error_free(err);
		ij_mi_call_deinit(&call);
	}
}

static const struct {
	const char *line;
	int options[ARGS]; /* -1 ends them */
	size_t left;       /* arguments behind them */
	const char *error; /* NULL: none */
} options[] = {
	{"-break-insert -t -c x main", {0, 1, -1}, 1, NULL},
	{"-break-insert main -t", {-1}, 2, NULL},
	{"-break-insert -- -t", {-1}, 1, NULL},
	{"-break-insert --long main", {2, -1}, 1, NULL},
	{"-break-insert -c", {-1}, 0, "-break-insert: Option c requires an argument"},
	{"-break-insert -x", {-1}, 0, "-break-insert: Unknown option ``x''"},
	{"-break-insert -tc", {-1}, 0, "-break-insert: Unknown option ``tc''"},
};

static void takes_options(void **state)
{
	static const char *const names[] = {"t", "c:", "-long", NULL};

	(void)state;
	for (size_t i = 0; i < IJ_CLI_COUNT(options); i++) {
		struct ij_mi_call call;
		const char *arg = NULL;
		struct ij_error *err = ij_mi_parse(options[i].line, &call);
		int idx = 0;

		assert_null(err);
		assert_null(ij_mi_split(&call));
		for (size_t j = 0; !err && idx >= 0; j++) {
			err = ij_mi_option(&call, names, &idx, &arg);
			if (!err && idx != options[i].options[j])
				fail_msg("%s: option %d", options[i].line, idx);
		}
		if (!err != !options[i].error)
			fail_msg("%s: %s", options[i].line, ij_error_message(err));
		if (err)
			assert_string_equal(ij_error_message(err), options[i].error);
		else
			assert_int_equal(call.argc - call.at, options[i].left);
		ij_error_free(err);
		ij_mi_call_deinit(&call);
	}
}

static void quotes(void **state)
{
	static const struct {
		const char *text, *quoted;
	} cases[] = {
		{"", "\"\""},
		{"plain", "\"plain\""},
		{"a\"b\\c", "\"a\\\"b\\\\c\""},
		{"a\nb\tc\r", "\"a\\nb\\tc\\r\""},
		{"\033[1m\001\177", "\"\\033[1m\\001\\177\""},
		{"\303\251", "\"\\303\\251\""},
	};

	(void)state;
	for (size_t i = 0; i < IJ_CLI_COUNT(cases); i++) {
		struct ij_text text = {0};

		ij_mi_quote(&text, cases[i].text, strlen(cases[i].text));
		assert_string_equal(ij_text_get(&text), cases[i].quoted);
		ij_text_deinit(&text);
	}
}

static void builds_records(void **state)
{
	struct ij_mi mi = {.g = NULL};

	(void)state;
	ij_mi_field(&mi, "a", "1");
	ij_mi_open(&mi, "list", '[');
	ij_mi_open(&mi, NULL, '{');
	ij_mi_close(&mi, '{');
	ij_mi_open(&mi, "t", '{');
	ij_mi_fieldf(&mi, "x", "%d", 5);
	ij_mi_address(&mi, "addr", 0x1139);
	ij_mi_close(&mi, '{');
	ij_mi_field(&mi, NULL, "lone");
	ij_mi_close(&mi, '[');
	/* A brace that is the end of a text begins nothing. */
	ij_mi_field(&mi, "text", "{");
	ij_mi_field(&mi, "end", "");
	assert_string_equal(ij_text_get(&mi.fields),
			    "a=\"1\",list=[{},t={x=\"5\",addr=\"0x0000000000001139\"},\"lone\"],"
			    "text=\"{\",end=\"\"");
	ij_text_deinit(&mi.fields);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_commands),
		cmocka_unit_test(takes_options),
		cmocka_unit_test(quotes),
		cmocka_unit_test(builds_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
