/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One round of the steady victim: every register holds a known value while a loop runs that changes
 * no flag and no memory; then everything is written out for the caller to compare.
 *
 * void steady_round(void) works on the statics below, by rip-relative addresses, since no register is
 * free. Loop: rcx counts down to 0 and rdx up by lea, which leaves the flags alone.
 */
	.bss
	.globl	steady_in, steady_out, steady_red_in, steady_red_out
	.globl	steady_x_in, steady_x_out, steady_mask, steady_flags_in, steady_flags_out
	.align	8
steady_in:		/* rax rbx rcx rdx rsi rdi rbp r8..r15 to load */
	.skip	15 * 8
steady_out:		/* the same, and rsp, as found */
	.skip	16 * 8
steady_red_in:		/* the red zone, from rsp - 128 up */
	.skip	128
steady_red_out:
	.skip	128
steady_flags_in:
	.skip	8
steady_flags_out:
	.skip	8
steady_mask:		/* state components, for xrstor and xsave */
	.skip	8
steady_rsp:
	.skip	8
	.align	64
steady_x_in:
	.skip	16384
	.align	64
steady_x_out:
	.skip	16384

	.text
	.globl	steady_round
	.type	steady_round, @function
steady_round:
	.cfi_startproc
	.irp	reg, rbx, rbp, r12, r13, r14, r15
	pushq	%\reg
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset \reg, 0
	.endr
	pushfq
	.cfi_adjust_cfa_offset 8
	movq	%rsp, steady_rsp(%rip)
	movl	steady_mask(%rip), %eax
	movl	steady_mask + 4(%rip), %edx
	xrstor64 steady_x_in(%rip)
	pushq	steady_flags_in(%rip)
	.cfi_adjust_cfa_offset 8
	popfq
	.cfi_adjust_cfa_offset -8
	/* From here to the pushfq below nothing changes a flag or moves rsp. */
	.set	slot, 0
	.rept	16
	movq	steady_red_in + slot(%rip), %rax
	movq	%rax, -128 + slot(%rsp)
	.set	slot, slot + 8
	.endr
	movq	steady_in + 0(%rip), %rax
	movq	steady_in + 8(%rip), %rbx
	movq	steady_in + 16(%rip), %rcx
	movq	steady_in + 24(%rip), %rdx
	movq	steady_in + 32(%rip), %rsi
	movq	steady_in + 40(%rip), %rdi
	movq	steady_in + 48(%rip), %rbp
	movq	steady_in + 56(%rip), %r8
	movq	steady_in + 64(%rip), %r9
	movq	steady_in + 72(%rip), %r10
	movq	steady_in + 80(%rip), %r11
	movq	steady_in + 88(%rip), %r12
	movq	steady_in + 96(%rip), %r13
	movq	steady_in + 104(%rip), %r14
	movq	steady_in + 112(%rip), %r15
1:	jrcxz	2f
	leaq	-1(%rcx), %rcx
	leaq	1(%rdx), %rdx
	jmp	1b
2:	movq	%rax, steady_out + 0(%rip)
	movq	%rbx, steady_out + 8(%rip)
	movq	%rcx, steady_out + 16(%rip)
	movq	%rdx, steady_out + 24(%rip)
	movq	%rsi, steady_out + 32(%rip)
	movq	%rdi, steady_out + 40(%rip)
	movq	%rbp, steady_out + 48(%rip)
	movq	%r8, steady_out + 56(%rip)
	movq	%r9, steady_out + 64(%rip)
	movq	%r10, steady_out + 72(%rip)
	movq	%r11, steady_out + 80(%rip)
	movq	%r12, steady_out + 88(%rip)
	movq	%r13, steady_out + 96(%rip)
	movq	%r14, steady_out + 104(%rip)
	movq	%r15, steady_out + 112(%rip)
	movq	%rsp, steady_out + 120(%rip)
	movq	steady_rsp(%rip), %rsp
	.set	slot, 0
	.rept	16
	movq	-128 + slot(%rsp), %rax
	movq	%rax, steady_red_out + slot(%rip)
	.set	slot, slot + 8
	.endr
	pushfq
	.cfi_adjust_cfa_offset 8
	popq	steady_flags_out(%rip)
	.cfi_adjust_cfa_offset -8
	movl	steady_mask(%rip), %eax
	movl	steady_mask + 4(%rip), %edx
	xsave64	steady_x_out(%rip)
	movq	steady_rsp(%rip), %rax
	subq	steady_out + 120(%rip), %rax
	movq	%rax, steady_out + 120(%rip)	/* 0 if rsp stayed */
	fninit
	vzeroupper
	movl	$0x1f80, -8(%rsp)
	ldmxcsr	-8(%rsp)
	popfq
	.cfi_adjust_cfa_offset -8
	.irp	reg, r15, r14, r13, r12, rbp, rbx
	popq	%\reg
	.cfi_adjust_cfa_offset -8
	.cfi_restore \reg
	.endr
	ret
	.cfi_endproc
	.size	steady_round, . - steady_round
	.section .note.GNU-stack, "", @progbits
