/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stacks that cannot be followed: overwritten ones, code that no file describes, unwind information
 * that contradicts the code. Each is unsafe, with a reason, for every callee that needs anything;
 * nothing of ours crashes over it, and the target goes on.
 */
#include "harness.h"

#include <stdio.h>
#include <string.h>

static struct tool tool;

#define SAFE NULL

struct row {
	const char *state;
	const char *part; /* of the reason, for a callee that needs the allocator; or SAFE */
	const char *bare; /* of the reason, for one that needs nothing; or SAFE */
};

#define NO_UNWIND "cannot be unwound"

static const struct row rows[] = {
	{"jit", "in no known module", SAFE},
	{"jit_below", "in no known module", SAFE},
	{"jit_in_qsort", "in no known module", SAFE},
	{"overwritten", "in no known module", SAFE},
	{"overwritten_code", "does not follow a call", SAFE},
	{"overwritten_data", "in no known module", SAFE},
	{"wild", NO_UNWIND, SAFE},
	{"wild_high", NO_UNWIND, SAFE},
	{"pushed", NO_UNWIND, SAFE},
	{"above", NO_UNWIND, SAFE},
	{"below", "does not grow", SAFE},
	{"endless", "cannot be computed", SAFE},
	/* What CFI does not say, the code says; or nothing does. */
	{"plain", SAFE, SAFE},
	{"aligned", "cannot be computed", SAFE},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void judged(const struct victim *vic, const char *expr, const char *part)
{
	char safe[16] = "?", reason[1024] = "?";

	tool_run(&tool, "check", vic->pid, "--json", expr, NULL);
	tool_expect(&tool, 0);
	if (!tool_json(&tool, "safe", safe, sizeof(safe)) ||
	    !tool_json(&tool, "reason", reason, sizeof(reason)))
		fail_msg("no verdict: %s", tool.out);
	if (strcmp(safe, part ? "false" : "true") != 0 || (part && !strstr(reason, part)))
		fail_msg("%s: safe %s, reason %s; wanted %s", expr, safe, reason,
			 part ? part : "safe");
}

/* The call is made, or refused for that reason with the target untouched, whatever walks. */
static void called(const struct victim *vic, const char *expr, const char *part)
{
	tool_run(&tool, "call", vic->pid, "--wait=300ms", "--explain", expr, NULL);
	tool_expect(&tool, part ? 4 : 0);
	if (part)
		tool_expect_err(&tool, part);
}

static void state_is_judged(void **state)
{
	const struct row *row = *state;
	struct victim vic;

	victim_start(&vic, "lost", row->state, NULL);
	assert_true(victim_progress(&vic, 1000));
	judged(&vic, "malloc_trim(0)", row->part);
	judged(&vic, "getppid()", row->bare);
	called(&vic, "malloc_trim(0)", row->part);
	assert_true(victim_progress(&vic, 1000));
	called(&vic, "getppid()", row->bare);
	assert_true(victim_progress(&vic, 1000));
	victim_finish(&vic, WAKE_NONE);
}

/* What registers hold is told when asked for, and changes no verdict. */
static void registers_are_named(void **state)
{
	char labels[256] = "?";
	struct victim vic;

	(void)state;
	victim_start(&vic, "lost", "named", NULL);
	assert_true(victim_progress(&vic, 1000));
	tool_run(&tool, "check", vic.pid, "--explain", NULL);
	tool_expect(&tool, 0);
	if (!strstr(tool.out, " is named_page, a struct victim_page *"))
		fail_msg("not told: %s", tool.out);
	tool_run(&tool, "check", vic.pid, "--explain", "--json", NULL);
	tool_expect(&tool, 0);
	assert_true(tool_json(&tool, "labels", labels, sizeof(labels)));
	assert_non_null(
		strstr(labels, "\"name\":\"named_page\",\"type\":\"struct victim_page *\""));
	tool_run(&tool, "check", vic.pid, "--json", NULL);
	assert_true(tool_json(&tool, "labels", labels, sizeof(labels)));
	assert_string_equal(labels, "null");
	tool_run(&tool, "call", vic.pid, "--explain", "getppid()", NULL);
	tool_expect(&tool, 0);
	tool_expect_err(&tool, " is named_page, a struct victim_page *");
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	static struct CMUnitTest tests[ROWS + 1];

	for (size_t i = 0; i < ROWS; i++)
		tests[i] = (struct CMUnitTest)LIVE_ROW(rows[i].state, state_is_judged, &rows[i]);
	tests[ROWS] = (struct CMUnitTest)LIVE_TEST(registers_are_named);
	return _cmocka_run_group_tests("lost", tests, ROWS + 1, NULL, NULL);
}
