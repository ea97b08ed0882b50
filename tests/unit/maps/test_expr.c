/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The interpreter of DWARF expressions, operation by operation, and its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "maps/dwarf.h"
#include "maps/expr.h"

#define MEM_BASE 0x5000

/* Registers N hold 0x1000 + N, but for 10 and 11, which are not known. Memory is the bytes 80, 81,
 * ... */
static enum ij_expr_end eval(const uint8_t *bytes, size_t size, const uint64_t *initial,
			     uint64_t *ret)
{
	struct ij_unwind_regs regs = {.known = 0x1ffff & ~(3u << 10)};
	struct ij_mem_bytes mem;
	uint8_t content[32];

	for (unsigned i = 0; i < IJ_MAP_REGS; i++)
		regs.value[i] = 0x1000 + i;
	regs.value[IJ_MAP_REG_RA] = 0x400b;
	for (unsigned i = 0; i < sizeof(content); i++)
		content[i] = (uint8_t)(0x80 + i);
	ij_mem_bytes_init(&mem, content, MEM_BASE, sizeof(content));
	return ij_expr_eval(bytes, size, &regs, &mem.mem, initial, ret);
}

#define CODE(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})
#define LIT(n)    (DW_OP_lit0 + (n))
#define ADDR      DW_OP_const2u, 0x00, 0x50 /* MEM_BASE */

static const struct {
	const uint8_t *code;
	size_t size;
	uint64_t want;
} good[] = {
	{CODE(LIT(0)), 0},
	{CODE(LIT(31)), 31},
	{CODE(DW_OP_const1u, 0xfe), 0xfe},
	{CODE(DW_OP_const1s, 0xfe), (uint64_t)-2},
	{CODE(DW_OP_const2u, 0xfe, 0xff), 0xfffe},
	{CODE(DW_OP_const2s, 0xfe, 0xff), (uint64_t)-2},
	{CODE(DW_OP_const4u, 1, 2, 3, 0xff), 0xff030201},
	{CODE(DW_OP_const4s, 1, 2, 3, 0xff), 0xffffffffff030201},
	{CODE(DW_OP_const8u, 1, 2, 3, 4, 5, 6, 7, 8), 0x0807060504030201},
	{CODE(DW_OP_const8s, 1, 2, 3, 4, 5, 6, 7, 0xff), 0xff07060504030201},
	{CODE(DW_OP_constu, 0x80, 0x01), 128},
	{CODE(DW_OP_consts, 0x80, 0x7f), (uint64_t)-128},
	{CODE(LIT(1), LIT(2), DW_OP_dup, DW_OP_plus), 4},
	{CODE(LIT(1), LIT(2), DW_OP_drop), 1},
	{CODE(LIT(1), LIT(2), DW_OP_over), 1},
	{CODE(LIT(1), LIT(2), LIT(3), DW_OP_pick, 2), 1},
	{CODE(LIT(9), LIT(2), DW_OP_swap, DW_OP_minus), (uint64_t)-7},
	{CODE(LIT(1), LIT(2), LIT(3), DW_OP_rot), 2},
	{CODE(LIT(1), LIT(2), LIT(3), DW_OP_rot, DW_OP_drop), 1},
	{CODE(LIT(1), LIT(2), LIT(3), DW_OP_rot, DW_OP_drop, DW_OP_drop), 3},
	{CODE(DW_OP_const1s, 0xfe, DW_OP_abs), 2},
	{CODE(LIT(7), DW_OP_abs), 7},
	{CODE(LIT(12), LIT(10), DW_OP_and), 8},
	{CODE(DW_OP_const1s, 0xf8, LIT(2), DW_OP_div), (uint64_t)-4},
	{CODE(DW_OP_const8u, 0, 0, 0, 0, 0, 0, 0, 0x80, DW_OP_const1s, 0xff, DW_OP_div),
	 0x8000000000000000},
	{CODE(LIT(7), LIT(3), DW_OP_minus), 4},
	{CODE(LIT(7), LIT(3), DW_OP_mod), 1},
	{CODE(LIT(7), LIT(3), DW_OP_mul), 21},
	{CODE(LIT(7), DW_OP_neg), (uint64_t)-7},
	{CODE(LIT(7), DW_OP_not), ~(uint64_t)7},
	{CODE(LIT(12), LIT(3), DW_OP_or), 15},
	{CODE(LIT(12), LIT(3), DW_OP_plus), 15},
	{CODE(LIT(12), DW_OP_plus_uconst, 0x80, 0x01), 140},
	{CODE(LIT(3), LIT(4), DW_OP_shl), 48},
	{CODE(LIT(3), DW_OP_const1u, 64, DW_OP_shl), 0},
	{CODE(DW_OP_const1s, 0x80, LIT(4), DW_OP_shr), 0x0ffffffffffffff8},
	{CODE(DW_OP_const1s, 0x80, LIT(4), DW_OP_shra), (uint64_t)-8},
	{CODE(DW_OP_const1s, 0x80, DW_OP_const1u, 200, DW_OP_shra), (uint64_t)-1},
	{CODE(LIT(12), LIT(10), DW_OP_xor), 6},
	{CODE(LIT(1), LIT(1), DW_OP_eq), 1},
	{CODE(LIT(1), LIT(1), DW_OP_ne), 0},
	{CODE(DW_OP_const1s, 0xff, LIT(1), DW_OP_lt), 1},
	{CODE(DW_OP_const1s, 0xff, LIT(1), DW_OP_gt), 0},
	{CODE(LIT(1), LIT(1), DW_OP_le), 1},
	{CODE(LIT(1), LIT(1), DW_OP_ge), 1},
	{CODE(LIT(1), DW_OP_skip, 1, 0, LIT(2), LIT(3)), 3},
	{CODE(LIT(5), LIT(0), DW_OP_bra, 1, 0, LIT(6)), 6},
	{CODE(LIT(5), LIT(1), DW_OP_bra, 1, 0, LIT(6)), 5},
	/* Count down from 3 with a backward branch. */
	{CODE(LIT(3), LIT(1), DW_OP_minus, DW_OP_dup, DW_OP_bra, 0xfa, 0xff), 0},
	{CODE(DW_OP_const1u, 60, LIT(1), DW_OP_minus, DW_OP_dup, DW_OP_bra, 0xfa, 0xff), 0},
	{CODE(DW_OP_breg0 + 7, 0x78), 0x0fff},
	{CODE(DW_OP_bregx, 3, 8), 0x100b},
	{CODE(ADDR, DW_OP_deref), 0x8786858483828180},
	{CODE(ADDR, DW_OP_deref_size, 2), 0x8180},
	{CODE(DW_OP_nop, LIT(4), DW_OP_nop), 4},
	/* The PLT of binutils: rip is 0x400b, in the second half of its slot. */
	{CODE(DW_OP_breg0 + 7, 8, DW_OP_breg0 + 16, 0, LIT(15), DW_OP_and, LIT(11), DW_OP_ge,
	      LIT(3), DW_OP_shl, DW_OP_plus),
	 0x1007 + 16},
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(good); i++) {
		uint64_t value = 0xdead;
		enum ij_expr_end end = eval(good[i].code, good[i].size, NULL, &value);

		if (end != IJ_EXPR_OK || value != good[i].want)
			fail_msg("case %zu: end %d, value %#llx", i, end,
				 (unsigned long long)value);
	}
}

static const struct {
	const uint8_t *code;
	size_t size;
	enum ij_expr_end want;
} bad[] = {
	{NULL, 0, IJ_EXPR_BAD},
	{CODE(DW_OP_drop), IJ_EXPR_BAD},
	{CODE(DW_OP_dup), IJ_EXPR_BAD},
	{CODE(LIT(1), DW_OP_over), IJ_EXPR_BAD},
	{CODE(LIT(1), DW_OP_swap), IJ_EXPR_BAD},
	{CODE(LIT(1), LIT(1), DW_OP_rot), IJ_EXPR_BAD},
	{CODE(LIT(1), DW_OP_pick, 1), IJ_EXPR_BAD},
	{CODE(LIT(1), DW_OP_plus), IJ_EXPR_BAD},
	{CODE(LIT(1), LIT(0), DW_OP_div), IJ_EXPR_BAD},
	{CODE(LIT(1), LIT(0), DW_OP_mod), IJ_EXPR_BAD},
	{CODE(LIT(1), DW_OP_drop), IJ_EXPR_BAD},
	{CODE(DW_OP_const4u, 1, 2, 3), IJ_EXPR_BAD},
	{CODE(LIT(1), DW_OP_skip, 1), IJ_EXPR_BAD},
	{CODE(LIT(1), DW_OP_skip, 0xfb, 0xff), IJ_EXPR_BAD}, /* before the start */
	{CODE(LIT(1), DW_OP_skip, 1, 0), IJ_EXPR_BAD},       /* past the end */
	{CODE(LIT(1), DW_OP_skip, 0xfd, 0xff), IJ_EXPR_BAD}, /* to itself, for ever */
	{CODE(LIT(1), DW_OP_skip, 0xfc, 0xff), IJ_EXPR_BAD}, /* pushes for ever */
	/* It would end, but after more steps than any real expression has. */
	{CODE(DW_OP_const1u, 70, LIT(1), DW_OP_minus, DW_OP_dup, DW_OP_bra, 0xfa, 0xff),
	 IJ_EXPR_BAD},
	{CODE(DW_OP_addr, 0, 0, 0, 0, 0, 0, 0, 0), IJ_EXPR_BAD},
	{CODE(0x9c), IJ_EXPR_BAD}, /* DW_OP_call_frame_cfa */
	{CODE(0xff), IJ_EXPR_BAD},
	{CODE(DW_OP_bregx, 17, 0), IJ_EXPR_BAD},
	{CODE(DW_OP_breg0 + 17, 0), IJ_EXPR_BAD},
	{CODE(ADDR, DW_OP_deref_size, 3), IJ_EXPR_BAD},
	{CODE(DW_OP_breg0 + 10, 0), IJ_EXPR_UNKNOWN},
	{CODE(DW_OP_bregx, 11, 0), IJ_EXPR_UNKNOWN},
	{CODE(LIT(1), DW_OP_deref), IJ_EXPR_FAULT},
	{CODE(ADDR, DW_OP_plus_uconst, 25, DW_OP_deref), IJ_EXPR_FAULT},
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(bad); i++) {
		uint64_t value = 0xdead;
		enum ij_expr_end end = eval(bad[i].code, bad[i].size, NULL, &value);

		if (end != bad[i].want || value != 0xdead)
			fail_msg("case %zu: end %d", i, end);
	}
}

/* The CFA is pushed first; the stack holds so many items and not one more. */
static void test_stack(void **state)
{
	uint8_t code[IJ_EXPR_STACK_MAX];
	uint64_t cfa = 0x7000, value;

	(void)state;
	assert_int_equal(eval(NULL, 0, &cfa, &value), IJ_EXPR_OK);
	assert_int_equal(value, 0x7000);
	memset(code, DW_OP_lit0 + 3, sizeof(code));
	assert_int_equal(eval(code, sizeof(code), NULL, &value), IJ_EXPR_OK);
	assert_int_equal(eval(code, sizeof(code), &cfa, &value), IJ_EXPR_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
