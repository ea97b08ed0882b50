/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Command lines: what they parse to, what is refused, and that help shows every option that works.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/options.h"

#define ARGV_MAX 16

static struct ij_error *parse(enum ij_command command, const char *const *words,
			      struct ij_options *ret)
{
	static char texts[ARGV_MAX][64];
	static char *argv[ARGV_MAX + 1];
	int argc = 1;

	strcpy(texts[0], ij_command_name(command));
	argv[0] = texts[0];
	for (; *words; words++, argc++) {
		strcpy(texts[argc], *words);
		argv[argc] = texts[argc];
	}
	argv[argc] = NULL;
	return ij_options_parse(command, argc, argv, ret);
}

static void test_all(void **state)
{
	static const char *const words[] = {"-p",       "5,7",     "--timeout=3s", "f()",
					    "--wait=0", "--json",  "-t",           "9",
					    "g()",      "--pid=8", "--explain",    NULL};
	struct ij_options o;

	(void)state;
	assert_null(parse(IJ_COMMAND_CALL, words, &o));
	assert_int_equal(o.pids.list.len, 3);
	assert_int_equal(o.pids.list.items[0], 5);
	assert_int_equal(o.pids.list.items[1], 7);
	assert_int_equal(o.pids.list.items[2], 8);
	assert_int_equal(o.call.tid, 9);
	assert_int_equal(o.call.timeout_ns, 3000000000u);
	assert_int_equal(o.call.wait_ns, 0);
	assert_int_equal(o.call.pause_ns, 50000000u);
	assert_true(o.json);
	assert_true(o.explain);
	assert_false(o.call.force);
	assert_int_equal(o.exprs_len, 2);
	assert_string_equal(o.exprs[0], "f()");
	assert_string_equal(o.exprs[1], "g()");
	ij_options_deinit(&o);
}

static void test_more(void **state)
{
	static const char *const words[] = {"-n",
					    "nginx",
					    "--decl",
					    "int f(void)",
					    "--name=redis",
					    "-q",
					    "--force",
					    "--pause-budget=1ms",
					    "--avoid=f,m!g",
					    "--policy",
					    "own.policy",
					    "f()",
					    "--avoid=h*",
					    NULL};
	struct ij_options o;

	(void)state;
	assert_null(parse(IJ_COMMAND_CALL, words, &o));
	assert_int_equal(o.names.len, 2);
	assert_string_equal(o.names.items[0], "nginx");
	assert_string_equal(o.names.items[1], "redis");
	assert_int_equal(o.decls.len, 1);
	assert_string_equal(o.decls.items[0], "int f(void)");
	assert_int_equal(o.call.pause_ns, 1000000u);
	assert_int_equal(o.call.timeout_ns, 5000000000u);
	assert_int_equal(o.call.wait_ns, 2000000000u);
	assert_int_equal(o.avoid.len, 3);
	assert_string_equal(o.avoid.items[0], "f");
	assert_string_equal(o.avoid.items[1], "m!g");
	assert_string_equal(o.avoid.items[2], "h*");
	assert_int_equal(o.policies.len, 1);
	assert_string_equal(o.policies.items[0], "own.policy");
	assert_true(o.quiet);
	assert_true(o.call.force);
	ij_options_deinit(&o);
}

/* A letter is of another option in another command. */
static void test_letters(void **state)
{
	static const char *const words[] = {"-p", "5", "-v", NULL};
	struct ij_options o;

	(void)state;
	assert_null(parse(IJ_COMMAND_CHECK, words, &o));
	assert_true(o.explain && !o.verbose);
	ij_options_deinit(&o);
	assert_null(parse(IJ_COMMAND_DOCTOR, words, &o));
	assert_true(o.verbose && !o.explain);
	ij_options_deinit(&o);
}

static void test_refuse(void **state)
{
	static const struct {
		enum ij_command command;
		const char *words[4];
		const char *text; /* of the message */
	} rows[] = {
		{IJ_COMMAND_CALL, {"f()"}, "no target"},
		{IJ_COMMAND_CALL, {"-p"}, "-p wants an argument"},
		{IJ_COMMAND_CALL, {"--pid"}, "--pid wants an argument"},
		{IJ_COMMAND_CALL, {"--pid="}, "\"\""},
		{IJ_COMMAND_CALL, {"-p", "x"}, "\"x\""},
		{IJ_COMMAND_CALL, {"-p", "1x"}, "\"1x\""},
		{IJ_COMMAND_CALL, {"-p", "0"}, "\"0\""},
		{IJ_COMMAND_CALL, {"-p", "-3"}, "\"-3\""},
		{IJ_COMMAND_CALL, {"-p", "1,"}, "\"\""},
		{IJ_COMMAND_CALL, {"-p", "2147483648"}, "2147483648"},
		{IJ_COMMAND_CALL, {"-p", "99999999999999999999"}, "99999999999999999999"},
		{IJ_COMMAND_CALL, {"-p", "1", "-t", "y"}, "thread"},
		{IJ_COMMAND_CALL, {"-p", "1", "--timeout=0"}, "--timeout"},
		{IJ_COMMAND_CALL, {"-p", "1", "--timeout=fast"}, "fast"},
		{IJ_COMMAND_CALL, {"-p", "1", "--nonsense"}, "--nonsense"},
		{IJ_COMMAND_CALL, {"-p", "1", "-z"}, "-z"},
		{IJ_COMMAND_CALL, {"-p", "1", "--json=1"}, "--json=1"},
		{IJ_COMMAND_CALL, {"-p", "1", "--avoid="}, "\"\""},
		{IJ_COMMAND_CALL, {"-p", "1", "--avoid=f,"}, "f,"},
		{IJ_COMMAND_CHECK, {"-p", "1", "--avoid=f,,g"}, "f,,g"},
		{IJ_COMMAND_CHECK, {"-p", "1", "--force"}, "--force"},
		{IJ_COMMAND_CHECK, {"-p", "1", "--timeout=1s"}, "--timeout"},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_options o;
		struct ij_error *err = parse(rows[i].command, rows[i].words, &o);

		if (!err)
			fail_msg("row %zu was accepted", i);
		if (err->code != IJ_ERR_USAGE || !strstr(err->msg, rows[i].text))
			fail_msg("row %zu: %s", i, err->msg);
		ij_error_free(err);
	}
}

/* The long options that a help text lists, each tried as a command line. */
static void test_help(void **state)
{
	static const char *const values[][2] = {
		{"pid", "1"},
		{"name", "x"},
		{"tid", "1"},
		{"timeout", "1s"},
		{"jobs", "3"},
		{"print-elements", "5"},
		{"print-depth", "unlimited"},
		{"targets", "file"},
		{"wait", "1s"},
		{"pause-budget", "1s"},
		{"decl", "int f(void)"},
		{"avoid", "f,g"},
		{"policy", "file"},
		{"walk", "step,return"},
		{"until", "f"},
		{"at", "f+1"},
		{"stack", "foreign"},
		{"source", "native"},
		{"codec", "best"},
		{"output", "file"},
		{"header", "file"},
		{"goroutine", "7"},
	};

	(void)state;
	for (int command = 0; command < IJ_COMMAND_COUNT; command++) {
		char *help = NULL;
		size_t size;
		FILE *out = open_memstream(&help, &size);
		size_t lines = 0, listed = 0;

		/* It has a command line of its own. */
		if (command == IJ_COMMAND_GDB) {
			fclose(out);
			free(help);
			continue;
		}
		assert_non_null(out);
		ij_options_help((enum ij_command)command, out);
		fclose(out);
		for (const char *pos = help; *pos; pos = strchr(pos, '\n') + 1) {
			char word[64] = "--", name[32];
			const char *words[] = {"--pid=1", word, NULL};
			struct ij_options o;
			struct ij_error *err;
			bool arg;

			assert_non_null(strchr(pos, '\n'));
			lines++;
			if (strncmp(pos, "  -", 3) && strncmp(pos, "      --", 8))
				continue;
			assert_int_equal(sscanf(pos + 6, "--%31[a-z-]", name), 1);
			arg = pos[8 + strlen(name)] == '=';
			strcat(word, name);
			for (size_t i = 0; arg && i < IJ_COUNT(values); i++) {
				if (!strcmp(values[i][0], name)) {
					strcat(word, "=");
					strcat(word, values[i][1]);
				}
			}
			assert_int_equal(arg, strchr(word, '=') != NULL);
			err = parse((enum ij_command)command, words + (command == IJ_COMMAND_MAPS),
				    &o);
			assert_null(err);
			ij_options_deinit(&o);
			listed++;
		}
		assert_true(lines <= 60);
		assert_true(listed >= (command == IJ_COMMAND_CALL ? 18 : 3));
		free(help);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),     cmocka_unit_test(test_more),
		cmocka_unit_test(test_letters), cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
