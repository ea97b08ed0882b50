/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The hijacked thread's state is the same afterwards: registers, memory, errno, signals, mappings.
 */
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct tool tool;

/* Calls into the steady victim, which holds known values everywhere. */
static void steady_stays(void **state)
{
	const char *option = *state;
	const long calls = harness_env("IJ_CALLS", 200);
	struct victim vic;
	struct snapshot snap;
	long unsafe = 0;
	victim_start(&vic, "steady", option, NULL);
	assert_true(victim_progress(&vic, 2));
	snapshot_take(&snap, vic.pid, vic.pid);
	for (long i = 0; i < calls; i++) {
		tool_call(&tool, &vic, i % 2 ? "strlen(\"steady\")" : "getppid()");
		if (tool.status != 4)
			tool_expect(&tool, 0);
		unsafe += tool.status == 4;
		assert_true(victim_progress(&vic, 2));
		if (vic.page->failures)
			fail_msg("after call %ld: %s", i, vic.page->failure);
		snapshot_check(&snap, vic.pid, vic.pid, 0);
	}
	print_message("%ld calls, %ld found no safe-point\n", calls, unsafe);
	assert_true(unsafe * 10 <= calls);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* A callee that changes all it can leaves nothing changed, and starts from the ABI's clean state.
 */
static void clobbering_callees(void **state)
{
	const char *host = *state;
	static const char *const exprs[] = {"(int)f_clobber()",     "(int)f_clobber_wide()",
					    "(int)f_errno_set(13)", "(int)f_abi_state()",
					    "(int)f_deep(100)",     "(int)f_catch()"};
	struct victim vic;
	struct snapshot snap;
	victim_start(&vic, host, "spin", NULL);
	tool_call(&tool, &vic, "(int)f_has_wide()");
	tool_expect(&tool, 0);
	bool wide = tool.out[0] == '1';
	snapshot_take(&snap, vic.pid, vic.pid);
	for (unsigned round = 0; round < 3; round++)
		for (unsigned i = 0; i < sizeof(exprs) / sizeof(exprs[0]); i++) {
			if (i == 1 && !wide)
				continue;
			tool_call(&tool, &vic, exprs[i]);
			tool_expect(&tool, 0);
			assert_true(victim_progress(&vic, 10));
		}
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* A call that fails sets errno; the thread that it ran in must not see that. */
static void errno_is_kept(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "steady", NULL);
	for (int i = 0; i < 10; i++) {
		tool_call(&tool, &vic, "close(-1)");
		tool_expect(&tool, 0);
		tool_expect_out(&tool, "-1");
		assert_true(victim_progress(&vic, 2));
	}
	victim_finish(&vic, WAKE_NONE);
}

/* No section may be committed with a call in its middle. */
static void rseq_sections_abort(void **state)
{
	(void)state;
	const long calls = harness_env("IJ_CALLS", 200) / 2;
	struct victim vic;
	victim_start(&vic, "rseq", NULL);
	assert_true(victim_progress(&vic, 2));
	for (long i = 0; i < calls; i++) {
		tool_call(&tool, &vic, "(long)f_count()");
		tool_expect(&tool, 0);
		assert_true(victim_progress(&vic, 2));
		if (vic.page->failures)
			fail_msg("after call %ld: %s", i, vic.page->failure);
	}
	print_message("%ld calls, %llu aborts\n", calls, (unsigned long long)vic.page->aborts);
	assert_true(vic.page->aborts > 0);
	victim_finish(&vic, WAKE_NONE);
}

/* A process that allocates all the time: a call that allocates either waits or runs; the heap is
 * whole. */
static void storms_survive(void **state)
{
	const char *threads = *state;
	const long calls = harness_env("IJ_CALLS", 200) / 4;
	struct victim vic;
	long unsafe = 0;
	victim_start(&vic, "storm", threads, NULL);
	for (long i = 0; i < calls; i++) {
		tool_call(&tool, &vic, i % 2 ? "malloc_trim(0)" : "malloc(3000)");
		if (tool.status != 4)
			tool_expect(&tool, 0);
		unsafe += tool.status == 4;
		assert_true(victim_progress(&vic, 2));
	}
	print_message("%ld calls, %ld found no safe-point\n", calls, unsafe);
	assert_true(unsafe * 10 <= calls);
	victim_finish(&vic, WAKE_NONE);
}

static void exceptions_survive(void **state)
{
	(void)state;
	const long calls = harness_env("IJ_CALLS", 200) / 4;
	struct victim vic;
	victim_start(&vic, "exceptions", NULL);
	for (long i = 0; i < calls; i++) {
		tool_call(&tool, &vic, i % 2 ? "malloc_trim(0)" : "getpid()");
		if (tool.status != 4)
			tool_expect(&tool, 0);
		assert_true(victim_progress(&vic, 2));
	}
	victim_finish(&vic, WAKE_NONE);
}

/* A process that job control has stopped is refused or left stopped, and goes on when told to. */
static void stopped_stays_stopped(void **state)
{
	(void)state;
	struct victim vic;
	struct snapshot snap;
	victim_start(&vic, "steady", NULL);
	assert_int_equal(kill(vic.pid, SIGSTOP), 0);
	while (proc_state(vic.pid, vic.pid) != 'T')
		assert_true(harness_pause(vic.pidfd, 1));
	snapshot_take(&snap, vic.pid, vic.pid);
	tool_run(&tool, "call", vic.pid, "--wait=200ms", "getpid()", NULL);
	if (tool.status != 0 && tool.status != 3)
		tool_expect(&tool, 4);
	snapshot_check(&snap, vic.pid, vic.pid, SNAPSHOT_STATE);
	snapshot_free(&snap);
	assert_int_equal(kill(vic.pid, SIGCONT), 0);
	assert_true(victim_progress(&vic, 10));
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_ROW("steady", steady_stays, NULL),
		LIVE_ROW("steady under a storm of signals", steady_stays, "--storm"),
		LIVE_ROW("steady with tiles", steady_stays, "--tiles"),
		LIVE_ROW("clobbering callees", clobbering_callees, "host"),
		LIVE_ROW("clobbering callees, -O0", clobbering_callees, "host_O0"),
		LIVE_TEST(errno_is_kept),
		LIVE_TEST(rseq_sections_abort),
		LIVE_ROW("single-threaded malloc storm", storms_survive, "1"),
		LIVE_ROW("4-thread malloc storm", storms_survive, "4"),
		LIVE_TEST(exceptions_survive),
		LIVE_TEST(stopped_stays_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
