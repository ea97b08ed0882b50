/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every kind of system call that a thread may be waiting in, against what may be done to it there:
 * looking alone, cold and warm calls, calls that sleep themselves, and signals that are handled
 * meanwhile. The victim judges (tests/victims/syscalls.c).
 *
 * The rows are independent and spend their time waiting, so many run at once: each in a process of
 * its own, which is this program again with the row's name, while its test waits for that one's
 * turn. A row that fails is run once more when all others are over: then it is not the company that
 * made it late. IJ_FILTER chooses rows, IJ_ROWS_AT_ONCE (8) how many run.
 */
#include "harness.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tool tool;

/* What becomes of a call where nothing better can be had; interject-safety(7) says so. */
enum flaw {
	NONE,
	ANEW,  /* its limit begins anew at each stop */
	EARLY, /* it returns what was done so far */
};

struct row {
	const char *name;
	bool limited;
	enum flaw flaw;
};

static const struct row rows[] = {
#include "syscalls_rows.def"
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]), LIMIT_MS = 3000 };

/* One row, in a process of its own */

/* A session is to come when half of the limit is over. False if the round went by meanwhile. */
static bool half_over(struct victim *vic)
{
	uint64_t began = vic->page->began_ns;
	uint64_t due = began + LIMIT_MS / 2 * 1000000ull;
	assert_true(victim_blocked(vic, vic->pid) >= 0);
	while (harness_now_ns() < due)
		if (!harness_pause(vic->pidfd, 10))
			fail_msg("the victim has ended: %s", vic->page->failure);
	return vic->page->began_ns == began;
}

static void expect_good(const struct victim *vic, const char *what)
{
	if (vic->page->failures)
		fail_msg("%s: %s", what, vic->page->failure);
}

/* The arguments of one run of the tool; signalled: the last but one call brings a signal. */
struct session {
	const char *what;
	const char *command;
	const char *args[3];
	bool signalled;
	bool naps; /* the callee says in which round it was */
};

static bool was_in_time(const struct victim *vic, const struct row *row,
			const struct session *session, uint64_t rounds)
{
	if (!row->limited || session->signalled)
		return true;
	return (session->naps ? vic->page->called_in : vic->page->rounds) == rounds;
}

static void one_session(struct victim *vic, const struct row *row, const struct session *session)
{
	struct snapshot snap;
	uint64_t rounds, handled;
	unsigned tries = 0;
	do {
		if (row->limited)
			while (!half_over(vic))
				;
		assert_true(victim_blocked(vic, vic->pid) >= 0);
		snapshot_take(&snap, vic->pid, vic->pid);
		rounds = vic->page->rounds;
		handled = vic->page->ticks;
		vic->page->came_ns = harness_now_ns();
		tool_run(&tool, session->command, vic->pid, session->args[0], session->args[1],
			 session->args[2], NULL);
		tool_expect(&tool, 0);
		/* On a busy machine the round may have ended before the tool came. */
	} while (!was_in_time(vic, row, session, rounds) && ++tries < 5);
	expect_good(vic, session->what);
	if (session->signalled) {
		uint64_t start = harness_now_ns();
		while (vic->page->ticks != handled + 1)
			if (!harness_pause(vic->pidfd, 1) ||
			    harness_now_ns() - start > HARNESS_WAIT_MS * 1000000ull)
				fail_msg("%s: %llu signals were handled", session->what,
					 (unsigned long long)(vic->page->ticks - handled));
	} else if (!row->limited && vic->page->rounds != rounds) {
		fail_msg("%s woke it", session->what);
	}
	assert_true(victim_blocked(vic, vic->pid) >= 0);
	if (row->limited)
		assert_true(victim_progress(vic, 1));
	expect_good(vic, session->what);
	snapshot_check(&snap, vic->pid, vic->pid, 0);
	snapshot_free(&snap);
}

static void row_with(const struct row *row, const char *flag, const struct session *sessions,
		     size_t len)
{
	struct victim vic;
	victim_start(&vic, "syscalls", row->name, flag, row->flaw == ANEW ? "anew" : NULL, NULL);
	for (size_t i = 0; i < len; i++)
		one_session(&vic, row, &sessions[i]);
	victim_finish(&vic, row->limited ? WAKE_NONE : WAKE_BYTE);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Half of it, at most: a call that sleeps so long must not be added to the limit. */
#define NAP "1400"

static void row_is_transparent(const struct row *row)
{
	static const struct session quiet[] = {
		{"looking", "check", {NULL}, false, false},
		{"a cold call", "call", {"getpid()"}, false, false},
		{"a cold call that sleeps", "call", {"(long)f_nap(" NAP ")"}, false, true},
		{"a cold call that polls", "call", {"(long)f_nap_poll(" NAP ")"}, false, true},
		{"a warm call that sleeps",
		 "call",
		 {"getpid()", "usleep(150000)", "getppid()"},
		 false,
		 false},
	};
	static const struct session signalled[] = {
		{"a cold call with a signal", "call", {"(long)f_nap_signal(100)"}, true, true},
		{"a warm call with a signal",
		 "call",
		 {"getpid()", "(long)f_nap_signal(100)", "getppid()"},
		 true,
		 true},
	};
	row_with(row, "plain", quiet, COUNT(quiet));
	row_with(row, "plain", signalled, COUNT(signalled));
	row_with(row, "restart", signalled, COUNT(signalled));
}

/* What was done so far is returned, and is true; it must not be made to look otherwise. */
static void row_ends_early(const struct row *row)
{
	struct victim vic;
	uint64_t start = harness_now_ns();
	victim_start(&vic, "syscalls", row->name, "plain", "early", NULL);
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	tool_run(&tool, "check", vic.pid, NULL);
	tool_expect(&tool, 0);
	while (vic.page->rounds == 0)
		if (!harness_pause(vic.pidfd, 1) ||
		    harness_now_ns() - start > HARNESS_WAIT_MS * 1000000ull)
			fail_msg("the system call did not end");
	expect_good(&vic, "looking");
	tool_run(&tool, "call", vic.pid, "getpid()", NULL);
	tool_expect(&tool, 0);
	expect_good(&vic, "a call");
	victim_kill(&vic);
}

/* A thread that waits in read(2), other than the main one. */
static void await_reader(const struct victim *vic)
{
	pid_t tid = 0;
	for (uint64_t start = harness_now_ns(); !tid;) {
		char path[64];
		snprintf(path, sizeof(path), "/proc/%d/task", vic->pid);
		DIR *dir = opendir(path);
		assert_non_null(dir);
		for (struct dirent *entry; (entry = readdir(dir));)
			if (atoi(entry->d_name) && atoi(entry->d_name) != vic->pid)
				tid = atoi(entry->d_name);
		closedir(dir);
		assert_true(harness_now_ns() - start < HARNESS_WAIT_MS * 1000000ull);
	}
	assert_int_equal(victim_blocked(vic, tid), SYS_read);
}

/* Where there is another thread, one that would see it is let alone; the victim is strict here. */
static void row_is_avoided(const struct row *row)
{
	struct victim vic;
	victim_start(&vic, "syscalls", row->name, "plain", "beside", NULL);
	await_reader(&vic);
	while (row->limited && !half_over(&vic))
		;
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	vic.page->came_ns = harness_now_ns();
	for (int i = 0; i < 5; i++) {
		uint64_t rounds = vic.page->rounds;
		tool_run(&tool, "call", vic.pid, "--json", "getpid()", NULL);
		tool_expect(&tool, 0);
		/* Between two rounds it is in user mode, where a stop costs nothing either. */
		if (vic.page->rounds == rounds)
			assert_int_not_equal(tool_json_number(&tool, "tid"), vic.pid);
	}
	if (row->limited)
		assert_true(victim_progress(&vic, 1));
	expect_good(&vic, "a call beside it");
	victim_finish(&vic, row->limited ? WAKE_NONE : WAKE_BYTE);
}

static void row_alone(void **state)
{
	const struct row *row = *state;
	if (row->flaw == EARLY)
		row_ends_early(row);
	else
		row_is_transparent(row);
	if (row->flaw != NONE)
		row_is_avoided(row);
}

static int main_of_row(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].name, name) == 0) {
			const struct CMUnitTest tests[] = {
				LIVE_ROW(rows[i].name, row_alone, &rows[i])};
			return cmocka_run_group_tests(tests, NULL, NULL);
		}
	return 2;
}

/* All rows, from their tests' view */

static struct run {
	pid_t pid;
	FILE *output;
	bool started, over;
	int status;
} runs[ROWS];

static bool is_wanted(const char *name)
{
	const char *filter = getenv("IJ_FILTER");
	return !filter || fnmatch(filter, name, 0) == 0;
}

static void start(size_t idx)
{
	struct run *run = &runs[idx];
	run->started = true;
	run->output = tmpfile();
	assert_non_null(run->output);
	run->pid = fork();
	assert_true(run->pid >= 0);
	if (run->pid)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(fileno(run->output), 1);
	dup2(fileno(run->output), 2);
	execl("/proc/self/exe", "live_syscalls", rows[idx].name, (char *)NULL);
	_exit(127);
}

/* Rows are started in their order, so the one that is waited for is always among those. */
static void run_until_over(size_t idx)
{
	const size_t max = (size_t)harness_env("IJ_ROWS_AT_ONCE", 8);
	while (!runs[idx].over) {
		size_t running = 0;
		int status;
		for (size_t i = 0; i < ROWS; i++)
			running += runs[i].started && !runs[i].over;
		for (size_t i = 0; i < ROWS && running < max; i++)
			if (!runs[i].started && is_wanted(rows[i].name)) {
				start(i);
				running++;
			}
		pid_t pid = waitpid(-1, &status, __WALL);
		assert_true(pid > 0);
		for (size_t i = 0; i < ROWS; i++)
			if (runs[i].pid == pid) {
				runs[i].over = true;
				runs[i].status = status;
			}
	}
}

static void print_output(const struct run *run, bool *skipped_ret)
{
	char line[4096];
	rewind(run->output);
	*skipped_ret = false;
	while (fgets(line, sizeof(line), run->output)) {
		*skipped_ret |= strstr(line, "[  SKIPPED ]") != NULL;
		if (run->status)
			print_message("%s", line);
	}
	fclose(run->output);
}

static void row_of(void **state)
{
	size_t idx = (size_t)((const struct row *)*state - rows);
	bool skipped;
	run_until_over(idx);
	print_output(&runs[idx], &skipped);
	if (runs[idx].status) {
		for (size_t i = 0; i < ROWS; i++)
			if (is_wanted(rows[i].name))
				run_until_over(i);
		runs[idx].over = false;
		start(idx);
		run_until_over(idx);
		print_output(&runs[idx], &skipped);
	}
	if (runs[idx].status)
		fail_msg("%s: wait status %#x", rows[idx].name, runs[idx].status);
	if (skipped)
		skip();
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[ROWS];
	size_t len = 0;
	if (argc > 1)
		return main_of_row(argv[1]);
	for (size_t i = 0; i < ROWS; i++)
		if (is_wanted(rows[i].name))
			tests[len++] = (struct CMUnitTest){rows[i].name, row_of, NULL, NULL,
							   (void *)(uintptr_t)&rows[i]};
	return _cmocka_run_group_tests("syscalls", tests, len, NULL, NULL);
}
