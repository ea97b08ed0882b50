/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls where the stack is too small, or not the thread's own: they run on one of ours. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

static struct tool tool;

struct stand {
	const char *victim;
	const char *mode;
	const char *argument; /* or NULL */
	enum wake wake;
	const char *why; /* part of what --explain says of the stack */
};

static const struct stand stands[] = {
	{"host", "small_stack", NULL, WAKE_BYTE, "are free on the thread's own"},
	{"host", "coroutine", "8192", WAKE_NONE, "a coroutine's"},
	{"host", "coroutine", "24576", WAKE_NONE, "a coroutine's"},
	{"host", "alternate", NULL, WAKE_NONE, "an alternate one"},
};

/* Every victim checks what lies beside its stack when it ends. */
static void stand_begin(const struct stand *stand, struct victim *vic, char *tid, size_t size)
{
	victim_start(vic, stand->victim, stand->mode, stand->argument, NULL);
	assert_true(victim_progress(vic, 2));
	snprintf(tid, size, "%d", vic->page->tid);
}

static void call_runs(void **state)
{
	const struct stand *stand = *state;
	static const char *const exprs[][2] = {
		{"(int)f_add(40, 2)", "42"},
		/* Seven MiB of stack, page by page. */
		{"(int)f_deep(7168)", "1"},
		{"(int)f_twenty(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, "
		 "20)",
		 "20"},
		{"strlen(\"on another stack\")", "16"},
	};
	char tid[16];
	struct victim vic;
	struct snapshot snap;
	stand_begin(stand, &vic, tid, sizeof(tid));
	snapshot_take(&snap, vic.pid, vic.page->tid);
	for (size_t i = 0; i < sizeof(exprs) / sizeof(exprs[0]); i++) {
		tool_run(&tool, "call", vic.pid, "-t", tid, "--explain", exprs[i][0], NULL);
		tool_expect(&tool, 0);
		tool_expect_out(&tool, exprs[i][1]);
		/* A leaf may have room enough. */
		if (i != 3)
			tool_expect_err(&tool, stand->why);
		assert_true(victim_progress(&vic, 2));
	}
	snapshot_check(&snap, vic.pid, vic.page->tid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, stand->wake);
}

/* Faults, timeouts and deadlocks are rolled back as on the thread's own stack. */
static void call_is_rolled_back(void **state)
{
	const struct stand *stand = *state;
	static const struct {
		const char *expr;
		int status;
	} rows[] = {
		{"(int)f_segv()", 6},
		{"(int)f_spin()", 5},
		/* Over the end of our stack, into its guard. */
		{"(int)f_deep(9000)", 6},
	};
	char tid[16];
	struct victim vic;
	struct snapshot snap;
	stand_begin(stand, &vic, tid, sizeof(tid));
	snapshot_take(&snap, vic.pid, vic.page->tid);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tool_run(&tool, "call", vic.pid, "-t", tid, "--timeout=300ms", rows[i].expr, NULL);
		tool_expect(&tool, rows[i].status);
		assert_true(victim_progress(&vic, 2));
	}
	snapshot_check(&snap, vic.pid, vic.page->tid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, stand->wake);
}

/*
 * A callee that unwinds sees the frames of the program, from wherever it is called; an exception
 * that leaves it does not get there.
 */
static void unwinds(void **state)
{
	static const struct {
		const char *mode, *argument, *option;
		enum wake wake;
	} rows[] = {
		{"spin", NULL, "--stack=auto", WAKE_NONE},
		{"spin", NULL, "--stack=foreign", WAKE_NONE},
		{"small_stack", NULL, "--stack=auto", WAKE_BYTE},
		{"coroutine", "8192", "--stack=auto", WAKE_NONE},
	};
	static const char *const exprs[] = {"(int)f_backtrace()", "(int)f_unwind()",
					    "(int)f_unwind_catch()"};
	char tid[16];

	(void)state;
	/* Without them a backtrace ends at our frame. */
	harness_need_breakpoints();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct victim vic;
		struct snapshot snap;

		print_message("%s %s\n", rows[i].mode, rows[i].option);
		victim_start(&vic, "host", rows[i].mode, rows[i].argument, NULL);
		assert_true(victim_progress(&vic, 2));
		snprintf(tid, sizeof(tid), "%d", vic.page->tid);
		snapshot_take(&snap, vic.pid, vic.page->tid);
		for (size_t k = 0; k < sizeof(exprs) / sizeof(exprs[0]); k++) {
			tool_run(&tool, "call", vic.pid, "-t", tid, rows[i].option, exprs[k], NULL);
			tool_expect(&tool, 0);
			tool_expect_out(&tool, "1");
			assert_true(victim_progress(&vic, 2));
		}
		tool_run(&tool, "call", vic.pid, "-t", tid, rows[i].option, "(int)f_unwind_throw()",
			 NULL);
		tool_expect(&tool, 6);
		assert_true(victim_progress(&vic, 2));
		snapshot_check(&snap, vic.pid, vic.page->tid, SNAPSHOT_HEAP);
		snapshot_free(&snap);
		victim_finish(&vic, rows[i].wake);
	}
}

/* On request, also where there is room; and the JSON says so. */
static void foreign_on_request(void **state)
{
	char text[512];
	struct victim vic;
	struct snapshot snap;
	(void)state;
	victim_start(&vic, "host", "spin", NULL);
	snapshot_take(&snap, vic.pid, vic.pid);
	tool_run(&tool, "call", vic.pid, "--stack=foreign", "--json", "(int)f_catch()",
		 "(int)f_add(1, 2)", NULL);
	tool_expect(&tool, 0);
	assert_true(tool_json(&tool, "stack", text, sizeof(text)));
	assert_non_null(strstr(text, "foreign"));
	tool_run(&tool, "call", vic.pid, "--json", "(int)f_add(1, 2)", NULL);
	tool_expect(&tool, 0);
	assert_true(tool_json(&tool, "stack", text, sizeof(text)));
	assert_non_null(strstr(text, "own"));
	snapshot_check(&snap, vic.pid, vic.pid, SNAPSHOT_HEAP);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	enum { STANDS = sizeof(stands) / sizeof(stands[0]) };
	struct CMUnitTest tests[2 * STANDS + 8];
	static char labels[2 * STANDS][64];
	size_t len = 0;
	for (size_t i = 0; i < STANDS; i++, len++) {
		snprintf(labels[len], sizeof(labels[len]), "%s %s", stands[i].mode,
			 stands[i].argument ? stands[i].argument : "");
		tests[len] = (struct CMUnitTest)LIVE_ROW(labels[len], call_runs, &stands[i]);
	}
	for (size_t i = 0; i < STANDS; i++, len++) {
		snprintf(labels[len], sizeof(labels[len]), "rolled back: %s %s", stands[i].mode,
			 stands[i].argument ? stands[i].argument : "");
		tests[len] =
			(struct CMUnitTest)LIVE_ROW(labels[len], call_is_rolled_back, &stands[i]);
	}
	tests[len++] = (struct CMUnitTest)LIVE_TEST(unwinds);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(foreign_on_request);
	return _cmocka_run_group_tests("call_stacks", tests, len, NULL, NULL);
}
