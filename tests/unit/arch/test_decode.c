/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Instructions reduced to flow, registers, memory and the stack pointer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "arch/decode.h"

enum {
	AX = 1 << 0,
	DX = 1 << 1,
	CX = 1 << 2,
	BX = 1 << 3,
	SI = 1 << 4,
	DI = 1 << 5,
	BP = 1 << 6,
	SPR = 1 << 7,
	R8 = 1 << 8,
	FL = 1 << IJ_INSN_FLAGS_BIT
};
enum { R = 1, W = 2, L = 4, V = 8, S = 16, UNKNOWN_SP = 32, REP = 64, T = 128 };

#define PC 0x401000ull

static const struct decode_case {
	const char *text;
	uint8_t code[IJ_INSN_SIZE_MAX];
	uint8_t size, flow;
	unsigned traits;
	uint32_t reads, writes;
	int32_t delta;
	ij_addr target;
} cases[] = {
	{"push rbp", {0x55}, 1, IJ_FLOW_NEXT, 0, BP | SPR, SPR, -8, 0},
	{"pop rbp", {0x5d}, 1, IJ_FLOW_NEXT, 0, SPR, BP | SPR, 8, 0},
	{"pop rsp", {0x5c}, 1, IJ_FLOW_NEXT, UNKNOWN_SP, SPR, SPR, 0, 0},
	{"mov rbp, rsp", {0x48, 0x89, 0xe5}, 3, IJ_FLOW_NEXT, 0, SPR, BP, 0, 0},
	{"sub rsp, 0x18", {0x48, 0x83, 0xec, 0x18}, 4, IJ_FLOW_NEXT, 0, SPR, SPR | FL, -0x18, 0},
	{"lea rsp, [rsp+8]", {0x48, 0x8d, 0x64, 0x24, 0x08}, 5, IJ_FLOW_NEXT, 0, SPR, SPR, 8, 0},
	{"lea rsp, [rbp-8]", {0x48, 0x8d, 0x65, 0xf8}, 4, IJ_FLOW_NEXT, UNKNOWN_SP, BP, SPR, 0, 0},
	{"and rsp, -64",
	 {0x48, 0x83, 0xe4, 0xc0},
	 4,
	 IJ_FLOW_NEXT,
	 UNKNOWN_SP,
	 SPR,
	 SPR | FL,
	 0,
	 0},
	{"leave", {0xc9}, 1, IJ_FLOW_NEXT, R | UNKNOWN_SP, BP | SPR, SPR | BP, 0, 0},
	{"ret", {0xc3}, 1, IJ_FLOW_RET, 0, SPR, SPR, 8, 0},
	{"ret 0x80", {0xc2, 0x80, 0x00}, 3, IJ_FLOW_RET, 0, SPR, SPR, 0x88, 0},
	{"call +0x10", {0xe8, 0x10, 0, 0, 0}, 5, IJ_FLOW_CALL, 0, SPR, SPR, 0, PC + 0x15},
	{"call [rax+8]", {0xff, 0x50, 0x08}, 3, IJ_FLOW_CALL, R, AX | SPR, SPR, 0, 0},
	{"jmp -2", {0xeb, 0xfe}, 2, IJ_FLOW_JUMP, 0, 0, 0, 0, PC},
	{"jmp rdx", {0xff, 0xe2}, 2, IJ_FLOW_JUMP, 0, DX, 0, 0, 0},
	{"jne +4", {0x75, 0x04}, 2, IJ_FLOW_BRANCH, 0, FL, 0, 0, PC + 6},
	{"jrcxz +4", {0xe3, 0x04}, 2, IJ_FLOW_BRANCH, 0, CX, 0, 0, PC + 6},
	{"syscall", {0x0f, 0x05}, 2, IJ_FLOW_SYSCALL, 0, 0, 0, 0, 0},
	{"ud2", {0x0f, 0x0b}, 2, IJ_FLOW_STOP, 0, 0, 0, 0, 0},
	{"int3", {0xcc}, 1, IJ_FLOW_STOP, 0, 0, 0, 0, 0},
	{"iretq", {0x48, 0xcf}, 2, IJ_FLOW_STOP, UNKNOWN_SP, 0, 0, 0, 0},
	{"mov eax, [rdi+4]", {0x8b, 0x47, 0x04}, 3, IJ_FLOW_NEXT, R, DI, AX, 0, 0},
	{"mov [rdi], al", {0x88, 0x07}, 2, IJ_FLOW_NEXT, W, DI | AX, 0, 0, 0},
	{"mov al, 1", {0xb0, 0x01}, 2, IJ_FLOW_NEXT, 0, AX, AX, 0, 0},
	{"add rax, rbx", {0x48, 0x01, 0xd8}, 3, IJ_FLOW_NEXT, 0, AX | BX, AX | FL, 0, 0},
	{"lock cmpxchg [rdi], ecx",
	 {0xf0, 0x0f, 0xb1, 0x0f},
	 4,
	 IJ_FLOW_NEXT,
	 R | W | L,
	 AX | CX | DI,
	 AX | FL,
	 0,
	 0},
	{"xchg [rdi], eax", {0x87, 0x07}, 2, IJ_FLOW_NEXT, R | W | L, AX | DI, AX, 0, 0},
	{"mov rax, fs:[0]",
	 {0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0},
	 9,
	 IJ_FLOW_NEXT,
	 R | S,
	 0,
	 AX,
	 0,
	 0},
	{"rep movsb",
	 {0xf3, 0xa4},
	 2,
	 IJ_FLOW_NEXT,
	 R | W | REP,
	 CX | SI | DI | FL,
	 CX | SI | DI,
	 0,
	 0},
	{"movups [rdi+0x10], xmm0", {0x0f, 0x11, 0x47, 0x10}, 4, IJ_FLOW_NEXT, W | V, DI, 0, 0, 0},
	{"nop [rax+rax]", {0x0f, 0x1f, 0x44, 0x00, 0x00}, 5, IJ_FLOW_NEXT, T, 0, 0, 0, 0},
	{"endbr64", {0xf3, 0x0f, 0x1e, 0xfa}, 4, IJ_FLOW_NEXT, T, 0, 0, 0, 0},
};

static void test_decode(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const struct decode_case *c = &cases[i];
		struct ij_insn insn;
		unsigned traits;

		if (!ij_insn_decode(c->code, sizeof(c->code), PC, &insn))
			fail_msg("%s is not decoded", c->text);
		traits = (insn.reads_memory ? R : 0) | (insn.writes_memory ? W : 0) |
			 (insn.locked ? L : 0) | (insn.vector ? V : 0) | (insn.segment ? S : 0) |
			 (insn.stack_known ? 0 : UNKNOWN_SP) | (insn.repeated ? REP : 0) |
			 (insn.transparent ? T : 0);
		if (insn.size != c->size || insn.flow != c->flow || insn.target != c->target)
			fail_msg("%s: size %u, flow %u, target %#llx", c->text, insn.size,
				 insn.flow, (unsigned long long)insn.target);
		if (c->flow != IJ_FLOW_STOP && c->flow != IJ_FLOW_SYSCALL &&
		    (insn.reads != c->reads || insn.writes != c->writes || traits != c->traits ||
		     (insn.stack_known && insn.stack_delta != c->delta)))
			fail_msg("%s: reads %#x, writes %#x, traits %#x, delta %d", c->text,
				 insn.reads, insn.writes, traits, insn.stack_delta);
		/* One byte less is no instruction, or another one. */
		if (ij_insn_decode(c->code, c->size - 1u, PC, &insn))
			assert_true(insn.size < c->size);
	}
}

/* What is moved by the stack pointer, and registers that are more than parts of an address. */
static void test_stack_words(void **state)
{
	static const struct {
		uint8_t code[IJ_INSN_SIZE_MAX];
		uint8_t pops, pushes;
		uint32_t values;
		bool maybe;
	} rows[] = {
		{{0x50}, 0, 8, AX, false},                                /* push rax */
		{{0x54}, 0, 8, SPR, false},                               /* push rsp */
		{{0x58}, 8, 0, 0, false},                                 /* pop rax */
		{{0x9c}, 0, 8, 0, false},                                 /* pushfq */
		{{0xc3}, 8, 0, 0, false},                                 /* ret */
		{{0xe8, 0, 0, 0, 0}, 0, 0, 0, false},                     /* call */
		{{0xc9}, 0, 0, 0, false},                                 /* leave */
		{{0x48, 0x8d, 0x44, 0x24, 0x08}, 0, 0, 0, false},         /* lea rax, [rsp+8] */
		{{0x48, 0x89, 0x64, 0x24, 0x08}, 0, 0, SPR, false},       /* mov [rsp+8], rsp */
		{{0x48, 0x89, 0x44, 0x24, 0x08}, 0, 0, AX, false},        /* mov [rsp+8], rax */
		{{0x48, 0x0f, 0xb1, 0x54, 0x24, 8}, 0, 0, AX | DX, true}, /* cmpxchg [rsp+8], rdx */
	};
	struct ij_insn insn;

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		assert_true(ij_insn_decode(rows[i].code, IJ_INSN_SIZE_MAX, PC, &insn));
		assert_int_equal(insn.pops, rows[i].pops);
		assert_int_equal(insn.pushes, rows[i].pushes);
		assert_int_equal(insn.values & ~(rows[i].maybe ? AX : 0u),
				 rows[i].values & ~(rows[i].maybe ? AX : 0u));
		assert_int_equal(insn.mem_maybe, rows[i].maybe);
	}
}

static void test_vector(void **state)
{
	static const uint8_t movq[] = {0x66, 0x48, 0x0f, 0x6e, 0xc7}; /* movq xmm0, rdi */
	static const uint8_t vex[] = {0xc5, 0xf5, 0xef, 0xc2};        /* vpxor ymm0, ymm1, ymm2 */
	static const uint8_t evex[] = {0x62, 0xe1, 0x7c,
				       0x48, 0x10, 0x06}; /* vmovups zmm16, [rsi] */
	struct ij_insn insn;

	(void)state;
	assert_true(ij_insn_decode(movq, sizeof(movq), PC, &insn));
	assert_int_equal(insn.vec_writes, 1);
	assert_int_equal(insn.reads, DI);
	assert_true(ij_insn_decode(vex, sizeof(vex), PC, &insn));
	assert_int_equal(insn.vec_writes, 1);
	assert_int_equal(insn.vec_reads & 6, 6);
	assert_true(ij_insn_decode(evex, sizeof(evex), PC, &insn));
	assert_int_equal(insn.vec_writes, 1 << 16);
	assert_int_equal(insn.reads, SI);
}

static void test_operand(void **state)
{
	static const uint8_t rip[] = {0x80, 0x3d, 0x10, 0, 0, 0, 0}; /* cmp byte [rip+0x10], 0 */
	static const uint8_t sib[] = {0x48, 0x8b, 0x44, 0xcb, 0xf8}; /* mov rax, [rbx+rcx*8-8] */
	struct ij_insn insn;

	(void)state;
	assert_true(ij_insn_decode(rip, sizeof(rip), PC, &insn));
	assert_true(insn.mem_pc_relative && insn.mem_addr == PC + 7 + 0x10 && insn.mem_size == 1);
	assert_true(ij_insn_decode(sib, sizeof(sib), PC, &insn));
	assert_true(insn.has_memory && !insn.mem_pc_relative);
	assert_int_equal(insn.mem_base, 3);
	assert_int_equal(insn.mem_index, 2);
	assert_int_equal(insn.mem_scale, 8);
	assert_int_equal(insn.mem_disp, -8);
}

static bool read_word(void *ctx, ij_addr addr, uint64_t *ret)
{
	(void)ctx;
	*ret = addr * 2;
	return addr != 0xdead;
}

static void test_successors(void **state)
{
	struct ij_regs regs = {0};
	static const struct {
		uint8_t code[IJ_INSN_SIZE_MAX];
		unsigned len;
		ij_addr to[2];
	} list[] = {
		{{0x90}, 1, {PC + 1}},
		{{0x75, 0x04}, 2, {PC + 2, PC + 6}},
		{{0x75, 0x00}, 1, {PC + 2}},
		{{0xc3}, 1, {0x7000 * 2}},
		{{0xff, 0xe2}, 1, {0x1234}},
		{{0xff, 0x50, 0x08}, 1, {0x508 * 2}},
		{{0xff, 0x24, 0xc5, 0, 1, 0, 0}, 1, {(0x500 * 8 + 0x100) * 2}},
		{{0xff, 0x25, 0x10, 0, 0, 0}, 1, {(PC + 6 + 0x10) * 2}},
		{{0xff, 0x20}, 1, {0x500 * 2}},
		{{0x0f, 0x05}, 1, {PC + 2}},
		{{0x0f, 0x0b}, 0, {0}},
		{{0x64, 0xff, 0x20}, 0, {0}}, /* through fs */
	};

	(void)state;
	regs.gp.rax = 0x500;
	regs.gp.rdx = 0x1234;
	regs.gp.rsp = 0x7000;
	for (size_t i = 0; i < IJ_COUNT(list); i++) {
		struct ij_insn insn;
		ij_addr to[2] = {0};
		unsigned len;

		assert_true(ij_insn_decode(list[i].code, IJ_INSN_SIZE_MAX, PC, &insn));
		len = ij_insn_successors(&insn, PC, &regs, read_word, NULL, to);
		assert_int_equal(len, list[i].len);
		for (unsigned j = 0; j < len; j++)
			assert_int_equal(to[j], list[i].to[j]);
	}
	regs.gp.rsp = 0xdead;
	{
		static const uint8_t ret_code[] = {0xc3};
		struct ij_insn insn;
		ij_addr to[2];

		assert_true(ij_insn_decode(ret_code, 1, PC, &insn));
		assert_int_equal(ij_insn_successors(&insn, PC, &regs, read_word, NULL, to), 0);
	}
}

static void test_bad(void **state)
{
	static const uint8_t bad[][4] = {{0x06}, {0x0f, 0xff, 0xff, 0xff}, {0x62, 0, 0, 0}};
	struct ij_insn insn;
	char text[64];

	(void)state;
	ij_insn_prepare();
	assert_false(ij_insn_decode(bad[0], 0, PC, &insn));
	assert_false(ij_insn_decode(bad[0], 4, PC, &insn));
	assert_false(ij_insn_decode(bad[2], 4, PC, &insn));
	assert_false(ij_insn_text(bad[0], 4, PC, text, sizeof(text)));
	assert_string_equal(text, "(bad)");
	assert_true(ij_insn_text(cases[0].code, 1, PC, text, sizeof(text)));
	assert_string_equal(text, "push rbp");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),     cmocka_unit_test(test_stack_words),
		cmocka_unit_test(test_vector),     cmocka_unit_test(test_operand),
		cmocka_unit_test(test_successors), cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
