/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Targets under seccomp and other rules about memory: calls at random instants are made in the way
 * that is predicted, or refused by name; nobody is ever killed, and nothing is left.
 */
#include "programs.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tool tool;

struct row {
	const char *label;
	const char *confinement; /* of tests/victims/confine.c */
	const char *expr;
	int status;
	const char *out; /* or NULL: the parent's pid, which is ours */
	const char
		*members; /* of "seccomp" in the JSON object that must be true; of the rest none */
	const char *part; /* of stderr where it is refused */
};

static const struct row rows[] = {
	{"container, pure", "container", "strlen(\"abc\")", 0, "3", "", NULL},
	{"container, system call", "container", "getppid()", 0, NULL, "", NULL},
	{"container, allocator", "container", "malloc_trim(0)", 0, "0", "", NULL},
	/* Answered, and harmless. */
	{"container, denied", "container", "chroot(\"/\")", 0, "-1", "errors", NULL},
	{"logged", "logged", "getppid()", 0, NULL, "", NULL},
	{"allow list of errors, pure", "errno", "strlen(\"abc\")", 0, "3",
	 "suspended breakpoint unmasked", NULL},
	{"allow list of errors", "errno", "getppid()", 0, NULL, "suspended breakpoint unmasked",
	 NULL},
	/* Our pages are mapped with the filters suspended; the callee never sees them so. */
	{"allow list of errors, denied", "errno", "chroot(\"/\")", 0, "-1",
	 "suspended breakpoint unmasked errors", NULL},
	{"allow list of errors, allocator", "errno", "malloc_trim(0)", 0, NULL,
	 "suspended breakpoint unmasked errors", NULL},
	{"allow list that kills, pure", "kill", "strlen(\"abc\")", 0, "3",
	 "cave breakpoint unmasked", NULL},
	{"allow list that kills", "kill", "getppid()", 0, NULL, "cave breakpoint unmasked", NULL},
	{"allow list that kills, not on it", "kill", "getuid()", 4, NULL, "",
	 "kill it for getuid(2)"},
	{"allow list that kills, argument", "kill", "malloc_trim(0)", 4, NULL, "", "seccomp"},
	{"allow list that kills, by number", "kill", "(int)syscall(110)", 0, NULL,
	 "cave breakpoint unmasked", NULL},
	{"allow list that kills, unknown number", "kill", "(int)syscall(102)", 4, NULL, "",
	 "getuid(2)"},
	{"allow list that kills, large", "kill_large", "getppid()", 0, NULL, "", NULL},
	{"allow list that traps", "trap", "getppid()", 0, NULL, "cave breakpoint unmasked", NULL},
	{"allow list that traps, not on it", "trap", "getuid()", 4, NULL, "", "SIGSYS"},
	{"no executable memory, errors", "exec_errno", "getppid()", 0, NULL, "suspended", NULL},
	{"no executable memory, kills", "exec_kill", "getppid()", 0, NULL, "cave", NULL},
	{"no executable memory, its own argument", "exec_kill", "mprotect((void*)4096, 4096, 4)", 4,
	 NULL, "", "mprotect(2)"},
	{"no executable memory, another argument", "exec_kill", "mprotect((void*)4096, 4096, 1)", 0,
	 "-1", "cave", NULL},
	{"two filters", "stacked", "getppid()", 0, NULL, "cave", NULL},
	{"traced calls", "trace", "getppid()", 0, NULL, "suspended", NULL},
	{"calls that another process answers", "notify", "getppid()", 0, NULL, "cave", NULL},
	{"calls that another process answers, itself", "notify",
	 "mmap((void*)0, 4096, 1, 0x22, -1, 0)", 4, NULL, "", "another process"},
	{"no restart", "no_restart", "getppid()", 0, NULL, "", NULL},
	{"no return from signals", "no_sigreturn", "getppid()", 0, NULL, "cave", NULL},
	{"no signal masks", "no_mask", "getppid()", 0, NULL, "unmasked", NULL},
	{"no madvise", "no_madvise", "malloc_trim(0)", 4, NULL, "", "madvise(2)"},
	{"strict, pure", "strict", "strlen(\"abc\")", 0, "3", "cave breakpoint unmasked", NULL},
	{"strict, a system call", "strict", "getppid()", 4, NULL, "", "strict seccomp mode"},
	{"no new executable memory", "mdwe", "getppid()", 0, NULL, "none", NULL},
};

static bool has(const char *list, const char *word)
{
	size_t len = strlen(word);
	for (const char *p = list; (p = strstr(p, word)); p += len)
		if ((p == list || p[-1] == ' ') && (p[len] == ' ' || !p[len]))
			return true;
	return false;
}

/* How it was made is how the row says. */
static void expect_way(const struct row *row)
{
	const struct {
		const char *word, *text;
	} ways[] = {
		{"suspended", "\"suspended\":true"},
		{"cave", "\"cave\":true"},
		/* Where none is ever hit, the end of the call is looked for. */
		{"breakpoint",
		 harness_no_breakpoints() ? "\"looked_for\":true" : "\"breakpoint\":true"},
		{"unmasked", "\"signals_blocked\":false"},
		{"errors", "\"errors\":true"},
	};
	if (has(row->members, "none") != (strstr(tool.out, "\"seccomp\":null") != NULL))
		fail_msg("%s: seccomp or not: %s", row->label, tool.out);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (has(row->members, ways[i].word) != (strstr(tool.out, ways[i].text) != NULL))
			fail_msg("%s: %s or not: %s", row->label, ways[i].word, tool.out);
}

static void start(struct victim *vic, const char *confinement)
{
	setenv("IJ_CONFINE", confinement, 1);
	victim_start(vic, "steady", "--bare", NULL);
	unsetenv("IJ_CONFINE");
	assert_true(victim_progress(vic, 2));
}

static void calls(void **state)
{
	const struct row *row = *state;
	const long attempts = harness_env("IJ_CALLS", 10);
	struct victim vic;
	struct snapshot snap;
	char want[16], value[64];
	start(&vic, row->confinement);
	snapshot_take(&snap, vic.pid, vic.pid);
	snprintf(want, sizeof(want), "%d", getpid());
	for (long i = 0; i < attempts; i++) {
		tool_run(&tool, "call", vic.pid, "--json", "--wait=300ms", row->expr, NULL);
		tool_expect(&tool, row->status);
		if (row->part && !strstr(tool.out, row->part))
			fail_msg("not told: %s", tool.out);
		if (row->status == 0) {
			expect_way(row);
			assert_true(tool_json(&tool, "value", value, sizeof(value)));
			if (row->out || strncmp(row->expr, "malloc", 6) != 0)
				assert_string_equal(value, row->out ? row->out : want);
		}
		assert_true(victim_progress(&vic, 1));
		snapshot_check(&snap, vic.pid, vic.pid, SNAPSHOT_HEAP);
	}
	assert_true(victim_progress(&vic, 2));
	snapshot_check_code(vic.pid);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* Two calls and a timeout in one session: the cave is used again, and rolled back from. */
static void many_in_a_session(void **state)
{
	static const char *const confinements[] = {"kill", "errno", "exec_kill"};
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct victim vic;
		start(&vic, confinements[i]);
		tool_run(&tool, "call", vic.pid, "strlen(\"a\")", "memset((char[4096])0, 65, 4096)",
			 "strlen(\"abcdef\")", NULL);
		tool_expect(&tool, 0);
		if (!strstr(tool.out, "AAAA") || !strstr(tool.out, "\n6\n"))
			fail_msg("%s", tool.out);
		tool_run(&tool, "call", vic.pid, "--timeout=50ms", "poll((void*)0, 0, 100000)",
			 NULL);
		tool_expect(&tool, 5);
		assert_true(victim_progress(&vic, 2));
		tool_run(&tool, "call", vic.pid, "strlen((const char*)1)", NULL);
		tool_expect(&tool, 6);
		assert_true(victim_progress(&vic, 2));
		victim_finish(&vic, WAKE_NONE);
	}
}

/* check says the same beforehand. */
static void check_tells(void **state)
{
	struct victim vic;
	(void)state;
	start(&vic, "kill");
	tool_run(&tool, "check", vic.pid, "getppid()", NULL);
	tool_expect(&tool, 0);
	if (!strstr(tool.out, "safe") || !strstr(tool.out, "1 seccomp filter: our code goes to"))
		fail_msg("%s", tool.out);
	tool_run(&tool, "check", vic.pid, "getuid()", NULL);
	if (!strstr(tool.out, "unsafe") || !strstr(tool.out, "getuid(2)"))
		fail_msg("%s", tool.out);
	victim_finish(&vic, WAKE_NONE);
}

/* A thread in a timed system call, which the kernel would go on with by restart_syscall. */
static void restart_is_not_walked_into(void **state)
{
	static const char *const modes[] = {"clock_nanosleep", "poll_ms", "futex_ms"};
	(void)state;
	for (unsigned i = 0; i < 1; i++) {
		struct victim vic;
		setenv("IJ_CONFINE", "no_restart", 1);
		victim_start(&vic, "blocked", modes[i], NULL);
		unsetenv("IJ_CONFINE");
		assert_true(victim_blocked(&vic, vic.pid) >= 0);
		tool_run(&tool, "check", vic.pid, NULL);
		assert_true(victim_alive(&vic));
		tool_call(&tool, &vic, "getppid()");
		tool_expect(&tool, 0);
		assert_true(victim_alive(&vic));
		assert_true(victim_progress(&vic, 2));
		victim_kill(&vic);
	}
}

/* Threads that were put under the filter by another one. */
static void all_threads(void **state)
{
	struct victim vic;
	char path[64], tid[16];
	(void)state;
	setenv("IJ_CONFINE", "exec_kill_tsync", 1);
	victim_start(&vic, "host", "threads", "4", NULL);
	unsetenv("IJ_CONFINE");
	assert_true(victim_progress(&vic, 2));
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", vic.pid, vic.pid);
	for (int i = 0; i < 20; i++) {
		/* Its threads have the numbers behind its own, as a rule; any will do. */
		snprintf(tid, sizeof(tid), "%d", vic.pid + i % 5);
		tool_run(&tool, "call", vic.pid, "-t", tid, "getppid()", NULL);
		if (tool.status != 3)
			tool_expect(&tool, 0);
		tool_run(&tool, "call", vic.pid, "-t", tid, "mprotect((void*)4096, 4096, 4)", NULL);
		if (tool.status != 3)
			tool_expect(&tool, 4);
		assert_true(victim_progress(&vic, 1));
	}
	tool_call(&tool, &vic, "strlen(\"all\")");
	tool_expect(&tool, 0);
	snapshot_check_code(vic.pid);
	victim_finish(&vic, WAKE_NONE);
}

/*
 * A call that is forced, overdue and left running, in a cave: the next goes to another cave, and
 * when all is over, the next session has put both back.
 */
static void left_running_in_a_cave(void **state)
{
	struct victim vic;
	(void)state;
	setenv("IJ_CONFINE", "exec_kill_tsync", 1);
	victim_start(&vic, "host", "threads", "1", NULL);
	unsetenv("IJ_CONFINE");
	assert_true(victim_progress(&vic, 2));
	/* Which system calls it makes is not known, and one of those that there are kills. */
	tool_call(&tool, &vic, "(int)f_hold_stdio(1500)");
	tool_expect(&tool, 4);
	tool_expect_err(&tool, "is not known");
	tool_run(&tool, "call", vic.pid, "--force", "--timeout=100ms", "(int)f_hold_stdio(1500)",
		 NULL);
	tool_expect(&tool, 8);
	tool_run(&tool, "call", vic.pid, "getppid()", NULL);
	tool_expect(&tool, 0);
	assert_true(victim_progress(&vic, 20));
	/* It takes the lock that the call holds, and so waits for its end. */
	tool_run(&tool, "call", vic.pid, "--force", "--timeout=20s", "(int)f_hold_stdio(0)", NULL);
	tool_expect(&tool, 0);
	tool_call(&tool, &vic, "getppid()");
	tool_expect(&tool, 0);
	snapshot_check_code(vic.pid);
	victim_finish(&vic, WAKE_NONE);
}

/* No filter, and yet no memory: a cave serves there, too. */
static void no_memory_to_be_had(void **state)
{
	const struct rlimit limit = {4096, 4096};
	struct victim vic;
	(void)state;
	victim_start(&vic, "steady", "--bare", NULL);
	assert_true(victim_progress(&vic, 2));
	assert_int_equal(prlimit(vic.pid, RLIMIT_AS, &limit, NULL), 0);
	for (int i = 0; i < 10; i++) {
		tool_run(&tool, "call", vic.pid, "--json", "getppid()", "strlen(\"abc\")", NULL);
		tool_expect(&tool, 0);
		if (!strstr(tool.out, "\"cave\":true") || !strstr(tool.out, "\"mode\":\"none\""))
			fail_msg("%s", tool.out);
		assert_true(victim_progress(&vic, 1));
	}
	snapshot_check_code(vic.pid);
	victim_finish(&vic, WAKE_NONE);
}

/* Sessions with threads of one process at the same time never meet in one cave. */
static void two_sessions(void **state)
{
	enum { SESSIONS = 6, ROUNDS = 10 };
	struct victim vic;
	char number[16], tids[SESSIONS][16];
	(void)state;
	setenv("IJ_CONFINE", "exec_kill_tsync", 1);
	victim_start(&vic, "host", "threads", "5", NULL);
	unsetenv("IJ_CONFINE");
	assert_true(victim_progress(&vic, 2));
	snprintf(number, sizeof(number), "%d", vic.pid);
	for (int round = 0; round < ROUNDS; round++) {
		struct victim sessions[SESSIONS];
		for (int i = 0; i < SESSIONS; i++) {
			snprintf(tids[i], sizeof(tids[i]), "%d", vic.pid + i);
			const char *const argv[] = {
				tool_program(), "call", "-p", number, "-t", tids[i], "getppid()",
				/* Each takes another part of the stack. */
				i % 2 ? "memset((char[3000])0, 1, 3000)" : "strlen(\"ab\")", NULL};
			victim_spawn(&sessions[i], argv);
		}
		for (int i = 0; i < SESSIONS; i++) {
			int status = victim_wait(&sessions[i]);
			assert_true(WIFEXITED(status));
			/* The thread's number is another's, or the caves were all in use. */
			if (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 3)
				assert_int_equal(WEXITSTATUS(status), 4);
			victim_kill(&sessions[i]);
		}
		assert_true(victim_progress(&vic, 2));
	}
	snapshot_check_code(vic.pid);
	victim_finish(&vic, WAKE_NONE);
}

/* A function of the program's own, whose code says that it makes no system call. */
static void own_function(void **state)
{
	struct victim vic;
	(void)state;
	setenv("IJ_CONFINE", "kill_large", 1);
	victim_start(&vic, "host", "spin", NULL);
	unsetenv("IJ_CONFINE");
	assert_true(victim_progress(&vic, 2));
	tool_call(&tool, &vic, "(int)f_add(1, 2)");
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "3");
	victim_finish(&vic, WAKE_NONE);
}

static void rehearsals(void **state)
{
	struct victim vic;
	(void)state;
	start(&vic, "kill_large");
	tool_run(&tool, "call", vic.pid, "--rehearse", "getppid()", "malloc_trim(0)", NULL);
	tool_expect(&tool, 0);
	/* Denied in the copy, where even no system call is one to the filter. */
	tool_run(&tool, "call", vic.pid, "--in-copy", "--force", "kill(1, 0)", NULL);
	tool_expect(&tool, 0);
	tool_expect_err(&tool, "denied");
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
	start(&vic, "kill");
	tool_run(&tool, "call", vic.pid, "--rehearse", "getppid()", NULL);
	tool_expect(&tool, 3);
	tool_expect_err(&tool, "seccomp");
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* Who may not read filters does not stop the thread, and is told why. */
static void unprivileged(void **state)
{
	struct victim vic;
	char number[16];
	const char *setpriv = harness_find("setpriv");
	(void)state;
	if (!setpriv) {
		print_message("needs setpriv to give up capabilities\n");
		skip();
	}
	start(&vic, "container");
	snprintf(number, sizeof(number), "%d", vic.pid);
	const char *const argv[] = {setpriv,
				    "--bounding-set=-sys_admin",
				    tool_program(),
				    "call",
				    "--wait=200ms",
				    "-p",
				    number,
				    "getppid()",
				    NULL};
	tool_exec(&tool, argv);
	tool_expect(&tool, 4);
	tool_expect_err(&tool, "CAP_SYS_ADMIN");
	assert_null(strstr(tool.err, "stands in"));
	assert_true(victim_progress(&vic, 2));
	victim_finish(&vic, WAKE_NONE);
}

/* A server that may neither get executable memory nor signal itself. */
static void server(void **state)
{
	static const char *const exprs[] = {"getpid()", "malloc_trim(0)", "strlen(\"abc\")"};
	const struct program *prog = *state;
	const long attempts = harness_env("IJ_ATTEMPTS", 40);
	struct subject sub = {.port = 0};
	long done = 0;
	char path[512];
	snprintf(path, sizeof(path), "%s/libij_confine.so", harness_victims());
	setenv("IJ_CONFINE", "service", 1);
	setenv("LD_PRELOAD", path, 1);
	prog->start(&sub);
	unsetenv("LD_PRELOAD");
	unsetenv("IJ_CONFINE");
	proc_status(sub.target.pid, sub.target.pid, "Seccomp", path, sizeof(path));
	assert_string_equal(path, "2");
	for (long i = 0; i < attempts; i++)
		for (unsigned k = 0; k < 3; k++) {
			if (!harness_pause(sub.target.pidfd, rand() % 20))
				fail_msg("%s died", prog->name);
			tool_run(&tool, "call", sub.target.pid, "--json", exprs[k], NULL);
			if (tool.status == 4)
				continue;
			tool_expect(&tool, 0);
			if (!strstr(tool.out, "\"cave\":true"))
				fail_msg("not in a cave: %s", tool.out);
			done++;
		}
	print_message("%s: %ld of %ld attempts were done\n", prog->name, done, 3 * attempts);
	snapshot_check_code(sub.target.pid);
	prog->finish(&sub);
	assert_true(done * 10 >= attempts * 3 * 9);
}

int main(void)
{
	enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
	struct CMUnitTest tests[ROWS + 12];
	size_t len = 0;
	if (getuid() != 0) {
		print_message("reading filters needs root\n");
		return 77;
	}
	for (size_t i = 0; i < ROWS; i++)
		tests[len++] = (struct CMUnitTest)LIVE_ROW(rows[i].label, calls, &rows[i]);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(many_in_a_session);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(check_tells);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(restart_is_not_walked_into);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(all_threads);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(left_running_in_a_cave);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(own_function);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(no_memory_to_be_had);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(two_sessions);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(rehearsals);
	tests[len++] = (struct CMUnitTest)LIVE_TEST(unprivileged);
	tests[len++] = (struct CMUnitTest)LIVE_ROW("redis-server", server, &ij_program_redis);
	tests[len++] = (struct CMUnitTest)LIVE_ROW("nginx", server, &ij_program_nginx);
	const char *filter = getenv("IJ_FILTER");
	if (filter)
		cmocka_set_test_filter(filter);
	return _cmocka_run_group_tests("confined", tests, len, NULL, NULL);
}
