/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * States that hold something: what the judge says of them, for callees that need it and callees
 * that do not. Each victim stands still in its state, so that nothing here depends on luck.
 */
#include "harness.h"

#include <stdio.h>
#include <string.h>

static struct tool tool;

enum { MAIN, HOLDER }; /* of the victim's threads */

#define SAFE     NULL
#define ANYTHING "" /* a callee that may need everything */

/* One question about a state. */
struct question {
	const char *expr; /* NULL: no more questions */
	int thread;
	const char *part; /* of the reason, or SAFE */
};

struct row {
	const char *victim, *state;
	struct question questions[6];
};

#define LOCK_OF "meets the lock "

static const struct row rows[] = {
	{"holder",
	 "nothing",
	 {{"puts(\"x\")", MAIN, SAFE}, {"malloc(1)", MAIN, SAFE}, {ANYTHING, MAIN, SAFE}}},
	{"holder",
	 "flock",
	 {{"puts(\"x\")", MAIN, LOCK_OF "stdout"},
	  {"malloc_trim(0)", MAIN, SAFE},
	  {"getpid()", MAIN, SAFE},
	  {ANYTHING, MAIN, LOCK_OF "stdout"}}},
	/* Another's: it is waited for. */
	{"holder",
	 "flock_other",
	 {{"puts(\"x\")", MAIN, SAFE},
	  {"puts(\"x\")", HOLDER, LOCK_OF "stdout"},
	  {"malloc_trim(0)", HOLDER, SAFE}}},
	{"holder",
	 "flock_file",
	 {{"puts(\"x\")", MAIN, LOCK_OF "of a FILE of descriptor"},
	  {"malloc_trim(0)", MAIN, SAFE}}},
	{"holder",
	 "flock_file_other",
	 {{"puts(\"x\")", MAIN, SAFE}, {"puts(\"x\")", HOLDER, "of a FILE"}}},
	{"holder", "flush", {{"puts(\"x\")", MAIN, "holds stdio in "}, {"getpid()", MAIN, SAFE}}},
	{"holder",
	 "flush_other",
	 {{"puts(\"x\")", MAIN, SAFE},
	  {"puts(\"x\")", HOLDER, "holds stdio"},
	  {"malloc_trim(0)", MAIN, SAFE}}},
	/* Allocator, stdio and more are held by fork, whatever its handlers are allowed to do. */
	{"holder",
	 "atfork_prepare",
	 {{"malloc(1)", MAIN, "holds the allocator"},
	  {"puts(\"x\")", MAIN, "holds "},
	  {"getpid()", MAIN, SAFE}}},
	{"holder",
	 "atfork_prepare_other",
	 {{"malloc(1)", MAIN, SAFE}, {"malloc(1)", HOLDER, "holds the allocator"}}},
	{"holder",
	 "atfork_parent",
	 {{"malloc(1)", MAIN, "holds the allocator"}, {"getpid()", MAIN, SAFE}}},
	{"holder", "vfork", {{"getpid()", MAIN, "vfork"}}},
	{"holder",
	 "dlopen",
	 {{"dlsym(0, \"x\")", MAIN, "holds the dynamic loader"},
	  {"malloc_trim(0)", MAIN, SAFE},
	  {"getpid()", MAIN, SAFE}}},
	{"holder", "dlopen_other", {{"dlsym(0, \"x\")", MAIN, SAFE}}},
	{"holder",
	 "iterate",
	 {{"dlsym(0, \"x\")", MAIN, "holds the dynamic loader"}, {"malloc(1)", MAIN, SAFE}}},
	/* Only a callee of which nothing is known may want a mutex of the program's. */
	{"holder",
	 "mutex",
	 {{"(int)holder_nothing()", MAIN, LOCK_OF "of a mutex"},
	  {"malloc(1)", MAIN, SAFE},
	  {ANYTHING, MAIN, LOCK_OF "of a mutex"}}},
	{"holder",
	 "mutex_other",
	 {{"(int)holder_nothing()", MAIN, SAFE},
	  {"(int)holder_nothing()", HOLDER, LOCK_OF "of a mutex"}}},
	{"holder", "mutex_heap", {{"(int)holder_nothing()", MAIN, LOCK_OF "of a mutex"}}},
	{"holder",
	 "mutex_robust",
	 {{"(int)holder_nothing()", MAIN, LOCK_OF "of a robust mutex"},
	  {"puts(\"x\")", MAIN, SAFE}}},
	{"holder",
	 "handler",
	 {{"malloc(1)", MAIN, "holds the allocator in malloc_stats"},
	  {"sigaltstack(0, 0)", MAIN, "holds the state of signals"},
	  {"getpid()", MAIN, SAFE}}},
	/* What a handler has interrupted counts on whichever stack it is. */
	{"holder",
	 "handler_altstack",
	 {{"malloc(1)", MAIN, "holds the allocator in malloc_stats"},
	  {"sigaltstack(0, 0)", MAIN, "holds the state of signals"},
	  {"getpid()", MAIN, SAFE}}},
	/* On a stack of ours. */
	{"holder",
	 "altstack",
	 {{"getpid()", MAIN, SAFE},
	  {"malloc(1)", MAIN, SAFE},
	  {ANYTHING, MAIN, "holds the state of signals"}}},
	{"holder", "context", {{"getpid()", MAIN, SAFE}}},
	{"holder", "jumped", {{"malloc(1)", MAIN, SAFE}, {ANYTHING, MAIN, SAFE}}},
	{"holder",
	 "qsort",
	 {{ANYTHING, MAIN, "in qsort"}, {"getpid()", MAIN, SAFE}, {"puts(\"x\")", MAIN, SAFE}}},
	/*
	 * The language lets a destructor that unwinding runs, a handler and the making of an
	 * exception throw and catch others.
	 */
	{"holder_cxx", "cleanup", {{ANYTHING, MAIN, SAFE}, {"malloc(1)", MAIN, SAFE}}},
	{"holder_cxx", "catch", {{ANYTHING, MAIN, SAFE}, {"malloc(1)", MAIN, SAFE}}},
	{"holder_cxx", "construct", {{ANYTHING, MAIN, SAFE}, {"malloc(1)", MAIN, SAFE}}},
	{"holder_cxx",
	 "terminate",
	 {{ANYTHING, MAIN, "holds the unwinder"}, {"getpid()", MAIN, SAFE}}},
	/* Without a loader the same words are found by the program's own symbols. */
	{"holder_static", "nothing", {{"puts(\"x\")", MAIN, SAFE}, {"malloc(1)", MAIN, SAFE}}},
	{"holder_static",
	 "flock",
	 {{"puts(\"x\")", MAIN, LOCK_OF "stdout"}, {"malloc(1)", MAIN, SAFE}}},
	{"holder_static",
	 "flock_other",
	 {{"puts(\"x\")", MAIN, SAFE},
	  {"malloc(1)", MAIN, SAFE},
	  {"puts(\"x\")", HOLDER, LOCK_OF "stdout"}}},
	{"holder_static", "mutex", {{"(int)holder_nothing()", MAIN, LOCK_OF "of a mutex"}}},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void ask(const struct row *row, const struct victim *vic, const struct question *question)
{
	const bool holder = question->thread == HOLDER;
	char tid[16], safe[16] = "?", reason[1024] = "?";

	snprintf(tid, sizeof(tid), "%d", holder ? vic->page->tid : vic->pid);
	tool_run(&tool, "check", vic->pid, "-t", tid, "--json",
		 question->expr[0] ? question->expr : NULL, NULL);
	tool_expect(&tool, 0);
	if (!tool_json(&tool, "safe", safe, sizeof(safe)) ||
	    !tool_json(&tool, "reason", reason, sizeof(reason)))
		fail_msg("no verdict: %s", tool.out);
	if (strcmp(safe, question->part ? "false" : "true") != 0 ||
	    (question->part && !strstr(reason, question->part)))
		fail_msg("%s, %s: safe %s, reason %s; wanted %s", row->state,
			 question->expr[0] ? question->expr : "anything", safe, reason,
			 question->part ? question->part : "safe");
}

static void state_is_judged(void **state)
{
	const struct row *row = *state;
	struct victim vic;

	victim_start(&vic, row->victim, row->state, NULL);
	if (strcmp(row->state, "vfork") != 0)
		assert_true(victim_blocked(&vic, vic.page->tid) >= 0);
	for (const struct question *at = row->questions; at->expr; at++)
		ask(row, &vic, at);
	victim_finish(&vic, WAKE_BYTE);
}

/* It lives in its parent's memory: what a call would change there, and leave, is the parent's. */
static void vfork_child_is_refused(void **state)
{
	struct victim vic;
	char parent[64];

	(void)state;
	victim_start(&vic, "holder", "vfork", NULL);
	snprintf(parent, sizeof(parent), "its parent %d", vic.pid);
	tool_run(&tool, "call", vic.page->tid, "--wait=100ms", "malloc(1)", NULL);
	tool_expect(&tool, 4);
	tool_expect_err(&tool, "vfork");
	tool_expect_err(&tool, parent);
	victim_finish(&vic, WAKE_BYTE);
}

int main(void)
{
	static struct CMUnitTest tests[ROWS + 1];
	static char names[ROWS][64];

	for (size_t i = 0; i < ROWS; i++) {
		snprintf(names[i], sizeof(names[i]), "%s %s", rows[i].victim, rows[i].state);
		tests[i] = (struct CMUnitTest)LIVE_ROW(names[i], state_is_judged, &rows[i]);
	}
	tests[ROWS] = (struct CMUnitTest)LIVE_TEST(vfork_child_is_refused);
	return _cmocka_run_group_tests("locks", tests, ROWS + 1, NULL, NULL);
}
