/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Run one instruction with all registers given, and catch what it leaves.
 *
 * void native_run(void): loads native_regs (by machine encoding, then flags) and native_xmm, jumps
 * to native_entry; the code there leaves through native_exit_0 or native_exit_1, which store the
 * registers back and in native_exit which of them it was.
 */
	.bss
	.globl	native_regs, native_xmm, native_entry, native_exit
	.align	16
native_xmm:
	.skip	16 * 16
native_regs:
	.skip	17 * 8
native_entry:
	.skip	8
native_exit:
	.skip	8
own_rsp:
	.skip	8

	.text
	.globl	native_run, native_exit_0, native_exit_1
	.type	native_run, @function
native_run:
	.irp	reg, rbx, rbp, r12, r13, r14, r15
	pushq	%\reg
	.endr
	pushfq
	movq	%rsp, own_rsp(%rip)
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movaps	native_xmm + 16 * \n(%rip), %xmm\n
	.endr
	pushq	native_regs + 128(%rip)
	popfq
	movq	native_regs + 0(%rip), %rax
	movq	native_regs + 8(%rip), %rcx
	movq	native_regs + 16(%rip), %rdx
	movq	native_regs + 24(%rip), %rbx
	movq	native_regs + 32(%rip), %rsp
	movq	native_regs + 40(%rip), %rbp
	movq	native_regs + 48(%rip), %rsi
	movq	native_regs + 56(%rip), %rdi
	movq	native_regs + 64(%rip), %r8
	movq	native_regs + 72(%rip), %r9
	movq	native_regs + 80(%rip), %r10
	movq	native_regs + 88(%rip), %r11
	movq	native_regs + 96(%rip), %r12
	movq	native_regs + 104(%rip), %r13
	movq	native_regs + 112(%rip), %r14
	movq	native_regs + 120(%rip), %r15
	jmp	*native_entry(%rip)
native_exit_0:
	movq	$0, native_exit(%rip)
	jmp	1f
native_exit_1:
	movq	$1, native_exit(%rip)
1:	movq	%rax, native_regs + 0(%rip)
	movq	%rcx, native_regs + 8(%rip)
	movq	%rdx, native_regs + 16(%rip)
	movq	%rbx, native_regs + 24(%rip)
	movq	%rsp, native_regs + 32(%rip)
	movq	%rbp, native_regs + 40(%rip)
	movq	%rsi, native_regs + 48(%rip)
	movq	%rdi, native_regs + 56(%rip)
	movq	%r8, native_regs + 64(%rip)
	movq	%r9, native_regs + 72(%rip)
	movq	%r10, native_regs + 80(%rip)
	movq	%r11, native_regs + 88(%rip)
	movq	%r12, native_regs + 96(%rip)
	movq	%r13, native_regs + 104(%rip)
	movq	%r14, native_regs + 112(%rip)
	movq	%r15, native_regs + 120(%rip)
	movq	own_rsp(%rip), %rsp
	pushfq
	popq	native_regs + 128(%rip)
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movaps	%xmm\n, native_xmm + 16 * \n(%rip)
	.endr
	popfq
	.irp	reg, r15, r14, r13, r12, rbp, rbx
	popq	%\reg
	.endr
	ret
	.size	native_run, . - native_run
	.section .note.GNU-stack, "", @progbits
