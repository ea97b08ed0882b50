/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls in Go programs in which nobody runs, or the one that is wanted does not. */
#include "go_victim.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tool tool;

/* One of them waits for the network, and is woken. */
static void chosen_waiter(void **state)
{
	struct victim vic;

	(void)state;
	setenv("IJ_GO_IDLE", "net", 1);
	go_victim_start(&vic, "stripped");
	unsetenv("IJ_GO_IDLE");
	for (int i = 0; i < 3; i++)
		assert_int_equal(go_victim_add(&tool, &vic, 1, "--wait=10s"), 0);
	assert_true(victim_alive(&vic));
}

/* Nobody runs: a goroutine is woken, which goes on waiting afterwards. */
static void idle(void **state)
{
	const char *kind = *state;
	struct victim vic;

	setenv("IJ_GO_IDLE", kind, 1);
	go_victim_start(&vic, "stripped");
	unsetenv("IJ_GO_IDLE");
	for (int i = 0; i < 3; i++) {
		tool_run(&tool, "call", vic.pid, "--decl=func(int, int) int", "main.add(1, 2)",
			 NULL);
		tool_expect(&tool, 0);
		tool_expect_out(&tool, "3");
		/* It waits again, as it did. */
		assert_true(victim_blocked(&vic, vic.pid) >= 0);
	}
	/* The runtime's own thread looks around for a while before it sleeps, too. */
	for (int i = 0; i < 100; i++) {
		tool_run(&tool, "call", vic.pid, "--walk=step,return", "--wait=50ms",
			 "--decl=func(int, int) int", "main.add(1, 2)", NULL);
		tool_expect(&tool, 4);
		if (!strstr(tool.err, "is in the scheduler"))
			break;
	}
	tool_expect_err(&tool, "no goroutine ran: all threads wait in the kernel");
	assert_true(victim_alive(&vic));
	if (!strcmp(kind, "stdin"))
		go_victim_finish(&vic);
}

/* Feeds the victim until it is killed. */
static pid_t feed(const struct victim *vic)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	while (!pid && write(vic->in, "x", 1) == 1)
		harness_pause(vic->pidfd, 20);
	if (!pid)
		_exit(0);
	return pid;
}

/* A system call that nobody would make again is let be, and its end is waited for. */
static void awaited(void **state)
{
	struct victim vic;
	pid_t feeder;

	(void)state;
	setenv("IJ_GO_IDLE", "raw", 1);
	go_victim_start(&vic, "stripped");
	unsetenv("IJ_GO_IDLE");
	tool_run(&tool, "call", vic.pid, "--wait=300ms", "--decl=func(int, int) int",
		 "main.add(1, 2)", NULL);
	tool_expect(&tool, 4);
	tool_expect_err(&tool, "one in a call that nobody makes again");
	assert_int_equal(go_victim_add(&tool, &vic, 1, "--wait=300ms"), 4);
	/* That end lasts for a microsecond: only a breakpoint is sure to be there. */
	if (harness_no_breakpoints() || getenv("IJ_REDUCED")) {
		go_victim_finish(&vic);
		return;
	}
	feeder = feed(&vic);
	for (int i = 0; i < 3; i++) {
		tool_run(&tool, "call", vic.pid, "--wait=30s", "--decl=func(int, int) int",
			 "main.add(1, 2)", NULL);
		tool_expect(&tool, 0);
		tool_expect_out(&tool, "3");
		assert_int_equal(go_victim_add(&tool, &vic, 1, "--wait=30s"), 0);
	}
	kill(feeder, SIGKILL);
	assert_int_equal(waitpid(feeder, NULL, 0), feeder);
	go_victim_finish(&vic);
}

/* The line @name of the status of each of its threads, appended. */
static void each_status(const struct victim *vic, const char *name, char *buf, size_t size)
{
	char path[64], value[64];
	struct dirent *entry;
	size_t len = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", vic->pid);
	dir = opendir(path);
	assert_non_null(dir);
	buf[0] = 0;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		proc_status(vic->pid, atoi(entry->d_name), name, value, sizeof(value));
		len += (size_t)snprintf(buf + len, size - len, "%s %s\n", entry->d_name, value);
		assert_true(len < size);
	}
	closedir(dir);
}

/*
 * The goroutine that is woken finds no processor to go on with, and its thread sleeps: it is called
 * back. What it had of us is gone then, and what it did not get to do is done as ever.
 */
static void called_back(void **state)
{
	char before[2048], after[2048];
	unsigned back = 0;
	struct victim vic;

	(void)state;
	go_victim_alone(&vic);
	for (unsigned round = 0; round < 200 && back < 20; round++) {
		each_status(&vic, "SigBlk", before, sizeof(before));
		/* One walk, and no other way; on a busy machine its thread may be seen elsewhere.
		 */
		tool_run(&tool, "call", vic.pid, "--goroutine=1", "--walk=wake", "--timeout=60s",
			 "--pause-budget=60s", "--wait=60s", "--decl=func(int, int) int",
			 "main.add(1, 2)", NULL);
		tool_expect(&tool, 4);
		/* Which was over long before. */
		assert_null(strstr(tool.err, "within 60 s"));
		if (strstr(tool.err, "is not where it was to come to")) {
			tool_expect_err(&tool, "target restored");
			back++;
		}
		each_status(&vic, "SigBlk", after, sizeof(after));
		assert_string_equal(after, before);
		assert_int_equal(go_victim_pages(&vic), 0);
		go_victim_pass(&vic, round);
	}
	assert_int_equal(back, 20);
	go_victim_finish(&vic);
}

/* From here on no breakpoint can be had, as in most containers: threads are led step by step. */
static void without_breakpoints(void **state)
{
	(void)state;
	tool_reduce("no_perf");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_ROW("it waits for the network", chosen_waiter, NULL),
		LIVE_ROW("stdin", idle, "stdin"),
		LIVE_ROW("net", idle, "net"),
		LIVE_ROW("a system call of its own", awaited, NULL),
		LIVE_TEST(without_breakpoints),
		LIVE_ROW("without: it waits for the network", chosen_waiter, NULL),
		LIVE_ROW("without: stdin", idle, "stdin"),
		LIVE_ROW("without: net", idle, "net"),
		LIVE_ROW("without: a system call of its own", awaited, NULL),
		LIVE_ROW("without: called back", called_back, NULL),
	};
	const char *filter = getenv("IJ_FILTER");

	cmocka_set_test_filter(filter);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
