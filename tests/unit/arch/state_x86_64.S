/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loading and capturing the whole state of a thread; offsets are those of struct state. */

	.text
	.globl state_run, state_again, state_landing, state_ret, state_sigreturn, state_syscall_ret
	.globl state_callee
	.hidden state_out, state_again_seen, state_callee_al, state_callee_sp, state_callee_body
	.local state_home, state_target
	.comm state_home, 8, 8
	.comm state_target, 8, 8

state_run:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, state_home(%rip)
	mov	%rdi, %r15
	mov	$-1, %eax
	mov	$-1, %edx
	xrstor64 192(%r15)
	mov	136(%r15), %rax
	mov	%rax, state_target(%rip)
	mov	56(%r15), %rsp
	pushq	128(%r15)
	popfq
	mov	0(%r15), %rax
	mov	8(%r15), %rbx
	mov	16(%r15), %rcx
	mov	24(%r15), %rdx
	mov	32(%r15), %rsi
	mov	40(%r15), %rdi
	mov	48(%r15), %rbp
	mov	64(%r15), %r8
	mov	72(%r15), %r9
	mov	80(%r15), %r10
	mov	88(%r15), %r11
	mov	96(%r15), %r12
	mov	104(%r15), %r13
	mov	112(%r15), %r14
	mov	120(%r15), %r15
	jmp	*state_target(%rip)

1:
	movl	$1, state_again_seen(%rip)
	jmp	state_landing
state_again:
	jmp	1b
state_landing:
	mov	%rax, state_out+0(%rip)
	mov	%rbx, state_out+8(%rip)
	mov	%rcx, state_out+16(%rip)
	mov	%rdx, state_out+24(%rip)
	mov	%rsi, state_out+32(%rip)
	mov	%rdi, state_out+40(%rip)
	mov	%rbp, state_out+48(%rip)
	mov	%rsp, state_out+56(%rip)
	mov	%r8, state_out+64(%rip)
	mov	%r9, state_out+72(%rip)
	mov	%r10, state_out+80(%rip)
	mov	%r11, state_out+88(%rip)
	mov	%r12, state_out+96(%rip)
	mov	%r13, state_out+104(%rip)
	mov	%r14, state_out+112(%rip)
	mov	%r15, state_out+120(%rip)
	mov	state_home(%rip), %rsp
	pushfq
	popq	state_out+128(%rip)
	cld
	mov	$-1, %eax
	mov	$-1, %edx
	xsave64	state_out+192(%rip)
	fninit
	movl	$0x1f80, -8(%rsp)
	ldmxcsr	-8(%rsp)
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

state_ret:
	ret
state_sigreturn:
	mov	$15, %rax
	syscall
	ud2
state_syscall_ret:
	syscall
	ret

state_callee:
	mov	%eax, state_callee_al(%rip)
	mov	%rsp, state_callee_sp(%rip)
	jmp	*state_callee_body(%rip)

	.section .note.GNU-stack, "", @progbits
