/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The unwinder on stacks made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "target.h"

/* leaf <- framed <- root, with every value that a frame shows. */
static void test_good(void **state)
{
	struct target *target = *state;

	target->regs.value[BP] = STACK + 24;
	target->stack[0] = BASE + FRAMED_RET;
	target->stack[3] = 0x1234; /* the root's rbp */
	target->stack[4] = BASE + ROOT_RET;
	assert_int_equal(target_unwind(target, LEAF + 4), IJ_UNWIND_ROOT);
	assert_int_equal(target->len, 3);
	assert_true(target->frames[0].exact);
	assert_int_equal(target->frames[0].func->start, LEAF);
	assert_int_equal(target->frames[0].cfa, STACK + 8);
	assert_false(target->frames[1].exact);
	assert_int_equal(target->frames[1].pc, BASE + FRAMED_RET);
	assert_int_equal(target->frames[1].func->start, FRAMED);
	assert_int_equal(target->frames[1].cfa, STACK + 40);
	assert_int_equal(target->frames[2].func->start, ROOT);
	assert_int_equal(target->frames[2].cfa, 0);
	assert_int_equal(target->frame_regs[2].value[BP], 0x1234);
	assert_int_equal(target->frame_regs[2].value[SP], STACK + 40);
	/* A caller's rax, rdx, rcx, rsi, rdi, r8-r11 are not known. */
	assert_int_equal(target->frame_regs[0].known, 0x1ffff);
	assert_int_equal(target->frame_regs[1].known, 0x1f0c8);
}

static void test_stopped(void **state)
{
	struct target *target = *state;

	target->regs.value[BP] = STACK + 24;
	target->stack[0] = BASE + FRAMED_RET;
	target->stack[4] = BASE + ROOT_RET;
	target->stop_at = 1;
	assert_int_equal(target_unwind(target, LEAF + 4), IJ_UNWIND_STOPPED);
	assert_int_equal(target->len, 2);
}

/* From a leaf whose return address is `ret`, with rbp as given. */
static const struct {
	const char *what;
	uint64_t ret;
	uint64_t bp;
	enum ij_unwind_end end;
	size_t len;
} cases[] = {
	{"CFA below the stack pointer", BASE + FRAMED_RET, STACK - 64, IJ_UNWIND_BAD_CFA, 2},
	{"CFA that stays", BASE + FRAMED_RET, STACK - 8, IJ_UNWIND_BAD_CFA, 2},
	{"CFA that grows by the least", BASE + FRAMED_RET, STACK, IJ_UNWIND_NO_MODULE, 2},
	{"CFA that wraps", BASE + FRAMED_RET, UINT64_MAX - 8, IJ_UNWIND_BAD_CFA, 2},
	{"CFA on unmapped memory", BASE + FRAMED_RET, STACK + 0x100000, IJ_UNWIND_BAD_MEMORY, 2},
	{"no call before it", BASE + FRAMED_RET - 1, STACK + 24, IJ_UNWIND_NO_CALL, 1},
	{"in no module", 0x1234, STACK, IJ_UNWIND_NO_MODULE, 1},
	{"null", 0, STACK, IJ_UNWIND_NO_MODULE, 1},
	{"the module's start", BASE, STACK, IJ_UNWIND_NO_MODULE, 1},
	{"behind the module", BASE + CODE_SIZE + 1, STACK, IJ_UNWIND_NO_MODULE, 1},
	{"in no function", BASE + NOCODE_RET, STACK, IJ_UNWIND_NO_FUNC, 1},
	{"register lost by the call", BASE + R10_RET, STACK, IJ_UNWIND_NO_RULE, 2},
	{"no rule for the CFA", BASE + NORULE_RET, STACK, IJ_UNWIND_NO_RULE, 2},
	{"behind a last call", BASE + FRAMED + FRAMED_SIZE, STACK + 24, IJ_UNWIND_NO_MODULE, 2},
	{"at once at the root", BASE + ROOT_RET, STACK, IJ_UNWIND_ROOT, 2},
};

static void test_cases(void **state)
{
	struct target *target = *state;

	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		enum ij_unwind_end end;

		target->stack[0] = cases[i].ret;
		target->regs.value[BP] = cases[i].bp;
		end = target_unwind(target, LEAF + 4);
		if (end != cases[i].end || target->len != cases[i].len)
			fail_msg("%s: ends with %s after %zu frames", cases[i].what,
				 ij_unwind_end_text(end), target->len);
		if (target->len == 1 && end != IJ_UNWIND_ROOT)
			assert_int_equal(target->end_pc, cases[i].ret);
	}
}

/* What stops the first frame already. */
static void test_innermost(void **state)
{
	struct target *target = *state;

	assert_int_equal(target_unwind(target, NOCODE_RET), IJ_UNWIND_NO_FUNC);
	assert_int_equal(target->len, 0);
	assert_int_equal(target->end_pc, BASE + NOCODE_RET);
	target->regs.value[10] = STACK; /* known in the innermost frame */
	target->stack[1] = BASE + ROOT_RET;
	assert_int_equal(target_unwind(target, R10), IJ_UNWIND_ROOT);
	target->regs.known &= ~(1u << 10);
	assert_int_equal(target_unwind(target, R10), IJ_UNWIND_NO_RULE);
	assert_int_equal(target->len, 1);
	target->regs.known = 0x1ffff & ~(1u << RA);
	assert_int_equal(target_unwind(target, LEAF), IJ_UNWIND_NO_RULE);
	assert_int_equal(target->len, 0);
}

/* vfork pops its return address into rdi: only the innermost frame may have done that. */
static void test_popped(void **state)
{
	struct target *target = *state;

	target->regs.value[5] = BASE + ROOT_RET;
	assert_int_equal(target_unwind(target, POPPED), IJ_UNWIND_ROOT);
	assert_int_equal(target->len, 2);
	target->regs.known &= ~(1u << 5);
	assert_int_equal(target_unwind(target, POPPED), IJ_UNWIND_NO_RULE);
}

static void test_too_deep(void **state)
{
	struct target *target = *state;

	for (size_t i = 0; i < WORDS; i++)
		target->stack[i] = BASE + RECURSIVE_RET;
	assert_int_equal(target_unwind(target, RECURSIVE), IJ_UNWIND_TOO_DEEP);
	assert_int_equal(target->len, IJ_UNWIND_FRAMES_MAX);
	/* The last frame but one reaches the root. */
	target->stack[(IJ_UNWIND_FRAMES_MAX - 2) * 2 + 1] = BASE + ROOT_RET;
	assert_int_equal(target_unwind(target, RECURSIVE), IJ_UNWIND_ROOT);
	assert_int_equal(target->len, IJ_UNWIND_FRAMES_MAX);
}

/* A PLT slot: from its push on, at byte 11, there is one more word on the stack. */
static void test_plt(void **state)
{
	struct target *target = *state;

	target->stack[0] = BASE + ROOT_RET;
	target->stack[1] = BASE + ROOT_RET;
	for (uint64_t at = 0; at < 16; at++) {
		assert_int_equal(target_unwind(target, PLT + at), IJ_UNWIND_ROOT);
		assert_int_equal(target->frames[0].cfa, STACK + (at >= 11 ? 16 : 8));
	}
}

/*
 * A handler's trampoline: entered by return without a call, its caller lies on another stack,
 * stands at an exact PC, and has all its registers. Only a signal frame may do so.
 */
static void test_signal(void **state)
{
	struct target *target = *state;

	target->stack[0] = BASE + SIGNAL_RET;
	target->stack[1 + 120 / 8] = ALT + 16;      /* rbp */
	target->stack[1 + 144 / 8] = 0x77;          /* rax */
	target->stack[1 + 160 / 8] = ALT;           /* rsp */
	target->stack[1 + 168 / 8] = BASE + FRAMED; /* rip: the first instruction */
	target->alt[3] = BASE + ROOT_RET;
	assert_int_equal(target_unwind(target, LEAF), IJ_UNWIND_ROOT);
	assert_int_equal(target->len, 4);
	assert_int_equal(target->frames[1].func->start, SIGNAL);
	assert_int_equal(target->frames[1].cfa, ALT);
	assert_int_equal(target->frames[2].func->start, FRAMED);
	assert_true(target->frames[2].exact);
	assert_int_equal(target->frame_regs[2].value[0], 0x77);
	assert_int_equal(target->frame_regs[2].value[SP], ALT);
	assert_true(target->frame_regs[2].known & 1);
	assert_false(target->frames[3].exact);
	/* Its saved registers cannot be read. */
	target->regs.value[SP] = STACK + sizeof(target->stack) - 16;
	target->stack[WORDS - 2] = BASE + SIGNAL_RET;
	assert_int_equal(target_unwind(target, LEAF), IJ_UNWIND_BAD_MEMORY);
	assert_int_equal(target->len, 2);
}

static void test_moved(void **state)
{
	struct target *target = *state;

	target->regs.value[2] = 22;
	target->regs.value[12] = 1212;
	target->stack[0] = BASE + ROOT_RET;
	assert_int_equal(target_unwind(target, MOVED), IJ_UNWIND_ROOT);
	assert_int_equal(target->frame_regs[1].value[3], 1212);
	assert_int_equal(target->frame_regs[1].value[12], STACK + 8 + 32);
	assert_int_equal(target->frame_regs[1].value[2], 22);
	assert_int_equal(target->frame_regs[1].known, 0x1d0cc);
	/* A register in one that is not known is not known itself. */
	target->regs.known &= ~(1u << 12);
	assert_int_equal(target_unwind(target, MOVED), IJ_UNWIND_ROOT);
	assert_int_equal(target->frame_regs[1].known, 0x1d0c4);
	/* A register's expression that never ends. */
	assert_int_equal(target_unwind(target, MOVED + 0x10), IJ_UNWIND_NO_RULE);
	/* One saved partly behind what is read for the others. */
	target->stack[1] = 0x1122334455667788;
	assert_int_equal(target_unwind(target, MOVED + 0x20), IJ_UNWIND_ROOT);
	assert_int_equal(target->frame_regs[1].value[14], 0x5566778800000000);
}

static const struct {
	uint8_t bytes[8];
	size_t len;
	bool call;
} forms[] = {
	{{0xe8, 1, 2, 3, 4}, 5, true},
	{{0xff, 0xd0}, 2, true},                         /* call *%rax */
	{{0x41, 0xff, 0xd4}, 3, true},                   /* call *%r12 */
	{{0xff, 0x10}, 2, true},                         /* call *(%rax) */
	{{0xff, 0x50, 0x08}, 3, true},                   /* call *8(%rax) */
	{{0xff, 0x90, 0x08, 0x01, 0, 0}, 6, true},       /* call *264(%rax) */
	{{0xff, 0x14, 0x24}, 3, true},                   /* call *(%rsp) */
	{{0xff, 0x54, 0x24, 0x08}, 4, true},             /* call *8(%rsp) */
	{{0xff, 0x94, 0xc8, 0, 1, 0, 0}, 7, true},       /* call *256(%rax,%rcx,8) */
	{{0x42, 0xff, 0x94, 0xe0, 0, 1, 0, 0}, 8, true}, /* call *256(%rax,%r12,8) */
	{{0xff, 0x14, 0xc5, 0, 1, 0, 0}, 7, true},       /* call *256(,%rax,8) */
	{{0x41, 0xff, 0x14, 0xc4}, 4, true},             /* call *(%r12,%rax,8) */
	{{0xff, 0x15, 1, 2, 3, 4}, 6, true},             /* call *disp(%rip) */
	{{0xff, 0x25, 1, 2, 3, 4}, 6, false},            /* jmp *disp(%rip) */
	{{0xff, 0xe0}, 2, false},                        /* jmp *%rax */
	{{0xe9, 1, 2, 3, 4}, 5, false},                  /* jmp */
	{{0xff, 0x18}, 2, false},                        /* far call */
	{{0xff, 0x50, 0x08, 0x90}, 4, false},            /* a call, but not the last */
	{{0xff, 0x15, 1, 2, 3}, 5, false},               /* cut short */
	{{0xff, 0x14, 0xc5, 0, 1}, 5, false},
	{{0xe8, 1, 2, 3, 4, 0x90}, 6, false},
};

static void test_forms(void **state)
{
	struct target *target = *state;

	for (size_t i = 0; i < IJ_COUNT(forms); i++) {
		enum ij_unwind_end end;

		memset(target->code + FORMS, 0x90, 0x40);
		memcpy(target->code + FORMS + 0x20 - forms[i].len, forms[i].bytes, forms[i].len);
		target->stack[0] = BASE + FORMS + 0x20;
		end = target_unwind(target, LEAF);
		if ((end != IJ_UNWIND_NO_CALL) != forms[i].call)
			fail_msg("form %zu: %s", i, ij_unwind_end_text(end));
	}
}

static void test_modules(void **state)
{
	struct target *target = *state;
	const struct ij_unwind_module modules[] = {{.lo = 0x1000, .hi = 0x2000},
						   {.lo = 0x2000, .hi = 0x3000},
						   {.lo = 0x5000, .hi = 0x6000}};
	const struct ij_unwind_space space = {.modules = modules, .modules_len = IJ_COUNT(modules)},
				     none = {.stub = NULL};

	(void)target;
	assert_null(ij_unwind_module_find(&none, 0x1000));
	assert_null(ij_unwind_module_find(&space, 0xfff));
	assert_ptr_equal(ij_unwind_module_find(&space, 0x1000), &modules[0]);
	assert_ptr_equal(ij_unwind_module_find(&space, 0x1fff), &modules[0]);
	assert_ptr_equal(ij_unwind_module_find(&space, 0x2000), &modules[1]);
	assert_null(ij_unwind_module_find(&space, 0x3000));
	assert_ptr_equal(ij_unwind_module_find(&space, 0x5fff), &modules[2]);
	assert_null(ij_unwind_module_find(&space, 0x6000));
	assert_null(ij_unwind_module_find(&space, UINT64_MAX));
}

static void test_texts(void **state)
{
	(void)state;
	for (int end = IJ_UNWIND_ROOT; end <= IJ_UNWIND_STOPPED; end++)
		assert_string_not_equal(ij_unwind_end_text((enum ij_unwind_end)end), "unknown");
	assert_string_equal(ij_unwind_end_text((enum ij_unwind_end)99), "unknown");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, target_setup, target_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_good),   TEST(test_stopped),  TEST(test_cases),   TEST(test_innermost),
		TEST(test_popped), TEST(test_too_deep), TEST(test_plt),     TEST(test_signal),
		TEST(test_moved),  TEST(test_forms),    TEST(test_modules), TEST(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
