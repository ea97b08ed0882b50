/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stacks with and without frames of the C library. */
#include <linux/futex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <cmocka.h>

#include "inject/outside.h"

/* Modules: a program, the C library, its loader, another library; each has a lock but the first and
 * the last. */
enum { P = 0x100000, C = 0x200000, L = 0x300000, O = 0x400000, MODULE_SIZE = 0x10000 };

static const struct ij_unwind_module modules[] = {
	{.base = P, .lo = P, .hi = P + MODULE_SIZE},
	{.base = C, .lo = C, .hi = C + MODULE_SIZE},
	{.base = L, .lo = L, .hi = L + MODULE_SIZE},
	{.base = O, .lo = O, .hi = O + MODULE_SIZE},
};
static const struct ij_unwind_space space = {.modules = modules, .modules_len = IJ_COUNT(modules)};
static const struct ij_wire_set_target target = {
	.locks = {{.addr = C + 0x8000}, {.addr = L + 0x8000}},
	.locks_len = 2,
};

static void test_stacks(void **state)
{
	static const struct {
		const char *name;
		ij_addr frames[8]; /* innermost first, up to 0 */
		bool asleep;
		bool outside;
	} cases[] = {
		{"main in the program", {P, P, C, C, P}, false, true},
		{"main of an older library", {P, P, C, P}, false, true},
		{"a thread in the program", {P, O, C, C}, false, true},
		{"a thread of an older library", {P, O, C}, false, true},
		{"another library", {O, P, C, C, P}, false, true},
		{"code without a module", {0x900000, P, C, C, P}, false, true},
		{"in the library", {C, P, C, C, P}, false, false},
		{"in its loader", {L, P, C, C, P}, false, false},
		{"called back", {P, C, P, C, C, P}, false, false},
		{"called back by the loader", {P, L, C, P, C, C, P}, false, false},
		{"exit handlers", {P, C, C, C, C, P}, false, false},
		{"asleep", {C, P, C, C, P}, true, true},
		{"asleep, deeper", {C, C, C, P, C, C, P}, true, true},
		{"asleep in a callback", {C, P, C, P, C, C, P}, true, false},
		{"the library's own thread", {C, C, C}, false, false},
		{"the library's own thread, asleep", {C, C, C}, true, false},
		{"the library's own thread that calls", {P, C, C, C}, false, false},
		{"no stack", {0}, false, false},
		{"only the start", {P}, false, true},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_regs regs = {0};
		struct ij_outside outside = {.space = &space,
					     .target = &target,
					     .regs = &regs,
					     .frames = cases[i].frames};

		while (cases[i].frames[outside.frames_len])
			outside.frames_len++;
		regs.gp.orig_rax = cases[i].asleep ? SYS_ppoll : (unsigned long long)-1;
		regs.gp.rax = (unsigned long long)-516; /* ERESTART_RESTARTBLOCK */
		if (ij_outside_is(&outside) != cases[i].outside)
			fail_msg("%s", cases[i].name);
	}
}

/* As many frames as can be recorded may not be all. */
static void test_full(void **state)
{
	ij_addr frames[IJ_WIRE_FRAMES_MAX];
	struct ij_regs regs = {0};
	struct ij_outside outside = {
		.space = &space, .target = &target, .regs = &regs, .frames = frames};

	(void)state;
	regs.gp.orig_rax = (unsigned long long)-1;
	for (size_t i = 0; i < IJ_COUNT(frames); i++)
		frames[i] = P;
	outside.frames_len = IJ_COUNT(frames);
	assert_false(ij_outside_is(&outside));
	outside.frames_len--;
	assert_true(ij_outside_is(&outside));
}

static void test_sleeps(void **state)
{
	static const struct {
		long nr;
		uint64_t op;
		bool sleep;
	} cases[] = {
		{SYS_ppoll, 0, true},
		{SYS_clock_nanosleep, 0, true},
		{SYS_restart_syscall, 0, true},
		{SYS_wait4, 0, true},
		{SYS_futex, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME, true},
		/* An arena's lock is waited for so, by fork with others of them held. */
		{SYS_futex, FUTEX_WAIT_PRIVATE, false},
		{SYS_futex, FUTEX_WAIT, false},
		{SYS_brk, 0, false},
		{SYS_mmap, 0, false},
		{SYS_munmap, 0, false},
		{SYS_madvise, 0, false},
		{SYS_mprotect, 0, false},
		{SYS_clone, 0, false},
		{SYS_write, 0, false},
		{SYS_read, 0, false},
		{-1, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const uint64_t args[6] = {0, cases[i].op};

		if (ij_outside_is_sleep(cases[i].nr, args) != cases[i].sleep)
			fail_msg("case %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stacks),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_sleeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
