/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Thread-local variables, buffers that stay ours from call to call, and functions of the program
 * that have the name of a library's. */
#include "harness.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static struct tool tool;

/* `errno` is the thread's, and so are the variables of libraries. */
static void thread_locals_are_found(void **state)
{
	static const struct {
		const char *expr, *out;
	} rows[] = {
		{"errno = 5", "5"},      {"*__errno_location()", "5"},
		{"errno + 1", "6"},      {"errno = 0", "0"},
		{"shelf", "5"},          {"drawer", "6"},
		{"drawer_other", "7"},   {"shelf += 10", "15"},
		{"shelf_sum()", "22"},   {"drawer_other = 100", "100"},
		{"drawer_sum()", "106"}, {"*&shelf_other", "7"},
	};
	struct victim vic;

	(void)state;
	victim_start(&vic, "own", NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tool_run(&tool, "call", vic.pid, rows[i].expr, NULL);
		tool_expect(&tool, 0);
		tool_expect_out(&tool, rows[i].out);
	}
	victim_finish(&vic, WAKE_NONE);
}

/* What a call writes into `$buf` is in it afterwards. */
static void buffers_are_kept(void **state)
{
	struct victim vic;

	(void)state;
	victim_start(&vic, "own", NULL);
	tool_run(&tool, "call", vic.pid, "$buf = (char[8])0", "(void)strcpy($buf, \"abc\")", "$buf",
		 "(void)strcat(&$buf, \"de\")", "$buf[3]", "strlen($buf)", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "\"\\000\\000\\000\\000\\000\\000\\000\"\n"
			       "(void)\n  arg 1: \"abc\"\n\"abc\\000\\000\\000\\000\"\n"
			       "(void)\n  arg 1: \"abcde\"\n100 'd'\n5\n  arg 1: \"abcde\"");
	tool_run(&tool, "call", vic.pid, "$n = 0", "sscanf(\"42 x\", \"%d\", &$n)", "$n", "$n + 1",
		 NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "0\n1\n  arg 3: \"*\"\n42\n43");
	tool_run(&tool, "call", vic.pid, "$fds = (int[2])0", "pipe(&$fds)", "close($fds[0])",
		 "close($fds[1])", NULL);
	tool_expect(&tool, 0);
	assert_non_null(strstr(tool.out, "\n0\n0"));
	victim_finish(&vic, WAKE_NONE);
}

/* By its prototypes, or by its debug information, where that is there and says more. */
static void functions_of_the_library_have_types(void **state)
{
	static const struct {
		const char *expr, *out;
	} rows[] = {
		{"malloc_trim", "{int (size_t)} 0x* <malloc_trim>\n"},
		{"getpid", "{pid_t (void)} 0x* <*getpid>\n"},
		{"lseek", "{off_t (int, off_t, int)} 0x* <*lseek*>\n"},
		{"strtoul", "{unsigned long (const char *, char **, int)} 0x* <strtou*>\n"},
		{"sizeof(malloc_trim(0))", "4\n"},
		{"sizeof(malloc_usable_size((void *)0))", "8\n"},
		{"sizeof(time((long *)0))", "8\n"},
		{"sizeof(fopen(\"a\", \"b\"))", "8\n"},
		{"mallinfo2()", "{arena = *, ordblks = *, keepcost = *}\n"},
		{"div(7, 2).rem", "1\n"},
		{"inet_ntoa(inet_makeaddr(127, 1))", "0x* \"127.0.0.1\"\n"},
	};
	struct victim vic;

	(void)state;
	victim_start(&vic, "own", NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tool_run(&tool, "call", vic.pid, rows[i].expr, NULL);
		tool_expect(&tool, 0);
		if (fnmatch(rows[i].out, tool.out, 0))
			fail_msg("%s: %s", rows[i].expr, tool.out);
	}
	victim_finish(&vic, WAKE_NONE);
}

/* The table's prototype is not that of the program's own function. */
static void own_functions_are_their_own(void **state)
{
	struct victim vic;
	char out[32];

	(void)state;
	/* What the program was started at, as this one was. */
	snprintf(out, sizeof(out), "4.5\n%d", getpriority(PRIO_PROCESS, 0));
	victim_start(&vic, "own", NULL);
	tool_run(&tool, "call", vic.pid, "victim_own!nice(3)", NULL);
	tool_expect(&tool, 1);
	assert_non_null(strstr(tool.err, "result type of nice is unknown"));
	tool_run(&tool, "call", vic.pid, "(double)victim_own!nice(3.0, 1.5)", "libc!nice(0)", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, out);
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thread_locals_are_found),
		cmocka_unit_test(buffers_are_kept),
		cmocka_unit_test(functions_of_the_library_have_types),
		cmocka_unit_test(own_functions_are_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
