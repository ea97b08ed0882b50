/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The stub: position-independent code that is copied into the target and restores the thread by itself.
 *
 * Entered by one register write, with R the interrupted stack pointer: rsp = R-144, [rsp] = descriptor,
 * [rsp+8] = resume address, [rsp+16..143] = the interrupted red zone, every other register as it was.
 * Everything is saved on the thread's own stack, where a conservative collector sees it, and restored
 * in user mode without a system call that could fail. The last instruction takes the resume address and
 * skips the red zone at once, so that there is no instant at which the state is half restored.
 */
#include "arch/stub_layout.h"

	.section .rodata.ij_stub, "a", @progbits
	.globl ij_stub_code, ij_stub_code_marked, ij_stub_code_returned, ij_stub_code_end
	.hidden ij_stub_code, ij_stub_code_marked, ij_stub_code_returned, ij_stub_code_end
	.balign 16
ij_stub_code:
	pushfq
	push	%rax
	push	%rcx
	push	%rdx
	push	%rbx
	push	%rbp
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	/* DF, AC, NT and the rest as the ABI wants them on entry to a function. */
	pushq	$2
	popfq
	mov	%rsp, %rbp
	mov	0x80(%rbp), %rbx
	movl	$IJ_STUB_STATE_RUNNING, IJ_STUB_STATE(%rbx)

	mov	IJ_STUB_XSAVE_SIZE(%rbx), %rcx
	sub	%rcx, %rsp
	and	$-64, %rsp
	mov	%rsp, %r12
	/* The XSAVE header must be zero beforehand (Intel SDM 1, 13.4.2). */
	xor	%eax, %eax
	.irp	off, 512, 520, 528, 536, 544, 552, 560, 568
	mov	%rax, \off(%r12)
	.endr
	mov	IJ_STUB_XSAVE_MASK(%rbx), %eax
	mov	IJ_STUB_XSAVE_MASK+4(%rbx), %edx
	xsave64	(%r12)
	fninit
	movl	$0x1f80, -8(%rsp)
	ldmxcsr	-8(%rsp)
	testl	$IJ_STUB_FLAG_AVX, IJ_STUB_FLAGS(%rbx)
	jz	1f
	vzeroupper
1:
	xor	%r13d, %r13d
	mov	IJ_STUB_ERRNO_LOCATION(%rbx), %rax
	test	%rax, %rax
	jz	2f
	call	*%rax
	mov	%rax, %r13
	mov	(%rax), %r14d
	mov	%r14d, IJ_STUB_SAVED_ERRNO(%rbx)
	mov	%rax, IJ_STUB_ERRNO_ADDR(%rbx)
2:
	mov	IJ_STUB_STACK_LEN(%rbx), %rcx
	lea	1(%rcx), %rax
	and	$-2, %rax
	shl	$3, %rax
	sub	%rax, %rsp
	lea	IJ_STUB_STACK_ARGS(%rbx), %rsi
	mov	%rsp, %rdi
	rep movsq
	movq	IJ_STUB_SSE_ARGS+0x00(%rbx), %xmm0
	movq	IJ_STUB_SSE_ARGS+0x08(%rbx), %xmm1
	movq	IJ_STUB_SSE_ARGS+0x10(%rbx), %xmm2
	movq	IJ_STUB_SSE_ARGS+0x18(%rbx), %xmm3
	movq	IJ_STUB_SSE_ARGS+0x20(%rbx), %xmm4
	movq	IJ_STUB_SSE_ARGS+0x28(%rbx), %xmm5
	movq	IJ_STUB_SSE_ARGS+0x30(%rbx), %xmm6
	movq	IJ_STUB_SSE_ARGS+0x38(%rbx), %xmm7
	mov	IJ_STUB_INT_ARGS+0x00(%rbx), %rdi
	mov	IJ_STUB_INT_ARGS+0x08(%rbx), %rsi
	mov	IJ_STUB_INT_ARGS+0x10(%rbx), %rdx
	mov	IJ_STUB_INT_ARGS+0x18(%rbx), %rcx
	mov	IJ_STUB_INT_ARGS+0x20(%rbx), %r8
	mov	IJ_STUB_INT_ARGS+0x28(%rbx), %r9
	mov	IJ_STUB_SSE_LEN(%rbx), %eax
	call	*IJ_STUB_FUNC(%rbx)
ij_stub_code_returned:
	mov	%rax, IJ_STUB_RAX(%rbx)
	mov	%rdx, IJ_STUB_RDX(%rbx)
	movups	%xmm0, IJ_STUB_XMM0(%rbx)
	movups	%xmm1, IJ_STUB_XMM1(%rbx)
	/* Mask all x87 exceptions before storing: st(0) is empty unless the result is a long double. */
	fnclex
	movw	$0x37f, -8(%rsp)
	fldcw	-8(%rsp)
	fstpt	IJ_STUB_ST0(%rbx)
	pushq	$2
	popfq
	test	%r13, %r13
	jz	3f
	mov	(%r13), %eax
	mov	%eax, IJ_STUB_CALLEE_ERRNO(%rbx)
	mov	%r14d, (%r13)
3:
	movl	$IJ_STUB_STATE_DONE, IJ_STUB_STATE(%rbx)
	/* tgkill(pid, tid, marker): a stop for a live tracer, nothing for a dead one. */
	mov	$234, %eax
	mov	IJ_STUB_PID(%rbx), %edi
	mov	IJ_STUB_TID(%rbx), %esi
	mov	IJ_STUB_MARKER(%rbx), %edx
	syscall
ij_stub_code_marked:
	/* From here on nobody watches: the tracer died or let go. */
	testl	$IJ_STUB_FLAG_EINTR, IJ_STUB_FLAGS(%rbx)
	jz	4f
	/* rt_sigpending: a caught signal that waits would have ended the system call with EINTR. */
	mov	$127, %eax
	lea	IJ_STUB_PENDING(%rbx), %rdi
	mov	$8, %esi
	syscall
	mov	IJ_STUB_SIGMASK(%rbx), %rax
	not	%rax
	and	IJ_STUB_PENDING(%rbx), %rax
	and	IJ_STUB_CAUGHT(%rbx), %rax
	jz	4f
	movq	$-4, 112(%rbp)
	addq	$2, 136(%rbp)
4:
	/* rt_sigprocmask(SIG_SETMASK, &sigmask, NULL, 8) */
	mov	$14, %eax
	mov	$2, %edi
	lea	IJ_STUB_SIGMASK(%rbx), %rsi
	xor	%edx, %edx
	mov	$8, %r10d
	syscall
	mov	$-1, %eax
	mov	$-1, %edx
	xrstor64 (%r12)
	mov	%rbp, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rbp
	pop	%rbx
	pop	%rdx
	pop	%rcx
	pop	%rax
	popfq
	lea	8(%rsp), %rsp
	ret	$128
ij_stub_code_end:
	.section .note.GNU-stack, "", @progbits
