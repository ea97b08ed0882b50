/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which marked sequences the code lets go back to their start, and from where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "inject/walkers/restart.h"
#include "self.h"

enum { SIZE = 24 };

static const struct restart_case {
	const char *text;
	uint8_t code[SIZE];
	uint8_t end; /* of the sequence, from its start at 0 */
	uint8_t pc;
	bool back;
} cases[] = {
	{"mov (%rdi),%rax; inc %rax; mov %rax,(%rdi): at its start",
	 {0x48, 0x8b, 0x07, 0x48, 0xff, 0xc0, 0x48, 0x89, 0x07, 0xc3},
	 9,
	 0,
	 true},
	{"the same, before the increment",
	 {0x48, 0x8b, 0x07, 0x48, 0xff, 0xc0, 0x48, 0x89, 0x07, 0xc3},
	 9,
	 3,
	 true},
	{"the same, before the store",
	 {0x48, 0x8b, 0x07, 0x48, 0xff, 0xc0, 0x48, 0x89, 0x07, 0xc3},
	 9,
	 6,
	 true},
	{"mov (%rdi),%rax; mov %rax,(%rdi); nop: behind the store",
	 {0x48, 0x8b, 0x07, 0x48, 0x89, 0x07, 0x90, 0xc3},
	 7,
	 6,
	 false},
	{"inc %rdi; nop: an input is overwritten", {0x48, 0xff, 0xc7, 0x90, 0xc3}, 4, 3, false},
	{"mov (%rdi),%rdi; nop: the same by a load", {0x48, 0x8b, 0x3f, 0x90, 0xc3}, 4, 3, false},
	{"xor %eax,%eax; test %rdi,%rdi; je out; mov (%rdi),%rcx; nop: written on one way only",
	 {0x31, 0xc0, 0x48, 0x85, 0xff, 0x74, 0x04, 0x48, 0x8b, 0x0f, 0x90, 0xc3},
	 11,
	 10,
	 false},
	{"the same, where rcx is not written yet",
	 {0x31, 0xc0, 0x48, 0x85, 0xff, 0x74, 0x04, 0x48, 0x8b, 0x0f, 0x90, 0xc3},
	 11,
	 7,
	 true},
	{"jb out; cmp %rsi,%rdi; nop: flags are an input",
	 {0x72, 0x05, 0x48, 0x39, 0xf7, 0x90, 0x90, 0xc3},
	 7,
	 5,
	 false},
	{"push %rax; nop: the stack has moved", {0x50, 0x90, 0xc3}, 2, 1, false},
	{"lock xadd %eax,(%rdi); nop", {0xf0, 0x0f, 0xc1, 0x07, 0x90, 0xc3}, 5, 4, false},
	{"syscall; nop: out of reach", {0x0f, 0x05, 0x90, 0xc3}, 3, 2, false},
	{"jmp *%rax; nop: where to is not known", {0xff, 0xe0, 0x90, 0xc3}, 3, 0, false},
	{"pxor %xmm0,%xmm0; nop: a vector register",
	 {0x66, 0x0f, 0xef, 0xc0, 0x90, 0xc3},
	 5,
	 4,
	 false},
	{"mov (%rdi),%eax; cmp %esi,%eax; jne back; nop: a loop, from its end",
	 {0x8b, 0x07, 0x39, 0xf0, 0x75, 0xfa, 0x90, 0xc3},
	 7,
	 6,
	 true},
};

static void the_code_decides(void **state)
{
	static struct ij_injector inj;
	uint8_t code[SIZE] __attribute__((aligned(16)));

	(void)state;
	self_open(&inj.process);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const struct restart_case *c = &cases[i];
		const struct ij_map_mark mark = {.end = c->end, .kind = IJ_MAP_MARK_RESTARTABLE};
		struct ij_map_header header = {.marks_len = 1, .span = SIZE};
		struct ij_unwind_module module = {.base = self_addr(code),
						  .lo = self_addr(code),
						  .hi = self_addr(code) + SIZE,
						  .map = {.header = &header, .marks = &mark}};
		struct ij_stop stop = {.conflict = {.module = &module, .mark = &mark}};
		struct ij_walk walk = {.inj = &inj, .stop = &stop};
		ij_addr start = 0;

		memcpy(code, c->code, SIZE);
		ij_regs_set_pc(&stop.regs, self_addr(code) + c->pc);
		if (ij_restart_marked(&walk, &start) != c->back)
			fail_msg("%s: %s", c->text, c->back ? "refused" : "allowed");
		if (c->back)
			assert_int_equal(start, self_addr(code));
		/* A caller's frame, and a mark of another kind, never. */
		stop.conflict.depth = 1;
		assert_false(ij_restart_marked(&walk, &start));
		stop.conflict.depth = 0;
		stop.conflict.mark =
			&(struct ij_map_mark){.end = c->end, .kind = IJ_MAP_MARK_UNSAFE};
		assert_false(ij_restart_marked(&walk, &start));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_code_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
