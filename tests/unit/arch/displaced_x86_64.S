/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Code to be copied, each piece from displaced_N up to displaced_N_end, whence it leaves.
 *
 * Entered with anything in the registers, except: rbx is data, rsp the stack, r12 less than 32, rsi
 * and rdi data further on.
 */
	.macro	piece n
	.globl	displaced_\n, displaced_\n\()_end
displaced_\n:
	.endm
	.macro	end n
displaced_\n\()_end:
	jmp	native_exit_0
	ud2
	.endm

	.data
	.globl	displaced_var
	/* The simulator reads whole lines, IJ_SIM_LINE_SIZE each. */
	.balign	256
displaced_var:
	.skip	256

	.text
	/* Straight on: flags from one to the next, the red zone, atomic operations. */
	piece	0
	mov	%rax, -8(%rsp)
	mov	%r14, -128(%rsp)
	add	(%rbx), %rax
	adc	8(%rbx), %rdx
	sbb	$3, %r13
	mov	%rax, 16(%rbx)
	lea	5(%rax,%rdx,2), %r8
	cmovc	%r8, %r9
	setno	%r10b
	xchg	%r11, 24(%rbx)
	lock xadd %r10, 32(%rbx)
	lock cmpxchg %r9, 40(%rbx)
	adc	$0, %ah
	mov	-8(%rsp), %r15
	nopw	0(%rax,%rax,1)
	end	0

	/* Branches, short and near, taken or not. */
	piece	1
	cmp	%rax, %rdx
	jb	1f
	lea	1(%r8), %r8
1:	jo	2f
	inc	%r9
	test	$1, %al
	.byte	0x0f, 0x84 /* jz, near */
	.long	2f - . - 4
	neg	%r8
2:	js	3f
	adc	%r8, %r9
	jmp	4f
3:	sbb	%r8, %r9
4:	lea	1(%r12d), %ecx
5:	adc	%rcx, %r8
	loop	5b
	mov	%eax, %ecx
	and	$1, %ecx
	jrcxz	6f
	not	%r10
6:	mov	%edx, %ecx
	and	$3, %ecx
	cmp	$1, %ecx
	jecxz	7f
	rol	$7, %r10
7:	mov	$3, %ecx
8:	cmp	%cl, %r13b
	loop	8b
	jnz	9f
	add	$5, %r10
9:	ja	1f
	bswap	%r11
1:	jpe	1f
	bswap	%r11
1:	end	1

	/* Calls and returns, with flags that live across both. */
	piece	2
	cmp	%rax, %rdx
	call	2f
	adc	$0, %r8
	push	%r8
	push	%r9
	call	3f
	sbb	$0, %r9
	jmp	1f
2:	sbb	%r10, %r10
	push	%rbx
	sub	$24, %rsp
	mov	%r10, 8(%rsp)
	call	4f
	lea	24(%rsp), %rsp
	pop	%rbx
	ret
3:	mov	8(%rsp), %r11
	cmp	%r11, %r13
	ret	$16
4:	add	%rdx, 16(%rsp)
	rep ret
1:	end	2

	/* Operands relative to the PC. */
	piece	3
	mov	displaced_var(%rip), %rax
	add	%rdx, displaced_var + 8(%rip)
	adc	%rdx, displaced_var + 16(%rip)
	lea	displaced_var + 24(%rip), %r9
	cmpb	$5, displaced_var(%rip)
	sbb	%r14, displaced_var + 24(%rip)
	movq	$-7, displaced_var + 8(%rip)
	movdqu	displaced_var + 1(%rip), %xmm3
	movdqu	%xmm9, displaced_var + 32(%rip)
	imul	$0x12345, displaced_var + 16(%rip), %r13
	movzbl	displaced_var + 3(%rip), %esi
	lock cmpxchg %rcx, displaced_var(%rip)
	lock xadd %rdi, displaced_var + 48(%rip)
	mov	%dh, displaced_var + 5(%rip)
	.byte	0x41, 0x03, 0x05 /* add, with a bit that counts for nothing here */
	.long	displaced_var - . - 4
	end	3

	/* Repeated ones. */
	piece	4
	mov	%r12d, %ecx
	rep movsb
	mov	%r12d, %ecx
	shr	$2, %ecx
	rep stosq
	lea	64(%rbx), %rdi
	movsb
	cmp	%al, -1(%rdi)
	jne	1f
	inc	%r8
1:	end	4

	/* The stack and the flags as data. */
	piece	5
	push	%rax
	pushfq
	pop	%r8
	mov	%rsp, %r9
	push	%rsp
	pop	%r10
	push	%rbp
	mov	%rsp, %rbp
	sub	$64, %rsp
	push	(%rbx)
	pop	-8(%rbp)
	leave
	pop	%rcx
	add	%rcx, (%rbx)
	end	5

	/* A return address that is changed on the way. */
	piece	6
	call	1f
4:	inc	%r8
	jmp	2f
3:	dec	%r8
	jmp	2f
1:	and	$1, %r12d
	imul	$(3b - 4b), %r12d, %eax
	add	%rax, (%rsp)
	ret
2:	end	6

	/* An operand relative to the PC, and the stack: cannot be reached from far away. */
	piece	7
	push	displaced_var(%rip)
	pop	displaced_var + 8(%rip)
	end	7

	/* VEX prefixes of two and of three bytes. */
	piece	8
	vmovdqu	displaced_var(%rip), %xmm3
	vpxor	displaced_var(%rip), %xmm9, %xmm10
	vpshufb	displaced_var + 16(%rip), %xmm9, %xmm11
	.byte	0xc4, 0x42, 0x31, 0x00, 0x1d /* vpshufb, with a bit that counts for nothing here */
	.long	displaced_var + 16 - . - 4
	vpalignr $3, displaced_var(%rip), %xmm4, %xmm5
	vmovdqu	%xmm12, displaced_var + 32(%rip)
	end	8
	.section .note.GNU-stack, "", @progbits
