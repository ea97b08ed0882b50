/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stub, run in this process, that nobody watches: the signals and copies that it is left with.
 */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "stub_run.h"

static volatile sig_atomic_t handled;

static void count(int signo)
{
	(void)signo;
	handled++;
}

/* The interrupted call was to end with EINTR had a caught signal come: now one has. */
static void test_eintr(void **state)
{
	static const struct {
		const char *name;
		int pending;
		bool caught, masked, flag, eintr;
	} cases[] = {
		{"none is pending", 0, true, false, true, false},
		{"caught", SIGUSR2, true, false, true, true},
		{"caught, of a call that restarts", SIGUSR2, true, false, false, false},
		{"masked by the program", SIGUSR2, true, true, true, false},
		{"ignored", SIGWINCH, false, false, true, false},
	};
	struct sigaction action = {.sa_handler = count};

	(void)state;
	assert_int_equal(sigaction(SIGUSR2, &action, NULL), 0);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		uint64_t before = mask_set(~0ull);
		bool delivered = cases[i].caught && cases[i].pending && !cases[i].masked;

		print_message("%s\n", cases[i].name);
		handled = 0;
		if (cases[i].pending)
			assert_int_equal(raise(cases[i].pending), 0);
		prepare(nothing, 7);
		desc->caught = BIT(SIGUSR2);
		desc->sigmask |= cases[i].masked ? BIT(SIGUSR2) : 0;
		desc->flags |= cases[i].flag ? IJ_STUB_FLAG_EINTR : 0;
		run((uintptr_t)stack + sizeof(stack) - 128);
		assert_int_equal(handled, delivered);
		mask_set(before);
		/* A masked one comes when the mask goes. */
		assert_int_equal(handled, cases[i].pending == SIGUSR2);
		assert_int_equal(state_again_seen, !cases[i].eintr);
		if (cases[i].eintr)
			in.rax = (uint64_t)-EINTR;
		assert_null(state_regs_differ(&in, &state_out));
	}
}

/* A marker that the program blocks is taken back where nobody has seen it. */
static void test_take(void **state)
{
	static const int markers[] = {SIGWINCH, SIGCHLD};

	(void)state;
	for (size_t i = 0; i < 2 * IJ_COUNT(markers); i++) {
		int marker = markers[i / 2];
		bool take = i % 2;
		uint64_t before = mask_set(~0ull);
		sigset_t pending;

		prepare(nothing, 50 + (unsigned)i);
		desc->marker = (uint32_t)marker;
		desc->sigmask = BIT(marker);
		desc->flags |= take ? IJ_STUB_FLAG_TAKE : 0;
		run((uintptr_t)stack + sizeof(stack) - 128);
		assert_int_equal(sigpending(&pending), 0);
		assert_int_equal(sigismember(&pending, marker), !take);
		assert_null(state_regs_differ(&in, &state_out));
		mask_set(before);
	}
}

/* Call the copying code as a function: it returns what its last system call returned. */
static long fork_by_stub(uint64_t flags)
{
	void (*code)(void) = (void (*)(void))(uintptr_t)(page + (ij_stub_code_fork - ij_stub_code));
	long result = SYS_clone;

	__asm__ volatile("xor %%esi, %%esi\n\t"
			 "xor %%edx, %%edx\n\t"
			 "xor %%r10d, %%r10d\n\t"
			 "xor %%r8d, %%r8d\n\t"
			 "sub $128, %%rsp\n\t"
			 "call *%2\n\t"
			 "add $128, %%rsp"
			 : "+a"(result), "+D"(flags)
			 : "r"(code)
			 : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "cc", "memory");
	return result;
}

/* Nobody watches: the child ends, and is reaped by the time the code returns. */
static void test_fork(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		long pid = fork_by_stub(0);

		assert_true(pid > 0 && pid != getpid());
		assert_int_equal(kill((pid_t)pid, 0), -1);
		assert_int_equal(errno, ESRCH);
		assert_int_equal(waitpid(-1, NULL, __WALL), -1);
		assert_int_equal(errno, ECHILD);
	}
	/* A thread that shares no signal handlers cannot be: nothing to wait for. */
	assert_int_equal(fork_by_stub(CLONE_THREAD), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_eintr),
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_fork),
	};

	return cmocka_run_group_tests(tests, stub_setup, NULL);
}
