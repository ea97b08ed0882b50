/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A cold call (attach, bootstrap, call, unmap) into a thread that sleeps in a system call: the call
 * is made, and the system call notices nothing. The victim checks result, errno and elapsed time.
 */
#include "harness.h"

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct tool tool;

struct row {
	const char *kind;
	long syscall; /* the number it sleeps in; -1: one of several */
	enum wake wake;
	bool limited;
};

static const struct row rows[] = {
	{"poll", SYS_poll, WAKE_BYTE, false},
	{"poll_ms", SYS_poll, WAKE_NONE, true},
	{"ppoll_ms", SYS_ppoll, WAKE_NONE, true},
	{"nanosleep", SYS_nanosleep, WAKE_NONE, true},
	{"clock_nanosleep", SYS_clock_nanosleep, WAKE_NONE, true},
	{"clock_nanosleep_abs", SYS_clock_nanosleep, WAKE_NONE, true},
	{"read", SYS_read, WAKE_BYTE, false},
	{"epoll", SYS_epoll_wait, WAKE_BYTE, false},
	{"epoll_ms", SYS_epoll_wait, WAKE_NONE, true},
	{"select", -1, WAKE_BYTE, false},
	{"select_ms", -1, WAKE_NONE, true},
	{"pause", SYS_pause, WAKE_USR1, false},
	{"sigsuspend", SYS_rt_sigsuspend, WAKE_USR1, false},
	{"sigtimedwait", SYS_rt_sigtimedwait, WAKE_USR1, false},
	{"futex", SYS_futex, WAKE_FUTEX, false},
	{"futex_ms", SYS_futex, WAKE_NONE, true},
	{"sem_ms", SYS_futex, WAKE_NONE, true},
	{"wait4", SYS_wait4, WAKE_BYTE, false},
	{"accept", SYS_accept, WAKE_CONNECT, false},
};

static void expect_blocked(const struct victim *vic, const struct row *row)
{
	long number = victim_blocked(vic, vic->pid);
	/* A timed call that was restarted may go on as restart_syscall. */
	if (number < 0 ||
	    (row->syscall >= 0 && number != row->syscall && number != SYS_restart_syscall))
		fail_msg("%s sleeps in system call %ld, not %ld", row->kind, number, row->syscall);
}

/* One session in a sleep; for a kind with a limit, the sleep must then end in its own time. */
static void one_session(struct victim *vic, const struct row *row, const char *const exprs[2])
{
	struct snapshot snap;
	expect_blocked(vic, row);
	snapshot_take(&snap, vic->pid, vic->pid);
	uint64_t rounds = vic->page->rounds;
	tool_run(&tool, "call", vic->pid, exprs[0], exprs[1], NULL);
	tool_expect(&tool, 0);
	if (!row->limited && vic->page->rounds != rounds)
		fail_msg("%s woke: %s", row->kind, vic->page->failure);
	if (!row->limited)
		expect_blocked(vic, row);
	else
		assert_true(victim_progress(vic, 2));
	if (vic->page->failures)
		fail_msg("%s", vic->page->failure);
	snapshot_check(&snap, vic->pid, vic->pid, 0);
	snapshot_free(&snap);
}

static void sleep_notices_nothing(void **state)
{
	static const char *const one[2] = {"getpid()", NULL};
	static const char *const two[2] = {"strlen(\"abc\")", "getppid()"};
	static const char *const rehearsed[2] = {"--rehearse", "getpid()"};
	static const char *const copied[2] = {"--in-copy", "getpid()"};
	const struct row *row = *state;
	struct victim vic;
	victim_start(&vic, "blocked", row->kind, NULL);
	one_session(&vic, row, one);
	one_session(&vic, row, two);
	one_session(&vic, row, rehearsed);
	one_session(&vic, row, copied);
	victim_finish(&vic, row->wake);
}

/* Many cold sessions in a row in one sleep that ends only when woken. */
static void many_sessions(void **state)
{
	static const char *const one[2] = {"getpid()", NULL};
	const struct row *row = *state;
	struct victim vic;
	victim_start(&vic, "blocked", row->kind, NULL);
	for (int i = 0; i < 20; i++)
		one_session(&vic, row, one);
	victim_finish(&vic, row->wake);
}

int main(void)
{
	enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
	struct CMUnitTest tests[2 * ROWS];
	static char labels[ROWS][64];
	size_t len = 0;
	for (size_t i = 0; i < ROWS; i++) {
		tests[len++] =
			(struct CMUnitTest)LIVE_ROW(rows[i].kind, sleep_notices_nothing, &rows[i]);
		if (rows[i].limited)
			continue;
		snprintf(labels[i], sizeof(labels[i]), "%s, 20 sessions", rows[i].kind);
		tests[len++] = (struct CMUnitTest)LIVE_ROW(labels[i], many_sessions, &rows[i]);
	}
	return _cmocka_run_group_tests("call_blocked", tests, len, NULL, NULL);
}
