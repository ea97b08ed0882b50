/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Addresses on the stack of a goroutine are passed to no call in Go, by whatever way they come into
 * an argument, unless the user insists; others are.
 */
#include "go_victim.h"

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
		/* Then the thread is not walked either, and may stand where the runtime refuses. */
		tool_run(&tool, "call", vic.pid, "--force", refused[i], NULL);
		if ((tool.status && tool.status != 4) || strstr(tool.err, "on the stack of"))
			fail_msg("%s: %d, %s", refused[i], tool.status, tool.err);
	}
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
		tool_run(&tool, "call", vic.pid, "--wait=30s", passed[i], NULL);
		tool_expect(&tool, 0);
	}
	go_victim_finish(&vic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_ROW("escaping: plain", escaping, "plain"),
		LIVE_ROW("escaping: not optimised", escaping, "slow"),
	};
	const char *filter = getenv("IJ_FILTER");

	if (filter)
		cmocka_set_test_filter(filter);
	return _cmocka_run_group_tests("go_escape", tests, sizeof(tests) / sizeof(tests[0]), NULL,
				       NULL);
}
