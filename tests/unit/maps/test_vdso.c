/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The unwinder at every instruction that a child runs from a call of clock_gettime through the
 * procedure linkage table and the C library into the vdso, and back.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "self.h"

/* The vdso begins anew whenever the clock ticks meanwhile, for ever if steps are slow. */
enum { STEPS_MAX = 5000 };

static struct self self;

/* The vdso's module: the one that holds the image the kernel tells of. */
static const struct ij_unwind_module *vdso_module(void)
{
	return ij_unwind_module_find(&self.space, getauxval(AT_SYSINFO_EHDR));
}

static void child_run(void)
{
	struct timespec ts;
	struct timeval tv;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(77);
	raise(SIGSTOP);
	clock_gettime(CLOCK_MONOTONIC, &ts);
	clock_gettime(CLOCK_REALTIME_COARSE, &ts);
	gettimeofday(&tv, NULL);
	_exit(0);
}

static bool visit(void *ctx, const struct ij_unwind_frame *frame)
{
	++*(unsigned *)ctx;
	return !frame->guessed;
}

static void check(struct ij_mem *mem, const struct user_regs_struct *user)
{
	const struct ij_unwind_regs regs = {
		.value = {user->rax, user->rdx, user->rcx, user->rbx, user->rsi, user->rdi,
			  user->rbp, user->rsp, user->r8, user->r9, user->r10, user->r11, user->r12,
			  user->r13, user->r14, user->r15, user->rip},
		.known = (1u << IJ_MAP_REGS) - 1,
	};
	unsigned frames = 0;
	ij_addr end_pc;
	enum ij_unwind_end end = ij_unwind(&self.space, mem, &regs, visit, &frames, &end_pc);

	if (end != IJ_UNWIND_ROOT || frames < 4)
		fail_msg("at %#llx: %u frames, %s", user->rip, frames, ij_unwind_end_text(end));
}

static void test_steps(void **state)
{
	const struct ij_unwind_module *vdso = vdso_module();
	unsigned inside = 0, steps = 0;
	struct ij_mem_fd mem;
	char path[64];
	pid_t child;
	int status, fd;

	(void)state;
	if (!vdso) {
		print_message("this kernel gives no vdso\n");
		skip();
	}
	child = fork();
	assert_true(child >= 0);
	if (!child)
		child_run();
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	snprintf(path, sizeof(path), "/proc/%d/mem", child);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	ij_mem_fd_init(&mem, fd);
	while (WIFSTOPPED(status) && steps++ < STEPS_MAX) {
		struct user_regs_struct user;

		assert_int_equal(ptrace(PTRACE_GETREGS, child, NULL, &user), 0);
		check(&mem.mem, &user);
		inside += user.rip >= vdso->lo && user.rip < vdso->hi;
		assert_int_equal(ptrace(PTRACE_SINGLESTEP, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	close(fd);
	if (WIFSTOPPED(status)) {
		assert_int_equal(ptrace(PTRACE_CONT, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	assert_true(WIFEXITED(status));
	print_message("%u steps, %u of them in the vdso\n", steps, inside);
	assert_true(inside > 20);
}

static int setup(void **state)
{
	(void)state;
	self_init(&self);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	self_deinit(&self);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_steps)};

	return cmocka_run_group_tests(tests, setup, teardown);
}
