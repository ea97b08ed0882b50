/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Instructions as text, in both notations; the rest is compared with objdump (golden/asmtext). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "arch/asmtext.h"

#define PC 0x401000ull

static const struct {
	const char *code, *att, *intel;
	unsigned size;
} cases[] = {
	{"\x55", "push   %rbp", "push   rbp", 1},
	{"\x48\x89\xe5", "mov    %rsp,%rbp", "mov    rbp,rsp", 3},
	{"\xc7\x45\xfc\x00\x00\x00\x00", "movl   $0x0,-0x4(%rbp)", "mov    DWORD PTR [rbp-0x4],0x0",
	 7},
	{"\xe8\x10\x00\x00\x00", "call   0x401015", "call   0x401015", 5},
	{"\xff\xd0", "call   *%rax", "call   rax", 2},
	{"\x48\x8d\x05\x00\xff\xff\xff", "lea    -0x100(%rip),%rax",
	 "lea    rax,[rip+0xffffffffffffff00]", 7},
	{"\x0f\xb6\xc0", "movzbl %al,%eax", "movzx  eax,al", 3},
	{"\x48\x98", "cltq", "cdqe", 2},
	{"\x64\x48\x8b\x04\x25\x28\x00\x00\x00", "mov    %fs:0x28,%rax",
	 "mov    rax,QWORD PTR fs:0x28", 9},
	{"\xf3\x48\xab", "rep stos %rax,%es:(%rdi)", "rep stos QWORD PTR es:[rdi],rax", 3},
	{"\xf0\x0f\xb1\x0f", "lock cmpxchg %ecx,(%rdi)", "lock cmpxchg DWORD PTR [rdi],ecx", 4},
	{"\xdb\x6c\x24\x18", "fldt   0x18(%rsp)", "fld    TBYTE PTR [rsp+0x18]", 4},
	{"\xde\xe9", "fsubrp %st,%st(1)", "fsubp  st(1),st", 2},
	{"\x9b\xd9\x7c\x24\x02", "fstcw  0x2(%rsp)", "fstcw  WORD PTR [rsp+0x2]", 5},
	{"\x9b", "fwait", "fwait", 1},
	{"\x66\x90", "xchg   %ax,%ax", "xchg   ax,ax", 2},
	{"\x66\x2e\x0f\x1f\x84\x00\x00\x00\x00\x00", "cs nopw 0x0(%rax,%rax,1)",
	 "cs nop WORD PTR [rax+rax*1+0x0]", 10},
	{"\x62\xf3\x7d\x48\x3f\xc2\x00", "vpcmpeqb %zmm2,%zmm0,%k0", "vpcmpeqb k0,zmm0,zmm2", 7},
	{"\xd1\xe8", "shr    %eax", "shr    eax,1", 2},
	{"\x06", "(bad)", "(bad)", 1},
};

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ij_asm_text text;

		ij_asm_text((const uint8_t *)cases[i].code, cases[i].size, PC, IJ_ASM_ATT, &text);
		assert_string_equal(text.text, cases[i].att);
		assert_int_equal(text.size, cases[i].size);
		ij_asm_text((const uint8_t *)cases[i].code, cases[i].size, PC, IJ_ASM_INTEL, &text);
		assert_string_equal(text.text, cases[i].intel);
		assert_int_equal(text.size, cases[i].size);
	}
}

static void test_targets(void **state)
{
	static const uint8_t call[] = {0xe8, 0x10, 0, 0, 0}, lea[] = {0x48, 0x8d, 5, 0, 1, 0, 0};
	struct ij_asm_text text;

	(void)state;
	ij_asm_text(call, sizeof(call), PC, IJ_ASM_ATT, &text);
	assert_true(text.has_target && !text.is_data);
	assert_int_equal(text.target, PC + 0x15);
	ij_asm_text(lea, sizeof(lea), PC, IJ_ASM_ATT, &text);
	assert_true(text.has_target && text.is_data);
	assert_int_equal(text.target, PC + 0x107);
	/* Cut off, it is none. */
	ij_asm_text(call, 4, PC, IJ_ASM_ATT, &text);
	assert_false(text.has_target);
	assert_string_equal(text.text, "(bad)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_targets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
