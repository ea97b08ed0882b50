/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the unwinder does where no map tells: trampolines known by their code, roots, guesses. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "target.h"

#define MOV_RAX "\x48\xc7\xc0\x0f\0\0\0"
#define MOV_EAX "\xb8\x0f\0\0\0"
#define SYSCALL "\x0f\x05"

/* A frame that the kernel made, at word @at of the stack; the interrupted stack is the other. */
static void sigframe_put(struct target *target, size_t at)
{
	uint64_t *words = &target->stack[at];

	memset(words, 0, 304);
	words[40 / 8] = 88;             /* r8 */
	words[120 / 8] = ALT + 16;      /* rbp */
	words[144 / 8] = 0x77;          /* rax */
	words[160 / 8] = ALT;           /* rsp */
	words[168 / 8] = BASE + FRAMED; /* rip */
	words[184 / 8] = 0x33;          /* cs */
	target->alt[3] = BASE + ROOT_RET;
}

/* Where the code of a trampoline stands, in a function or not, and where the frame is in it. */
static const struct {
	const char *what;
	const char *code;
	size_t size;
	uint32_t at;
	uint32_t pc; /* offset in the code */
	bool good;
} trampolines[] = {
	{"glibc's form", MOV_RAX SYSCALL, 9, RESTORER, 0, true},
	{"musl's form", MOV_EAX SYSCALL, 7, RESTORER, 0, true},
	{"in a function of another kind", MOV_RAX SYSCALL, 9, FORMS + 0x10, 0, true},
	{"another system call", "\x48\xc7\xc0\x0e\0\0\0" SYSCALL, 9, RESTORER, 0, false},
	{"no system call", MOV_RAX "\x0f\x0b", 9, RESTORER, 0, false},
	{"cut off", MOV_RAX "\x0f", 8, CODE_SIZE - 8, 0, false},
};

static void test_trampolines(void **state)
{
	struct target *target = *state;

	for (size_t i = 0; i < IJ_COUNT(trampolines); i++) {
		enum ij_unwind_end end;

		memset(target->code + RESTORER, 0x90, 0x20);
		memcpy(target->code + trampolines[i].at, trampolines[i].code, trampolines[i].size);
		target->stack[0] = BASE + trampolines[i].at;
		sigframe_put(target, 1);
		end = target_unwind(target, LEAF);
		if ((end == IJ_UNWIND_ROOT) != trampolines[i].good)
			fail_msg("%s: %s", trampolines[i].what, ij_unwind_end_text(end));
		if (!trampolines[i].good)
			continue;
		assert_int_equal(target->len, 4);
		assert_true(target->frames[1].func->flags & IJ_MAP_FUNC_SIGNAL);
		assert_int_equal(target->frames[1].func->classes, IJ_CLASS(SIGNAL));
		assert_int_equal(target->frames[1].cfa, ALT);
		assert_true(target->frames[2].exact);
		assert_int_equal(target->frames[2].func->start, FRAMED);
		assert_int_equal(target->frame_regs[2].value[0], 0x77);
		assert_int_equal(target->frame_regs[2].value[8], 88);
		assert_int_equal(target->frame_regs[2].known, 0x1ffff);
		assert_false(target->frames[3].guessed);
	}
}

/* The thread itself stands in the trampoline: before the load, and before the system call. */
static void test_in_trampoline(void **state)
{
	struct target *target = *state;

	sigframe_put(target, 0);
	memcpy(target->code + RESTORER, MOV_RAX SYSCALL, 9);
	assert_int_equal(target_unwind(target, RESTORER), IJ_UNWIND_ROOT);
	assert_int_equal(target->len, 3);
	assert_int_equal(target_unwind(target, RESTORER + 7), IJ_UNWIND_ROOT);
	assert_int_equal(target_unwind(target, RESTORER + 9), IJ_UNWIND_NO_FUNC);
	memcpy(target->code + RESTORER, "\x90\x90" MOV_EAX SYSCALL, 9);
	assert_int_equal(target_unwind(target, RESTORER + 7), IJ_UNWIND_ROOT);
	/* A system call of another number. */
	target->code[RESTORER + 3] = 16;
	assert_int_equal(target_unwind(target, RESTORER + 7), IJ_UNWIND_NO_FUNC);
	/* No frame of 64-bit code, and none that can be read. */
	target->code[RESTORER + 3] = 15;
	target->stack[184 / 8] = 0x23;
	assert_int_equal(target_unwind(target, RESTORER + 7), IJ_UNWIND_BAD_MEMORY);
	target->regs.value[SP] = STACK + sizeof(target->stack) - 100;
	assert_int_equal(target_unwind(target, RESTORER + 7), IJ_UNWIND_BAD_MEMORY);
	assert_int_equal(target->len, 1);
}

/* Signal frames that lead to each other are a stack that is too deep, not an endless one. */
static void test_cycle(void **state)
{
	struct target *target = *state;

	sigframe_put(target, 0);
	memcpy(target->code + RESTORER, MOV_RAX SYSCALL, 9);
	target->stack[160 / 8] = STACK;
	target->stack[168 / 8] = BASE + RESTORER;
	assert_int_equal(target_unwind(target, RESTORER), IJ_UNWIND_TOO_DEEP);
	assert_int_equal(target->len, IJ_UNWIND_FRAMES_MAX);
}

/* A root that was seen in code needs the frame pointer that such code clears. */
static void test_root(void **state)
{
	struct target *target = *state;

	target->stack[0] = BASE + DERIVED_RET;
	target->regs.value[BP] = 0;
	assert_int_equal(target_unwind(target, LEAF), IJ_UNWIND_ROOT);
	target->regs.value[BP] = STACK + 64;
	assert_int_equal(target_unwind(target, LEAF), IJ_UNWIND_NO_ROOT);
	assert_int_equal(target->end_pc, BASE + DERIVED_RET);
	assert_int_equal(target->len, 2);
}

/* Through code of no module (a JIT's) by frame pointer: frames are shown, but prove nothing. */
static void test_guess(void **state)
{
	struct target *target = *state;

	target->stack[0] = ALT + 64; /* a return address outside all modules, behind a call */
	memset(target->alt, 0x90, sizeof(target->alt));
	memcpy((uint8_t *)target->alt + 59, "\xe8\0\0\0\0", 5);
	target->regs.value[BP] = STACK + 32;
	target->stack[4] = STACK + 64; /* the JIT's frame */
	target->stack[5] = BASE + FRAMED_RET;
	target->stack[8] = 0;
	target->stack[9] = BASE + ROOT_RET;
	assert_int_equal(target_unwind(target, LEAF), IJ_UNWIND_NO_MODULE);
	assert_int_equal(target->end_pc, ALT + 64);
	assert_int_equal(target->len, 3);
	assert_false(target->frames[0].guessed);
	assert_true(target->frames[1].guessed);
	assert_int_equal(target->frames[1].func->start, FRAMED);
	assert_int_equal(target->frames[1].depth, 1);
	assert_true(target->frames[2].guessed);
	assert_int_equal(target->frames[2].func->start, ROOT);
}

/* What a guess must not do: shrink, take what is no return address, or go round in a circle. */
static void test_bad_guess(void **state)
{
	struct target *target = *state;
	const struct {
		uint64_t bp, next, ret;
	} cases[] = {
		{STACK - 16, 0, BASE + ROOT_RET},     /* below the stack pointer */
		{STACK + 36, 0, BASE + ROOT_RET},     /* not aligned */
		{STACK + 32, 0, BASE + ROOT_RET - 1}, /* follows no call */
		{STACK + 32, 0, STACK},               /* data */
		{STACK + 32, 0, 0},                   /* the end */
		{STACK + 32, 0, BASE + NOCODE_RET},   /* in a module, in no function */
		{UINT64_MAX - 7, 0, BASE + ROOT_RET},
		{STACK + 0x100000, 0, BASE + ROOT_RET}, /* not mapped */
	};

	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		target->stack[0] = 0x1234;
		target->regs.value[BP] = cases[i].bp;
		target->stack[4] = cases[i].next;
		target->stack[5] = cases[i].ret;
		assert_int_equal(target_unwind(target, LEAF), IJ_UNWIND_NO_MODULE);
		assert_int_equal(target->len, 1);
		assert_int_equal(target->end_pc, 0x1234);
	}
	/* Return addresses into themselves. */
	memset(target->alt, 0x90, sizeof(target->alt));
	memcpy((uint8_t *)target->alt + 59, "\xe8\0\0\0\0", 5);
	target->stack[0] = ALT + 64;
	target->regs.value[BP] = STACK + 32;
	target->stack[4] = STACK + 32;
	target->stack[5] = ALT + 64;
	assert_int_equal(target_unwind(target, LEAF), IJ_UNWIND_NO_MODULE);
	assert_int_equal(target->len, 1);
}

/* A coroutine's stack ends where makecontext let it begin, behind no call. */
static void test_context(void **state)
{
	static const uint8_t start[] = {0xf3, 0x0f, 0x1e, 0xfa, 0x48, 0x89, 0xdc,
					0x48, 0x8b, 0x3c, 0x24, 0x48, 0x85, 0xff};
	struct target *target = *state;

	target->stack[0] = BASE + RESTORER;
	for (size_t skip = 0; skip <= 4; skip += 4) {
		memset(target->code + RESTORER, 0x90, sizeof(start));
		memcpy(target->code + RESTORER, start + skip, sizeof(start) - skip);
		assert_int_equal(target_unwind(target, LEAF), IJ_UNWIND_ROOT);
		assert_int_equal(target->len, 1);
	}
	/* Who stands there has begun to leave. */
	assert_int_equal(target_unwind(target, RESTORER), IJ_UNWIND_NO_FUNC);
	target->code[RESTORER + 2] ^= 1;
	assert_int_equal(target_unwind(target, LEAF), IJ_UNWIND_NO_FUNC);
}

/* The stub lies in no module, and is asked first. */
static void test_stub(void **state)
{
	struct target *target = *state;
	struct ij_unwind_module stub = target->module;

	target->space.modules_len = 0;
	target->stack[0] = BASE + ROOT_RET;
	assert_int_equal(target_unwind(target, LEAF), IJ_UNWIND_NO_MODULE);
	target->space.stub = &stub;
	assert_int_equal(target_unwind(target, LEAF), IJ_UNWIND_ROOT);
	assert_ptr_equal(target->frames[1].module, &stub);
	assert_null(ij_unwind_module_find(&target->space, stub.hi));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, target_setup, target_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_trampolines), TEST(test_in_trampoline), TEST(test_cycle),
		TEST(test_root),        TEST(test_guess),         TEST(test_bad_guess),
		TEST(test_stub),        TEST(test_context),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
