/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bad input and targets that must be refused: the right exit status, a clear message, an untouched
 * target. */
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tool tool;

struct row {
	const char *args[4]; /* after -p PID, up to NULL */
	int status;
	const char *part; /* of stderr */
};

static const struct row wrong[] = {
	{{"no_such_function_here()"}, 1, "no_such_function_here"},
	{{"(int)no_such_function_here()"}, 1, "no_such_function_here"},
	{{"(int)libij_callees!no_such_function_here()"}, 1, "no_such_function_here"},
	{{"(int)no_such_module!f_add(1, 2)"}, 1, "no_such_module"},
	{{"(int)callee_data()"}, 1, "callee_data"},
	{{"(int)callee_tls()"}, 1, "callee_tls"},
	{{"f_plain(1, 2)"}, 1, "f_plain"}, /* no result type known */
	{{"getpid("}, 1, NULL},
	{{"getpid() 5"}, 1, NULL},
	{{""}, 1, NULL},
	{{"strlen()"}, 1, NULL},
	{{"strlen(\"a\", \"b\")"}, 1, NULL},
	{{"abs(\"text\")"}, 1, NULL},
	{{"--decl", "int f_add(int", "f_add(1, 2)"}, 1, NULL},
	{{"--no-such-option", "getpid()"}, 2, "no-such-option"},
	{{"--timeout=banana", "getpid()"}, 2, "banana"},
	{{NULL}, 2, NULL},                 /* no expression */
	{{"-t", "1", "getpid()"}, 3, "1"}, /* no thread of this process */
};

static void wrong_input_is_refused(void **state)
{
	const struct row *row = *state;
	struct victim vic;
	struct snapshot snap;
	victim_start(&vic, "host", "poll", NULL);
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	snapshot_take(&snap, vic.pid, vic.pid);
	tool_run(&tool, "call", vic.pid, row->args[0], row->args[1], row->args[2], NULL);
	tool_expect(&tool, row->status);
	if (row->part)
		tool_expect_err(&tool, row->part);
	if (!tool.err[0])
		fail_msg("nothing was said");
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	snapshot_check(&snap, vic.pid, vic.pid, SNAPSHOT_STATE);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_BYTE);
}

/* A wrong expression among good ones: nothing is called. */
static void one_wrong_expression(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	tool_run(&tool, "call", vic.pid, "(long)f_count()", "getpid(", NULL);
	tool_expect(&tool, 1);
	tool_call(&tool, &vic, "(long)f_count()");
	tool_expect(&tool, 0);
	victim_finish(&vic, WAKE_NONE);
}

static void usage_is_told(void **state)
{
	(void)state;
	const char *const lines[][5] = {
		{tool_program(), NULL},
		{tool_program(), "nonsense", NULL},
		{tool_program(), "call", "getpid()", NULL},
		{tool_program(), "call", "-p", "banana", "getpid()"},
		{tool_program(), "call", "-p", "-5", "getpid()"},
	};
	for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const char *argv[6] = {NULL};
		memcpy(argv, lines[i], sizeof(lines[i]));
		tool_exec(&tool, argv);
		tool_expect(&tool, 2);
		if (!tool.err[0])
			fail_msg("nothing was said to line %u", i);
	}
}

/* A PID that was just reaped, one that never can be, and a zombie. */
static void no_such_process(void **state)
{
	(void)state;
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	assert_true(pid > 0);
	siginfo_t si;
	assert_int_equal(waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT), 0);
	tool_run(&tool, "call", pid, "getpid()", NULL); /* a zombie */
	tool_expect(&tool, 3);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	tool_run(&tool, "call", pid, "getpid()", NULL);
	tool_expect(&tool, 3);
	tool_run(&tool, "call", 2147483647, "getpid()", NULL);
	tool_expect(&tool, 3);
	tool_expect_err(&tool, "2147483647");
}

/* A kernel thread has no user code. */
static void kernel_thread_is_refused(void **state)
{
	(void)state;
	char name[64];
	proc_status(2, 2, "Name", name, sizeof(name));
	if (strcmp(name, "kthreadd") != 0) {
		print_message("no kernel thread is visible in this PID namespace\n");
		skip();
	}
	tool_run(&tool, "call", 2, "getpid()", NULL);
	tool_expect(&tool, 3);
}

/* Another debugger holds it: refused, and that debugger's hold is not disturbed. */
static void traced_is_refused(void **state)
{
	(void)state;
	char tracer[16], self[16];
	struct victim vic;
	victim_start(&vic, "steady", NULL);
	assert_int_equal(ptrace(PTRACE_SEIZE, vic.pid, NULL, NULL), 0);
	tool_call(&tool, &vic, "getpid()");
	tool_expect(&tool, 3);
	proc_status(vic.pid, vic.pid, "TracerPid", tracer, sizeof(tracer));
	snprintf(self, sizeof(self), "%d", getpid());
	tool_expect_err(&tool, self);
	assert_string_equal(tracer, self);
	assert_int_equal(ptrace(PTRACE_INTERRUPT, vic.pid, NULL, NULL), 0);
	assert_int_equal(waitpid(vic.pid, NULL, __WALL), vic.pid);
	assert_int_equal(ptrace(PTRACE_DETACH, vic.pid, NULL, NULL), 0);
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* Targets in which no safe call is possible. @part names the cause. */
struct refusal {
	const char *victim;
	const char *mode;
	const char *part;
	enum wake wake;
	const char *option; /* or NULL */
};

static void target_is_refused(void **state)
{
	const struct refusal *row = *state;
	char tid[16];
	struct victim vic;
	struct snapshot snap;
	victim_start(&vic, row->victim, row->mode, NULL);
	assert_true(victim_progress(&vic, 2));
	snapshot_take(&snap, vic.pid, vic.page->tid);
	snprintf(tid, sizeof(tid), "%d", vic.page->tid);
	tool_run(&tool, "call", vic.pid, "-t", tid, "--wait=300ms", "(int)f_add(1, 2)", row->option,
		 NULL);
	if (tool.status != 3)
		tool_expect(&tool, 4);
	tool_expect_err(&tool, row->part);
	assert_true(victim_progress(&vic, 2));
	snapshot_check(&snap, vic.pid, vic.page->tid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, row->wake);
}

/* In strict mode a thread may make no system call of ours, and is served for all that. */
static void seccomp_strict(void **state)
{
	(void)state;
	struct victim vic;
	struct snapshot snap;
	victim_start(&vic, "host", "seccomp_strict", NULL);
	assert_true(victim_progress(&vic, 2));
	snapshot_take(&snap, vic.pid, vic.pid);
	tool_run(&tool, "call", vic.pid, "--wait=300ms", "(int)f_add(1, 2)", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "3");
	assert_true(victim_progress(&vic, 2));
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_check_code(vic.pid);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* Where one thread is refused, another one serves. */
static void another_thread_serves(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "host", "small_stack", NULL);
	for (int i = 0; i < 5; i++) {
		tool_call(&tool, &vic, "(int)f_add(1, 2)");
		tool_expect(&tool, 0);
		tool_expect_out(&tool, "3");
		assert_true(victim_progress(&vic, 2));
	}
	victim_finish(&vic, WAKE_BYTE);
}

/* A filter that kills on mmap: the call is refused, or made without any such system call. */
static void killing_filter_is_not_run_into(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "host", "seccomp_filter", NULL);
	assert_true(victim_progress(&vic, 2));
	tool_run(&tool, "call", vic.pid, "--wait=300ms", "getpid()", NULL);
	if (tool.status != 0 && tool.status != 3)
		tool_expect(&tool, 4);
	assert_true(victim_progress(&vic, 20));
	victim_finish(&vic, WAKE_NONE);
}

static void bits32_is_refused(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "bits32", NULL);
	assert_true(victim_progress(&vic, 2));
	tool_call(&tool, &vic, "getpid()");
	if (tool.status != 3 && tool.status != 4)
		tool_expect(&tool, 1);
	tool_expect_err(&tool, "32");
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* Does the thread of @vic that was to be stopped wait for its child without a word of it? */
static void start_hidden(struct victim *vic, const char *ms)
{
	victim_start(vic, "environ", "vfork_hidden", ms, NULL);
	while (proc_state(vic->pid, vic->pid) != 'D')
		if (!harness_pause(vic->pidfd, 1))
			fail_msg("the victim died");
}

/* A thread that does not stop in time is waited for, like any that is not at a safe-point. */
static void stops_late(void **state)
{
	struct victim vic;

	(void)state;
	start_hidden(&vic, "500");
	tool_run(&tool, "call", vic.pid, "--wait=60s", "environ_answer()", "getpid()", NULL);
	tool_expect(&tool, 0);
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* If it does not at all, that is said of each expression: the session goes on. */
static void never_stops(void **state)
{
	char tracer[16], script[256];
	struct victim vic;
	unsigned times = 0;
	FILE *f;

	(void)state;
	start_hidden(&vic, "0");
	snprintf(script, sizeof(script), "%s/script", harness_dir());
	f = fopen(script, "w");
	assert_non_null(f);
	fputs("on error continue\nset wait 200ms\ncall getpid()\ncall getppid()\n", f);
	assert_int_equal(fclose(f), 0);
	tool_run(&tool, "batch", vic.pid, script, NULL);
	tool_expect(&tool, 4);
	for (const char *at = tool.err; (at = strstr(at, "could not be stopped in time")); at++)
		times++;
	if (times != 2 || strstr(tool.err, "tracer"))
		fail_msg("what was said: %s", tool.err);
	tool_run(&tool, "check", vic.pid, NULL);
	tool_expect(&tool, 0);
	if (!strstr(tool.out, "could not be stopped in time"))
		fail_msg("what was said: %s", tool.out);
	proc_status(vic.pid, vic.pid, "TracerPid", tracer, sizeof(tracer));
	assert_string_equal(tracer, "0");
	victim_finish(&vic, WAKE_NONE);
}

/* Without privileges a root-owned target is refused, with the reason. */
static void not_permitted(void **state)
{
	(void)state;
	char number[16];
	const char *setpriv = harness_find("setpriv");
	if (getuid() != 0 || !setpriv) {
		print_message("needs root and setpriv to become another user\n");
		skip();
	}
	struct victim vic;
	victim_start(&vic, "host", "spin", NULL);
	snprintf(number, sizeof(number), "%d", vic.pid);
	const char *const argv[] = {setpriv,
				    "--reuid=65534",
				    "--regid=65534",
				    "--clear-groups",
				    tool_program(),
				    "call",
				    "-p",
				    number,
				    "getpid()",
				    NULL};
	tool_exec(&tool, argv);
	tool_expect(&tool, 3);
	tool_expect_err(&tool, number);
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	static const struct refusal refusals[] = {
		{"host", "small_stack", "stack", WAKE_BYTE, "--stack=own"},
		{"host", "coroutine", "stack", WAKE_NONE, "--stack=own"},
		{"host", "alternate", "stack", WAKE_NONE, "--stack=own"},
		/* Not even the frame from which it would restore itself has room. */
		{"host", "edge", "no room to map another one", WAKE_BYTE, NULL},
	};
	enum {
		WRONG = sizeof(wrong) / sizeof(wrong[0]),
		REFUSALS = sizeof(refusals) / sizeof(refusals[0]),
	};
	struct CMUnitTest tests[WRONG + REFUSALS + 16];
	size_t len = 0;
	for (size_t i = 0; i < WRONG; i++)
		tests[len++] = (struct CMUnitTest)LIVE_ROW(wrong[i].args[0] ? wrong[i].args[0]
									    : "no expression",
							   wrong_input_is_refused, &wrong[i]);
	for (size_t i = 0; i < REFUSALS; i++)
		tests[len++] = (struct CMUnitTest)LIVE_ROW(refusals[i].mode, target_is_refused,
							   &refusals[i]);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(seccomp_strict);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(one_wrong_expression);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(usage_is_told);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(no_such_process);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(kernel_thread_is_refused);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(traced_is_refused);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(another_thread_serves);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(killing_filter_is_not_run_into);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(bits32_is_refused);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(stops_late);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(never_stops);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(not_permitted);
	return _cmocka_run_group_tests("call_refuse", tests, len, NULL, NULL);
}
