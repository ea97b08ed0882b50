/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * void keeper_REGISTER(void): the pointer whose complement is keeper_hidden goes into REGISTER and
 * nowhere else, all other registers are zero, and rounds are counted until the page says stop. Its
 * fields: rounds at 0, stop at 12 (struct victim_page).
 */
	.macro zero_others
	xorl %ebx, %ebx
	xorl %ecx, %ecx
	xorl %edx, %edx
	xorl %esi, %esi
	xorl %edi, %edi
	xorl %ebp, %ebp
	xorl %r8d, %r8d
	xorl %r9d, %r9d
	xorl %r10d, %r10d
	xorl %r11d, %r11d
	xorl %r12d, %r12d
	xorl %r13d, %r13d
	xorl %r14d, %r14d
	xorl %r15d, %r15d
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	pxor %xmm\n, %xmm\n
	.endr
	.endm

/* hold: what moves rax into the register, and clears rax unless that is the register */
	.macro keeper name, hold:vararg
	.globl keeper_\name
	.type keeper_\name, @function
keeper_\name:
	.cfi_startproc
	.irp reg, rbx, rbp, r12, r13, r14, r15
	pushq %\reg
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %\reg, 0
	.endr
	zero_others
	movq keeper_hidden(%rip), %rax
	notq %rax
	\hold
1:	incq keeper_page(%rip)
	cmpl $0, 12+keeper_page(%rip)
	je 1b
	.irp reg, r15, r14, r13, r12, rbp, rbx
	popq %\reg
	.cfi_adjust_cfa_offset -8
	.cfi_restore %\reg
	.endr
	ret
	.cfi_endproc
	.size keeper_\name, . - keeper_\name
	.endm

	.text
	.irp reg, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15, xmm0, xmm3, xmm12
	keeper \reg, movq %rax, %\reg; xorl %eax, %eax
	.endr
	keeper rax
	keeper none, xorl %eax, %eax

	.section .note.GNU-stack, "", @progbits
