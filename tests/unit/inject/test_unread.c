/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which code certainly does not look at a register that held an argument of a system call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "inject/unread.h"
#include "self.h"

enum { SIZE = 32, RDX = 2, R10 = 3, R8 = 4 };

static const struct unread_case {
	const char *text;
	uint8_t code[SIZE];
	uint8_t pc;   /* where the system call returns to */
	uint8_t arg;  /* of the system call */
	bool bounded; /* the function is known: all of the code */
	bool unread;
} cases[] = {
	{"ret", {0xc3}, 0, R10, false, true},
	{"mov %r10,%rax; ret", {0x4c, 0x89, 0xd0, 0xc3}, 0, R10, false, false},
	{"xor %r10d,%r10d; mov %r10,%rax; ret",
	 {0x45, 0x31, 0xd2, 0x4c, 0x89, 0xd0, 0xc3},
	 0,
	 R10,
	 false,
	 true},
	{"mov $1,%r10b; ret: the rest is kept, not read by anybody but itself",
	 {0x41, 0xb2, 0x01, 0xc3},
	 0,
	 R10,
	 false,
	 false},
	{"jz out; mov %r10,%rax; out: ret: on one of two ways",
	 {0x74, 0x03, 0x4c, 0x89, 0xd0, 0xc3},
	 0,
	 R10,
	 false,
	 false},
	{"jz out; mov (%r10),%al; out: ret: as an address",
	 {0x74, 0x03, 0x41, 0x8a, 0x02, 0xc3},
	 0,
	 R10,
	 false,
	 false},
	{"again: dec %eax; jnz again; ret", {0xff, 0xc8, 0x75, 0xfc, 0xc3}, 0, R10, false, true},
	{"call *%rax; ret: nobody is passed anything in r10",
	 {0xff, 0xd0, 0xc3},
	 0,
	 R10,
	 false,
	 true},
	{"call *%rax; mov %r10,%rax; ret: it may have been left alone",
	 {0xff, 0xd0, 0x4c, 0x89, 0xd0, 0xc3},
	 0,
	 R10,
	 false,
	 false},
	{"call *%rax; ret: with an argument in rdx", {0xff, 0xd0, 0xc3}, 0, RDX, true, false},
	{"call next; ret; next: mov %rdx,%rax; ret",
	 {0xe8, 0x01, 0x00, 0x00, 0x00, 0xc3, 0x48, 0x89, 0xd0, 0xc3},
	 0,
	 RDX,
	 true,
	 false},
	{"mov %rcx,%rdx; syscall; ret: written by the function itself",
	 {0x48, 0x89, 0xca, 0x0f, 0x05, 0xc3},
	 5,
	 RDX,
	 true,
	 true},
	{"syscall; mov %r8d,%edi; ret: what was kept there",
	 {0x0f, 0x05, 0x44, 0x89, 0xc7, 0xc3},
	 2,
	 R8,
	 true,
	 false},
	{"syscall: the kernel may", {0x0f, 0x05, 0xc3}, 0, R10, false, false},
	{"jmp *%rax: nobody knows", {0xff, 0xe0}, 0, R10, false, false},
	{"ud2", {0x0f, 0x0b}, 0, R10, false, true},
	{"no instruction", {0x06}, 0, R10, false, false},
};

static void the_code_decides(void **state)
{
	static struct ij_process process;
	uint8_t code[SIZE] __attribute__((aligned(16)));
	/* Callers that return at once, and one that reads all three. */
	static const uint8_t caller[] = {0xc3};
	static const uint8_t reader[] = {0x4c, 0x01, 0xd2, 0x4c, 0x01, 0xc2, 0xc3};
	ij_addr stack[4];

	(void)state;
	self_open(&process);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const struct unread_case *c = &cases[i];
		ij_addr lo = self_addr(code);

		memcpy(code, c->code, SIZE);
		for (size_t k = 0; k < IJ_COUNT(stack); k++)
			stack[k] = self_addr(caller);
		if (ij_is_unread(&process.mem.mem, lo + c->pc, self_addr(stack), c->arg,
				 c->bounded ? lo : 0, c->bounded ? lo + SIZE : 0) != c->unread)
			fail_msg("%s: %s", c->text, c->unread ? "read" : "not read");
	}
	/* Where the function leaves it alone a caller may rely on that; where it does not, none. */
	memcpy(code, cases[0].code, SIZE);
	stack[0] = self_addr(reader);
	assert_false(ij_is_unread(&process.mem.mem, self_addr(code), self_addr(stack), RDX, 0, 0));
	stack[0] = self_addr(caller);
	stack[1] = self_addr(reader);
	assert_false(ij_is_unread(&process.mem.mem, self_addr(code), self_addr(stack), RDX, 0, 0));
	stack[1] = self_addr(caller);
	stack[2] = self_addr(reader);
	assert_true(ij_is_unread(&process.mem.mem, self_addr(code), self_addr(stack), RDX, 0, 0));
	stack[0] = 8;
	assert_false(ij_is_unread(&process.mem.mem, self_addr(code), self_addr(stack), RDX, 0, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_code_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
