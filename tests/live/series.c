/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Several calls in one stop: each result is that of a single call, the failure of one is told and
 * undone, and the thread notices nothing of any.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/series.h"

static struct tool tool;

/* By the command line. */

struct row {
	const char *label;
	const char *exprs[6];
	int status;
	const char *out;
	const char *parts[3]; /* of stderr */
};

static const struct row rows[] = {
	{"results of all kinds",
	 {"(int)f_add(1, 2)", "strlen(\"hello\")", "(double)f_scale(2.5, 4)", "(int)f_negative()",
	  "(int)f_fill((char[8])0, 4)"},
	 0,
	 "3\n5\n10\n-42\n4\n  arg 1: \"abcd\"",
	 {NULL}},
	{"a fault in the middle",
	 {"(int)f_add(1, 2)", "(int)f_segv()", "(int)f_add(3, 4)"},
	 6,
	 "3",
	 {"(int)f_segv(): f_segv faulted", "restored", "after this failure 1 expression was not"}},
	{"a fault at the start",
	 {"(int)f_divide(0)", "(int)f_add(1, 2)"},
	 6,
	 "",
	 {"(int)f_divide(0): f_divide faulted", "SIGFPE", "1 expression was not"}},
	{"one that takes too long",
	 {"(int)f_add(1, 2)", "(int)f_add(3, 4)", "(int)f_spin()"},
	 5,
	 "3\n7",
	 {"(int)f_spin(): f_spin did not return within 300 ms", "restored"}},
	/* The time is of each call. */
	{"many that take their time",
	 {"(int)f_sleep(100)", "(int)f_sleep(100)", "(int)f_sleep(100)", "(int)f_sleep(100)",
	  "(int)f_sleep(100)", "(int)f_sleep(100)"},
	 0,
	 "0\n0\n0\n0\n0\n0",
	 {NULL}},
	{"arguments on the stack",
	 {"(int)f_add(1, 2)", "(int)f_twenty(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20)"},
	 1,
	 "",
	 {"6 integer", "make it by itself"}},
	{"a long double", {"(long double)f_scale(1.0, 1)"}, 1, "", {"long double"}},
	{"a rehearsal", {"--rehearse", "(int)f_add(1, 2)"}, 1, "", {"rehearsed"}},
};

static void one_stop(void **state)
{
	const struct row *row = *state;
	struct victim vic;
	struct snapshot snap;
	victim_start(&vic, "host", "spin", NULL);
	snapshot_take(&snap, vic.pid, vic.pid);
	tool_run(&tool, "call", vic.pid, "--one-stop", "--timeout=300ms", row->exprs[0],
		 row->exprs[1], row->exprs[2], row->exprs[3], row->exprs[4], row->exprs[5], NULL);
	tool_expect(&tool, row->status);
	tool_expect_out(&tool, row->out);
	for (size_t i = 0; i < 3 && row->parts[i]; i++)
		tool_expect_err(&tool, row->parts[i]);
	assert_true(victim_progress(&vic, 20));
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* The thread's registers, flags and stack are checked by itself all the time. */
static void thread_notices_nothing(void **state)
{
	struct victim vic;
	(void)state;
	victim_start(&vic, "steady", "--bare", NULL);
	for (long i = harness_env("IJ_CALLS", 20); i > 0; i--) {
		tool_run(&tool, "call", vic.pid, "--one-stop", "strlen(\"a\")", "getppid()",
			 "strlen(\"abc\")", NULL);
		tool_expect(&tool, 0);
	}
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* In a cave they are made one by one. */
static void in_a_cave(void **state)
{
	struct victim vic;
	(void)state;
	setenv("IJ_CONFINE", "exec_kill", 1);
	victim_start(&vic, "steady", "--bare", NULL);
	unsetenv("IJ_CONFINE");
	assert_true(victim_progress(&vic, 2));
	tool_run(&tool, "call", vic.pid, "--one-stop", "--explain", "strlen(\"a\")",
		 "strlen(\"abc\")", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "1\n3");
	tool_expect_err(&tool, "unused end of a code page");
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* By the library. */

enum { LEN = 1000 };

struct fixture {
	struct victim vic;
	struct ij_session *session;
	struct ij_call_options options;
	struct ij_call *calls[LEN];
	size_t len;
	struct ij_series *series;
};

static void good(struct ij_error *err)
{
	if (err)
		fail_msg("%s", err->msg);
}

static void open_fixture(struct fixture *f)
{
	const struct ij_session_options options = {.size = sizeof(options),
						   .tracer_path = IJ_TRACER_PATH};
	memset(f, 0, sizeof(*f));
	ij_call_options_init(&f->options, sizeof(f->options));
	f->options.pause_ns = 1000000000u;
	f->options.wait_ns = 30000000000u;
	victim_start(&f->vic, "host", "spin", NULL);
	good(ij_session_spawn(f->vic.pid, &options, &f->session));
	good(ij_session_open(f->session));
}

static void add(struct fixture *f, const char *expr)
{
	good(ij_call_create(NULL, expr, &f->calls[f->len++]));
}

static void create(struct fixture *f, enum ij_series_way way)
{
	good(ij_series_create(f->session, f->calls, f->len, way, &f->options, &f->series));
}

static void close_fixture(struct fixture *f)
{
	unsigned left = 0;
	ij_series_destroy(f->series);
	good(ij_session_close(f->session, &left));
	assert_int_equal(left, 0);
	ij_session_destroy(f->session);
	for (size_t i = 0; i < f->len; i++)
		ij_call_destroy(f->calls[i]);
	assert_true(victim_progress(&f->vic, 2));
	victim_finish(&f->vic, WAKE_NONE);
}

static struct fixture fixture;

static void thousand(void **state)
{
	const enum ij_series_way way = (enum ij_series_way)(uintptr_t)*state;
	struct fixture *f = &fixture;
	open_fixture(f);
	for (int i = 0; i < LEN; i++) {
		char expr[32];
		snprintf(expr, sizeof(expr), "(int)f_add(%d, 1)", i);
		add(f, expr);
	}
	create(f, way);
	for (int run = 0; run < 3; run++) {
		struct ij_series_result result;
		good(ij_series_run(f->series, &result));
		assert_null(result.error);
		assert_int_equal(result.done, LEN);
		assert_int_equal(result.stop.outcome.attempts, 1);
		for (int i = 0; i < LEN; i++)
			assert_int_equal(result.items.items[i].regs.rax, i + 1);
		ij_series_result_deinit(&result);
	}
	close_fixture(f);
}

static void way_does_not_matter(void **state)
{
	const enum ij_series_way way = (enum ij_series_way)(uintptr_t)*state;
	static const char *const exprs[] = {"(int)f_errno_set(7)",     "(int)f_add(1, 2)",
					    "(double)f_scale(1.5, 3)", "(int)f_sleep(20)",
					    "(int)f_segv()",           "(int)f_add(1, 2)"};
	struct fixture *f = &fixture;
	struct ij_series_result result;
	struct ij_call_result item;
	double product;
	open_fixture(f);
	for (size_t i = 0; i < sizeof(exprs) / sizeof(exprs[0]); i++)
		add(f, exprs[i]);
	create(f, way);
	good(ij_series_run(f->series, &result));
	assert_int_equal(result.done, 4);
	assert_non_null(result.error);
	assert_int_equal(result.error->code, IJ_ERR_CALLFAULT);
	assert_int_equal(result.items.items[0].callee_errno, 7);
	assert_int_equal(result.items.items[1].regs.rax, 3);
	memcpy(&product, &result.items.items[2].regs.xmm0, sizeof(product));
	assert_true(product == 4.5);
	assert_true(result.items.items[3].ns >= 15000000u);
	good(ij_series_item(f->series, &result, 3, &item));
	assert_int_equal(item.outcome.status, IJ_WIRE_DONE);
	ij_call_result_deinit(&item);
	good(ij_series_item(f->series, &result, 4, &item));
	assert_int_equal(item.outcome.status, IJ_WIRE_FAULT);
	ij_call_result_deinit(&item);
	ij_series_result_deinit(&result);
	close_fixture(f);
}

static void too_many(void **state)
{
	struct fixture *f = &fixture;
	struct ij_error *err;
	(void)state;
	open_fixture(f);
	for (int i = 0; i < 3; i++) {
		char expr[60100];
		memset(expr, 'a', sizeof(expr));
		memcpy(expr, "strlen(\"", 8);
		strcpy(expr + sizeof(expr) - 4, "\")");
		add(f, expr);
	}
	err = ij_series_create(f->session, f->calls, f->len, IJ_SERIES_RING, &f->options,
			       &f->series);
	assert_non_null(err);
	assert_int_equal(err->code, IJ_ERR_LIMIT);
	ij_error_free(err);
	f->series = NULL;
	close_fixture(f);
}

int main(void)
{
	enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
	struct CMUnitTest tests[ROWS + 7];
	size_t len = 0;
	for (size_t i = 0; i < ROWS; i++)
		tests[len++] = (struct CMUnitTest)LIVE_ROW(rows[i].label, one_stop, &rows[i]);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(thread_notices_nothing);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(in_a_cave);
	tests[len++] =
		(struct CMUnitTest)LIVE_ROW("a thousand in a ring", thousand, IJ_SERIES_RING);
	tests[len++] =
		(struct CMUnitTest)LIVE_ROW("a thousand in steps", thousand, IJ_SERIES_STEPS);
	tests[len++] =
		(struct CMUnitTest)LIVE_ROW("by a ring", way_does_not_matter, IJ_SERIES_RING);
	tests[len++] =
		(struct CMUnitTest)LIVE_ROW("in steps", way_does_not_matter, IJ_SERIES_STEPS);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(too_many);
	return _cmocka_run_group_tests("series", tests, len, NULL, NULL);
}
