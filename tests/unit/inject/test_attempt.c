/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A call in a process whose ptrace requests fail, one after another: it is let go of and unharmed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "../arch/state.h"
#include "base/clock.h"
#include "inject/attempt.h"

enum { FAIL_MAX = 200, TRIES = 50 };

/* What a tracer process found out, in memory that the test shares with it. */
static struct report {
	uint32_t status; /* enum ij_wire_status */
	uint32_t reason;
	long failed_request; /* the ptrace request that was failed, or 0 */
	int code;            /* of the error, or -1 */
	int touch;
	bool stray;
	bool traced; /* after the attempt the target still was */
	bool ended;
	uint64_t rax;
	unsigned leaked;
} * report;

static unsigned fail_at, requests;
static uint32_t call_flags; /* enum ij_wire_call_flags */
static int fail_errno;

long __real_syscall(long nr, ...);
long __wrap_syscall(long nr, ...);

/* ptrace request number `fail_at` is never made. Arguments that were not given are read, too. */
__attribute__((no_sanitize("address"))) long __wrap_syscall(long nr, ...)
{
	long args[6];
	va_list ap;

	va_start(ap, nr);
	for (size_t i = 0; i < IJ_COUNT(args); i++)
		args[i] = va_arg(ap, long);
	va_end(ap);
	if (nr == SYS_ptrace && ++requests == fail_at) {
		report->failed_request = args[0];
		errno = fail_errno;
		return -1;
	}
	return __real_syscall(nr, args[0], args[1], args[2], args[3], args[4], args[5]);
}

struct target {
	pid_t pid;
	int in, out;
};

static struct target target;

/* Echo bytes; between them sleep in read, or in poll, which has a restart block. */
static void echo(int in, int out, bool polls)
{
	struct pollfd pfd = {.fd = in, .events = POLLIN};
	char byte;

	for (;;) {
		if (polls && poll(&pfd, 1, 600000) != 1)
			_exit(2);
		if (read(in, &byte, 1) != 1)
			_exit(3);
		if (write(out, &byte, 1) != 1)
			_exit(4);
	}
}

static void target_start(bool polls)
{
	int in[2], out[2];

	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	target.pid = fork();
	assert_true(target.pid >= 0);
	if (!target.pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
		/* If it is harmed it dies, and does not go on as a second cmocka. */
		signal(SIGSEGV, SIG_DFL);
		close(in[1]);
		close(out[0]);
		echo(in[0], out[1], polls);
	}
	close(in[0]);
	close(out[1]);
	target.in = in[1];
	target.out = out[0];
}

static int target_stop(void **state)
{
	(void)state;
	if (target.pid > 0) {
		kill(target.pid, SIGKILL);
		waitpid(target.pid, NULL, 0);
		close(target.in);
		close(target.out);
	}
	target.pid = 0;
	return 0;
}

/* It answers: nothing of it was harmed, and the call that it slept in goes on. */
static void assert_answers(char byte)
{
	struct pollfd pfd = {.fd = target.out, .events = POLLIN};
	char answer = 0;

	assert_int_equal(write(target.in, &byte, 1), 1);
	assert_int_equal(poll(&pfd, 1, 60000), 1);
	assert_int_equal(read(target.out, &answer, 1), 1);
	assert_int_equal(answer, byte);
}

static bool is_traced(struct ij_injector *inj)
{
	struct ij_status status;
	IJ_ERROR_AUTO err = ij_process_status(&inj->process, 0, &status);

	return err || status.tracer;
}

static void must(struct ij_error *err)
{
	if (err)
		_exit(10);
}

/* The tracer's life: one attempt of which request @n fails, then the end without failures. */
static void tracer(unsigned n, int os, bool unmap)
{
	static struct ij_injector inj;
	static struct ij_call_result result;
	const struct ij_wire_set_target described = {
		.syscall_ret = (uintptr_t)state_syscall_ret,
		.sigreturn = (uintptr_t)state_sigreturn,
		.errno_location = (uintptr_t)__errno_location,
	};
	const struct ij_wire_call call = {.func = (uintptr_t)getppid,
					  .timeout_ns = 20 * IJ_NS_PER_S,
					  .pause_ns = 20 * IJ_NS_PER_S,
					  .flags = call_flags};
	const uint8_t no_scratch[1] = {0};
	const struct ij_attempt at = {.call = &call, .scratch = no_scratch, .tid = target.pid};
	struct ij_leftover left;
	struct ij_wire_ended ended;
	struct ij_error *err;
	bool done;

	must(ij_injector_init(&inj, target.pid, -1));
	must(ij_injector_target_set(&inj, &described));
	must(ij_injector_refresh(&inj));
	if (unmap) {
		must(ij_attempt_call(&inj, &at, &result));
		must(ij_injector_refresh(&inj));
	}
	left = (struct ij_leftover){.base = inj.pages.base, .size = inj.pages.size};
	requests = 0;
	fail_at = n;
	fail_errno = os;
	err = unmap && inj.pages.base ? ij_attempt_unmap(&inj, target.pid, &left, &done)
				      : ij_attempt_call(&inj, &at, &result);
	fail_at = 0;
	report->traced = is_traced(&inj);
	report->stray = inj.stray;
	report->code = err ? (int)err->code : -1;
	report->touch = err ? (int)err->touch : -1;
	report->status = result.outcome.status;
	report->reason = result.outcome.verdict.reason;
	report->rax = result.outcome.rax;
	ij_error_free(err);
	if (!report->traced) {
		must(ij_injector_end(&inj, &ended));
		report->leaked = ended.leaked;
		report->ended = true;
	}
	_exit(0);
}

/* Make an attempt in a process of its own, which is gone afterwards. */
static void attempt(unsigned n, int os, bool unmap)
{
	int status;
	pid_t pid;

	memset(report, 0, sizeof(*report));
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		tracer(n, os, unmap);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Copies that were left, dead or alive. */
static bool has_children(void)
{
	char path[64], text[64];
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", target.pid, target.pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	/* A kernel without CONFIG_PROC_CHILDREN does not tell. */
	size = fd >= 0 ? read(fd, text, sizeof(text)) : 0;
	if (fd >= 0)
		close(fd);
	return size > 0;
}

static void check_report(int os, unsigned n)
{
	/* Detaching cannot be tried again; and ESRCH means that the thread has ended. */
	bool excused = report->failed_request == PTRACE_DETACH ||
		       (os == ESRCH && (report->failed_request == PTRACE_INTERRUPT ||
					report->failed_request == PTRACE_CONT ||
					report->failed_request == PTRACE_SYSCALL));

	if (!excused && !report->stray)
		assert_false(report->traced);
	/* Whatever failed: it is never left unsaid that something may be left. */
	assert_int_not_equal(report->touch, IJ_TOUCH_DIRTY);
	if (report->ended && report->failed_request != PTRACE_DETACH) {
		assert_int_equal(report->leaked, 0);
		if (has_children())
			fail_msg("a copy is left after request %#lx failed, the %uth",
				 report->failed_request, n);
	}
}

static void baseline(bool polls)
{
	target_start(polls);
	assert_answers('a');
	for (unsigned i = 0; i < TRIES; i++) {
		attempt(0, 0, false);
		if (report->reason == IJ_WIRE_REASON_MODE) {
			print_message("this process cannot be injected into\n");
			skip();
		}
		if (report->status == IJ_WIRE_DONE && report->code < 0)
			break;
	}
	assert_int_equal(report->status, IJ_WIRE_DONE);
	assert_int_equal(report->rax, getpid());
	assert_answers('b');
}

static void each_request(bool polls, int os, bool unmap)
{
	bool done = false;
	unsigned n;

	baseline(polls);
	for (n = 1; n < FAIL_MAX && !done; n++) {
		attempt(n, os, unmap);
		check_report(os, n);
		assert_answers((char)n);
		/* What only a later session removes would count in the next attempt. */
		if (!report->ended || report->failed_request == PTRACE_DETACH) {
			target_stop(NULL);
			target_start(polls);
		}
		done = !report->failed_request && report->status == IJ_WIRE_DONE;
	}
	assert_true(done);
	/* Seize, interrupt, read, and what an injection sets: more than a few. */
	assert_true(n > (unmap ? 10 : 20));
}

static void test_call_eperm(void **state)
{
	(void)state;
	call_flags = 0;
	each_request(false, EPERM, false);
}

static void test_call_esrch(void **state)
{
	(void)state;
	call_flags = 0;
	each_request(false, ESRCH, false);
}

static void test_call_poll(void **state)
{
	(void)state;
	call_flags = 0;
	each_request(true, EIO, false);
}

static void test_rehearse_eperm(void **state)
{
	(void)state;
	call_flags = IJ_WIRE_CALL_REHEARSE;
	each_request(false, EPERM, false);
}

static void test_rehearse_poll(void **state)
{
	(void)state;
	call_flags = IJ_WIRE_CALL_REHEARSE;
	each_request(true, ESRCH, false);
}

static void test_in_copy_eperm(void **state)
{
	(void)state;
	call_flags = IJ_WIRE_CALL_IN_COPY;
	each_request(false, EPERM, false);
}

static void test_unmap_eperm(void **state)
{
	(void)state;
	call_flags = 0;
	each_request(false, EPERM, true);
}

static void test_unmap_poll(void **state)
{
	(void)state;
	call_flags = 0;
	each_request(true, ESRCH, true);
}

/* A thread that is attached and runs is not attached to again, which the kernel would deny: it is
 * one that does not stop. */
static void test_stray(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	target_start(false);
	assert_answers('a');
	memset(report, 0, sizeof(*report));
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		static struct ij_injector inj;
		static struct ij_call_result result;
		const struct ij_wire_call call = {.func = (uintptr_t)getppid};
		const struct ij_attempt at = {.call = &call, .tid = target.pid};
		struct ij_thread thread;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		must(ij_injector_init(&inj, target.pid, -1));
		must(ij_injector_refresh(&inj));
		must(ij_thread_seize(&thread, target.pid, target.pid, &inj.waiter));
		ij_injector_strand(&inj, &thread);
		must(ij_attempt_call(&inj, &at, &result));
		report->stray = inj.stray && !inj.strays_lost;
		report->status = result.outcome.status;
		report->reason = result.outcome.verdict.reason;
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(report->stray);
	assert_int_equal(report->status, IJ_WIRE_UNSAFE);
	assert_int_equal(report->reason, IJ_WIRE_REASON_NOSTOP);
	assert_answers('b');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_stray, target_stop),
		cmocka_unit_test_teardown(test_call_eperm, target_stop),
		cmocka_unit_test_teardown(test_call_esrch, target_stop),
		cmocka_unit_test_teardown(test_call_poll, target_stop),
		cmocka_unit_test_teardown(test_rehearse_eperm, target_stop),
		cmocka_unit_test_teardown(test_rehearse_poll, target_stop),
		cmocka_unit_test_teardown(test_in_copy_eperm, target_stop),
		cmocka_unit_test_teardown(test_unmap_eperm, target_stop),
		cmocka_unit_test_teardown(test_unmap_poll, target_stop),
	};

	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (report == MAP_FAILED)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
