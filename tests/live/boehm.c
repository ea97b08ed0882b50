/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A conservative collector keeps what only a register of the interrupted thread points to, since
 * all of them lie on that thread's own stack while our call runs; and the call runs on that stack.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tool tool;

static void collect(const struct victim *vic)
{
	/* The first may only finish what the program's own allocations began. */
	for (int i = 0; i < 2; i++) {
		tool_call(&tool, vic, "GC_gcollect()");
		tool_expect(&tool, 0);
	}
	tool_call(&tool, vic, "(int)GC_invoke_finalizers()");
	tool_expect(&tool, 0);
	assert_true(victim_progress(vic, 10));
}

static void register_keeps(void **state)
{
	struct victim vic;
	victim_start(&vic, "keeper", (const char *)*state, NULL);
	assert_true(victim_progress(&vic, 10));
	for (int i = 0; i < 3; i++) {
		collect(&vic);
		if (vic.page->received)
			fail_msg("the object was collected, although %s points to it",
				 (const char *)*state);
	}
	victim_finish(&vic, WAKE_NONE);
}

/* The counter-proof: without any pointer the same calls do collect the object. */
static void nothing_keeps(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "keeper", "none", NULL);
	assert_true(victim_progress(&vic, 10));
	collect(&vic);
	assert_int_equal(vic.page->received, 1);
	victim_finish(&vic, WAKE_NONE);
}

/* The collector scans from its stack pointer to the recorded bottom: elsewhere it would fault. */
static void own_stack(void **state)
{
	(void)state;
	struct victim vic;
	char path[64];
	unsigned long lo = 0, hi = 0;
	victim_start(&vic, "keeper", "rax", NULL);
	assert_true(victim_progress(&vic, 10));
	snprintf(path, sizeof(path), "/proc/%d/maps", vic.pid);
	for (int i = 0; i < 10; i++) {
		tool_call(&tool, &vic, "(unsigned long)keeper_stack()");
		tool_expect(&tool, 0);
		unsigned long at = strtoul(tool.out, NULL, 0);
		char *maps = proc_read(path), *line = strstr(maps, "[stack]");
		assert_non_null(line);
		while (line > maps && line[-1] != '\n')
			line--;
		assert_int_equal(sscanf(line, "%lx-%lx", &lo, &hi), 2);
		free(maps);
		if (at < lo || at >= hi)
			fail_msg("the call ran at %#lx, outside the stack %#lx-%#lx", at, lo, hi);
	}
	/* Not even on request. */
	tool_run(&tool, "call", vic.pid, "--stack=foreign", "--wait=300ms", "getpid()", NULL);
	tool_expect(&tool, 4);
	tool_expect_err(&tool, "may look at stacks");
	assert_true(victim_progress(&vic, 10));
	victim_finish(&vic, WAKE_NONE);
}

#define KEEPS(reg) LIVE_ROW(#reg "_keeps", register_keeps, #reg)

int main(void)
{
	const struct CMUnitTest tests[] = {
		KEEPS(rax),
		KEEPS(rbx),
		KEEPS(rcx),
		KEEPS(rdx),
		KEEPS(rsi),
		KEEPS(rdi),
		KEEPS(rbp),
		KEEPS(r8),
		KEEPS(r9),
		KEEPS(r10),
		KEEPS(r11),
		KEEPS(r12),
		KEEPS(r13),
		KEEPS(r14),
		KEEPS(r15),
		KEEPS(xmm0),
		KEEPS(xmm3),
		KEEPS(xmm12),
		LIVE_TEST(nothing_keeps),
		LIVE_TEST(own_stack),
	};
	return cmocka_run_group_tests_name("boehm", tests, NULL, NULL);
}
