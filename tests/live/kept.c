/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory of calls that stays in the target (--keep), as the target itself sees it afterwards. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tool tool;

/* The hexadecimal number behind @label in what the program said. */
static unsigned long long address(const char *text, const char *label)
{
	const char *at = strstr(text, label);

	if (!at)
		fail_msg("no \"%s\" in: %s%s", label, tool.out, tool.err);
	return strtoull(at + strlen(label), NULL, 16);
}

/* In a session of its own, when all that is not to stay is gone. */
static void now(const struct victim *vic, const char *expr, const char *want)
{
	tool_call(&tool, vic, expr);
	tool_expect(&tool, 0);
	if (!strstr(tool.out, want))
		fail_msg("%s is %swant %s", expr, tool.out, want);
}

static void start(struct victim *vic, struct snapshot *snap)
{
	victim_start(vic, "host", "spin", NULL);
	snapshot_take(snap, vic->pid, vic->pid);
}

/* @maps: so many more mappings than before, at most: neighbours are merged. */
static void finish(struct victim *vic, struct snapshot *snap, int maps)
{
	int more = snapshot_new_maps(snap, vic->pid);

	if (more > maps)
		fail_msg("%d mappings are new, not %d", more, maps);
	snapshot_free(snap);
	victim_finish(vic, WAKE_NONE);
}

static void what_is_remembered_stays(void **state)
{
	(void)state;
	unsigned long long kept, arg;
	char expr[64], want[64];
	struct snapshot snap;
	struct victim vic;

	start(&vic, &snap);
	tool_run(&tool, "call", vic.pid, "--keep", "putenv(\"IJ_KEPT=for good\")",
		 "putenv(\"IJ_OTHER=as well\")", NULL);
	tool_expect(&tool, 0);
	kept = address(tool.out, "kept: 4096 bytes at ");
	arg = address(tool.out, "arg 1: at ");
	assert_true(arg >= kept && arg < kept + 4096);
	now(&vic, "getenv(\"IJ_KEPT\")", "\"for good\"");
	now(&vic, "getenv(\"IJ_OTHER\")", "\"as well\"");
	snprintf(expr, sizeof(expr), "(char *)0x%llx", arg);
	snprintf(want, sizeof(want), "0x%llx \"IJ_KEPT=for good\"", arg);
	now(&vic, expr, want);
	finish(&vic, &snap, 2);
}

static void buffers_and_json(void **state)
{
	(void)state;
	char text[4096], expr[64];
	struct snapshot snap;
	struct victim vic;

	start(&vic, &snap);
	tool_run(&tool, "call", vic.pid, "--keep", "--json", "(int)f_fill((char[30])0, 29)", NULL);
	tool_expect(&tool, 0);
	assert_true(tool_json(&tool, "kept", text, sizeof(text)));
	snprintf(expr, sizeof(expr), "(int)f_add(((char *)0x%llx)[2], 0)",
		 address(text, "{\"arg\":1,\"address\":\"0x"));
	now(&vic, expr, "99");
	tool_run(&tool, "call", vic.pid, "--json", "(int)f_fill((char[30])0, 29)", NULL);
	tool_expect(&tool, 0);
	assert_true(tool_json(&tool, "kept", text, sizeof(text)));
	assert_string_equal(text, "null");
	finish(&vic, &snap, 1);
}

/* What an inner call returned points into the same memory as what the outer one gets. */
static void nested_calls_share_it(void **state)
{
	(void)state;
	char expr[64];
	struct snapshot snap;
	struct victim vic;

	start(&vic, &snap);
	tool_run(&tool, "call", vic.pid, "--keep", "strcat(strcpy((char[16])0, \"ab\"), \"cd\")",
		 NULL);
	tool_expect(&tool, 0);
	snprintf(expr, sizeof(expr), "(char *)0x%llx", address(tool.out, "kept: 4096 bytes at "));
	now(&vic, expr, "\"abcd\"");
	finish(&vic, &snap, 1);
}

/* Nothing is wanted, so nothing stays; nor of what is refused, or not by this setting. */
static void nothing_to_keep(void **state)
{
	(void)state;
	static const struct {
		const char *option;
		int status;
		const char *err;
	} refused[] = {
		{"--rehearse", 2, "memory cannot be kept (--keep) of a call in a copy"},
		{"--in-copy", 2, "memory cannot be kept (--keep) of a call in a copy"},
		{"--one-stop", 1, "the memory of a series cannot be kept"},
	};
	struct snapshot snap;
	struct victim vic;

	start(&vic, &snap);
	tool_run(&tool, "call", vic.pid, "--keep", "(int)f_add(1, 2)", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "3");
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		tool_run(&tool, "call", vic.pid, "--keep", refused[i].option,
			 "(int)f_same(\"a\", \"a\")", NULL);
		tool_expect(&tool, refused[i].status);
		tool_expect_err(&tool, refused[i].err);
	}
	tool_run(&tool, "batch", vic.pid,
		 harness_script("set keep on\nset keep off\ncall (int)f_same(\"a\", \"a\")"), NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "1");
	finish(&vic, &snap, 0);
}

static void settings_of_scripts(void **state)
{
	(void)state;
	struct snapshot snap;
	struct victim vic;

	start(&vic, &snap);
	tool_run(&tool, "batch", vic.pid,
		 harness_script("set keep on\ncall putenv(\"IJ_KEPT=by a script\")"), NULL);
	tool_expect(&tool, 0);
	assert_non_null(strstr(tool.out, "kept: 4096 bytes at 0x"));
	now(&vic, "getenv(\"IJ_KEPT\")", "\"by a script\"");
	finish(&vic, &snap, 1);
}

/* It was entered, and may have remembered anything. */
static void failed_calls_say_it(void **state)
{
	(void)state;
	char expr[64];
	struct snapshot snap;
	struct victim vic;

	start(&vic, &snap);
	tool_run(&tool, "call", vic.pid, "--keep", "strcpy((char *)16, \"kept\")", NULL);
	tool_expect(&tool, 6);
	snprintf(expr, sizeof(expr), "(char *)0x%llx",
		 address(tool.err, "4096 bytes are kept at "));
	now(&vic, expr, "\"kept\"");
	finish(&vic, &snap, 1);
}

/* On a stack of ours. */
static void on_a_foreign_stack(void **state)
{
	(void)state;
	struct snapshot snap;
	struct victim vic;

	start(&vic, &snap);
	tool_run(&tool, "call", vic.pid, "--keep", "--stack=foreign", "putenv(\"IJ_KEPT=foreign\")",
		 NULL);
	tool_expect(&tool, 0);
	now(&vic, "getenv(\"IJ_KEPT\")", "\"foreign\"");
	finish(&vic, &snap, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_TEST(what_is_remembered_stays), LIVE_TEST(buffers_and_json),
		LIVE_TEST(nested_calls_share_it),    LIVE_TEST(nothing_to_keep),
		LIVE_TEST(settings_of_scripts),      LIVE_TEST(failed_calls_say_it),
		LIVE_TEST(on_a_foreign_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
