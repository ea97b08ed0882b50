/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The module and the memory of the target made by hand. */
#include "target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "maps/dwarf.h"

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
	state = fixture_state(SP, 8);
	fixture_rule(&state, RA, IJ_MAP_UNDEFINED, 0);
	func_add(&builder, DERIVED, 0x20, IJ_MAP_FUNC_DERIVED, &state);
	fixture_end(&builder, ret);
}

int target_setup(void **state)
{
	static const uint32_t calls[] = {FRAMED_RET, FRAMED + FRAMED_SIZE, ROOT_RET,   R10_RET,
					 NORULE_RET, RECURSIVE_RET,        NOCODE_RET, DERIVED_RET};
	struct target *target = calloc(1, sizeof(*target));

	map_make(&target->map);
	target->mem.read = target_read;
	target->module = (struct ij_unwind_module){
		.base = BASE, .lo = BASE, .hi = BASE + CODE_SIZE, .map = target->map.map};
	target->space = (struct ij_unwind_space){.modules = &target->module, .modules_len = 1};
	memset(target->code, 0x90, sizeof(target->code));
	for (size_t i = 0; i < IJ_COUNT(calls); i++)
		target->code[calls[i] - 5] = 0xe8;
	target->regs.known = 0x1ffff;
	target->regs.value[SP] = STACK;
	target->stop_at = SIZE_MAX;
	*state = target;
	return 0;
}

int target_teardown(void **state)
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

enum ij_unwind_end target_unwind(struct target *target, uint64_t pc)
{
	target->len = 0;
	target->regs.value[RA] = BASE + pc;
	return ij_unwind(&target->space, &target->mem, &target->regs, visit, target,
			 &target->end_pc);
}
