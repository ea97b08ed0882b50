/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A tracer that hangs while it holds the target is killed by its watchdog, and the target goes on.
 *
 * It is hung by us, who trace it: at one of its system calls between stopping a thread and letting
 * go of it, the first and the last included. The client is stopped meanwhile, so that there is
 * nobody else who could end it.
 */
#include "kill_session.h"

#include <signal.h>

static struct tool tool;

enum { MOMENTS = 4 };

static void expect_freed(struct victim *vic, const struct hung *hung, uint64_t moment)
{
	char tracer[32];
	if (hung->signo != SIGKILL)
		fail_msg("hung at held stop %llu of %llu, the tracer ended by signal %d",
			 (unsigned long long)moment, (unsigned long long)hung->held, hung->signo);
	assert_int_not_equal(hung->client_status, 0);
	assert_true(victim_progress(vic, 2));
	if (vic->page->failures)
		fail_msg("%s", vic->page->failure);
	proc_status(vic->pid, vic->pid, "TracerPid", tracer, sizeof(tracer));
	assert_string_equal(tracer, "0");
}

static void hung_tracer_is_killed(void **state)
{
	struct snapshot snap;
	struct victim vic;
	struct hung hung;
	uint64_t held;
	unsigned freed = 0;
	(void)state;
	victim_start(&vic, "steady", NULL);
	assert_true(victim_progress(&vic, 2));
	snapshot_take(&snap, vic.pid, vic.pid);
	/* The call's own time is part of the watchdog's. */
	kill_option("--timeout=500ms");
	hung = hang_when_held(vic.pid, UINT64_MAX);
	held = hung.held;
	print_message("a session has %llu stops at which it holds the victim\n",
		      (unsigned long long)held);
	assert_true(held >= MOMENTS);
	for (unsigned i = 0; i < MOMENTS; i++) {
		uint64_t moment = 1 + (held - 1) * i / (MOMENTS - 1);
		hung = hang_when_held(vic.pid, moment);
		if (hung.hung)
			expect_freed(&vic, &hung, moment);
		freed += hung.hung;
	}
	/* The last may not come in each session. */
	assert_true(freed >= MOMENTS - 1);
	tool_call(&tool, &vic, "strlen(\"again\")");
	tool_expect(&tool, 0);
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {LIVE_TEST(hung_tracer_is_killed)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
