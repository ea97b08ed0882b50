/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walking: from a place that is known to be unsafe to one where the call is made, and back to work.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tool tool;

/* From a place in the program's way, by one walker. The victim goes on checking itself. */
struct way {
	const char *victim, *mode;
	const char *at;   /* where the thread is stopped first */
	const char *walk; /* --walk */
	const char *expr;
	int status;         /* exit status */
	const char *method; /* of the walk, or "any"; NULL: no walk, or no call */
	const char *arg;    /* of the victim, besides its mode */
};

static void one_way(void **state)
{
	const struct way *way = *state;
	char at[128], walk[64], method[64];
	struct victim vic;

	harness_need_breakpoints();
	victim_start(&vic, way->victim, way->mode, way->arg, NULL);
	assert_true(victim_progress(&vic, 2));
	snprintf(at, sizeof(at), "--at=%s", way->at);
	snprintf(walk, sizeof(walk), "--walk=%s", way->walk);
	for (long i = 0; i < harness_env("IJ_CALLS", 20); i++) {
		tool_run(&tool, "call", vic.pid, "--json", "--wait=20s", at, walk, way->expr, NULL);
		tool_expect(&tool, way->status);
		assert_true(tool_json(&tool, "method", method, sizeof(method)));
		if (way->method && !strcmp(way->method, "any"))
			assert_string_not_equal(method, "none");
		else
			assert_string_equal(method, way->method ? way->method : "none");
		assert_true(victim_progress(&vic, 2));
	}
	victim_finish(&vic, WAKE_NONE);
}

static const struct way ways[] = {
	/* At an entry point everything is still to be done; the caller is where it is over. */
	{"storm", "1", "malloc", "return", "malloc_trim(0)", 0, "return", NULL},
	{"storm", "4", "malloc", "return,retry", "malloc_trim(0)", 0, "return", NULL},
	{"storm", "1", "realloc", "return,retry", "malloc_trim(0)", 0, "return", NULL},
	{"storm", "1", "free", "auto", "malloc_trim(0)", 0, "any", NULL},
	{"exceptions", NULL, "malloc", "return", "malloc_trim(0)", 0, "return", NULL},
	/* What an exception leaves never returns: the catch block's first call is met instead. */
	{"exceptions", NULL, "__cxa_throw", "return", "backtrace((char[64])0, 8)", 0, "return",
	 NULL},
	{"exceptions", NULL, "_Unwind_RaiseException", "return", "backtrace((char[64])0, 8)", 0,
	 "return", NULL},
	/* A handler's end puts signal state back, so that is where it may be changed. */
	{"storm", "1", "on_timer", "return", "sigaltstack(0, 0)", 0, "return", "signals"},
	{"storm", "1", "on_timer", "none", "sigaltstack(0, 0)", 4, NULL, "signals"},
	/* A callee that needs nothing is not walked for. */
	{"storm", "1", "malloc", "return", "getpid()", 0, NULL, NULL},
	/* Without a way the answer is no, and nothing is written. */
	{"storm", "1", "malloc", "none", "malloc_trim(0)", 4, NULL, NULL},
	{"storm", "1", "malloc", "pick", "malloc_trim(0)", 4, NULL, NULL},
};

/* Out of the allocator by a copy of its code, wherever that is possible, and back to work. */
static void by_a_copy(void **state)
{
	static const struct {
		const char *mode, *signals, *option; /* of the victim; of the calls */
	} rows[] = {
		/* At an entry point, and at any instant; with locks, which are instructions like
		   others. */
		{"1", NULL, "--at=malloc"},
		{"1", NULL, "--wait=10s"},
		{"4", NULL, "--at=malloc"},
		/* A handler that is run on the way does not see the copy. */
		{"1", "signals", "--at=malloc"},
	};

	(void)state;
	for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
		long calls = harness_env("IJ_CALLS", 30);
		unsigned displaced = 0;
		struct snapshot snap;
		struct victim vic;
		char method[64];

		if (!strncmp(rows[n].option, "--at", 4) && harness_no_breakpoints())
			continue;
		victim_start(&vic, "storm", rows[n].mode, rows[n].signals, NULL);
		assert_true(victim_progress(&vic, 2));
		snapshot_take(&snap, vic.pid, vic.pid);
		for (long i = 0; i < calls; i++) {
			tool_run(&tool, "call", vic.pid, "--json", "--wait=20s",
				 "--walk=displace,retry", rows[n].option, "malloc_trim(0)", NULL);
			tool_expect(&tool, 0);
			assert_true(tool_json(&tool, "method", method, sizeof(method)));
			displaced += !strcmp(method, "displace");
			assert_true(victim_progress(&vic, 2));
		}
		print_message("%s %s: %u of %ld by a copy\n", rows[n].mode, rows[n].option,
			      displaced, calls);
		assert_true(displaced > 0);
		snapshot_check(&snap, vic.pid, vic.pid, SNAPSHOT_HEAP);
		snapshot_free(&snap);
		victim_finish(&vic, WAKE_NONE);
	}
}

/*
 * Out of the allocator by a changed return address, at any instant, with and without breakpoints:
 * threads, signals and exceptions on the way do not mind.
 */
static void by_a_landing(void **state)
{
	static const struct {
		const char *victim, *mode, *signals;
		bool certain; /* it is used sooner or later */
	} rows[] = {
		{"storm", "1", NULL, true},
		{"storm", "4", NULL, true},
		{"storm", "1", "signals", true},
		{"exceptions", NULL, NULL, false},
	};

	(void)state;
	for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
		unsigned landed = 0;
		struct snapshot snap;
		struct victim vic;
		char method[64];

		victim_start(&vic, rows[n].victim, rows[n].mode, rows[n].signals, NULL);
		assert_true(victim_progress(&vic, 2));
		snapshot_take(&snap, vic.pid, vic.pid);
		for (long i = 0; i < harness_env("IJ_CALLS", 30); i++) {
			tool_run(&tool, "call", vic.pid, "--json", "--wait=20s",
				 "--pause-budget=1s", "--walk=trampoline,retry", "malloc_trim(0)",
				 NULL);
			tool_expect(&tool, 0);
			assert_true(tool_json(&tool, "method", method, sizeof(method)));
			landed += !strcmp(method, "trampoline");
			assert_true(victim_progress(&vic, 2));
		}
		print_message("%s %s: %u by a landing\n", rows[n].victim,
			      rows[n].mode ? rows[n].mode : "", landed);
		assert_true(landed > 0 || !rows[n].certain);
		snapshot_check(&snap, vic.pid, vic.pid, SNAPSHOT_HEAP);
		snapshot_free(&snap);
		victim_finish(&vic, WAKE_NONE);
	}
}

/* A thread that waits in the kernel with what the callee needs is reported, not waited for. */
static void blocked_is_reported(void **state)
{
	struct victim vic;

	(void)state;
	victim_start(&vic, "reader", NULL);
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	/* A wait far beyond the harness's patience: it must not be used up. */
	tool_run(&tool, "call", vic.pid, "--wait=10m", "fflush((void *)0)", NULL);
	tool_expect(&tool, 4);
	tool_expect_err(&tool, "blocked");
	tool_expect_err(&tool, "read");
	tool_call(&tool, &vic, "malloc_trim(0)");
	tool_expect(&tool, 0);
	victim_finish(&vic, WAKE_BYTE);
}

/* What one thread cannot do, another does at once. */
static void another_is_picked(void **state)
{
	char tid[32];
	struct victim vic;

	(void)state;
	victim_start(&vic, "reader", "both", NULL);
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	tool_run(&tool, "call", vic.pid, "--json", "printf(\"\")", NULL);
	tool_expect(&tool, 0);
	assert_true(tool_json(&tool, "tid", tid, sizeof(tid)));
	assert_int_not_equal(atoi(tid), vic.pid);
	victim_finish(&vic, WAKE_BYTE);
}

/* --at that nobody reaches, and places that are none. */
static void wrong_places(void **state)
{
	static const struct {
		const char *option;
		int status;
		const char *part;
	} rows[] = {
		{"--at=abort", 4, "abort"},          {"--at=no_such_name", 1, "no_such_name"},
		{"--at=malloc+x", 2, "malloc+x"},    {"--at=0x10", 2, "0x10"},
		{"--until=nowhere+1", 1, "nowhere"}, {"--walk=fly", 2, "fly"},
	};
	struct victim vic;

	harness_need_breakpoints();
	(void)state;
	victim_start(&vic, "storm", "1", NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tool_run(&tool, "call", vic.pid, "--wait=200ms", rows[i].option, "getpid()", NULL);
		tool_expect(&tool, rows[i].status);
		tool_expect_err(&tool, rows[i].part);
		assert_true(victim_progress(&vic, 2));
	}
	victim_finish(&vic, WAKE_NONE);
}

/* Where nothing else is allowed, the function of --until is where the call is made. */
static void until_a_function(void **state)
{
	char method[32], function[64];
	struct victim vic;

	harness_need_breakpoints();
	(void)state;
	victim_start(&vic, "storm", "1", NULL);
	for (int i = 0; i < 20; i++) {
		tool_run(&tool, "call", vic.pid, "--json", "--wait=20s", "--walk=until,retry",
			 "--until=victim_stopping", "malloc_trim(0)", NULL);
		tool_expect(&tool, 0);
		assert_true(tool_json(&tool, "method", method, sizeof(method)));
		assert_true(tool_json(&tool, "function", function, sizeof(function)));
		if (!strcmp(method, "until"))
			assert_string_equal(function, "victim_stopping");
		assert_true(victim_progress(&vic, 2));
	}
	victim_finish(&vic, WAKE_NONE);
}

/* The verdict at a place, and the ways that lead out of it. */
static void check_at_a_place(void **state)
{
	char safe[16];
	struct victim vic;

	harness_need_breakpoints();
	(void)state;
	victim_start(&vic, "storm", "4", NULL);
	tool_run(&tool, "check", vic.pid, "--json", "--at=malloc", "--wait=20s", "malloc_trim(0)",
		 NULL);
	tool_expect(&tool, 0);
	assert_true(tool_json(&tool, "safe", safe, sizeof(safe)));
	assert_string_equal(safe, "false");
	assert_non_null(strstr(tool.out, "\"return\""));
	tool_run(&tool, "check", vic.pid, "--json", "--at=malloc", "--wait=20s", "getpid()", NULL);
	tool_expect(&tool, 0);
	assert_true(tool_json(&tool, "safe", safe, sizeof(safe)));
	assert_string_equal(safe, "true");
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* What a function that no table describes needs is found in its code. */
static void needs_by_call_graph(void **state)
{
	static const struct {
		const char *expr;
		const char *has; /* in the list of needs; NULL: anything */
		const char *has_not;
	} rows[] = {
		{"(int)f_add(1, 2)", "\"other\"", "\"allocator\""},
		{"(long)f_count()", "\"other\"", "\"stdio\""},
		{"(int)f_hold_stdio(10)", "\"stdio\"", NULL},
		{"(int)f_catch()", NULL, NULL},
		{"getpid()", "[]", "\"other\""},
		{"malloc_trim(0)", "\"allocator\"", "\"other\""},
	};
	struct victim vic;

	(void)state;
	victim_start(&vic, "host", "spin", NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *needs, *end;
		char list[256];

		tool_run(&tool, "call", vic.pid, "--json", "--timeout=200ms", rows[i].expr, NULL);
		needs = strstr(tool.out, "\"needs\":");
		assert_non_null(needs);
		end = strstr(needs, ",\"verdict\"");
		assert_non_null(end);
		snprintf(list, sizeof(list), "%.*s", (int)(end - needs), needs);
		if (rows[i].has ? !strstr(list, rows[i].has) : !strstr(list, "null"))
			fail_msg("%s: %s", rows[i].expr, list);
		if (rows[i].has_not && strstr(list, rows[i].has_not))
			fail_msg("%s: %s", rows[i].expr, list);
	}
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	static char labels[sizeof(ways) / sizeof(ways[0])][96];
	struct CMUnitTest tests[sizeof(ways) / sizeof(ways[0]) + 8];
	size_t len = 0;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		snprintf(labels[i], sizeof(labels[i]), "%s %s: %s by %s for %s", ways[i].victim,
			 ways[i].mode ? ways[i].mode : "", ways[i].at, ways[i].walk, ways[i].expr);
		tests[len++] = (struct CMUnitTest)LIVE_ROW(labels[i], one_way, &ways[i]);
	}
	tests[len++] = (struct CMUnitTest)LIVE_TEST(by_a_copy);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(by_a_landing);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(blocked_is_reported);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(another_is_picked);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(wrong_places);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(until_a_function);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(check_at_a_place);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(needs_by_call_graph);
	const char *filter = getenv("IJ_FILTER");
	if (filter)
		cmocka_set_test_filter(filter);
	return _cmocka_run_group_tests("walk", tests, len, NULL, NULL);
}
