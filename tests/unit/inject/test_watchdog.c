/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The watchdog kills who overruns, stopped or not, and nobody else. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "inject/watchdog.h"

enum { DISARMED = 7 };

/* How long the child is alive is of no account; what it dies of is. */
static void child(void (*body)(struct ij_watchdog *watchdog))
{
	struct ij_watchdog watchdog;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (ij_watchdog_init(&watchdog))
		_exit(1);
	body(&watchdog);
	ij_watchdog_deinit(&watchdog);
	_exit(DISARMED);
}

static pid_t start(void (*body)(struct ij_watchdog *watchdog))
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid)
		child(body);
	return pid;
}

static void wait_ns(uint64_t span_ns)
{
	struct timespec span = ij_timespec(span_ns);

	ppoll(NULL, 0, &span, NULL);
}

static void overrun(struct ij_watchdog *watchdog)
{
	ij_watchdog_arm(watchdog, 5 * IJ_NS_PER_MS);
	wait_ns(60 * IJ_NS_PER_S);
}

static void spin(struct ij_watchdog *watchdog)
{
	uint64_t end = ij_deadline_ns(60 * IJ_NS_PER_S);

	ij_watchdog_arm(watchdog, 5 * IJ_NS_PER_MS);
	while (ij_now_ns() < end)
		;
}

static void blocks_signals(struct ij_watchdog *watchdog)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	overrun(watchdog);
}

static void stopped(struct ij_watchdog *watchdog)
{
	/* Long enough to be stopped before it ends; were it not, that would do as well. */
	ij_watchdog_arm(watchdog, 50 * IJ_NS_PER_MS);
	raise(SIGSTOP);
	wait_ns(60 * IJ_NS_PER_S);
}

static void rearmed(struct ij_watchdog *watchdog)
{
	ij_watchdog_arm(watchdog, 60 * IJ_NS_PER_S);
	ij_watchdog_arm(watchdog, 5 * IJ_NS_PER_MS);
	wait_ns(60 * IJ_NS_PER_S);
}

/* Nanoseconds until the timer fires; 0: never. */
static uint64_t left_of(const struct ij_watchdog *watchdog)
{
	struct itimerspec spec;

	if (timer_gettime(watchdog->timer, &spec))
		_exit(2);
	return (uint64_t)spec.it_value.tv_sec * IJ_NS_PER_S + (uint64_t)spec.it_value.tv_nsec;
}

static void disarmed(struct ij_watchdog *watchdog)
{
	if (left_of(watchdog))
		_exit(3);
	ij_watchdog_arm(watchdog, 600 * IJ_NS_PER_S);
	if (!left_of(watchdog))
		_exit(4);
	ij_watchdog_disarm(watchdog);
	if (left_of(watchdog))
		_exit(5);
}

static void extended(struct ij_watchdog *watchdog)
{
	ij_watchdog_arm(watchdog, 600 * IJ_NS_PER_S);
	ij_watchdog_arm(watchdog, 60000 * IJ_NS_PER_S);
	if (left_of(watchdog) <= 600 * IJ_NS_PER_S)
		_exit(6);
}

static void gone(struct ij_watchdog *watchdog)
{
	struct itimerspec spec;
	struct ij_watchdog second;

	if (ij_watchdog_init(&second))
		_exit(1);
	ij_watchdog_arm(&second, 600 * IJ_NS_PER_S);
	ij_watchdog_deinit(&second);
	if (!timer_gettime(second.timer, &spec) || left_of(watchdog))
		_exit(7);
}

static void test_watchdog(void **state)
{
	static const struct {
		void (*body)(struct ij_watchdog *watchdog);
		bool killed;
	} cases[] = {
		{overrun, true}, {spin, true},      {blocks_signals, true}, {stopped, true},
		{rearmed, true}, {disarmed, false}, {extended, false},      {gone, false},
	};
	pid_t pids[IJ_COUNT(cases)];

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++)
		pids[i] = start(cases[i].body);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		if (cases[i].killed) {
			assert_true(WIFSIGNALED(status));
			assert_int_equal(WTERMSIG(status), SIGKILL);
		} else {
			assert_true(WIFEXITED(status));
			assert_int_equal(WEXITSTATUS(status), DISARMED);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watchdog),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
