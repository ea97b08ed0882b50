/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The unwinder on stacks made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "maps/dwarf.h"

#define BASE      0x400000ull /* of the module */
#define CODE_SIZE 0x1000
#define STACK     0x700000ull /* of the stack, whose words are numbered from here */
#define WORDS     2048
#define ALT       0x600000ull /* of another stack, below */
#define ALT_WORDS 16

#define SP IJ_MAP_REG_SP
#define BP IJ_MAP_REG_BP
#define RA IJ_MAP_REG_RA

/* Module offsets of functions, and of return addresses in them that follow a call. */
enum {
	LEAF = 0x100,
	FRAMED = 0x200, /* CFA = rbp + 16 */
	FRAMED_RET = 0x230,
	FRAMED_SIZE = 0x40, /* its last instruction is a call */
	ROOT = 0x300,
	ROOT_RET = 0x310,
	SIGNAL = 0x3ff,
	SIGNAL_RET = 0x400,
	PLT = 0x500,
	R10 = 0x600, /* CFA = r10 + 16 */
	R10_RET = 0x610,
	NORULE = 0x700,
	NORULE_RET = 0x710,
	RECURSIVE = 0x800, /* CFA = rsp + 16 */
	RECURSIVE_RET = 0x810,
	MOVED = 0x900,      /* rules of the other kinds */
	FORMS = 0xa00,      /* calls of all forms */
	POPPED = 0xb00,     /* CFA = rsp, return address in rdi, as in vfork */
	NOCODE_RET = 0xc10, /* behind a call, in no function */
};

struct target {
	struct ij_mem mem;
	struct fixture_map map;
	struct ij_unwind_module module;
	struct ij_unwind_space space;
	uint8_t code[CODE_SIZE];
	uint64_t stack[WORDS];
	uint64_t alt[ALT_WORDS];
	struct ij_unwind_regs regs;
	/* what was seen */
	struct ij_unwind_frame frames[IJ_UNWIND_FRAMES_MAX];
	struct ij_unwind_regs frame_regs[IJ_UNWIND_FRAMES_MAX];
	size_t len;
	size_t stop_at; /* the visitor stops at this frame */
	ij_addr end_pc;
};

static struct ij_error *target_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct target *target = (struct target *)mem;
	const struct {
		ij_addr base;
		const void *bytes;
		size_t size;
	} ranges[] = {
		{BASE, target->code, sizeof(target->code)},
		{STACK, target->stack, sizeof(target->stack)},
		{ALT, target->alt, sizeof(target->alt)},
	};

	for (size_t i = 0; i < IJ_COUNT(ranges); i++)
		if (addr >= ranges[i].base && addr - ranges[i].base <= ranges[i].size &&
		    size <= ranges[i].size - (addr - ranges[i].base)) {
			memcpy(buf, (const uint8_t *)ranges[i].bytes + (addr - ranges[i].base),
			       size);
			return NULL;
		}
	return ij_error_new(FAULT, "nothing there");
}

/* The state of a row whose CFA is an expression. */
static struct ij_map_state expr_state(struct ij_map_builder *builder, const uint8_t *expr,
				      size_t size)
{
	struct ij_map_state state = fixture_state(0, 0);

	state.cfa_kind = IJ_MAP_CFA_EXPR;
	assert_null(ij_map_builder_expr(builder, expr, size, &state.cfa_off));
	return state;
}

static void func_add(struct ij_map_builder *builder, uint32_t start, uint32_t size, uint32_t flags,
		     const struct ij_map_state *state)
{
	assert_null(ij_map_builder_func(builder, start, size, flags));
	assert_null(ij_map_builder_row(builder, start, state));
}

/* glibc's __restore_rt: the CFA is the saved rsp, registers lie in the ucontext at rsp. */
static void signal_add(struct ij_map_builder *builder)
{
	static const uint8_t rsp[] = {DW_OP_breg0 + 7, 0xa0, 0x01, DW_OP_deref};
	static const uint8_t bp_at[] = {DW_OP_breg0 + 7, 0xf8, 0x00};
	static const uint8_t rax_at[] = {DW_OP_breg0 + 7, 0x90, 0x01};
	static const uint8_t rip_at[] = {DW_OP_breg0 + 7, 0xa8, 0x01};
	struct ij_map_state state = expr_state(builder, rsp, sizeof(rsp));
	const struct {
		unsigned reg;
		const uint8_t *expr;
		size_t size;
	} saved[] = {{BP, bp_at, sizeof(bp_at)},
		     {0, rax_at, sizeof(rax_at)},
		     {RA, rip_at, sizeof(rip_at)}};

	for (size_t i = 0; i < IJ_COUNT(saved); i++) {
		int32_t off;

		assert_null(ij_map_builder_expr(builder, saved[i].expr, saved[i].size, &off));
		fixture_rule(&state, saved[i].reg, IJ_MAP_EXPR, off);
	}
	func_add(builder, SIGNAL, 0x11, IJ_MAP_FUNC_SIGNAL, &state);
}

static void map_make(struct fixture_map *ret)
{
	static const uint8_t plt[] = {DW_OP_breg0 + 7, 8,         DW_OP_breg0 + 16, 0,
				      DW_OP_lit0 + 15, DW_OP_and, DW_OP_lit0 + 11,  DW_OP_ge,
				      DW_OP_lit0 + 3,  DW_OP_shl, DW_OP_plus};
	static const uint8_t endless[] = {DW_OP_skip, 0xfd, 0xff};
	static const uint8_t below[] = {DW_OP_lit0 + 4, DW_OP_minus}; /* CFA - 4 */
	struct ij_map_builder builder;
	struct ij_map_state state;
	int32_t off;

	fixture_begin(&builder, CODE_SIZE);
	fixture_func(&builder, LEAF, 0x10, SP, 8);
	state = fixture_state(BP, 16);
	fixture_rule(&state, BP, IJ_MAP_OFFSET, -16);
	func_add(&builder, FRAMED, FRAMED_SIZE, 0, &state);
	state = fixture_state(SP, 8);
	fixture_rule(&state, RA, IJ_MAP_UNDEFINED, 0);
	func_add(&builder, ROOT, 0x20, 0, &state);
	signal_add(&builder);
	state = expr_state(&builder, plt, sizeof(plt));
	func_add(&builder, PLT, 0x20, IJ_MAP_FUNC_PLT, &state);
	fixture_func(&builder, R10, 0x20, 10, 16);
	state = fixture_state(SP, 8);
	state.cfa_kind = IJ_MAP_CFA_NONE;
	func_add(&builder, NORULE, 0x20, 0, &state);
	fixture_func(&builder, RECURSIVE, 0x20, SP, 16);
	state = fixture_state(SP, 8);
	fixture_rule(&state, 3, IJ_MAP_REGISTER, 12);    /* rbx is in r12 */
	fixture_rule(&state, 12, IJ_MAP_VAL_OFFSET, 32); /* r12 is CFA + 32 */
	fixture_rule(&state, 13, IJ_MAP_UNDEFINED, 0);   /* r13 is lost */
	fixture_rule(&state, 2, IJ_MAP_SAME, 0);         /* rcx is kept, for once */
	assert_null(ij_map_builder_expr(&builder, endless, sizeof(endless), &off));
	func_add(&builder, MOVED, 0x10, 0, &state);
	fixture_rule(&state, 14, IJ_MAP_VAL_EXPR, off);
	func_add(&builder, MOVED + 0x10, 0x10, 0, &state);
	assert_null(ij_map_builder_expr(&builder, below, sizeof(below), &off));
	fixture_rule(&state, 14, IJ_MAP_EXPR, off);
	func_add(&builder, MOVED + 0x20, 0x10, 0, &state);
	fixture_func(&builder, FORMS, 0x100, SP, 8);
	state = fixture_state(SP, 0);
	fixture_rule(&state, RA, IJ_MAP_REGISTER, 5);
	func_add(&builder, POPPED, 0x10, 0, &state);
	fixture_end(&builder, ret);
}

static int setup(void **state)
{
	static const uint32_t calls[] = {FRAMED_RET, FRAMED + FRAMED_SIZE, ROOT_RET,  R10_RET,
					 NORULE_RET, RECURSIVE_RET,        NOCODE_RET};
	struct target *target = calloc(1, sizeof(*target));

	map_make(&target->map);
	target->mem.read = target_read;
	target->module = (struct ij_unwind_module){
		.base = BASE, .lo = BASE, .hi = BASE + CODE_SIZE, .map = target->map.map};
	target->space = (struct ij_unwind_space){&target->module, 1};
	memset(target->code, 0x90, sizeof(target->code));
	for (size_t i = 0; i < IJ_COUNT(calls); i++)
		target->code[calls[i] - 5] = 0xe8;
	target->regs.known = 0x1ffff;
	target->regs.value[SP] = STACK;
	target->stop_at = SIZE_MAX;
	*state = target;
	return 0;
}

static int teardown(void **state)
{
	struct target *target = *state;

	fixture_free(&target->map);
	free(target);
	return 0;
}

static bool visit(void *ctx, const struct ij_unwind_frame *frame)
{
	struct target *target = ctx;

	assert_int_equal(frame->depth, target->len);
	assert_true(target->len < IJ_UNWIND_FRAMES_MAX);
	target->frames[target->len] = *frame;
	target->frame_regs[target->len] = *frame->regs;
	return target->len++ != target->stop_at;
}

static enum ij_unwind_end unwind(struct target *target, uint64_t pc)
{
	target->len = 0;
	target->regs.value[RA] = BASE + pc;
	return ij_unwind(&target->space, &target->mem, &target->regs, visit, target,
			 &target->end_pc);
}

/* leaf <- framed <- root, with every value that a frame shows. */
static void test_good(void **state)
{
	struct target *target = *state;

	target->regs.value[BP] = STACK + 24;
	target->stack[0] = BASE + FRAMED_RET;
	target->stack[3] = 0x1234; /* the root's rbp */
	target->stack[4] = BASE + ROOT_RET;
	assert_int_equal(unwind(target, LEAF + 4), IJ_UNWIND_ROOT);
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
	assert_int_equal(unwind(target, LEAF + 4), IJ_UNWIND_STOPPED);
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
		end = unwind(target, LEAF + 4);
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

	assert_int_equal(unwind(target, NOCODE_RET), IJ_UNWIND_NO_FUNC);
	assert_int_equal(target->len, 0);
	assert_int_equal(target->end_pc, BASE + NOCODE_RET);
	target->regs.value[10] = STACK; /* known in the innermost frame */
	target->stack[1] = BASE + ROOT_RET;
	assert_int_equal(unwind(target, R10), IJ_UNWIND_ROOT);
	target->regs.known &= ~(1u << 10);
	assert_int_equal(unwind(target, R10), IJ_UNWIND_NO_RULE);
	assert_int_equal(target->len, 1);
	target->regs.known = 0x1ffff & ~(1u << RA);
	assert_int_equal(unwind(target, LEAF), IJ_UNWIND_NO_RULE);
	assert_int_equal(target->len, 0);
}

/* vfork pops its return address into rdi: only the innermost frame may have done that. */
static void test_popped(void **state)
{
	struct target *target = *state;

	target->regs.value[5] = BASE + ROOT_RET;
	assert_int_equal(unwind(target, POPPED), IJ_UNWIND_ROOT);
	assert_int_equal(target->len, 2);
	target->regs.known &= ~(1u << 5);
	assert_int_equal(unwind(target, POPPED), IJ_UNWIND_NO_RULE);
}

static void test_too_deep(void **state)
{
	struct target *target = *state;

	for (size_t i = 0; i < WORDS; i++)
		target->stack[i] = BASE + RECURSIVE_RET;
	assert_int_equal(unwind(target, RECURSIVE), IJ_UNWIND_TOO_DEEP);
	assert_int_equal(target->len, IJ_UNWIND_FRAMES_MAX);
	/* The last frame but one reaches the root. */
	target->stack[(IJ_UNWIND_FRAMES_MAX - 2) * 2 + 1] = BASE + ROOT_RET;
	assert_int_equal(unwind(target, RECURSIVE), IJ_UNWIND_ROOT);
	assert_int_equal(target->len, IJ_UNWIND_FRAMES_MAX);
}

/* A PLT slot: from its push on, at byte 11, there is one more word on the stack. */
static void test_plt(void **state)
{
	struct target *target = *state;

	target->stack[0] = BASE + ROOT_RET;
	target->stack[1] = BASE + ROOT_RET;
	for (uint64_t at = 0; at < 16; at++) {
		assert_int_equal(unwind(target, PLT + at), IJ_UNWIND_ROOT);
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
	assert_int_equal(unwind(target, LEAF), IJ_UNWIND_ROOT);
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
	assert_int_equal(unwind(target, LEAF), IJ_UNWIND_BAD_MEMORY);
	assert_int_equal(target->len, 2);
}

static void test_moved(void **state)
{
	struct target *target = *state;

	target->regs.value[2] = 22;
	target->regs.value[12] = 1212;
	target->stack[0] = BASE + ROOT_RET;
	assert_int_equal(unwind(target, MOVED), IJ_UNWIND_ROOT);
	assert_int_equal(target->frame_regs[1].value[3], 1212);
	assert_int_equal(target->frame_regs[1].value[12], STACK + 8 + 32);
	assert_int_equal(target->frame_regs[1].value[2], 22);
	assert_int_equal(target->frame_regs[1].known, 0x1d0cc);
	/* A register in one that is not known is not known itself. */
	target->regs.known &= ~(1u << 12);
	assert_int_equal(unwind(target, MOVED), IJ_UNWIND_ROOT);
	assert_int_equal(target->frame_regs[1].known, 0x1d0c4);
	/* A register's expression that never ends. */
	assert_int_equal(unwind(target, MOVED + 0x10), IJ_UNWIND_NO_RULE);
	/* One saved partly behind what is read for the others. */
	target->stack[1] = 0x1122334455667788;
	assert_int_equal(unwind(target, MOVED + 0x20), IJ_UNWIND_ROOT);
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
		end = unwind(target, LEAF);
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
	const struct ij_unwind_space space = {modules, IJ_COUNT(modules)}, none = {NULL, 0};

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_good),   TEST(test_stopped),  TEST(test_cases),   TEST(test_innermost),
		TEST(test_popped), TEST(test_too_deep), TEST(test_plt),     TEST(test_signal),
		TEST(test_moved),  TEST(test_forms),    TEST(test_modules), TEST(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
