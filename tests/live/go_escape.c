/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Addresses on the stack of a goroutine are passed to no call in Go, by whatever way they come into
 * an argument, unless the user insists; others are. To call where that kills, nobody can insist.
 */
#include "go_victim.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tool tool;

/* Addresses on the stack of a goroutine, in every place of an argument; and others. */
static void escaping(void **state)
{
	static const char *const refused[] = {
		"measure((*point)(onStack))",        "main.(*point).move((*point)(onStack), 1, 1)",
		"(*point)(onStack).move(1, 1)",      "holding(holder{n: 1, p: (*point)(onStack)})",
		"count(where, (*point)(onStack))",   "count([]*point{(*point)(onStack)}...)",
		"say(1, (*point)(onStack))",         "say((*point)(onStack))",
		"address2(unsafe.Pointer(onStack))",
	};
	static const char *const passed[] = {
		"measure(where)",        "measure((*point)(uintptr(where)))",
		"holding(holder{n: 7})", "count(where, where, nil)",
		"address2(nil)",         "say(onStack > 0, where)",
		"(*point)(onStack).x",
	};
	struct victim vic;

	go_victim_start(&vic, *state);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		tool_run(&tool, "call", vic.pid, "--wait=30s", refused[i], NULL);
		tool_expect(&tool, 1);
		tool_expect_err(&tool, "on the stack of goroutine ");
		/* A thread is walked all the same: one that sits in a system call would be killed.
		 */
		tool_run(&tool, "call", vic.pid, "--force", "--wait=30s", refused[i], NULL);
		tool_expect(&tool, 0);
	}
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
		tool_run(&tool, "call", vic.pid, "--wait=30s", passed[i], NULL);
		tool_expect(&tool, 0);
	}
	go_victim_finish(&vic);
}

/* Every thread, wherever it stands: the runtime itself would begin a call in a system call. */
static void places_are_not_forced(void **state)
{
	struct victim vic;
	char dir[64], tid[32];
	DIR *tasks;

	go_victim_start(&vic, *state);
	snprintf(dir, sizeof(dir), "/proc/%d/task", (int)vic.pid);
	for (int round = 0; round < 5; round++) {
		tasks = opendir(dir);
		assert_non_null(tasks);
		for (struct dirent *task; (task = readdir(tasks));) {
			if (task->d_name[0] == '.')
				continue;
			snprintf(tid, sizeof(tid), "--tid=%.16s", task->d_name);
			tool_run(&tool, "call", vic.pid, "--force", "--wait=0", tid,
				 "runtime/debug.SetGCPercent(100)", NULL);
			if (tool.status != 0 && tool.status != 4)
				fail_msg("%d, %s", tool.status, tool.err);
		}
		closedir(tasks);
	}
	tool_run(&tool, "call", vic.pid, "--wait=30s", "runtime/debug.SetGCPercent(100)", NULL);
	tool_expect(&tool, 0);
	go_victim_finish(&vic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_ROW("escaping: plain", escaping, "plain"),
		LIVE_ROW("escaping: not optimised", escaping, "slow"),
		LIVE_ROW("places are not forced: plain", places_are_not_forced, "plain"),
	};
	const char *filter = getenv("IJ_FILTER");

	if (filter)
		cmocka_set_test_filter(filter);
	return _cmocka_run_group_tests("go_escape", tests, sizeof(tests) / sizeof(tests[0]), NULL,
				       NULL);
}
