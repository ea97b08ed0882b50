/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the judge decides without a stop: the marker, what is permanent, self-deadlocks. */
#include <linux/futex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <cmocka.h>

#include "inject/deadlock.h"
#include "inject/judge.h"
#include "self.h"

#define URG   IJ_SIGNAL_BIT(SIGURG)
#define WINCH IJ_SIGNAL_BIT(SIGWINCH)
#define CHLD  IJ_SIGNAL_BIT(SIGCHLD)

static void test_marker(void **state)
{
	static const struct {
		uint64_t pending, caught, masked;
		int marker;
	} cases[] = {
		{0, 0, 0, SIGURG},
		{WINCH | CHLD, 0, 0, SIGURG},
		{URG, 0, 0, SIGWINCH},
		{URG | WINCH, 0, 0, SIGCHLD},
		{URG | WINCH | CHLD, 0, 0, 0},
		{~0ull, 0, 0, 0},
		/* Blocked is worse than free, caught worse than blocked, SIGURG caught the worst.
		 */
		{0, 0, URG, SIGWINCH},
		{0, URG, 0, SIGWINCH},
		{0, URG, WINCH, SIGCHLD},
		{0, URG | CHLD, WINCH, SIGWINCH},
		{0, URG, WINCH | CHLD, SIGWINCH},
		{0, URG | WINCH | CHLD, 0, SIGWINCH},
		{0, 0, URG | WINCH | CHLD, SIGURG},
		{0, URG | WINCH | CHLD, URG | WINCH | CHLD, SIGWINCH},
		/* Pending is out of the question. */
		{WINCH, URG, CHLD, SIGCHLD},
		{WINCH | CHLD, URG, URG, SIGURG},
		/* Others are of no concern. */
		{~(URG | WINCH | CHLD), ~URG, ~URG, SIGURG},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const struct ij_status status = {.sig_pending = cases[i].pending,
						 .sig_caught = cases[i].caught};

		assert_int_equal(ij_judge_marker(&status, cases[i].masked), cases[i].marker);
	}
}

static void test_permanent(void **state)
{
	(void)state;
	for (int reason = IJ_WIRE_REASON_NONE; reason <= IJ_WIRE_REASON_MEMORY; reason++)
		assert_int_equal(ij_judge_is_permanent((enum ij_wire_reason)reason),
				 reason == IJ_WIRE_REASON_MODE || reason == IJ_WIRE_REASON_SIGNALS);
	/* For ever, and yet a matter of opinion. */
	assert_true(ij_judge_is_permanent(IJ_WIRE_REASON_SECCOMP));
	assert_true(ij_judge_is_forcible(IJ_WIRE_REASON_SECCOMP));
	assert_false(ij_judge_is_forcible(IJ_WIRE_REASON_MODE));
}

/* A pthread mutex as glibc lays it out, at the end of a page too. */
struct mutex {
	uint32_t word, count, owner;
};

enum { FREE, LOCKED, CONTENDED };
enum { TID = 4711, OTHER = 4712 };

static void test_deadlock(void **state)
{
	static const struct {
		const char *name;
		bool known, running;
		long nr;
		uint64_t op, value, timeout;
		struct mutex mutex;
		unsigned threads;
		bool waits, found;
		pid_t owner;
	} cases[] = {
#define WAITS true, false, SYS_futex
		{"its own",
		 WAITS,
		 FUTEX_WAIT_PRIVATE,
		 2,
		 0,
		 {CONTENDED, 1, TID},
		 2,
		 true,
		 true,
		 TID},
		{"a shared one", WAITS, FUTEX_WAIT, 2, 0, {CONTENDED, 1, TID}, 2, true, true, TID},
		{"another's",
		 WAITS,
		 FUTEX_WAIT_PRIVATE,
		 2,
		 0,
		 {CONTENDED, 1, OTHER},
		 2,
		 true,
		 false,
		 0},
		{"nobody's, alone",
		 WAITS,
		 FUTEX_WAIT_PRIVATE,
		 2,
		 0,
		 {CONTENDED, 0, 0},
		 1,
		 true,
		 true,
		 0},
		{"nobody's, of two",
		 WAITS,
		 FUTEX_WAIT_PRIVATE,
		 2,
		 0,
		 {CONTENDED, 0, 0},
		 2,
		 true,
		 false,
		 0},
		{"with a timeout",
		 WAITS,
		 FUTEX_WAIT_PRIVATE,
		 2,
		 4096,
		 {CONTENDED, 1, TID},
		 1,
		 true,
		 false,
		 0},
		{"a condition",
		 WAITS,
		 FUTEX_WAIT_PRIVATE,
		 7,
		 0,
		 {CONTENDED, 1, TID},
		 1,
		 false,
		 false,
		 0},
		{"a bitset",
		 WAITS,
		 FUTEX_WAIT_BITSET,
		 2,
		 0,
		 {CONTENDED, 1, TID},
		 1,
		 false,
		 false,
		 0},
		{"a wake", WAITS, FUTEX_WAKE, 2, 0, {CONTENDED, 1, TID}, 1, false, false, 0},
		{"released since",
		 WAITS,
		 FUTEX_WAIT_PRIVATE,
		 2,
		 0,
		 {FREE, 0, 0},
		 1,
		 true,
		 false,
		 0},
		{"taken since",
		 WAITS,
		 FUTEX_WAIT_PRIVATE,
		 2,
		 0,
		 {LOCKED, 1, TID},
		 1,
		 true,
		 false,
		 0},
		{"another call",
		 true,
		 false,
		 SYS_read,
		 FUTEX_WAIT,
		 2,
		 0,
		 {CONTENDED, 1, TID},
		 1,
		 false,
		 false,
		 0},
		{"running",
		 true,
		 true,
		 SYS_futex,
		 FUTEX_WAIT,
		 2,
		 0,
		 {CONTENDED, 1, TID},
		 1,
		 false,
		 false,
		 0},
		{"unknown",
		 false,
		 false,
		 SYS_futex,
		 FUTEX_WAIT,
		 2,
		 0,
		 {CONTENDED, 1, TID},
		 1,
		 false,
		 false,
		 0},
	};
	struct ij_process process;

	(void)state;
	self_open(&process);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct mutex mutex = cases[i].mutex;
		struct ij_deadlock found = {0};
		struct ij_blocked blocked = {
			.known = cases[i].known,
			.running = cases[i].running,
			.nr = cases[i].nr,
			.args = {self_addr(&mutex), cases[i].op, cases[i].value, cases[i].timeout}};

		print_message("%s\n", cases[i].name);
		assert_int_equal(ij_deadlock_is_lock_wait(&blocked), cases[i].waits);
		assert_int_equal(
			ij_deadlock_find(&process, &blocked, TID, cases[i].threads, &found),
			cases[i].found);
		if (cases[i].found) {
			assert_int_equal(found.lock, self_addr(&mutex));
			assert_int_equal(found.owner, cases[i].owner);
		}
		/* A lock that is not there. */
		blocked.args[0] = 16;
		assert_false(ij_deadlock_find(&process, &blocked, TID, cases[i].threads, &found));
		blocked.args[0] = UINT64_MAX - 4;
		assert_false(ij_deadlock_find(&process, &blocked, TID, cases[i].threads, &found));
	}
	ij_process_close(&process);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marker),
		cmocka_unit_test(test_permanent),
		cmocka_unit_test(test_deadlock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
