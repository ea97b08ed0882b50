/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Calls in Go programs: of every shape, as built usually, stripped and not optimised; at random
 * instants. The victim checks its own work all the time.
 */
#include "go_victim.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tool tool;

/* A call, how its function is declared, and what it says. */
static const struct {
	const char *sig, *expr, *out;
} good[] = {
	{"main.add(int, int) int", "main.add(40, 2)", "42"},
	{NULL, "main.add(-1, -9223372036854775807)", "-9223372036854775808"},
	{NULL, "main.add(1<<20, 'a')", "1048673"},
	{"main.none()", "main.none()", "()"},
	{"main.two(int, string) (string, int)", "main.two(21, \"ab\")", "(\"abab\", 42)"},
	{NULL, "main.two(0, \"\")", "(\"\", 0)"},
	{NULL, "main.two(1, `\\n\"`)", "(\"\\\\n\\\"\\\\n\\\"\", 2)"},
	{"main.narrow(a int8, b uint16, c int32, d bool, e uint8) int64",
	 "main.narrow(-5, 65535, -100000, true, 200)", "-34270"},
	{NULL, "main.narrow(-5, 65535, -100000, false, 200)", "-1"},
	{"main.floats(float64, float32, int) float64", "main.floats(1.5, 2.5, 3)", "6.75"},
	{NULL, "main.floats(1e300, 0, -1)", "-1"},
	{"main.floats32(a, b float32) float32", "main.floats32(1, 3)", "0.33333334"},
	{NULL, "main.floats32(1, 0)", "inf"},
	{"main.ten(a, b, c, d, e, f, g, h, i, j int) int", "main.ten(1,2,3,4,5,6,7,8,9,10)", "385"},
	{"main.texts(string, string, string, string, string, string, uint8) string",
	 "main.texts(\"a\", \"bb\", \"ccc\", \"\", \"e\", \"ffffff\", 7)",
	 "\"a-bb-ccc--e-ffffff7\""},
	{"main.size([]byte) int", "main.size([]byte(\"hello\"))", "5005"},
	{NULL, "main.size(nil)", "0"},
	{"main.upper([]byte) []byte", "main.upper([]byte(\"hello\"))", "[]byte(\"HELLO\")"},
	{"main.numbers(int) []int", "main.numbers(6)", "[]int{0, 1, 4, 9, 16, 25} (6)"},
	{NULL, "main.numbers(0)", "nil"},
	{"main.fail(int) error", "main.fail(0)", "nil"},
	{NULL, "main.fail(1)", "*errors.errorString \"it went wrong\""},
	{NULL, "main.fail(2)", "*fmt.wrapError \"outer: EOF\""},
	{NULL, "main.fail(3)", "main.shout \"loud\""},
	{"main.anything(int) any", "main.anything(0)", "nil"},
	{NULL, "main.anything(1)", "int 42"},
	{NULL, "main.anything(2)", "string \"text\""},
	{"main.throws(int) int", "main.throws(0)", "7"},
	{"main.deep(int) int", "main.deep(10)", "55"},
	{NULL, "main.deep(20000)", "200010000"}, /* some 11 MB of stack */
	{"main.collect() int", "main.collect()", "98"},
	{"main.sleeps(int) int", "main.sleeps(3)", "3"},
	{NULL, "runtime.GC()", "()"},
	{NULL, "runtime/debug.SetGCPercent(50)", "100"},
	{NULL, "runtime/debug.SetGCPercent(100)", "50"},
	{NULL, "strings.Repeat(\"ab\", 3)", "\"ababab\""},
	{"main.long(int) string", "main.long(2)", "\"01234567890123456789\""},
};

/* What panics, or cannot be called; the exit status, and a part of the message. */
static const struct {
	const char *expr;
	int status;
	const char *err;
} bad[] = {
	{"main.throws(1)", 6, "panicked in"},
	{"main.throws(1)", 6, ": string \"on purpose\"; the panic was caught, target restored"},
	{"main.throws(2)", 6, "*errors.errorString \"an error\""},
	{"main.throws(3)", 6, "invalid memory address or nil pointer dereference"},
	{"main.throws(4)", 6, "runtime.boundsError index out of range [4] with length 3"},
	{"main.throws(5)", 6, "main.shout \"loud\""},
	{"main.throws(6)", 6, "int 6"},
	{"main.nosuch(1)", 1, "main.nosuch is not in"},
	{"main.add(1)", 1, "main.add takes 2 arguments, but 1 is given"},
	{"main.add(1, \"x\")", 1, "argument 2 of main.add (column 13) is no int"},
	{"main.undeclared(1)", 1, "main.undeclared is not in"},
	{"main.address()", 1, "nobody said what main.address takes and returns"},
	{"getpid()", 1, "no function of C in it is called getpid"},
};

enum { GOOD = sizeof(good) / sizeof(good[0]), BAD = sizeof(bad) / sizeof(bad[0]) };

/* The arguments of the tool: all declarations. */
static unsigned declare(const char *argv[], char decls[][96])
{
	unsigned len = 0;

	for (unsigned i = 0; i < GOOD; i++) {
		if (!good[i].sig)
			continue;
		snprintf(decls[len], 96, "--decl=func %s", good[i].sig);
		argv[len] = decls[len];
		len++;
	}
	return len;
}

static void calls_succeed(void **state)
{
	const char *argv[GOOD * 2 + 8] = {tool_program(), "call", "-p"};
	static char decls[GOOD][96], want[8192];
	char pid[16];
	unsigned len = 3;
	struct victim vic;

	go_victim_start(&vic, *state);
	snprintf(pid, sizeof(pid), "%d", vic.pid);
	argv[len++] = pid;
	len += declare(argv + len, decls);
	want[0] = 0;
	for (unsigned i = 0; i < GOOD; i++) {
		if (!good[i].expr)
			continue;
		argv[len++] = good[i].expr;
		strcat(strcat(want, *want ? "\n" : ""), good[i].out);
	}
	tool_exec(&tool, argv);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, want);
	go_victim_finish(&vic);
}

static void calls_fail(void **state)
{
	static char decls[GOOD][96];
	struct victim vic;

	go_victim_start(&vic, *state);
	for (unsigned i = 0; i < BAD; i++) {
		const char *argv[GOOD + 8] = {tool_program(), "call", "-p"};
		char pid[16];
		unsigned len = 3;

		snprintf(pid, sizeof(pid), "%d", vic.pid);
		argv[len++] = pid;
		len += declare(argv + len, decls);
		argv[len++] = bad[i].expr;
		tool_exec(&tool, argv);
		tool_expect(&tool, bad[i].status);
		tool_expect_err(&tool, bad[i].err);
	}
	go_victim_finish(&vic);
}

/* A method of an object whose address another call told. */
static void methods(void **state)
{
	char expr[96], address[64];
	struct victim vic;

	go_victim_start(&vic, *state);
	tool_run(&tool, "call", vic.pid, "--decl=func() *counter", "main.address()", NULL);
	tool_expect(&tool, 0);
	snprintf(address, sizeof(address), "%.*s", (int)strcspn(tool.out, "\n"), tool.out);
	for (int i = 1; i <= 2; i++) {
		char want[16];

		snprintf(expr, sizeof(expr), "main.(*counter).bump(%s, 5)", address);
		snprintf(want, sizeof(want), "%d", 5 * i);
		tool_run(&tool, "call", vic.pid, "--decl=func(*counter, int) int", expr, NULL);
		tool_expect(&tool, 0);
		tool_expect_out(&tool, want);
	}
	go_victim_finish(&vic);
}

/* Each thread is told where in Go it stands. */
static void checks(void **state)
{
	struct victim vic;

	go_victim_start(&vic, *state);
	tool_run(&tool, "check", vic.pid, NULL);
	tool_expect(&tool, 0);
	assert_non_null(strstr(tool.out, "runtime."));
	go_victim_finish(&vic);
}

/* What the goroutines do: one reads, four work, and the runtime has some of its own. */
static void goroutines(void **state)
{
	struct victim vic;
	unsigned work = 0;

	go_victim_start(&vic, *state);
	tool_run(&tool, "goroutines", vic.pid, NULL);
	tool_expect(&tool, 0);
	/* Thread pid, whichever thread Go gave it to, is in read(2). */
	assert_non_null(strstr(tool.out, "       1  syscall  "));
	assert_non_null(strstr(tool.out, " runtime.forcegchelper (proc.go:"));
	assert_non_null(strstr(tool.out, ": force gc (idle)\n"));
	tool_run(&tool, "goroutines", vic.pid, "--json", NULL);
	tool_expect(&tool, 0);
	assert_non_null(strstr(tool.out, "\"goroutine\":1,\"state\":\"syscall\",\"reason\":null,"));
	assert_non_null(strstr(tool.out, "\"file\":\"internal/poll/fd_unix.go\",\"line\":"));
	/* At a stop each of them is somewhere, those that run too. */
	tool_run(&tool, "batch", vic.pid, harness_script("stop\ngoroutines\nrelease\n"), NULL);
	tool_expect(&tool, 0);
	for (const char *line = tool.out; (line = strstr(line, "  r")); line++)
		work += !strncmp(line, "  running ", 10) || !strncmp(line, "  runnable ", 11);
	assert_true(work >= 1);
	for (const char *line = tool.out; (line = strstr(line, "  running ")); line++)
		if (!memchr(line, '(', strcspn(line, "\n")))
			fail_msg("one that runs is nowhere: %s", tool.out);
	go_victim_finish(&vic);
}

/* Calls by each goroutine that works, wherever it is; by one that is parked for good; by none. */
static void chosen(void **state)
{
	static struct tool list;
	struct victim vic;
	unsigned made = 0;
	char *line, *rest;

	go_victim_start(&vic, *state);
	tool_run(&list, "goroutines", vic.pid, NULL);
	tool_expect(&list, 0);
	for (line = strtok_r(list.out, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		unsigned long long id = strtoull(line, NULL, 10);

		if (strstr(line, "runtime.forcegchelper")) {
			assert_int_equal(go_victim_add(&tool, &vic, id, "--wait=100ms"), 4);
			tool_expect_err(&tool, "a goroutine that is parked makes no call");
			made += 100;
		} else if (id > 1 && !strstr(line, "runtime.") && !strstr(line, "main.park")) {
			assert_int_equal(go_victim_add(&tool, &vic, id, "--wait=30s"), 0);
			made++;
		}
	}
	/* What a worker just called of the runtime may hide it. */
	assert_true(made > 100 && made <= 104);
	assert_int_equal(go_victim_add(&tool, &vic, 987654, "--wait=1s"), 1);
	tool_expect_err(&tool, "has no goroutine 987654");
	assert_int_equal(go_victim_add(&tool, &vic, 1, "--at=main.add"), 2);
	go_victim_finish(&vic);
}

/* System calls on threads that run goroutines, allocate and are preempted meanwhile; what a call in
 * Go cannot do, by name. */
static void system_calls(void **state)
{
	static const struct {
		const char *option, *err;
	} refused[] = {
		{"--one-stop", "calls in Go are made one by one"},
		{"--rehearse", "a call in Go cannot be rehearsed"},
		{"--in-copy", "a call in Go cannot be rehearsed"},
		{"--capture", "the output of a call in Go cannot be captured"},
		{"--keep", "memory of a call in Go is not kept"},
	};
	char script[64 * 20] = "", want[32];
	struct victim vic;

	go_victim_start(&vic, *state);
	snprintf(want, sizeof(want), "%d\n", vic.pid);
	for (unsigned i = 0; i < 20; i++)
		strcat(script, "syscall getpid\nsyscall nanosleep {0,100000} 0\n");
	tool_run(&tool, "batch", vic.pid, harness_script(script), NULL);
	tool_expect(&tool, 0);
	for (const char *at = tool.out; *at; at = strchr(at, '\n') + 1)
		if (strncmp(at, want, strlen(want)) && strncmp(at, "0\n", 2))
			fail_msg("a system call says: %s", at);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		tool_run(&tool, "call", vic.pid, refused[i].option, "--decl=func(int, int) int",
			 "main.add(1, 2)", "main.add(1, 2)", NULL);
		tool_expect(&tool, 1);
		tool_expect_err(&tool, refused[i].err);
	}
	go_victim_finish(&vic);
}

/* A call that takes too long goes on, and puts everything back by itself. */
static void left_running(void **state)
{
	struct victim vic;

	go_victim_start(&vic, *state);
	tool_run(&tool, "call", vic.pid, "--timeout=50ms", "--decl=func(int) int",
		 "main.sleeps(400)", NULL);
	tool_expect(&tool, 8);
	assert_true(harness_pause(vic.pidfd, 600));
	tool_run(&tool, "call", vic.pid, "--decl=func(int, int) int", "main.add(1, 2)", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "3");
	go_victim_finish(&vic);
}

/* Wherever the threads are. */
static void random_instants(void **state)
{
	long attempts = harness_env("IJ_ATTEMPTS", 60);
	const char *argv[48] = {tool_program(), "call", "--quiet", "-p"};
	struct victim vic;
	char pid[16];
	unsigned len = 4;

	go_victim_start(&vic, *state);
	snprintf(pid, sizeof(pid), "%d", vic.pid);
	argv[len++] = pid;
	argv[len++] = "--decl=func main.two(int, string) (string, int)";
	argv[len++] = "--decl=func main.collect() int";
	for (unsigned i = 0; i < 20; i++)
		argv[len++] = i % 10 ? "main.two(21, \"ab\")" : "main.collect()";
	for (long done = 0; done < attempts; done += 20) {
		tool_exec(&tool, argv);
		if (!victim_alive(&vic))
			fail_msg("the victim has ended: wait status %#x", victim_wait(&vic));
		tool_expect(&tool, 0);
	}
	go_victim_finish(&vic);
}

/* It asks for the time over and over, in the vdso and on the thread's own stack mostly. */
static void asks_for_the_time(void **state)
{
	const char *line = NULL, *way;
	struct victim vic;

	setenv("IJ_GO_GAP", "1", 1);
	go_victim_start(&vic, *state);
	unsetenv("IJ_GO_GAP");
	for (int i = 0; i < 1000 && !line; i++) {
		tool_run(&tool, "check", vic.pid, NULL);
		tool_expect(&tool, 0);
		line = strstr(tool.out, "([vdso])");
	}
	if (!line)
		fail_msg("no stop in the vdso; the last check says: %s", tool.out);
	way = strstr(line, harness_no_breakpoints() ? "ways out: retry\n" : "ways out: return\n");
	assert_true(way && way < strchr(line, '\n'));
	for (int i = 0; i < 30; i++) {
		tool_run(&tool, "call", vic.pid, "--walk=return,pick,retry",
			 "--decl=func(int, int) int", "main.add(1, 2)", NULL);
		tool_expect(&tool, 0);
		tool_expect_out(&tool, "3");
	}
	for (int i = 0; i < 3; i++) {
		/* Often not at the first stop: the verdict is that of the one which served. */
		tool_run(&tool, "call", vic.pid, "--walk=retry", "--wait=60s", "--json",
			 "--explain", "--decl=func(int, int) int", "main.add(1, 2)", NULL);
		tool_expect(&tool, 0);
		assert_non_null(strstr(tool.out, "\"verdict\":{\"safe\":true,"));
		tool_expect_err(&tool, "verdict: safe: Go's own maps");
	}
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
		LIVE_ROW("calls succeed: plain", calls_succeed, "plain"),
		LIVE_ROW("asks for the time", asks_for_the_time, "stripped"),
		LIVE_ROW("calls succeed: stripped", calls_succeed, "stripped"),
		LIVE_ROW("calls succeed: not optimised", calls_succeed, "slow"),
		LIVE_ROW("calls fail", calls_fail, "stripped"),
		LIVE_ROW("methods", methods, "plain"),
		LIVE_ROW("checks", checks, "stripped"),
		LIVE_ROW("goroutines", goroutines, "stripped"),
		LIVE_ROW("goroutines: with symbols", goroutines, "plain"),
		LIVE_ROW("system calls", system_calls, "stripped"),
		LIVE_ROW("chosen goroutine", chosen, "stripped"),
		LIVE_ROW("left running", left_running, "stripped"),
		LIVE_ROW("random instants", random_instants, "stripped"),
		LIVE_TEST(without_breakpoints),
		LIVE_ROW("without: random instants", random_instants, "stripped"),
	};
	const char *filter = getenv("IJ_FILTER");

	cmocka_set_test_filter(filter);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
