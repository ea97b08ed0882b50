/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be a target and what cannot, on processes that every machine has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "interject/interject.h"

static void expect_error(struct ij_error *err, enum ij_error_code code, const char *text)
{
	assert_non_null(err);
	if (err->code != code || !strstr(err->msg, text))
		fail_msg("wanted %s with \"%s\", got %s: %s", ij_error_code_name(code), text,
			 ij_error_code_name(err->code), err->msg);
	ij_error_free(err);
}

static void test_ourselves(void **state)
{
	(void)state;
	expect_error(ij_target_check(getpid()), IJ_ERR_REFUSED, "itself");
}

static void test_nobody(void **state)
{
	pid_t pid;

	(void)state;
	/* Above the largest pid_max (4194304, linux/threads.h). */
	expect_error(ij_target_check(5000000), IJ_ERR_NOPROC, "there is no process 5000000");
	expect_error(ij_target_of_thread(5000000, &pid), IJ_ERR_NOPROC, "5000000");
}

/* Start a child that sleeps until it is killed. */
static pid_t child(const char *name)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, name);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_true(pid > 0);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void test_process_and_zombie(void **state)
{
	pid_t pid = child("ij-sleeper");
	struct ij_error *good = ij_target_check(pid);
	siginfo_t info;

	(void)state;
	kill(pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	expect_error(ij_target_check(pid), IJ_ERR_NOPROC, "zombie");
	waitpid(pid, NULL, 0);
	assert_null(good);
}

static void test_name(void **state)
{
	static const char *const name = "ij-findme-1";
	pid_t a = child(name), b = child(name);
	pid_t *pids = NULL;
	size_t len = 0;
	struct ij_error *err = ij_target_find(name, &pids, &len);
	bool found = len == 2 && pids[0] == (a < b ? a : b) && pids[1] == (a < b ? b : a);

	(void)state;
	kill(a, SIGKILL);
	kill(b, SIGKILL);
	waitpid(a, NULL, 0);
	waitpid(b, NULL, 0);
	free(pids);
	assert_null(err);
	assert_true(found);
	expect_error(ij_target_find(name, &pids, &len), IJ_ERR_NOPROC, name);
}

struct thread {
	int ready[2], done[2];
	pid_t tid;
};

static void *thread_main(void *arg)
{
	struct thread *t = arg;
	char byte;

	t->tid = (pid_t)syscall(SYS_gettid);
	if (write(t->ready[1], "", 1) == 1 && read(t->done[0], &byte, 1) == 1)
		return NULL;
	return t;
}

static void test_thread(void **state)
{
	struct thread t;
	pthread_t thread;
	char byte, text[64];
	pid_t pid = 0;

	(void)state;
	assert_int_equal(pipe(t.ready), 0);
	assert_int_equal(pipe(t.done), 0);
	assert_int_equal(pthread_create(&thread, NULL, thread_main, &t), 0);
	assert_int_equal(read(t.ready[0], &byte, 1), 1);
	snprintf(text, sizeof(text), "use --pid=%d --tid=%d", getpid(), t.tid);
	expect_error(ij_target_check(t.tid), IJ_ERR_NOPROC, text);
	assert_null(ij_target_of_thread(t.tid, &pid));
	assert_int_equal(pid, getpid());
	assert_int_equal(write(t.done[1], "", 1), 1);
	pthread_join(thread, NULL);
	for (int i = 0; i < 2; i++) {
		close(t.ready[i]);
		close(t.done[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ourselves),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_process_and_zombie),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
