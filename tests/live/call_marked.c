/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that marks its code: no call between its marks, and every walker that leads out. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tool tool;

struct row {
	const char *mode, *walk; /* of the victim, and how it is walked */
	bool walks;              /* the walker is certain to be used */
};

static const struct row rows[] = {
	{"flat", "exit", true},    {"flat", "poll", true},     {"deep", "exit", true},
	{"deep", "poll", true},    {"polls", "poll", true},    {"polls", "exit", true},
	{"flat", "auto", false},   {"deep", "auto", false},    {"again", "auto", false},
	{"restart", "exit", true}, {"restart", "poll", true},  {"many", "auto", false},
	{"many", "poll", true},    {"again", "restart", true},
};

static void call_many(void **state)
{
	const struct row *row = *state;
	long calls = harness_env("IJ_CALLS", 40);
	char option[32], method[32];
	struct victim vic;
	long walked = 0;

	/* Nothing else leads out of marked code but its restart. */
	if (strcmp(row->mode, "again"))
		harness_need_breakpoints();
	/* On a busy machine a walk may come too late; then it is tried again. */
	snprintf(option, sizeof(option), "--walk=%s%s", row->walk,
		 strcmp(row->walk, "auto") ? ",retry" : "");
	victim_start(&vic, "marked", row->mode, NULL);
	for (long i = 0; i < calls; i++) {
		char want[32];

		tool_run(&tool, "call", vic.pid, option, "--json", "(int)f_marked()", NULL);
		tool_expect(&tool, 0);
		snprintf(want, sizeof(want), "%ld", i + 1);
		assert_true(tool_json(&tool, "value", method, sizeof(method)));
		assert_string_equal(method, want);
		walked += tool_json(&tool, "method", method, sizeof(method)) &&
			  !strcmp(method, row->walk);
		if (vic.page->failures)
			fail_msg("call %ld, by %s: %s", i + 1, method, vic.page->failure);
	}
	assert_true(victim_progress(&vic, 10));
	victim_finish(&vic, WAKE_NONE);
	/* The victim is nearly always inside: stops outside are the exception. */
	if (row->walks)
		assert_true(walked > 0);
}

/* Without walking, and without waiting: the verdict names the mark, and nothing has run. */
static void refused_inside(void **state)
{
	struct victim vic;
	int refused = 0;

	(void)state;
	victim_start(&vic, "marked", "flat", NULL);
	for (int i = 0; i < 20; i++) {
		tool_run(&tool, "call", vic.pid, "--walk=none", "--wait=0", "(int)f_marked()",
			 NULL);
		if (tool.status == 4) {
			tool_expect_err(&tool, "mark");
			refused++;
		} else {
			tool_expect(&tool, 0);
		}
	}
	assert_true(refused > 0);
	victim_finish(&vic, WAKE_NONE);
}

/* More exits than breakpoints: that walker says so, and nothing runs inside for all that. */
static void too_many_exits(void **state)
{
	struct victim vic;
	int refused = 0;

	(void)state;
	victim_start(&vic, "marked", "many", NULL);
	for (int i = 0; i < 20; i++) {
		tool_run(&tool, "call", vic.pid, "--walk=exit", "--wait=200ms", "--explain",
			 "(int)f_marked()", NULL);
		if (tool.status != 4) {
			tool_expect(&tool, 0);
			continue;
		}
		/* A stop that came late leaves no time for a walk. */
		refused += strstr(tool.err, "too many") != NULL;
	}
	assert_true(refused > 0);
	victim_finish(&vic, WAKE_NONE);
}

/* The victim does see a call between its marks. */
static void forced_inside(void **state)
{
	struct victim vic;

	(void)state;
	victim_start(&vic, "marked", "flat", NULL);
	for (int i = 0; i < 60 && !vic.page->failures; i++)
		tool_run(&tool, "call", vic.pid, "--force", "(int)f_marked()", NULL);
	assert_true(vic.page->failures > 0);
	victim_kill(&vic);
}

int main(void)
{
	struct CMUnitTest tests[sizeof(rows) / sizeof(rows[0]) + 3] = {
		LIVE_TEST(refused_inside),
		LIVE_TEST(too_many_exits),
		LIVE_TEST(forced_inside),
	};
	static char labels[sizeof(rows) / sizeof(rows[0])][48];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(labels[i], sizeof(labels[i]), "%s code, %s", rows[i].mode, rows[i].walk);
		tests[i + 3] = (struct CMUnitTest)LIVE_ROW(labels[i], call_many, &rows[i]);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
