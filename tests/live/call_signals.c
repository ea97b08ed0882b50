/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signals around a call: none lost, none reordered, those raised inside it delivered afterwards. */
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct tool tool;

/* The call raises a signal that the victim handles: it is delivered once, and the call returns. */
static void raised_inside(void **state)
{
	(void)state;
	char expr[64];
	struct victim vic;
	victim_start(&vic, "host", "signals", NULL);
	snprintf(expr, sizeof(expr), "(int)f_raise(%d)", SIGUSR1);
	for (int i = 1; i <= 10; i++) {
		tool_call(&tool, &vic, expr);
		tool_expect(&tool, 0);
		tool_expect_out(&tool, "0");
		assert_true(victim_progress(&vic, 10));
		assert_int_equal(vic.page->received, i);
	}
	victim_finish(&vic, WAKE_NONE);
}

/* Signals that come from outside while calls are made. */
static void sent_from_outside(void **state)
{
	(void)state;
	struct victim vic;
	uint64_t sent = 0;
	victim_start(&vic, "host", "signals", NULL);
	for (int i = 0; i < 20; i++) {
		/* SIGUSR1 does not queue: send the next one only when the last was handled. */
		assert_int_equal(kill(vic.pid, SIGUSR1), 0);
		sent++;
		tool_call(&tool, &vic, "(int)f_sleep(20)");
		tool_expect(&tool, 0);
		assert_true(victim_progress(&vic, 10));
		assert_int_equal(vic.page->received, sent);
	}
	victim_finish(&vic, WAKE_NONE);
}

/* Numbered real-time signals and a timer, with calls that last. */
static void storm_loses_none(void **state)
{
	const char *expr = *state;
	const long calls = harness_env("IJ_CALLS", 200) / 4;
	struct victim vic;
	long unsafe = 0;
	victim_start(&vic, "steady", "--storm", NULL);
	for (long i = 0; i < calls; i++) {
		tool_call(&tool, &vic, expr);
		if (tool.status != 4)
			tool_expect(&tool, 0);
		unsafe += tool.status == 4;
		assert_true(victim_progress(&vic, 2));
	}
	print_message("%ld calls, %ld unsafe, %llu signals sent, %llu received, %llu ticks\n",
		      calls, unsafe, (unsigned long long)vic.page->sent,
		      (unsigned long long)vic.page->received, (unsigned long long)vic.page->ticks);
	assert_true(unsafe * 10 <= calls);
	victim_finish(&vic, WAKE_NONE);
}

/* A signal that is on its way when the tool comes: with the injection the sleep must still end. */
static void wake_up_races(void **state)
{
	const char *kind = *state;
	for (int i = 0; i < 20; i++) {
		struct victim vic;
		victim_start(&vic, "blocked", kind, NULL);
		assert_true(victim_blocked(&vic, vic.pid) >= 0);
		vic.page->stop = 1;
		pid_t child = fork();
		if (child == 0) {
			for (volatile int k = 0; k < 300000 * i; k++)
				;
			kill(vic.pid, SIGUSR1);
			_exit(0);
		}
		assert_true(child > 0);
		tool_call(&tool, &vic, "getpid()");
		if (tool.status != 0 && tool.status != 3 && tool.status != 4)
			tool_expect(&tool, 7);
		victim_finish(&vic, WAKE_NONE);
	}
}

/* No signal of the tool's reaches a program that catches nearly all it could use. */
static void marker_is_not_seen(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "steady", "--markers", NULL);
	for (int i = 0; i < 20; i++) {
		tool_call(&tool, &vic, "getpid()");
		tool_expect(&tool, 0);
		assert_true(victim_progress(&vic, 2));
	}
	assert_int_equal(vic.page->markers, 0);
	victim_finish(&vic, WAKE_NONE);
}

/* Where every one is caught, a call is made without a trace, or refused with the reason. */
static void no_marker_is_left(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "steady", "--all-markers", NULL);
	for (int i = 0; i < 5; i++) {
		tool_run(&tool, "call", vic.pid, "--wait=300ms", "getpid()", NULL);
		if (tool.status != 0) {
			tool_expect(&tool, 4);
			tool_expect_err(&tool, "signal");
		}
		assert_true(victim_progress(&vic, 2));
	}
	assert_int_equal(vic.page->markers, 0);
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_TEST(raised_inside),
		LIVE_TEST(sent_from_outside),
		LIVE_ROW("storm, short calls", storm_loses_none, "getppid()"),
		LIVE_ROW("storm, calls that last", storm_loses_none, "usleep(3000)"),
		LIVE_ROW("pause, racing", wake_up_races, "pause"),
		LIVE_ROW("sigsuspend, racing", wake_up_races, "sigsuspend"),
		LIVE_TEST(marker_is_not_seen),
		LIVE_TEST(no_marker_is_left),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
