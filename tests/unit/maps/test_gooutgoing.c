/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where arguments and results of calls lie on the stack, from a function's bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "maps/gooutgoing.h"

enum { START = 0x401000, CALLEE = 0x402000, HELPER = 0x403000, UNKNOWN = 0x404000, SPANS_MAX = 3 };

#define REL32(place, target)                                        \
	(uint8_t)((target) - (START + (place) + 5)),                \
		(uint8_t)(((target) - (START + (place) + 5)) >> 8), \
		(uint8_t)(((target) - (START + (place) + 5)) >> 16), 0
#define CALL(place, target) 0xe8, REL32(place, target)
#define STORE_0             0x48, 0x89, 0x04, 0x24       /* mov %rax, (%rsp) */
#define STORE_8             0x48, 0x89, 0x44, 0x24, 0x08 /* mov %rax, 8(%rsp) */
#define LOAD_8              0x48, 0x8b, 0x44, 0x24, 0x08 /* mov 8(%rsp), %rax */
#define LOAD_16             0x48, 0x8b, 0x44, 0x24, 0x10 /* mov 16(%rsp), %rax */
#define LEA_0               0x48, 0x8d, 0x3c, 0x24       /* lea (%rsp), %rdi */
#define NOP                 0x90
#define RET                 0xc3

static const struct {
	const char *label;
	uint64_t area;
	uint8_t code[32];
	size_t size;
	uint8_t spans[SPANS_MAX][2]; /* offsets */
	size_t len;
} cases[] = {
	/* 0: store; 4: call; 9: load; 14: ret */
	{"argument and result", 64, {STORE_0, CALL(4, CALLEE), LOAD_8, RET}, 15, {{4, 14}}, 1},
	/* 0: store; 4: call; 9: ret: nothing is loaded */
	{"argument", 64, {STORE_0, CALL(4, CALLEE), RET}, 10, {{4, 9}}, 1},
	/* 0: nop; 1: call; 6: load; 11: ret */
	{"result", 64, {NOP, CALL(1, CALLEE), LOAD_8, RET}, 12, {{6, 11}}, 1},
	/* 0: call; 5: nop; 6: load; 11: store; 15: nop; 16: call; 21: ret */
	{"one after the other",
	 64,
	 {CALL(0, CALLEE), NOP, LOAD_8, STORE_0, NOP, CALL(16, CALLEE), RET},
	 22,
	 {{5, 11}, {15, 21}},
	 2},
	/* The callee has 16 bytes, so this is a local. */
	{"spilled", 64, {CALL(0, CALLEE), NOP, LOAD_16, RET}, 12, {{0}}, 0},
	{"spilled, and a callee of which nothing is known",
	 64,
	 {CALL(0, UNKNOWN), NOP, LOAD_16, RET},
	 12,
	 {{5, 11}},
	 1},
	{"locals with maps", 8, {STORE_8, CALL(5, CALLEE), LOAD_8, RET}, 16, {{0}}, 0},
	/* 0: lea; 4: call of a helper that fills it; 9: call; 14: ret */
	{"by address", 64, {LEA_0, CALL(4, HELPER), CALL(9, CALLEE), RET}, 15, {{0, 14}}, 1},
	/* 0: store; 4: jmp 7; 6: ret; 7: call; 12: ret */
	{"around a jump",
	 64,
	 {STORE_0, 0xeb, 0x01, RET, CALL(7, CALLEE), RET},
	 13,
	 {{4, 6}, {7, 12}},
	 2},
	/* 0: jmp 6; 2: call; 7: ret; of the code behind: 8: store; 12: jmp 2 */
	{"back by a jump",
	 64,
	 {0xeb, 0x06, CALL(2, CALLEE), RET, STORE_0, 0xeb, 0xf4},
	 14,
	 {{2, 7}, {12, 14}},
	 2},
	/* 0: call; 5: je 12; 7: load; 12: ret: on one of two ways */
	{"behind a branch", 64, {CALL(0, CALLEE), 0x74, 0x05, LOAD_8, RET}, 13, {{5, 12}}, 1},
	/* 0: no instruction; 1: store; 5: a call that is cut off */
	{"broken", 64, {0x06, STORE_0, 0xe8, 0}, 7, {{0}}, 0},
};

static uint64_t args_of(void *ctx, uint64_t target)
{
	(void)ctx;
	return target == CALLEE ? 16 : target == HELPER ? IJ_GOOUTGOING_HELPER : UINT64_MAX;
}

static void finds(void **state)
{
	struct ij_gooutgoing out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct ij_gooutgoing_func func = {
			.code = cases[i].code,
			.size = cases[i].size,
			.start = START,
			.area = cases[i].area,
			.args_of = args_of,
		};

		assert_null(ij_gooutgoing_find(&func, &out));
		for (size_t j = 0; j < out.spans.len && j < SPANS_MAX; j++)
			if (out.spans.items[j].from != (uint64_t)START + cases[i].spans[j][0] ||
			    out.spans.items[j].to != (uint64_t)START + cases[i].spans[j][1])
				fail_msg("%s: span %zu is %#llx to %#llx", cases[i].label, j,
					 (unsigned long long)out.spans.items[j].from,
					 (unsigned long long)out.spans.items[j].to);
		if (out.spans.len != cases[i].len)
			fail_msg("%s: %zu spans", cases[i].label, out.spans.len);
	}
	ij_gooutgoing_deinit(&out);
}

/* Any bytes end in spans that lie in the function, in order. */
static void anything(void **state)
{
	struct ij_gooutgoing out = {0};
	uint8_t code[256];
	uint32_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		const struct ij_gooutgoing_func func = {
			.code = code,
			.size = round % sizeof(code),
			.start = START,
			.area = 64,
			.args_of = args_of,
		};
		uint64_t before = START;

		for (size_t i = 0; i < sizeof(code); i++)
			code[i] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
		assert_null(ij_gooutgoing_find(&func, &out));
		IJ_VEC_EACH (&out.spans, span) {
			assert_true(span->from >= before && span->to > span->from);
			before = span->to;
		}
		assert_true(before <= START + func.size);
	}
	ij_gooutgoing_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(finds), cmocka_unit_test(anything)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
