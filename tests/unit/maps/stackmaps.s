	.text
	.file	"stackmaps.ll"
	.globl	maps_statepoint                 # -- Begin function maps_statepoint
	.p2align	4, 0x90
	.type	maps_statepoint,@function
maps_statepoint:                        # @maps_statepoint
	.cfi_startproc
# %bb.0:
	pushq	%r14
	.cfi_def_cfa_offset 16
	pushq	%rbx
	.cfi_def_cfa_offset 24
	pushq	%rax
	.cfi_def_cfa_offset 32
	.cfi_offset %rbx, -24
	.cfi_offset %r14, -16
	movq	%rsi, %r14
	movq	%rdi, %rbx
	movq	%rdx, (%rsp)
	callq	collect@PLT
.Ltmp0:
	movl	$16, %edi
	callq	allocate@PLT
.Ltmp1:
	movq	(%rsp), %rcx
	movb	8(%rbx), %dl
	movb	%dl, (%r14)
	movb	%dl, (%rcx)
	addq	$8, %rsp
	.cfi_def_cfa_offset 24
	popq	%rbx
	.cfi_def_cfa_offset 16
	popq	%r14
	.cfi_def_cfa_offset 8
	retq
.Lfunc_end0:
	.size	maps_statepoint, .Lfunc_end0-maps_statepoint
	.cfi_endproc
                                        # -- End function
	.globl	maps_derived                    # -- Begin function maps_derived
	.p2align	4, 0x90
	.type	maps_derived,@function
maps_derived:                           # @maps_derived
	.cfi_startproc
# %bb.0:
	pushq	%r14
	.cfi_def_cfa_offset 16
	pushq	%rbx
	.cfi_def_cfa_offset 24
	pushq	%rax
	.cfi_def_cfa_offset 32
	.cfi_offset %rbx, -24
	.cfi_offset %r14, -16
	movq	%rdi, %rbx
	leaq	(%rsi,%rdi), %r14
	callq	collect@PLT
.Ltmp2:
	movb	(%rbx), %al
	movb	%al, (%r14)
	movq	%r14, %rax
	addq	$8, %rsp
	.cfi_def_cfa_offset 24
	popq	%rbx
	.cfi_def_cfa_offset 16
	popq	%r14
	.cfi_def_cfa_offset 8
	retq
.Lfunc_end1:
	.size	maps_derived, .Lfunc_end1-maps_derived
	.cfi_endproc
                                        # -- End function
	.globl	maps_places                     # -- Begin function maps_places
	.p2align	4, 0x90
	.type	maps_places,@function
maps_places:                            # @maps_places
	.cfi_startproc
# %bb.0:
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	subq	$32, %rsp
	movq	%rsi, %rax
	movq	%rdi, -24(%rbp)
.Ltmp3:
	addq	-24(%rbp), %rax
	addq	$32, %rsp
	popq	%rbp
	.cfi_def_cfa %rsp, 8
	retq
.Lfunc_end2:
	.size	maps_places, .Lfunc_end2-maps_places
	.cfi_endproc
                                        # -- End function
	.globl	maps_patchpoint                 # -- Begin function maps_patchpoint
	.p2align	4, 0x90
	.type	maps_patchpoint,@function
maps_patchpoint:                        # @maps_patchpoint
	.cfi_startproc
# %bb.0:
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	pushq	%rbx
	pushq	%rax
	.cfi_offset %rbx, -24
	movq	%rsi, %rbx
.Ltmp4:
	nopw	%cs:512(%rax,%rax)
	nopw	8(%rax,%rax)
	addq	%rbx, %rax
	addq	$8, %rsp
	popq	%rbx
	popq	%rbp
	.cfi_def_cfa %rsp, 8
	retq
.Lfunc_end3:
	.size	maps_patchpoint, .Lfunc_end3-maps_patchpoint
	.cfi_endproc
                                        # -- End function
	.globl	maps_variable                   # -- Begin function maps_variable
	.p2align	4, 0x90
	.type	maps_variable,@function
maps_variable:                          # @maps_variable
	.cfi_startproc
# %bb.0:
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	pushq	%rbx
	pushq	%rax
	.cfi_offset %rbx, -24
	movq	%rdi, %rbx
	movq	%rsp, %rdi
	leaq	15(,%rbx,8), %rax
	andq	$-16, %rax
	subq	%rax, %rdi
	movq	%rdi, %rsp
	callq	*%rsi
.Ltmp5:
	leaq	-8(%rbp), %rsp
	popq	%rbx
	popq	%rbp
	.cfi_def_cfa %rsp, 8
	retq
.Lfunc_end4:
	.size	maps_variable, .Lfunc_end4-maps_variable
	.cfi_endproc
                                        # -- End function
	.section	".note.GNU-stack","",@progbits
	.section	.llvm_stackmaps,"a",@progbits
__LLVM_StackMaps:
	.byte	3
	.byte	0
	.short	0
	.long	5
	.long	1
	.long	6
	.quad	maps_statepoint
	.quad	24
	.quad	2
	.quad	maps_derived
	.quad	24
	.quad	1
	.quad	maps_places
	.quad	40
	.quad	1
	.quad	maps_patchpoint
	.quad	24
	.quad	1
	.quad	maps_variable
	.quad	-1
	.quad	1
	.quad	81985529216486895
	.quad	2882400000
	.long	.Ltmp0-maps_statepoint
	.short	0
	.short	9
	.byte	4
	.byte	0
	.short	8
	.short	0
	.short	0
	.long	0
	.byte	4
	.byte	0
	.short	8
	.short	0
	.short	0
	.long	0
	.byte	4
	.byte	0
	.short	8
	.short	0
	.short	0
	.long	0
	.byte	1
	.byte	0
	.short	8
	.short	3
	.short	0
	.long	0
	.byte	1
	.byte	0
	.short	8
	.short	3
	.short	0
	.long	0
	.byte	1
	.byte	0
	.short	8
	.short	14
	.short	0
	.long	0
	.byte	1
	.byte	0
	.short	8
	.short	14
	.short	0
	.long	0
	.byte	3
	.byte	0
	.short	8
	.short	7
	.short	0
	.long	0
	.byte	3
	.byte	0
	.short	8
	.short	7
	.short	0
	.long	0
	.p2align	3
	.short	0
	.short	0
	.p2align	3
	.quad	2882400000
	.long	.Ltmp1-maps_statepoint
	.short	0
	.short	9
	.byte	4
	.byte	0
	.short	8
	.short	0
	.short	0
	.long	0
	.byte	4
	.byte	0
	.short	8
	.short	0
	.short	0
	.long	0
	.byte	4
	.byte	0
	.short	8
	.short	0
	.short	0
	.long	0
	.byte	1
	.byte	0
	.short	8
	.short	3
	.short	0
	.long	0
	.byte	1
	.byte	0
	.short	8
	.short	3
	.short	0
	.long	0
	.byte	1
	.byte	0
	.short	8
	.short	14
	.short	0
	.long	0
	.byte	1
	.byte	0
	.short	8
	.short	14
	.short	0
	.long	0
	.byte	3
	.byte	0
	.short	8
	.short	7
	.short	0
	.long	0
	.byte	3
	.byte	0
	.short	8
	.short	7
	.short	0
	.long	0
	.p2align	3
	.short	0
	.short	0
	.p2align	3
	.quad	2882400000
	.long	.Ltmp2-maps_derived
	.short	0
	.short	7
	.byte	4
	.byte	0
	.short	8
	.short	0
	.short	0
	.long	0
	.byte	4
	.byte	0
	.short	8
	.short	0
	.short	0
	.long	0
	.byte	4
	.byte	0
	.short	8
	.short	0
	.short	0
	.long	0
	.byte	1
	.byte	0
	.short	8
	.short	3
	.short	0
	.long	0
	.byte	1
	.byte	0
	.short	8
	.short	3
	.short	0
	.long	0
	.byte	1
	.byte	0
	.short	8
	.short	3
	.short	0
	.long	0
	.byte	1
	.byte	0
	.short	8
	.short	14
	.short	0
	.long	0
	.p2align	3
	.short	0
	.short	0
	.p2align	3
	.quad	7
	.long	.Ltmp3-maps_places
	.short	0
	.short	4
	.byte	1
	.byte	0
	.short	8
	.short	0
	.short	0
	.long	0
	.byte	4
	.byte	0
	.short	8
	.short	0
	.short	0
	.long	42
	.byte	5
	.byte	0
	.short	8
	.short	0
	.short	0
	.long	0
	.byte	2
	.byte	0
	.short	8
	.short	6
	.short	0
	.long	-32
	.p2align	3
	.short	0
	.short	0
	.p2align	3
	.quad	9
	.long	.Ltmp4-maps_patchpoint
	.short	0
	.short	1
	.byte	1
	.byte	0
	.short	8
	.short	3
	.short	0
	.long	0
	.p2align	3
	.short	0
	.short	3
	.short	0
	.byte	0
	.byte	8
	.short	3
	.byte	0
	.byte	8
	.short	7
	.byte	0
	.byte	8
	.p2align	3
	.quad	11
	.long	.Ltmp5-maps_variable
	.short	0
	.short	1
	.byte	1
	.byte	0
	.short	8
	.short	3
	.short	0
	.long	0
	.p2align	3
	.short	0
	.short	0
	.p2align	3

