/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that do not come back: overdue, faulting, deadlocked, leaving by another way. */
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct tool tool;

struct row {
	const char *expr;
	int status;
	const char *part; /* of stderr, or NULL */
};

/* Rolled back: the victim goes on as if nothing had been called. */
static const struct row rolled_back[] = {
	{"(int)f_segv()", 6, "SIGSEGV"},   {"(int)f_jump_wild()", 6, "SIGSEGV"},
	{"(int)f_illegal()", 6, "SIGILL"}, {"(int)f_divide(0)", 6, "SIGFPE"},
	{"(int)f_abort()", 6, "SIGABRT"},  {"(int)f_throw()", 6, NULL},
	{"(int)f_sleep(100000)", 5, NULL}, {"(int)f_spin()", 5, NULL},
};

static void call_is_rolled_back(void **state)
{
	const struct row *row = *state;
	struct victim vic;
	struct snapshot snap;
	victim_start(&vic, "host", "spin", NULL);
	snapshot_take(&snap, vic.pid, vic.pid);
	tool_run(&tool, "call", vic.pid, "--timeout=300ms", row->expr, NULL);
	tool_expect(&tool, row->status);
	if (row->part)
		tool_expect_err(&tool, row->part);
	assert_true(victim_progress(&vic, 20));
	/* An exception object, or abort's own doings, stay on the heap. */
	snapshot_check(&snap, vic.pid, vic.pid, SNAPSHOT_HEAP);
	snapshot_free(&snap);
	tool_call(&tool, &vic, "(int)f_add(1, 2)");
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "3");
	victim_finish(&vic, WAKE_NONE);
}

/* The same on a thread that sleeps in poll: the sleep notices nothing. */
static void blocked_call_is_rolled_back(void **state)
{
	const struct row *row = *state;
	struct victim vic;
	victim_start(&vic, "host", "poll", NULL);
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	tool_run(&tool, "call", vic.pid, "--timeout=300ms", row->expr, NULL);
	tool_expect(&tool, row->status);
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	victim_finish(&vic, WAKE_BYTE);
}

/*
 * A mutex of the very thread that the call would run in is met beforehand. A call that is made all
 * the same and waits for it is recognised long before its timeout.
 */
static void self_deadlock_is_named(void **state)
{
	(void)state;
	char owner[16];
	struct victim vic;
	victim_start(&vic, "host", "lock", NULL);
	snprintf(owner, sizeof(owner), "%d", vic.pid);
	tool_run(&tool, "call", vic.pid, "--wait=0", "(int)f_lock_self()", NULL);
	tool_expect(&tool, 4);
	tool_expect_err(&tool, "the lock of a mutex");
	tool_expect_err(&tool, "f_lock_self may want to take");
	tool_expect_err(&tool, owner);
	tool_run(&tool, "call", vic.pid, "--force", "--timeout=60s", "(int)f_lock_self()", NULL);
	tool_expect(&tool, 5);
	tool_expect_err(&tool, "lock");
	tool_expect_err(&tool, owner);
	assert_true(victim_progress(&vic, 20));
	victim_finish(&vic, WAKE_NONE);
}

/* longjmp out of the call: the thread is where it jumped to, and the tool says that it cannot
 * restore. */
static void longjmp_is_reported(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	tool_run(&tool, "call", vic.pid, "--timeout=1s", "(int)f_longjmp()", NULL);
	tool_expect(&tool, 8);
	assert_true(victim_progress(&vic, 20));
	assert_int_equal(vic.page->jumps, 1);
	victim_finish(&vic, WAKE_NONE);
}

/*
 * An overdue call that sleeps in poll itself has taken the thread's restart block over. Rolled
 * back, the thread makes its own call again where that is known; a raw one that was interrupted
 * before is told EINTR, and never goes on with the callee's.
 */
static void overdue_sleeper_gives_back(void **state)
{
	const char *kind = *state;
	bool raw = !strcmp(kind, "nanosleep");
	struct victim vic;
	victim_start(&vic, "blocked", kind, NULL);
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	tool_call(&tool, &vic, "getpid()");
	tool_expect(&tool, 0);
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	tool_run(&tool, "call", vic.pid, "--timeout=50ms", "(int)poll((char *)0, 0, 100000)", NULL);
	tool_expect(&tool, 5);
	bool went_on = victim_progress(&vic, 1);
	if (raw && vic.page->failures) {
		assert_non_null(strstr(vic.page->failure, "errno 4"));
		victim_kill(&vic);
		return;
	}
	/* The raw call may have ended in between, so that the next one had not been interrupted. */
	assert_true(went_on);
	victim_finish(&vic, WAKE_NONE);
}

/* The thread ends inside the call; the others go on. */
static void thread_exit_is_reported(void **state)
{
	const char *expr = *state;
	char tid[16];
	struct victim vic;
	victim_start(&vic, "host", "threads", "2", NULL);
	snprintf(tid, sizeof(tid), "%d", vic.pid);
	tool_run(&tool, "call", vic.pid, "-t", tid, "--timeout=2s", expr, NULL);
	tool_expect(&tool, 8);
	assert_true(victim_progress(&vic, 20));
	victim_kill(&vic);
}

/* The target ends inside the call. */
static void exit_is_reported(void **state)
{
	const struct row *row = *state;
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	tool_call(&tool, &vic, row->expr);
	tool_expect(&tool, row->status);
	assert_true(victim_wait(&vic) != -1);
	victim_kill(&vic);
}

/* The target becomes another program inside the call; that program is left alone. */
static void exec_is_reported(void **state)
{
	(void)state;
	char name[64] = "";
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	tool_call(&tool, &vic, "(int)f_exec()");
	if (tool.status != 7)
		tool_expect(&tool, 8);
	proc_status(vic.pid, vic.pid, "TracerPid", name, sizeof(name));
	assert_string_equal(name, "0");
	assert_true(victim_alive(&vic));
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	victim_kill(&vic);
}

/* An overdue call that holds a lock is not torn out; it ends by itself and the thread goes on. */
static void overdue_holder_is_left_running(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	tool_run(&tool, "call", vic.pid, "--timeout=200ms", "(int)f_hold_stdio(2000)", NULL);
	tool_expect(&tool, 8);
	assert_true(victim_progress(&vic, 20));
	/* The lock is free again: a thread that takes it does not wait for ever. */
	tool_call(&tool, &vic, "(int)f_hold_stdio(0)");
	tool_expect(&tool, 0);
	victim_finish(&vic, WAKE_NONE);
}

/* What it holds it lets go of in a moment, and is rolled back then. */
static void overdue_user_of_locks_is_rolled_back(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	for (unsigned i = 0; i < 20; i++) {
		tool_run(&tool, "call", vic.pid, "--timeout=10ms", "(int)f_churn()", NULL);
		tool_expect(&tool, 5);
	}
	tool_call(&tool, &vic, "(int)f_zero()");
	tool_expect(&tool, 0);
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	static const struct row exits[] = {
		{"(int)f_exit(3)", 7, NULL},
		{"(int)f_exit_at_once(0)", 7, NULL},
		{"(int)f_kill_self(9)", 7, NULL},
		{"exit(0)", 7, NULL},
	};
	enum {
		BACK = sizeof(rolled_back) / sizeof(rolled_back[0]),
		EXITS = sizeof(exits) / sizeof(exits[0]),
	};
	struct CMUnitTest tests[2 * BACK + EXITS + 11];
	size_t len = 0;
	for (size_t i = 0; i < BACK; i++) {
		tests[len++] = (struct CMUnitTest)LIVE_ROW(rolled_back[i].expr, call_is_rolled_back,
							   &rolled_back[i]);
		tests[len++] = (struct CMUnitTest)LIVE_ROW(
			rolled_back[i].expr, blocked_call_is_rolled_back, &rolled_back[i]);
	}
	for (size_t i = 0; i < EXITS; i++)
		tests[len++] =
			(struct CMUnitTest)LIVE_ROW(exits[i].expr, exit_is_reported, &exits[i]);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(self_deadlock_is_named);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(overdue_user_of_locks_is_rolled_back);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(longjmp_is_reported);
	tests[len++] = (struct CMUnitTest)LIVE_ROW(
		"thread_exit_is_reported", thread_exit_is_reported, "(int)f_pthread_exit()");
	tests[len++] = (struct CMUnitTest)LIVE_ROW("cancellation_is_reported",
						   thread_exit_is_reported, "(int)f_cancel()");
	tests[len++] = (struct CMUnitTest)LIVE_ROW("overdue_sleeper_gives_back",
						   overdue_sleeper_gives_back, "clock_nanosleep");
	tests[len++] = (struct CMUnitTest)LIVE_ROW("overdue_sleeper_gives_back, raw call",
						   overdue_sleeper_gives_back, "nanosleep");
	tests[len++] = (struct CMUnitTest)LIVE_TEST(exec_is_reported);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(overdue_holder_is_left_running);
	return _cmocka_run_group_tests("call_fail", tests, len, NULL, NULL);
}
