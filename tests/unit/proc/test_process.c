/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Binding to a process, and the reasons why it cannot be. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "proc/process.h"

static pid_t child;

static void idle(void)
{
	for (;;)
		pause();
}

static void ends(void)
{
	_exit(0);
}

static void bracketed(void)
{
	prctl(PR_SET_NAME, ") R 1 ) (1 2 3)");
	idle();
}

static void undumpable(void)
{
	if (setuid(65534))
		_exit(1);
	prctl(PR_SET_DUMPABLE, 0);
	idle();
}

/* A child that has done what comes before its sleep: it is waited for by its state. */
static void start(void (*body)(void))
{
	char path[64], text[512], state = 0;

	child = fork();
	assert_true(child >= 0);
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
		body();
	}
	snprintf(path, sizeof(path), "/proc/%d/stat", child);
	for (uint64_t end = ij_deadline_ns(60 * IJ_NS_PER_S);
	     state != 'S' && state != 'Z' && ij_now_ns() < end;) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		ssize_t n = read(fd, text, sizeof(text) - 1);
		char *close_bracket;

		close(fd);
		assert_true(n > 0);
		text[n] = 0;
		close_bracket = strrchr(text, ')');
		assert_non_null(close_bracket);
		state = close_bracket[2];
	}
}

static int teardown(void **state)
{
	(void)state;
	if (child > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	child = 0;
	return 0;
}

static void assert_error(struct ij_error *err, enum ij_error_code code, const char *text)
{
	assert_non_null(err);
	print_message("%s\n", err->msg);
	assert_int_equal(err->code, code);
	assert_int_equal(err->touch, IJ_TOUCH_UNTOUCHED);
	assert_non_null(strstr(err->msg, text));
	ij_error_free(err);
}

static void assert_refused(pid_t pid, enum ij_error_code code, const char *text)
{
	struct ij_process process = {.pid = 4711};

	assert_error(ij_process_open(pid, &process), code, text);
	/* Written on success only. */
	assert_int_equal(process.pid, 4711);
}

/* A child of the test that opens @pid, which is a sibling of it. */
static int open_in_child(pid_t pid, uid_t uid, char *text, size_t size)
{
	int fds[2], status;
	ssize_t n, len = 0;
	pid_t opener;

	assert_int_equal(pipe(fds), 0);
	opener = fork();
	assert_true(opener >= 0);
	if (!opener) {
		struct ij_process process;
		struct ij_error *err;

		if (uid && setuid(uid))
			_exit(255);
		err = ij_process_open(pid, &process);
		if (err && write(fds[1], err->msg, strlen(err->msg)) < 0)
			_exit(254);
		_exit(err ? (int)err->code : 200);
	}
	close(fds[1]);
	while ((n = read(fds[0], text + len, size - 1 - (size_t)len)) > 0)
		len += n;
	text[len] = 0;
	close(fds[0]);
	assert_int_equal(waitpid(opener, &status, 0), opener);
	assert_true(WIFEXITED(status));
	print_message("%s\n", text);
	return WEXITSTATUS(status);
}

static void test_open(void **state)
{
	struct ij_process process;
	struct ij_tids tids = {0};

	(void)state;
	start(idle);
	assert_null(ij_process_open(child, &process));
	assert_int_equal(process.pid, child);
	assert_int_equal(process.start_time, ij_process_start_time(child));
	assert_true(process.start_time > 0);
	assert_true(ij_process_is_alive(&process));
	assert_null(ij_process_threads(&process, &tids));
	assert_int_equal(tids.list.len, 1);
	assert_int_equal(tids.list.items[0], child);
	kill(child, SIGKILL);
	ij_process_await_exit(&process, 60 * IJ_NS_PER_S);
	assert_false(ij_process_is_alive(&process));
	waitpid(child, NULL, 0);
	child = 0;
	/* Gone, whoever has its number now. */
	assert_error(ij_process_threads(&process, &tids), IJ_ERR_GONE, "exited");
	assert_error(ij_process_status(&process, 0, &(struct ij_status){0}), IJ_ERR_GONE, "ended");
	ij_vec_deinit(&tids.list);
	ij_process_close(&process);
	ij_process_close(&process);
}

static void test_no_process(void **state)
{
	static const pid_t pids[] = {0, -1, INT_MIN, INT_MAX, 1 << 30};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(pids); i++) {
		assert_refused(pids[i], IJ_ERR_NOPROC, "no process");
		assert_int_equal(ij_process_start_time(pids[i]), 0);
	}
}

static void test_ourselves(void **state)
{
	(void)state;
	assert_refused(getpid(), IJ_ERR_REFUSED, "interject itself");
}

static void test_zombie(void **state)
{
	(void)state;
	start(ends);
	assert_refused(child, IJ_ERR_REFUSED, "zombie");
}

static void test_kernel_thread(void **state)
{
	char comm[32] = "";
	int fd = open("/proc/2/comm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, comm, sizeof(comm) - 1);

	(void)state;
	if (fd >= 0)
		close(fd);
	/* In a PID namespace none is to be seen. */
	if (n <= 0 || strcmp(comm, "kthreadd\n") != 0)
		skip();
	assert_refused(2, IJ_ERR_REFUSED, "kernel thread");
}

/* Of a process that ends memory is the first thing to go; threads of the kernel never had any. */
static void test_ending(void **state)
{
	struct ij_status status = {.state = 'R', .comm = "going"};

	(void)state;
	start(idle);
	status.tgid = child;
	assert_error(ij_process_check(child, &status), IJ_ERR_GONE, "is ending");
	status.has_memory = true;
	assert_null(ij_process_check(child, &status));
}

static void test_traced(void **state)
{
	char text[512], by[64];

	(void)state;
	start(idle);
	assert_int_equal(ptrace(PTRACE_SEIZE, child, NULL, NULL), 0);
	snprintf(by, sizeof(by), "process %d (", getpid());
	assert_int_equal(open_in_child(child, 0, text, sizeof(text)), IJ_ERR_TRACED);
	assert_non_null(strstr(text, by));
	assert_refused(child, IJ_ERR_TRACED, by);
}

/* The kernel counts fields from the last bracket; so do we. */
static void test_brackets(void **state)
{
	uint64_t plain, bracketed_time;
	struct ij_process process;
	struct ij_status status;

	(void)state;
	plain = ij_process_start_time(getpid());
	assert_true(plain > 0);
	start(bracketed);
	bracketed_time = ij_process_start_time(child);
	/* It started after us, in ticks since the boot. */
	assert_true(bracketed_time >= plain);
	assert_null(ij_process_open(child, &process));
	assert_int_equal(process.start_time, bracketed_time);
	assert_null(ij_process_status(&process, child, &status));
	assert_string_equal(status.comm, ") R 1 ) (1 2 3)");
	assert_int_equal(status.state, 'S');
	assert_true(ij_process_cpu(&process, child) >= 0);
	assert_true(ij_process_cpu(&process, child) < sysconf(_SC_NPROCESSORS_CONF));
	assert_int_equal(ij_process_cpu(&process, getpid()), -1);
	ij_process_close(&process);
}

static void test_blocked(void **state)
{
	struct ij_process process;
	struct ij_blocked blocked;

	(void)state;
	start(idle);
	assert_null(ij_process_open(child, &process));
	ij_process_blocked(&process, child, &blocked);
	if (blocked.known) {
		assert_false(blocked.running);
		assert_int_equal(blocked.nr, SYS_pause);
		assert_true(blocked.sp > 0 && blocked.pc > 0);
	}
	/* A thread of somebody else's. */
	ij_process_blocked(&process, getpid(), &blocked);
	assert_false(blocked.known);
	assert_int_equal(blocked.nr, -1);
	ij_process_close(&process);
}

static void test_write(void **state)
{
	static volatile uint32_t place = 1;
	struct ij_process process;
	uint32_t back = 0;

	(void)state;
	start(idle);
	assert_null(ij_process_open(child, &process));
	assert_null(ij_process_write(&process, (uintptr_t)&place, &(uint32_t){77}, 4));
	assert_null(ij_mem_read(&process.mem.mem, (uintptr_t)&place, &back, 4));
	assert_int_equal(back, 77);
	assert_int_equal(place, 1);
	assert_error(ij_process_write(&process, 16, &back, 4), IJ_ERR_FAULT, "0x10");
	assert_error(ij_process_write(&process, UINT64_MAX - 1, &back, 4), IJ_ERR_FAULT, "write");
	ij_process_close(&process);
}

/* As another user, who is told so, and what to do. */
static void test_denied(void **state)
{
	static const int refusals[] = {EPERM, EACCES};
	char text[512];

	(void)state;
	start(idle);
	assert_error(ij_process_denied(child, ESRCH), IJ_ERR_NOPROC, "no process");
	assert_error(ij_process_denied(1 << 30, EPERM), IJ_ERR_NOPROC, "no process");
	assert_error(ij_process_denied(child, EIO), IJ_ERR_OS, strerror(EIO));
	if (geteuid())
		skip();
	for (size_t i = 0; i < IJ_COUNT(refusals); i++) {
		struct ij_error *err = ij_process_denied(child, refusals[i]);

		assert_int_equal(err->os, refusals[i]);
		assert_error(err, IJ_ERR_PERM, "CAP_SYS_PTRACE");
	}
	assert_int_equal(open_in_child(child, 65534, text, sizeof(text)), IJ_ERR_PERM);
	assert_non_null(strstr(text, "belongs to user 0 and we are user 65534"));
	assert_non_null(strstr(text, "run as root"));
}

static void test_not_dumpable(void **state)
{
	char text[512];

	(void)state;
	if (geteuid())
		skip();
	start(undumpable);
	assert_int_equal(open_in_child(child, 65534, text, sizeof(text)), IJ_ERR_PERM);
	/* Which of the two forbids it first is the machine's choice. */
	assert_true(strstr(text, "not dumpable") || strstr(text, "ptrace_scope"));
}

struct spare {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pid_t tid;
	bool quit;
};

static void *spare_thread(void *arg)
{
	struct spare *spare = arg;

	pthread_mutex_lock(&spare->lock);
	spare->tid = gettid();
	pthread_cond_broadcast(&spare->changed);
	while (!spare->quit)
		pthread_cond_wait(&spare->changed, &spare->lock);
	pthread_mutex_unlock(&spare->lock);
	return NULL;
}

/* All threads, the main one first; and a thread's number is not a process's. */
static void test_threads(void **state)
{
	struct spare spare = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, false};
	struct ij_process process = {
		.pid = getpid(), .pidfd = -1, .maps_fd = -1, .live_fd = -1, .mem.fd = -1};
	struct ij_tids tids = {0};
	char hint[64];
	pthread_t thread;
	bool found = false;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, spare_thread, &spare), 0);
	pthread_mutex_lock(&spare.lock);
	while (!spare.tid)
		pthread_cond_wait(&spare.changed, &spare.lock);
	pthread_mutex_unlock(&spare.lock);
	process.proc_fd = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_null(ij_process_threads(&process, &tids));
	assert_true(tids.list.len >= 2);
	assert_int_equal(tids.list.items[0], getpid());
	IJ_VEC_EACH (&tids.list, tid)
		found |= *tid == spare.tid;
	assert_true(found);
	snprintf(hint, sizeof(hint), "use -p %d -t %d", getpid(), spare.tid);
	assert_refused(spare.tid, IJ_ERR_NOPROC, hint);
	pthread_mutex_lock(&spare.lock);
	spare.quit = true;
	pthread_cond_broadcast(&spare.changed);
	pthread_mutex_unlock(&spare.lock);
	pthread_join(thread, NULL);
	ij_vec_deinit(&tids.list);
	ij_process_close(&process);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_open, teardown),
		cmocka_unit_test(test_no_process),
		cmocka_unit_test(test_ourselves),
		cmocka_unit_test_teardown(test_zombie, teardown),
		cmocka_unit_test(test_kernel_thread),
		cmocka_unit_test_teardown(test_ending, teardown),
		cmocka_unit_test_teardown(test_traced, teardown),
		cmocka_unit_test_teardown(test_brackets, teardown),
		cmocka_unit_test_teardown(test_blocked, teardown),
		cmocka_unit_test_teardown(test_write, teardown),
		cmocka_unit_test_teardown(test_denied, teardown),
		cmocka_unit_test_teardown(test_not_dumpable, teardown),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
