/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls and their results: every class of argument and result, names of every kind, text and JSON.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct tool tool;

/* An expression, the --decl for it or NULL, and what stdout must be. */
struct row {
	const char *expr;
	const char *decl;
	const char *out;
};

static const struct row rows[] = {
	{"(int)f_zero()", NULL, "0"},
	{"(int)f_negative()", NULL, "-42"},
	{"(long)f_long()", NULL, "-81985529216486895"},
	{"(unsigned long)f_unsigned()", NULL, "18364758544493064720"},
	{"(unsigned int)f_negative()", NULL, "4294967254"},
	{"f_char()", "signed char f_char(void);", "-123"},
	{"f_bool()", "_Bool f_bool(void);", "true"},
	{"(double)f_double()", NULL, "-2.5"},
	{"(float)f_float()", NULL, "0.75"},
	{"(void *)f_null()", NULL, "(void *) 0x0"},
	{"f_void()", "void f_void(void);", "(void)"},
	{"(int)f_add(-7, 9)", NULL, "2"},
	{"f_add(2147483647, -2147483647)", "int f_add(int a, int b);", "0"},
	{"(double)f_scale(1.25, 3)", NULL, "3.75"},
	{"f_scale(2, 3)", "double f_scale(double x, int times);", "6"},
	{"f_halve(3)", "float f_halve(float);", "1.5"},
	{"(size_t)f_length(\"twelve bytes\")", NULL, "12"},
	{"(int)f_same(\"a\\tb\", \"a\" \"\\x09\" \"b\")", NULL, "1"},
	{"f_length(\"\")", "unsigned long f_length(const char *);", "0"},
	{"(unsigned)f_sum_bytes(\"\\x01\\x02\\x03\", 3)", NULL, "6"},
	{"(int)f_twenty(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20)", NULL, "20"},
	{"f_mixed(-1, 2.5, 3000000000, 4.25, -5, 6.5, 7, 8.5, -9, 10.5, \"eleven\", 12.5, 13, "
	 "14.75,"
	 " -15, 16.5, 17.5, 18.5, 19.5, 20)",
	 "int f_mixed(int, double, long, float, signed char, double, unsigned, double, short, "
	 "double,"
	 " const char *, double, unsigned long, float, long, double, double, double, double, int);",
	 "20"},
	{"(int)f_indirect(23)", NULL, "1023"},
	{"(int)libij_callees!f_add(20, 3)", NULL, "23"},
	{"(int)libij_callees.so!f_hidden()", NULL, "314"},
	{"(int)f_hidden()", NULL, "314"},
	{"(int)f_catch()", NULL, "7"},
	{"(int)f_abi_state()", NULL, "0"},
	{"strlen(\"abc\")", NULL, "3"}, /* an IFUNC in glibc */
	{"libc!strlen(\"abcd\")", NULL, "4"},
	{"abs(-5)", NULL, "5"},
	{"getenv(\"IJ_NO_SUCH_VARIABLE\")", NULL, "0x0"},
	{"(int)f_deep(64)", NULL, NULL},
};

static void result_is(void **state)
{
	const struct row *row = *state;
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	if (row->decl)
		tool_run(&tool, "call", vic.pid, "--decl", row->decl, row->expr, NULL);
	else
		tool_call(&tool, &vic, row->expr);
	tool_expect(&tool, 0);
	if (row->out)
		tool_expect_out(&tool, row->out);
	victim_finish(&vic, WAKE_NONE);
}

static void getpid_is_the_pid(void **state)
{
	(void)state;
	char want[16];
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	snprintf(want, sizeof(want), "%d", vic.pid);
	tool_call(&tool, &vic, "getpid()");
	tool_expect(&tool, 0);
	tool_expect_out(&tool, want);
	victim_finish(&vic, WAKE_NONE);
}

/* With -t the call runs in that very thread. */
static void thread_is_chosen(void **state)
{
	(void)state;
	char want[16];
	struct victim vic;
	victim_start(&vic, "host", "small_stack", NULL);
	assert_int_not_equal(vic.page->tid, vic.pid);
	snprintf(want, sizeof(want), "%d", vic.pid);
	tool_run(&tool, "call", vic.pid, "-t", want, "(int)f_tid()", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, want);
	victim_finish(&vic, WAKE_BYTE);
}

static void string_result_is_shown(void **state)
{
	(void)state;
	char value[256];
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	tool_call(&tool, &vic, "(const char *)f_string()");
	tool_expect(&tool, 0);
	if (!strstr(tool.out, "\"from the victim\""))
		fail_msg("stdout is: %s", tool.out);
	tool_run(&tool, "call", vic.pid, "--json", "(const char *)f_string()", NULL);
	tool_expect(&tool, 0);
	assert_true(tool_json(&tool, "value", value, sizeof(value)));
	if (!strstr(value, "from the victim"))
		fail_msg("value is: %s", value);
	victim_finish(&vic, WAKE_NONE);
}

/* A buffer's contents after the call are part of the result. */
static void buffer_comes_back(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	tool_call(&tool, &vic, "(int)f_fill((char[30])0, 29)");
	tool_expect(&tool, 0);
	if (!strstr(tool.out, "abcdefghijklmnopqrstuvwxyzabc"))
		fail_msg("stdout is: %s", tool.out);
	victim_finish(&vic, WAKE_NONE);
}

/* Several expressions are evaluated in order; each call is made exactly once. */
static void each_call_is_made_once(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	tool_run(&tool, "call", vic.pid, "(long)f_count()", "(long)f_count()", "(long)f_count()",
		 NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "1\n2\n3");
	tool_call(&tool, &vic, "(long)f_count()");
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "4");
	victim_finish(&vic, WAKE_NONE);
}

static void json_has_its_members(void **state)
{
	(void)state;
	static const char *const names[] = {
		"pid",     "tid",  "expr",     "status",  "value",    "type",      "stop",
		"verdict", "walk", "pause_us", "call_us", "restored", "untouched", "error"};
	char text[4096], want[16];
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	tool_run(&tool, "call", vic.pid, "--json", "(int)f_negative()", NULL);
	tool_expect(&tool, 0);
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!tool_json(&tool, names[i], text, sizeof(text)))
			fail_msg("no member %s in: %s", names[i], tool.out);
	snprintf(want, sizeof(want), "%d", vic.pid);
	tool_json(&tool, "pid", text, sizeof(text));
	assert_string_equal(text, want);
	tool_json(&tool, "value", text, sizeof(text));
	assert_string_equal(text, "-42");
	tool_json(&tool, "restored", text, sizeof(text));
	assert_string_equal(text, "true");
	tool_json(&tool, "error", text, sizeof(text));
	assert_string_equal(text, "null");
	assert_true(tool_json_number(&tool, "pause_us") > 0);
	victim_finish(&vic, WAKE_NONE);
}

static void check_names_each_thread(void **state)
{
	(void)state;
	char text[16];
	struct victim vic;
	victim_start(&vic, "host", "threads", "3", NULL);
	tool_run(&tool, "check", vic.pid, "--json", NULL);
	tool_expect(&tool, 0);
	snprintf(text, sizeof(text), "%d", vic.pid);
	if (!strstr(tool.out, text) || !strstr(tool.out, "safe"))
		fail_msg("stdout is: %s", tool.out);
	tool_run(&tool, "check", vic.pid, "malloc_trim(0)", NULL);
	tool_expect(&tool, 0);
	assert_true(victim_progress(&vic, 10));
	victim_finish(&vic, WAKE_NONE);
}

/* What was built without PIC or an interpreter has the same functions. */
static void static_programs_work(void **state)
{
	const char *name = *state;
	char want[16];
	struct victim vic;
	struct snapshot snap;
	victim_start(&vic, name, NULL);
	snapshot_take(&snap, vic.pid, vic.pid);
	snprintf(want, sizeof(want), "%d", vic.pid);
	tool_call(&tool, &vic, "getpid()");
	tool_expect(&tool, 0);
	tool_expect_out(&tool, want);
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* The program's file was deleted, or another file was put in its place (*state), while it runs. */
static void file_is_gone(void **state)
{
	const char *replacement = *state;
	char path[256], command[1024];
	struct victim vic;
	snprintf(path, sizeof(path), "%s/host", harness_dir());
	snprintf(command, sizeof(command), "cp %s/victim_host %s", harness_victims(), path);
	assert_int_equal(system(command), 0);
	const char *const argv[] = {path, "spin", NULL};
	victim_spawn(&vic, argv);
	victim_await_ready(&vic, "host");
	assert_int_equal(unlink(path), 0);
	if (replacement) {
		snprintf(command, sizeof(command), "cp %s %s", replacement, path);
		assert_int_equal(system(command), 0);
	}
	tool_call(&tool, &vic, "(int)f_add(3, 4)");
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "7");
	tool_call(&tool, &vic, "(int)victim_stopping()"); /* a function of the program itself */
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "0");
	victim_finish(&vic, WAKE_NONE);
}

/* Not dumpable, which hides much of /proc from all but root. */
static void undumpable_works(void **state)
{
	(void)state;
	if (getuid() != 0) {
		print_message("needs root\n");
		skip();
	}
	struct victim vic;
	victim_start(&vic, "host", "undumpable", NULL);
	tool_call(&tool, &vic, "(int)f_add(3, 4)");
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "7");
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	struct CMUnitTest tests[sizeof(rows) / sizeof(rows[0]) + 16];
	size_t len = 0;
	for (; len < sizeof(rows) / sizeof(rows[0]); len++)
		tests[len] = (struct CMUnitTest)LIVE_ROW(rows[len].expr, result_is, &rows[len]);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(getpid_is_the_pid);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(thread_is_chosen);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(string_result_is_shown);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(buffer_comes_back);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(each_call_is_made_once);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(json_has_its_members);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(check_names_each_thread);
	tests[len++] = (struct CMUnitTest)LIVE_ROW("static", static_programs_work, "static");
	tests[len++] =
		(struct CMUnitTest)LIVE_ROW("static_pie", static_programs_work, "static_pie");
	tests[len++] = (struct CMUnitTest)LIVE_ROW("file deleted", file_is_gone, NULL);
	tests[len++] = (struct CMUnitTest)LIVE_ROW("file replaced", file_is_gone, "/bin/true");
	tests[len++] = (struct CMUnitTest)LIVE_TEST(undumpable_works);
	return _cmocka_run_group_tests("call_results", tests, len, NULL, NULL);
}
