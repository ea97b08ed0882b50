/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Code whose stack leads nowhere, or elsewhere than its unwind information says. Each function takes
 * the victim's page (victim.h: rounds at 0, stop at 12) and spins until the end is asked for, with
 * its state as its name says; then it puts everything back.
 */
#define STOP 12

	.macro function name
	.globl \name
	.type \name, @function
	.p2align 4
\name:
	.endm

	.macro spin
9:	incq (%rdi)
	pause
	cmpl $0, STOP(%rdi)
	je 9b
	.endm

	.text

/* Position independent: copied to memory that is no module. */
function lost_spin
	.cfi_startproc
	spin
	ret
	.cfi_endproc
	.globl lost_spin_end
lost_spin_end:
	.size lost_spin, . - lost_spin

/* The same: calls the function in %rsi with the page, with a frame pointer. */
function lost_framed
	.cfi_startproc
	push %rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	mov %rsp, %rbp
	.cfi_def_cfa_register %rbp
	call *%rsi
	pop %rbp
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc
	.globl lost_framed_end
lost_framed_end:
	.size lost_framed, . - lost_framed

/* Its return address and what lies above are overwritten with the word %rsi. */
function lost_overwritten
	.cfi_startproc
	mov (%rsp), %rax
	mov 8(%rsp), %rdx
	mov %rsi, (%rsp)
	mov %rsi, 8(%rsp)
	spin
	mov %rax, (%rsp)
	mov %rdx, 8(%rsp)
	ret
	.cfi_endproc
	.size lost_overwritten, . - lost_overwritten

/* Its stack pointer is %rsi. */
function lost_wild
	.cfi_startproc
	mov %rsp, %rax
	mov %rsi, %rsp
	spin
	mov %rax, %rsp
	ret
	.cfi_endproc
	.size lost_wild, . - lost_wild

/* Two words more are on the stack than its unwind information says. */
function lost_pushed
	.cfi_startproc
	push %rdi
	push %rdi
	spin
	pop %rdi
	pop %rdi
	ret
	.cfi_endproc
	.size lost_pushed, . - lost_pushed

/* The caller is said to lie far above, and below. */
function lost_above
	.cfi_startproc
	.cfi_def_cfa_offset 0x40000000
	spin
	ret
	.cfi_endproc
	.size lost_above, . - lost_above

function lost_below
	.cfi_startproc
	.cfi_def_cfa_offset -64
	spin
	ret
	.cfi_endproc
	.size lost_below, . - lost_below

/* The caller's frame is found by an expression that never ends. */
function lost_endless
	.cfi_startproc
	.cfi_escape 0x0f, 3, 0x2f, 0xfd, 0xff	/* DW_CFA_def_cfa_expression: DW_OP_skip -3 */
	spin
	ret
	.cfi_endproc
	.size lost_endless, . - lost_endless

/* No unwind information, but code that tells as much; and code that does not. */
function lost_plain
	push %rbx
	spin
	pop %rbx
	ret
	.size lost_plain, . - lost_plain

function lost_aligned
	push %r12
	mov %rsp, %r12
	and $-64, %rsp
	sub $64, %rsp
	spin
	mov %r12, %rsp
	pop %r12
	ret
	.size lost_aligned, . - lost_aligned

	.section .note.GNU-stack, "", @progbits
