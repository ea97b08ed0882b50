/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers, and how an interrupted system call is taken up again. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <cmocka.h>

#include "arch/regs.h"

enum { SYS = -512, NOINTR = -513, NOHAND = -514, NOIOCTLCMD = -515, BLOCK = -516 };
#define PC 0x401002ull

/* What each way of going on makes of one interrupted call. */
static const struct {
	const char *name;
	long nr, rax;
	enum ij_restart restart;
	bool again;     /* by hand: the call is made again */
	long by_kernel; /* rax then */
	bool eintr;     /* as_eintr changes it */
} cases[] = {
	{"not in a call", -1, SYS, IJ_RESTART_NONE, false, SYS, false},
	{"user mode, EINTR by chance", -1, -EINTR, IJ_RESTART_NONE, false, -EINTR, false},
	{"finished", SYS_read, 17, IJ_RESTART_NONE, false, 17, false},
	{"finished with 0", SYS_read, 0, IJ_RESTART_NONE, false, 0, false},
	{"failed", SYS_read, -EAGAIN, IJ_RESTART_NONE, false, -EAGAIN, false},
	{"not a restart", SYS_ioctl, NOIOCTLCMD, IJ_RESTART_NONE, false, NOIOCTLCMD, false},
	{"read", SYS_read, SYS, IJ_RESTART_SYS, true, SYS, false},
	{"call number 0 is read", 0, SYS, IJ_RESTART_SYS, true, SYS, false},
	{"fork", SYS_fork, NOINTR, IJ_RESTART_SYS, true, NOINTR, false},
	{"pause", SYS_pause, NOHAND, IJ_RESTART_NOHAND, true, NOHAND, true},
	{"select", SYS_select, NOHAND, IJ_RESTART_NOHAND, true, NOHAND, true},
	{"poll", SYS_poll, BLOCK, IJ_RESTART_BLOCK, true, BLOCK, true},
	{"nanosleep", SYS_nanosleep, BLOCK, IJ_RESTART_BLOCK, true, BLOCK, true},
	{"restart_syscall", SYS_restart_syscall, BLOCK, IJ_RESTART_BLOCK, true, BLOCK, true},
	{"epoll_wait", SYS_epoll_wait, -EINTR, IJ_RESTART_EINTR, true, NOHAND, true},
	{"epoll_pwait", SYS_epoll_pwait, -EINTR, IJ_RESTART_EINTR, true, NOHAND, true},
	{"recv with a timeout", SYS_recvfrom, -EINTR, IJ_RESTART_EINTR, true, NOHAND, true},
	{"semop", SYS_semop, -EINTR, IJ_RESTART_EINTR, true, NOHAND, true},
	{"sigtimedwait", SYS_rt_sigtimedwait, -EINTR, IJ_RESTART_EINTR, true, NOHAND, true},
	{"io_uring", SYS_io_uring_enter, -EINTR, IJ_RESTART_EINTR, true, NOHAND, true},
	{"connect with a timeout", SYS_connect, -EINTR, IJ_RESTART_EINTR, true, NOHAND, true},
	{"ppoll, timeout read-only", SYS_ppoll, -EINTR, IJ_RESTART_EINTR, true, NOHAND, true},
	{"close", SYS_close, -EINTR, IJ_RESTART_BROKEN, false, -EINTR, false},
	{"ppoll, timeout read-only", SYS_ppoll, -EINTR, IJ_RESTART_EINTR, true, NOHAND, true},
	{"close", SYS_close, -EINTR, IJ_RESTART_BROKEN, false, -EINTR, false},
	{"futex", SYS_futex, -EINTR, IJ_RESTART_BROKEN, false, -EINTR, false},
};

static struct ij_regs regs_of(size_t i)
{
	struct ij_regs regs;

	memset(&regs, 0x5a, sizeof(regs));
	regs.gp.orig_rax = (unsigned long long)cases[i].nr;
	regs.gp.rax = (unsigned long long)cases[i].rax;
	regs.gp.rip = PC;
	return regs;
}

static void test_restart(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_regs regs = regs_of(i), wanted = regs;
		bool none = cases[i].restart == IJ_RESTART_NONE;

		print_message("%s\n", cases[i].name);
		assert_int_equal(ij_regs_restart(&regs), cases[i].restart);
		assert_int_equal(ij_regs_syscall(&regs), none ? -1 : cases[i].nr);

		ij_regs_restart_by_hand(&regs);
		wanted.gp.orig_rax = (unsigned long long)-1;
		if (cases[i].again) {
			wanted.gp.rax = (unsigned long long)cases[i].nr;
			wanted.gp.rip = PC - 2;
		}
		assert_memory_equal(&regs, &wanted, sizeof(regs));
		/* Once is enough: nothing is pending any more. */
		ij_regs_restart_by_hand(&regs);
		assert_memory_equal(&regs, &wanted, sizeof(regs));

		regs = wanted = regs_of(i);
		ij_regs_restart_by_kernel(&regs);
		wanted.gp.rax = (unsigned long long)cases[i].by_kernel;
		assert_memory_equal(&regs, &wanted, sizeof(regs));

		regs = wanted = regs_of(i);
		ij_regs_restart_as_eintr(&regs);
		if (cases[i].eintr) {
			wanted.gp.rax = (unsigned long long)-EINTR;
			wanted.gp.orig_rax = (unsigned long long)-1;
		}
		assert_memory_equal(&regs, &wanted, sizeof(regs));
	}
}

static void test_restart_original(void **state)
{
	static const struct {
		uint8_t code[IJ_RESTART_CODE_SIZE];
		long before, after;
	} codes[] = {
		{{0xb8, 35, 0, 0, 0, 0x0f, 0x05}, SYS_restart_syscall, SYS_nanosleep},
		{{0xb8, 230, 0, 0, 0, 0x0f, 0x05}, SYS_restart_syscall, SYS_clock_nanosleep},
		{{0xb8, 7, 0, 0, 0, 0x0f, 0x05}, SYS_restart_syscall, SYS_poll},
		{{0xb8, 202, 0, 0, 0, 0x0f, 0x05}, SYS_restart_syscall, SYS_futex},
		/* No restart block belongs to these. */
		{{0xb8, 0, 0, 0, 0, 0x0f, 0x05}, SYS_restart_syscall, SYS_restart_syscall},
		{{0xb8, 60, 0, 0, 0, 0x0f, 0x05}, SYS_restart_syscall, SYS_restart_syscall},
		{{0xb8, 7, 0, 0, 1, 0x0f, 0x05}, SYS_restart_syscall, SYS_restart_syscall},
		/* Not that code. */
		{{0xb9, 35, 0, 0, 0, 0x0f, 0x05}, SYS_restart_syscall, SYS_restart_syscall},
		{{0xb8, 35, 0, 0, 0, 0x0f, 0x34}, SYS_restart_syscall, SYS_restart_syscall},
		{{0xb8, 35, 0, 0, 0, 0xcd, 0x05}, SYS_restart_syscall, SYS_restart_syscall},
		/* Not that call. */
		{{0xb8, 35, 0, 0, 0, 0x0f, 0x05}, SYS_poll, SYS_poll},
		{{0xb8, 35, 0, 0, 0, 0x0f, 0x05}, -1, -1},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(codes); i++) {
		struct ij_regs regs = regs_of(0), wanted;

		regs.gp.orig_rax = (unsigned long long)codes[i].before;
		wanted = regs;
		wanted.gp.orig_rax = (unsigned long long)codes[i].after;
		assert_int_equal(ij_regs_restart_original(&regs, codes[i].code),
				 codes[i].after != SYS_restart_syscall);
		assert_memory_equal(&regs, &wanted, sizeof(regs));
	}
}

static void test_syscalls(void **state)
{
	const uint64_t args[6] = {11, 12, 13, 14, 15, 16};
	uint64_t read_back[6];
	struct ij_regs regs = regs_of(0), wanted = regs;

	(void)state;
	wanted.gp.rdi = 11;
	wanted.gp.rsi = 12;
	wanted.gp.rdx = 13;
	wanted.gp.r10 = 14;
	wanted.gp.r8 = 15;
	wanted.gp.r9 = 16;
	wanted.gp.orig_rax = SYS_ppoll;
	ij_regs_syscall_change(&regs, SYS_ppoll, args);
	assert_memory_equal(&regs, &wanted, sizeof(regs));
	assert_int_equal(ij_regs_syscall_nr(&regs), SYS_ppoll);
	ij_regs_syscall_args_get(&regs, read_back);
	assert_memory_equal(read_back, args, sizeof(args));

	/* A call of our own: the number is in rax, and no interrupted call is pending. */
	wanted.gp.orig_rax = (unsigned long long)-1;
	wanted.gp.rax = SYS_mmap;
	wanted.gp.rip = 0x1000;
	wanted.gp.rsp = 0x2000;
	ij_regs_set_syscall(&regs, 0x1000, 0x2000, SYS_mmap, args);
	assert_memory_equal(&regs, &wanted, sizeof(regs));
	assert_int_equal(ij_regs_restart(&regs), IJ_RESTART_NONE);

	regs.gp.rax = (unsigned long long)-ENOMEM;
	assert_int_equal(ij_regs_syscall_result(&regs), -ENOMEM);
	regs.gp.rax = 0x7f0000001000ull;
	assert_int_equal(ij_regs_syscall_result(&regs), 0x7f0000001000ll);
}

static void test_places(void **state)
{
	struct ij_regs regs = regs_of(6), wanted;
	uint64_t dwarf[17];

	(void)state;
	regs.gp = (struct user_regs_struct){.rax = 0,
					    .rdx = 1,
					    .rcx = 2,
					    .rbx = 3,
					    .rsi = 4,
					    .rdi = 5,
					    .rbp = 6,
					    .rsp = 7,
					    .r8 = 8,
					    .r9 = 9,
					    .r10 = 10,
					    .r11 = 11,
					    .r12 = 12,
					    .r13 = 13,
					    .r14 = 14,
					    .r15 = 15,
					    .rip = 16,
					    .cs = 0x33,
					    .fs_base = 99,
					    .orig_rax = SYS_read};
	ij_regs_to_dwarf(&regs, dwarf);
	for (unsigned i = 0; i < 17; i++)
		assert_int_equal(dwarf[i], i);
	assert_int_equal(ij_regs_pc(&regs), 16);
	assert_int_equal(ij_regs_sp(&regs), 7);
	assert_int_equal(ij_regs_tp(&regs), 99);
	assert_true(ij_regs_is_native(&regs));

	wanted = regs;
	wanted.gp.rip = 20;
	wanted.gp.orig_rax = (unsigned long long)-1;
	ij_regs_set_pc(&regs, 20);
	assert_memory_equal(&regs, &wanted, sizeof(regs));
	wanted.gp.rsp = 30;
	ij_regs_set_sp(&regs, 30);
	assert_memory_equal(&regs, &wanted, sizeof(regs));
	/* The 32-bit segment, and none at all. */
	regs.gp.cs = 0x23;
	assert_false(ij_regs_is_native(&regs));
	regs.gp.cs = 0;
	assert_false(ij_regs_is_native(&regs));
}

static void test_gadgets(void **state)
{
	uint8_t call[] = {0x0f, 0x05, 0xc3, 0x90};
	uint8_t back[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05, 0x90};

	(void)state;
	assert_true(ij_arch_is_syscall_ret(call, 4));
	assert_true(ij_arch_is_syscall_ret(call, IJ_SYSCALL_RET_SIZE));
	assert_false(ij_arch_is_syscall_ret(call, IJ_SYSCALL_RET_SIZE - 1));
	assert_true(ij_arch_is_sigreturn(back, 10));
	assert_true(ij_arch_is_sigreturn(back, IJ_SIGRETURN_SIZE));
	assert_false(ij_arch_is_sigreturn(back, IJ_SIGRETURN_SIZE - 1));
	for (size_t i = 0; i < IJ_SYSCALL_RET_SIZE; i++) {
		call[i] ^= 1;
		assert_false(ij_arch_is_syscall_ret(call, 3));
		call[i] ^= 1;
	}
	for (size_t i = 0; i < IJ_SIGRETURN_SIZE; i++) {
		back[i] ^= 1;
		assert_false(ij_arch_is_sigreturn(back, 9));
		back[i] ^= 1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_restart),  cmocka_unit_test(test_restart_original),
		cmocka_unit_test(test_syscalls), cmocka_unit_test(test_places),
		cmocka_unit_test(test_gadgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
