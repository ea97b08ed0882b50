/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a wait meets, told apart by real children. */
#include <dirent.h>
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
#include "proc/remote.h"

#define WAIT_NS (60 * IJ_NS_PER_S)

static struct ij_waiter waiter;
static struct ij_thread thread;
static int hangup[2];
static pid_t child;
static int gate[2]; /* the child goes on when it can read a byte here */

static void sleeps(void)
{
	for (;;)
		pause();
}

static void exits(void)
{
	_exit(5);
}

static void dies(void)
{
	raise(SIGKILL);
}

static void stops(void)
{
	raise(SIGSTOP);
	sleeps();
}

static void raises(void)
{
	raise(SIGUSR1);
	_exit(6);
}

static int echoed[2];

/* Nothing but registers changes between the two calls, so that registers alone can be put back. */
static inline __attribute__((always_inline)) long bare_syscall(long nr, long fd, void *byte)
{
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(fd), "S"(byte), "d"(1)
			 : "rcx", "r11", "memory");
	return ret;
}

static void writes(void)
{
	char byte = 'x';
	long written, end;

	close(echoed[0]);
	written = bare_syscall(SYS_write, echoed[1], &byte);
	end = bare_syscall(SYS_read, gate[0], &byte);
	_exit(written == 1 && end == 0 ? 8 : 9);
}

static void execs(void)
{
	execl("/bin/true", "true", (char *)NULL);
	_exit(7);
}

/* Executes as soon as it may, the main thread being elsewhere. */
static void *execs_later(void *arg)
{
	char byte;

	if (write(echoed[1], "r", 1) == 1 && read(gate[0], &byte, 1) == 1)
		execs();
	return arg;
}

static void execs_in_thread(void)
{
	pthread_t id;

	if (pthread_create(&id, NULL, execs_later, NULL))
		_exit(9);
	for (;;)
		pause();
}

/* A child that waits at the gate, attached to. */
static void start(void (*body)(void))
{
	assert_int_equal(pipe(gate), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		sigset_t none;
		char byte;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		close(gate[1]);
		close(hangup[1]);
		if (read(gate[0], &byte, 1) == 1)
			body();
		_exit(1);
	}
	close(gate[0]);
	assert_null(ij_thread_seize(&thread, child, child, &waiter));
	assert_true(thread.seized);
	assert_false(thread.stopped);
}

static void open_gate(void)
{
	assert_int_equal(write(gate[1], "x", 1), 1);
}

static struct ij_event next(enum ij_event_kind kind)
{
	struct ij_event event;

	assert_null(ij_thread_wait(&thread, ij_deadline_ns(WAIT_NS), &event));
	assert_int_equal(event.kind, kind);
	return event;
}

static int setup(void **state)
{
	(void)state;
	return pipe(hangup) || ij_waiter_init(&waiter, hangup[0]);
}

static int teardown(void **state)
{
	(void)state;
	if (child > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, __WALL);
		close(gate[1]);
	}
	child = 0;
	ij_waiter_deinit(&waiter);
	close(hangup[0]);
	if (hangup[1] >= 0)
		close(hangup[1]);
	return 0;
}

static void test_stop(void **state)
{
	struct ij_event event;
	struct ij_regs regs;
	uint64_t mask = 0, other = 1ull << (SIGUSR2 - 1);

	(void)state;
	start(sleeps);
	/* Nothing happens by itself. */
	assert_null(ij_thread_wait(&thread, 0, &event));
	assert_int_equal(event.kind, IJ_EVENT_DEADLINE);
	assert_false(thread.stopped);
	/* Until it has come to its gate. */
	for (uint64_t end = ij_deadline_ns(WAIT_NS); ij_now_ns() < end;) {
		assert_null(ij_thread_interrupt(&thread));
		assert_int_equal(next(IJ_EVENT_STOP).signo, SIGTRAP);
		assert_true(thread.stopped);
		assert_null(ij_thread_regs_get(&thread, &regs));
		if (ij_regs_syscall(&regs) == SYS_read)
			break;
		assert_null(ij_thread_resume(&thread, 0));
	}
	/* It is not consumed: whoever looks again meets it again. */
	next(IJ_EVENT_STOP);
	assert_null(ij_thread_regs_get(&thread, &regs));
	assert_int_equal(ij_regs_syscall(&regs), SYS_read);
	assert_null(ij_thread_sigmask_set(&thread, other));
	assert_null(ij_thread_sigmask_get(&thread, &mask));
	assert_int_equal(mask, other);
	/* To the end of the call that it was in, which goes on when the byte comes. */
	assert_null(ij_thread_resume_syscall(&thread, 0));
	next(IJ_EVENT_SYSCALL);
	ij_thread_detach(&thread, 0);
	assert_false(thread.seized);
	/* Once more is once too often, but does no harm. */
	ij_thread_detach(&thread, 0);
}

static void test_signal(void **state)
{
	int status;

	(void)state;
	start(raises);
	open_gate();
	assert_int_equal(next(IJ_EVENT_SIGNAL).signo, SIGUSR1);
	assert_null(ij_thread_resume(&thread, 0));
	next(IJ_EVENT_EXITING);
	ij_thread_detach(&thread, 0);
	/* The signal was taken away, so it came to its end. */
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 6);
	child = 0;
	close(gate[1]);
}

static void test_signal_delivered(void **state)
{
	int status;

	(void)state;
	start(raises);
	open_gate();
	assert_int_equal(next(IJ_EVENT_SIGNAL).signo, SIGUSR1);
	ij_thread_detach(&thread, SIGUSR1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGUSR1);
	child = 0;
	close(gate[1]);
}

static void test_group_stop(void **state)
{
	int status;

	(void)state;
	start(stops);
	open_gate();
	assert_int_equal(next(IJ_EVENT_SIGNAL).signo, SIGSTOP);
	assert_null(ij_thread_resume(&thread, SIGSTOP));
	assert_int_equal(next(IJ_EVENT_GROUP_STOP).signo, SIGSTOP);
	/* Let go of, it stays stopped. */
	ij_thread_detach(&thread, SIGSTOP);
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	assert_true(WIFSTOPPED(status));
}

/* A thread that executes takes its process's number: it is the same one still, and held. */
static void test_exec_in_thread(void **state)
{
	char path[64], byte;
	pid_t tid = 0;
	DIR *dir;

	(void)state;
	assert_int_equal(pipe(echoed), 0);
	start(execs_in_thread);
	assert_null(ij_thread_interrupt(&thread));
	next(IJ_EVENT_STOP);
	ij_thread_detach(&thread, 0);
	open_gate();
	assert_int_equal(read(echoed[0], &byte, 1), 1);
	snprintf(path, sizeof(path), "/proc/%d/task", child);
	dir = opendir(path);
	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));)
		if (atoi(entry->d_name) != child && atoi(entry->d_name))
			tid = atoi(entry->d_name);
	closedir(dir);
	assert_int_not_equal(tid, 0);
	assert_null(ij_thread_seize(&thread, child, tid, &waiter));
	open_gate();
	next(IJ_EVENT_EXEC);
	assert_true(thread.stopped);
	assert_int_equal(thread.tid, child);
	assert_null(ij_thread_resume(&thread, 0));
	next(IJ_EVENT_EXITING);
	close(echoed[0]);
	close(echoed[1]);
}

static void test_exec(void **state)
{
	(void)state;
	start(execs);
	open_gate();
	next(IJ_EVENT_EXEC);
	assert_true(thread.stopped);
	assert_null(ij_thread_resume(&thread, 0));
	next(IJ_EVENT_EXITING);
}

static void test_end(void **state)
{
	static const struct {
		void (*body)(void);
		bool exiting;
		int status;
	} cases[] = {{exits, true, 5 << 8}, {dies, true, SIGKILL}};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_event event;
		struct ij_error *err;

		start(cases[i].body);
		open_gate();
		next(IJ_EVENT_EXITING);
		assert_null(ij_thread_resume(&thread, 0));
		event = next(IJ_EVENT_ENDED);
		assert_int_equal(event.status, cases[i].status);
		assert_false(thread.seized);
		assert_false(thread.stopped);
		/* It was reaped: it is gone, and says so with its number. */
		err = ij_thread_interrupt(&thread);
		assert_non_null(err);
		assert_int_equal(err->code, IJ_ERR_GONE);
		assert_int_equal(err->tid, thread.tid);
		ij_error_free(err);
		next(IJ_EVENT_ENDED);
		child = 0;
		close(gate[1]);
	}
}

static void test_cancelled(void **state)
{
	struct ij_event event;

	(void)state;
	start(sleeps);
	close(hangup[1]);
	hangup[1] = -1;
	next(IJ_EVENT_CANCELLED);
	assert_true(waiter.cancelled);
	/* Once; then the wait is for the thread alone. */
	assert_null(ij_thread_wait(&thread, ij_deadline_ns(IJ_NS_PER_MS), &event));
	assert_int_equal(event.kind, IJ_EVENT_DEADLINE);
	assert_null(ij_thread_interrupt(&thread));
	next(IJ_EVENT_STOP);
}

/* To the entry stop of the next system call, or to its exit stop. */
static struct ij_regs next_syscall(void)
{
	struct ij_regs regs;

	assert_null(ij_thread_resume_syscall(&thread, 0));
	next(IJ_EVENT_SYSCALL);
	assert_null(ij_thread_regs_get(&thread, &regs));
	return regs;
}

/* A call that was over is not made again, although the thread is put back from another's entry. */
static void test_put_back_at_entry(void **state)
{
	static struct ij_saved saved;
	struct ij_process process = {0};
	struct ij_regs regs;
	char bytes[8];
	int status;

	(void)state;
	assert_int_equal(pipe(echoed), 0);
	start(writes);
	close(echoed[1]);
	assert_null(ij_thread_interrupt(&thread));
	next(IJ_EVENT_STOP);
	open_gate();
	do
		regs = next_syscall();
	while (ij_regs_syscall_nr(&regs) != SYS_write);
	regs = next_syscall();
	assert_int_equal(ij_regs_syscall_result(&regs), 1);
	assert_null(ij_saved_take(&thread, &process, &regs, &saved));
	regs = next_syscall();
	assert_int_equal(ij_regs_syscall_nr(&regs), SYS_read);
	assert_null(ij_saved_put_back(&thread, &saved, IJ_PUT_BACK_KERNEL));
	ij_thread_detach(&thread, 0);
	close(gate[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	child = 0;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 8);
	assert_int_equal(read(echoed[0], bytes, sizeof(bytes)), 1);
	close(echoed[0]);
}

static void test_seize_refused(void **state)
{
	struct ij_thread other;
	struct ij_error *err;

	(void)state;
	start(sleeps);
	err = ij_thread_seize(&other, child, child, &waiter);
	assert_non_null(err);
	assert_int_equal(err->code, IJ_ERR_TRACED);
	assert_false(other.seized);
	ij_error_free(err);
	err = ij_thread_seize(&other, 1 << 30, 1 << 30, &waiter);
	assert_non_null(err);
	assert_int_equal(err->code, IJ_ERR_GONE);
	ij_error_free(err);
}

/* Ended, but still listed: the kernel says EPERM, which is not a refusal. */
static void test_seize_ended(void **state)
{
	struct ij_thread other;
	struct ij_error *err;
	siginfo_t info;
	pid_t ended;

	(void)state;
	ended = fork();
	if (ended == 0)
		_exit(0);
	assert_int_equal(waitid(P_PID, (id_t)ended, &info, WEXITED | WNOWAIT), 0);
	err = ij_thread_seize(&other, ended, ended, &waiter);
	assert_int_equal(waitpid(ended, NULL, 0), ended);
	assert_non_null(err);
	assert_int_equal(err->code, IJ_ERR_GONE);
	assert_false(other.seized);
	ij_error_free(err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stop, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signal, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signal_delivered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_group_stop, setup, teardown),
		cmocka_unit_test_setup_teardown(test_exec, setup, teardown),
		cmocka_unit_test_setup_teardown(test_exec_in_thread, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cancelled, setup, teardown),
		cmocka_unit_test_setup_teardown(test_put_back_at_entry, setup, teardown),
		cmocka_unit_test_setup_teardown(test_seize_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_seize_ended, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
