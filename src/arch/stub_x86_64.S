/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The stub: position-independent code that is copied into the target and restores the thread by itself.
 *
 * Entered by one register write, with R the interrupted stack pointer: rsp = R-144, [rsp] = descriptor,
 * [rsp+8] = resume address, [rsp+16..143] = the interrupted red zone, every other register as it was.
 * Everything is saved on the thread's own stack, where a conservative collector sees it, and restored
 * in user mode without a system call that could fail. The last instruction takes the resume address and
 * skips the red zone at once, so that there is no instant at which the state is half restored.
 *
 * On a stack of ours (IJ_STUB_FLAG_FOREIGN) it is entered in the same way, at struct ij_stub_entry, and
 * nothing is written to the interrupted stack.
 */
#include "arch/stub_layout.h"

	.section .rodata.ij_stub, "a", @progbits
	.globl ij_stub_code, ij_stub_code_again, ij_stub_code_done, ij_stub_code_marked, ij_stub_code_returned, ij_stub_code_left, ij_stub_code_leave, ij_stub_code_wide, ij_stub_code_vectors, ij_stub_code_ring, ij_stub_code_ring_end, ij_stub_code_fork, ij_stub_code_exit, ij_stub_code_name, ij_stub_code_end
	.hidden ij_stub_code, ij_stub_code_again, ij_stub_code_done, ij_stub_code_marked, ij_stub_code_returned, ij_stub_code_left, ij_stub_code_leave, ij_stub_code_wide, ij_stub_code_vectors, ij_stub_code_ring, ij_stub_code_ring_end, ij_stub_code_fork, ij_stub_code_exit, ij_stub_code_name, ij_stub_code_end

	/* Is the flag set? By its byte, which saves three: a call's code must fit into a cave (inject/cave.h). */
	.macro	flag bit
	.if	\bit < 0x100
	testb	$\bit, IJ_STUB_FLAGS(%rbx)
	.else
	testb	$\bit >> 8, IJ_STUB_FLAGS+1(%rbx)
	.endif
	.endm

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
	flag	IJ_STUB_FLAG_AVX
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
	/* One more call, from the marker's stop: what was saved stays where it is. */
ij_stub_code_again:
	mov	%r12, %rsp
	movl	$IJ_STUB_STATE_RUNNING, IJ_STUB_STATE(%rbx)
	mov	IJ_STUB_STACK_LEN(%rbx), %rcx
	/* Arguments on the stack may ask for the alignment of the widest registers. */
	lea	7(%rcx), %rax
	and	$-8, %rax
	shl	$3, %rax
	sub	%rax, %rsp
	mov	IJ_STUB_STACK_FROM(%rbx), %rsi
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
	/* Of a bare system call: its number is in eax, and the kernel takes the fourth argument here. */
	mov	%rcx, %r10
	/*
	 * What is returned to begins at a multiple of 8, and its ninth byte is that of a signal frame's return
	 * (IJ_SIGFRAME_RETURN_SIZE): one store of eight bytes makes it one, and none is ever half made.
	 */
	.balign	8, 0x90
	.nops	6
	call	*IJ_STUB_FUNC(%rbx)
ij_stub_code_returned:
	jmp	17f
	.byte	0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0x05
17:
	mov	%rax, IJ_STUB_RAX(%rbx)
	mov	%rdx, IJ_STUB_RDX(%rbx)
	movups	%xmm0, IJ_STUB_XMM0(%rbx)
	movups	%xmm1, IJ_STUB_XMM1(%rbx)
	/* Mask all x87 exceptions before storing: st(0) is empty unless the result is a long double. */
	fnclex
	movw	$0x37f, -8(%rsp)
	fldcw	-8(%rsp)
	fstpt	IJ_STUB_ST0(%rbx)
	fstpt	IJ_STUB_ST1(%rbx)
	pushq	$2
	popfq
	flag	IJ_STUB_FLAG_STORE
	jnz	ij_stub_code_wide
ij_stub_code_stored:
	test	%r13, %r13
	jz	3f
	mov	(%r13), %eax
	mov	%eax, IJ_STUB_CALLEE_ERRNO(%rbx)
	mov	%r14d, (%r13)
3:
	movl	$IJ_STUB_STATE_DONE, IJ_STUB_STATE(%rbx)
ij_stub_code_done:
	flag	IJ_STUB_FLAG_LINGER
	jz	9f
	/* A live tracer sees the state and stops the thread here; a dead one is not waited for long. */
	mov	$IJ_STUB_LINGER_ROUNDS, %ecx
8:	pause
	dec	%ecx
	jnz	8b
9:
	flag	IJ_STUB_FLAG_SILENT
	jnz	ij_stub_code_marked
	/* tgkill(pid, tid, marker): a stop for a live tracer, nothing for a dead one. */
	mov	$234, %eax
	mov	IJ_STUB_PID(%rbx), %edi
	mov	IJ_STUB_TID(%rbx), %esi
	mov	IJ_STUB_MARKER(%rbx), %edx
	syscall
ij_stub_code_marked:
	/* From here on nobody watches: the tracer died or let go. */
	flag	IJ_STUB_FLAG_TAKE
	jnz	ij_stub_code_take
ij_stub_code_taken:
	flag	IJ_STUB_FLAG_EINTR
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
	flag	IJ_STUB_FLAG_UNMASKED
	jnz	7f
	/* rt_sigprocmask(SIG_SETMASK, &sigmask, NULL, 8) */
	mov	$14, %eax
	mov	$2, %edi
	lea	IJ_STUB_SIGMASK(%rbx), %rsi
	xor	%edx, %edx
	mov	$8, %r10d
	syscall
7:
	/* Only what was saved: of the others, too, it would touch the last byte of their place, which may be past the stack. */
	mov	IJ_STUB_XSAVE_MASK(%rbx), %eax
	mov	IJ_STUB_XSAVE_MASK+4(%rbx), %edx
	xrstor64 (%r12)
	flag	IJ_STUB_FLAG_TILES
	jz	10f
	tilerelease
10:
	mov	%rbp, %rsp
	flag	IJ_STUB_FLAG_FOREIGN
	jnz	ij_stub_code_leave
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
	/* In a cave it skips the descriptor, too. */
	ret	$128
ij_stub_code_left:

	/*
	 * The same from a stack of ours: what stands behind the descriptor is an interrupt's frame, by which
	 * the flags, the stack pointer and the resume address are taken at once (Intel SDM 2, IRET).
	 */
ij_stub_code_leave:
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
	lea	16(%rsp), %rsp
	iretq

	/* A result's whole vector registers. Never in a cave, which has no room for it. */
ij_stub_code_wide:
	mov	IJ_STUB_VECTORS(%rbx), %rax
	flag	IJ_STUB_FLAG_WIDEST
	jnz	16f
	flag	IJ_STUB_FLAG_WIDE
	jnz	15f
	.irp	n, 0, 1, 2, 3
	movups	%xmm\n, 64*\n(%rax)
	.endr
	jmp	ij_stub_code_stored
15:
	.irp	n, 0, 1, 2, 3
	vmovups	%ymm\n, 64*\n(%rax)
	.endr
	jmp	ij_stub_code_stored
16:
	.irp	n, 0, 1, 2, 3
	vmovups	%zmm\n, 64*\n(%rax)
	.endr
	jmp	ij_stub_code_stored

	/*
	 * Called in the callee's place: whole vector registers are loaded from the descriptor, in rbx. The
	 * stack and all other registers are the callee's already.
	 */
ij_stub_code_vectors:
	mov	IJ_STUB_VECTORS(%rbx), %r11
	flag	IJ_STUB_FLAG_WIDEST
	jnz	14f
	flag	IJ_STUB_FLAG_WIDE
	jnz	13f
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	movups	64*\n(%r11), %xmm\n
	.endr
	jmp	*IJ_STUB_CALLEE(%rbx)
13:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	vmovups	64*\n(%r11), %ymm\n
	.endr
	jmp	*IJ_STUB_CALLEE(%rbx)
14:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	vmovups	64*\n(%r11), %zmm\n
	.endr
	jmp	*IJ_STUB_CALLEE(%rbx)

	/*
	 * The calls of a ring, see ring.h: called by the stub with the ring's address in rdi, and with the
	 * descriptor in rbx and the address of errno in r13, or 0. That of the next entry stays in rbp.
	 */
ij_stub_code_ring:
	push	%rbp
	push	%r15
	sub	$8, %rsp
	mov	%rdi, %r15
	lea	IJ_RING_SIZE(%rdi), %rbp
8:
	mov	IJ_RING_DONE(%r15), %eax
	cmp	IJ_RING_LEN(%r15), %eax
	jae	11f
	cmpb	$0, IJ_RING_SSE_LEN(%rbp)
	je	9f
	movq	IJ_RING_SSE+0x00(%rbp), %xmm0
	movq	IJ_RING_SSE+0x08(%rbp), %xmm1
	movq	IJ_RING_SSE+0x10(%rbp), %xmm2
	movq	IJ_RING_SSE+0x18(%rbp), %xmm3
	movq	IJ_RING_SSE+0x20(%rbp), %xmm4
	movq	IJ_RING_SSE+0x28(%rbp), %xmm5
	movq	IJ_RING_SSE+0x30(%rbp), %xmm6
	movq	IJ_RING_SSE+0x38(%rbp), %xmm7
9:
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	mov	%rax, IJ_RING_TICKS(%rbp)
	mov	IJ_RING_INT+0x00(%rbp), %rdi
	mov	IJ_RING_INT+0x08(%rbp), %rsi
	mov	IJ_RING_INT+0x10(%rbp), %rdx
	mov	IJ_RING_INT+0x18(%rbp), %rcx
	mov	IJ_RING_INT+0x20(%rbp), %r8
	mov	IJ_RING_INT+0x28(%rbp), %r9
	movzbl	IJ_RING_SSE_LEN(%rbp), %eax
	call	*IJ_RING_FUNC(%rbp)
	mov	%rax, IJ_RING_RAX(%rbp)
	movq	%xmm0, IJ_RING_XMM0(%rbp)
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	sub	IJ_RING_TICKS(%rbp), %rax
	mov	%rax, IJ_RING_TICKS(%rbp)
	test	%r13, %r13
	jz	10f
	mov	(%r13), %eax
	mov	%eax, IJ_RING_ERRNO(%rbp)
10:
	mov	IJ_RING_ENTRY_SIZE(%r15), %eax
	add	%rax, %rbp
	/* Last: who reads it from outside finds the entry complete. */
	incl	IJ_RING_DONE(%r15)
	jmp	8b
11:
	add	$8, %rsp
	pop	%r15
	pop	%rbp
	ret
ij_stub_code_ring_end:

	/*
	 * rt_sigtimedwait(&{marker}, NULL, &{0, 0}, 8): a tracer that died before it had unblocked the marker
	 * would else leave it pending. The zeros lie in the red zone. Never in a cave, which has no room for it.
	 */
ij_stub_code_take:
	mov	IJ_STUB_MARKER(%rbx), %ecx
	dec	%ecx
	xor	%eax, %eax
	bts	%rcx, %rax
	mov	%rax, IJ_STUB_PENDING(%rbx)
	movq	$0, -16(%rsp)
	movq	$0, -8(%rsp)
	mov	$128, %eax
	lea	IJ_STUB_PENDING(%rbx), %rdi
	xor	%esi, %esi
	lea	-16(%rsp), %rdx
	mov	$8, %r10d
	syscall
	jmp	ij_stub_code_taken

	/*
	 * A copy of the process, for a rehearsal. Entered as a remote system call: clone in rax and the
	 * argument registers, rsp at the address of code that restores the thread. Whatever becomes of the
	 * tracer, the child never goes on as a second copy of the program, and leaves no zombie.
	 */
ij_stub_code_fork:
	syscall
	test	%rax, %rax
	jz	6f
	js	5f
	/* wait4(child, NULL, __WALL, NULL): the child ends at once, or is killed. */
	mov	%eax, %edi
	xor	%esi, %esi
	mov	$0x40000000, %edx
	xor	%r10d, %r10d
	mov	$61, %eax
	syscall
5:
	ret
6:
ij_stub_code_exit:
	/* prctl(PR_SET_NAME, name): by it a later session knows the zombie. */
	mov	$157, %eax
	mov	$15, %edi
	lea	ij_stub_code_name(%rip), %rsi
	syscall
	/* exit_group(0) */
	mov	$231, %eax
	xor	%edi, %edi
	syscall
	ud2
ij_stub_code_name:
	.asciz	IJ_STUB_COPY_NAME
ij_stub_code_end:
	.section .note.GNU-stack, "", @progbits
