/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A landing, run in this process and stopped at each of its instructions. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "arch/landing.h"
#include "state.h"

static uint8_t stack[64 * 1024] __attribute__((aligned(64)));
static struct state in;
static struct ij_landing landing;

static void prepare(unsigned seed)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(page != MAP_FAILED);
	landing = (struct ij_landing){
		.base = (uintptr_t)page,
		.return_addr = (uintptr_t)state_landing,
		.pid = (uint32_t)getpid(),
		.tid = (uint32_t)gettid(),
		.signo = SIGURG,
	};
	ij_landing_fill(&landing, page);
	assert_int_equal(mprotect(page, 4096, PROT_READ | PROT_EXEC), 0);
	state_fill(&in, seed);
	in.rsp = (uintptr_t)stack + sizeof(stack) - 256;
	in.rip = landing.base;
}

static void finish(void)
{
	assert_int_equal(munmap((void *)(uintptr_t)landing.base, 4096), 0);
}

/* Nobody watches: the caller finds everything as the function left it. */
static void test_nothing_changes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		prepare(i);
		memset(&state_out, 0, sizeof(state_out));
		state_run(&in);
		assert_null(state_xsave_differs(&in, &state_out));
		assert_null(state_regs_differ(&in, &state_out));
		finish();
	}
}

static bool read_word(void *ctx, ij_addr addr, uint64_t *ret)
{
	(void)ctx;
	memcpy(ret, (const void *)(uintptr_t)addr, sizeof(*ret));
	return true;
}

static bool read_nothing(void *ctx, ij_addr addr, uint64_t *ret)
{
	(void)ctx;
	(void)addr;
	(void)ret;
	return false;
}

static pid_t stepped;

static bool peek(void *ctx, ij_addr addr, uint64_t *ret)
{
	(void)ctx;
	*ret = (uint64_t)ptrace(PTRACE_PEEKDATA, stepped, (void *)(uintptr_t)addr, NULL);
	return true;
}

static void wait_for(int signo)
{
	int status;

	assert_int_equal(waitpid(stepped, &status, 0), stepped);
	assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == signo);
}

/* One step on; the marker's signal on the way is passed over. */
static void step(void)
{
	int status;

	ptrace(PTRACE_SINGLESTEP, stepped, NULL, NULL);
	assert_int_equal(waitpid(stepped, &status, 0), stepped);
	assert_true(WIFSTOPPED(status));
	if (WSTOPSIG(status) == SIGURG)
		step();
}

/* From each instruction the way back gives the registers that the first of them saw. */
static void test_back_from_everywhere(void **state)
{
	struct user_regs_struct first;
	struct ij_regs regs;
	unsigned steps = 0, marked = 0;

	(void)state;
	prepare(3);
	stepped = fork();
	if (stepped == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		state_run(&in);
		_exit(0);
	}
	assert_true(stepped > 0);
	wait_for(SIGSTOP);
	do {
		step();
		assert_int_equal(ptrace(PTRACE_GETREGS, stepped, NULL, &regs.gp), 0);
	} while (regs.gp.rip != landing.base);
	first = regs.gp;
	for (; regs.gp.rip - landing.base < IJ_LANDING_SIZE; steps++) {
		marked += ij_landing_is_marked(&landing, regs.gp.rip);
		assert_true(ij_landing_back(&landing, &regs, peek, NULL));
		assert_int_equal(regs.gp.rip, landing.return_addr);
		assert_int_equal(regs.gp.rsp, first.rsp);
		assert_int_equal(regs.gp.rax, first.rax);
		assert_int_equal(regs.gp.rcx, first.rcx);
		assert_int_equal(regs.gp.rdx, first.rdx);
		assert_int_equal(regs.gp.rsi, first.rsi);
		assert_int_equal(regs.gp.rdi, first.rdi);
		assert_int_equal(regs.gp.r11, first.r11);
		/* But for the trap flag, which is how it is stepped here. */
		assert_int_equal((regs.gp.eflags ^ first.eflags) & ~0x100ull, 0);
		assert_int_equal((int64_t)regs.gp.orig_rax, -1);
		step();
		assert_int_equal(ptrace(PTRACE_GETREGS, stepped, NULL, &regs.gp), 0);
	}
	assert_int_equal(steps, 21);
	assert_int_equal(marked, 1);
	kill(stepped, SIGKILL);
	assert_int_equal(waitpid(stepped, NULL, 0), stepped);
	finish();
}

static void test_elsewhere(void **state)
{
	struct ij_regs regs = {0}, before;

	(void)state;
	prepare(1);
	regs.gp.rsp = in.rsp;
	for (unsigned off = 1; off < 6; off++) {
		regs.gp.rip = landing.base + off;
		before = regs;
		assert_false(ij_landing_back(&landing, &regs, read_word, NULL));
		assert_memory_equal(&regs, &before, sizeof(regs));
	}
	regs.gp.rip = landing.base + IJ_LANDING_SIZE;
	assert_false(ij_landing_back(&landing, &regs, read_word, NULL));
	regs.gp.rip = landing.base + 14;
	assert_false(ij_landing_back(&landing, &regs, read_nothing, NULL));
	finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_changes),
		cmocka_unit_test(test_back_from_everywhere),
		cmocka_unit_test(test_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
