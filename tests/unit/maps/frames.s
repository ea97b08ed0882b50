	.file ""
	.section .rodata.cst16,"aM",@progbits,16
	.align	16
caml_negf_mask:
	.quad	0x8000000000000000
	.quad	0
	.align	16
caml_absf_mask:
	.quad	0x7fffffffffffffff
	.quad	-1
	.data
	.globl	camlFrames__data_begin
camlFrames__data_begin:
	.text
	.globl	camlFrames__code_begin
camlFrames__code_begin:
	.data
	.align	8
	.data
	.align	8
	.quad	3063
camlFrames__5:
	.quad	camlFrames__length_82
	.quad	0x100000000000005
	.data
	.align	8
	.quad	4087
camlFrames__4:
	.quad	caml_curry2
	.quad	0x200000000000007
	.quad	camlFrames__keep_85
	.data
	.align	8
	.quad	4087
camlFrames__3:
	.quad	caml_curry2
	.quad	0x200000000000007
	.quad	camlFrames__pair_91
	.data
	.align	8
	.quad	3063
camlFrames__2:
	.quad	camlFrames__stamp_95
	.quad	0x100000000000005
	.data
	.align	8
	.quad	4087
camlFrames__1:
	.quad	caml_curry2
	.quad	0x200000000000007
	.quad	camlFrames__get_99
	.data
	.align	8
	.quad	5888
	.globl	camlFrames
camlFrames:
	.quad	1
	.quad	1
	.quad	1
	.quad	1
	.quad	1
	.data
	.align	8
	.globl	camlFrames__gc_roots
camlFrames__gc_roots:
	.quad	camlFrames
	.quad	0
	.text
	.align	16
	.globl	camlFrames__length_82
camlFrames__length_82:
	.cfi_startproc
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
.L101:
	cmpq	$1, %rax
	je	.L100
	movq	8(%rax), %rax
	call	camlFrames__length_82@PLT
.L102:
	addq	$2, %rax
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_adjust_cfa_offset 8
	.align	4
.L100:
	movl	$1, %eax
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_adjust_cfa_offset 8
	.cfi_adjust_cfa_offset -8
	.cfi_endproc
	.type camlFrames__length_82,@function
	.size camlFrames__length_82,. - camlFrames__length_82
	.text
	.align	16
	.globl	camlFrames__keep_85
camlFrames__keep_85:
	.cfi_startproc
	subq	$24, %rsp
	.cfi_adjust_cfa_offset 24
.L107:
	movq	%rax, 8(%rsp)
	movq	%rbx, 16(%rsp)
	cmpq	$1, %rax
	je	.L106
	movq	8(%rax), %rax
	call	camlFrames__length_82@PLT
.L108:
	addq	$2, %rax
	movq	%rax, (%rsp)
	jmp	.L105
	.align	4
.L106:
	movl	$1, %eax
	movq	%rax, (%rsp)
.L105:
	movq	16(%rsp), %rax
	cmpq	$1, %rax
	je	.L104
	movq	8(%rax), %rax
	call	camlFrames__length_82@PLT
.L109:
	addq	$2, %rax
	jmp	.L103
	.align	4
.L104:
	movl	$1, %eax
.L103:
	subq	$32, %r15
	cmpq	(%r14), %r15
	jb	.L110
.L112:
	leaq	8(%r15), %rbx
	movq	$3072, -8(%rbx)
	movq	(%rsp), %rdi
	leaq	-1(%rdi,%rax), %rax
	movq	%rax, (%rbx)
	movq	8(%rsp), %rax
	movq	%rax, 8(%rbx)
	movq	16(%rsp), %rax
	movq	%rax, 16(%rbx)
	movq	%rbx, %rax
	addq	$24, %rsp
	.cfi_adjust_cfa_offset -24
	ret
	.cfi_adjust_cfa_offset 24
.L110:
	call	caml_call_gc@PLT
.L111:
	jmp	.L112
	.cfi_adjust_cfa_offset -24
	.cfi_endproc
	.type camlFrames__keep_85,@function
	.size camlFrames__keep_85,. - camlFrames__keep_85
	.text
	.align	16
	.globl	camlFrames__pair_91
camlFrames__pair_91:
	.cfi_startproc
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
.L113:
	subq	$48, %r15
	cmpq	(%r14), %r15
	jb	.L114
.L116:
	leaq	8(%r15), %rdi
	addq	$24, %rdi
	movq	$2048, -8(%rdi)
	movq	%rbx, (%rdi)
	movq	%rax, 8(%rdi)
	leaq	-24(%rdi), %rbx
	movq	$2048, -8(%rbx)
	movq	%rax, (%rbx)
	movq	%rdi, 8(%rbx)
	movq	%rbx, %rax
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_adjust_cfa_offset 8
.L114:
	call	caml_call_gc@PLT
.L115:
	jmp	.L116
	.cfi_adjust_cfa_offset -8
	.cfi_endproc
	.type camlFrames__pair_91,@function
	.size camlFrames__pair_91,. - camlFrames__pair_91
	.text
	.align	16
	.globl	camlFrames__stamp_95
camlFrames__stamp_95:
	.cfi_startproc
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
.L117:
	movq	%rax, (%rsp)
	movl	$1, %edi
	movq	frames_now@GOTPCREL(%rip), %rax
	call	caml_c_call@PLT
.L118:
	movq	8(%r14), %r15
	subq	$24, %r15
	cmpq	(%r14), %r15
	jb	.L119
.L121:
	leaq	8(%r15), %rbx
	movq	$2048, -8(%rbx)
	movq	%rax, (%rbx)
	movq	(%rsp), %rax
	movq	%rax, 8(%rbx)
	movq	%rbx, %rax
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_adjust_cfa_offset 8
.L119:
	call	caml_call_gc@PLT
.L120:
	jmp	.L121
	.cfi_adjust_cfa_offset -8
	.cfi_endproc
	.type camlFrames__stamp_95,@function
	.size camlFrames__stamp_95,. - camlFrames__stamp_95
	.text
	.align	16
	.globl	camlFrames__get_99
camlFrames__get_99:
	.cfi_startproc
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
.L122:
	movq	-8(%rax), %rdi
	shrq	$9, %rdi
	cmpq	%rbx, %rdi
	jbe	.L123
	movq	-4(%rax,%rbx,4), %rax
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_adjust_cfa_offset 8
.L123:
	call	caml_ml_array_bound_error@PLT
	.cfi_adjust_cfa_offset -8
	.cfi_endproc
	.type camlFrames__get_99,@function
	.size camlFrames__get_99,. - camlFrames__get_99
	.text
	.align	16
	.globl	camlFrames__entry
camlFrames__entry:
	.cfi_startproc
.L124:
	movq	camlFrames__5@GOTPCREL(%rip), %rax
	movq	camlFrames@GOTPCREL(%rip), %rbx
	movq	%rax, (%rbx)
	movq	camlFrames__4@GOTPCREL(%rip), %rax
	movq	%rax, 8(%rbx)
	movq	camlFrames__3@GOTPCREL(%rip), %rax
	movq	%rax, 16(%rbx)
	movq	camlFrames__2@GOTPCREL(%rip), %rax
	movq	%rax, 24(%rbx)
	movq	camlFrames__1@GOTPCREL(%rip), %rax
	movq	%rax, 32(%rbx)
	movl	$1, %eax
	ret
	.cfi_endproc
	.type camlFrames__entry,@function
	.size camlFrames__entry,. - camlFrames__entry
	.data
	.align	8
	.quad	frames_now
	.text
	.globl	camlFrames__code_end
camlFrames__code_end:
	.data
				/* relocation table start */
	.align	8
				/* relocation table end */
	.data
	.quad	0
	.globl	camlFrames__data_end
camlFrames__data_end:
	.quad	0
	.align	8
	.globl	camlFrames__frametable
camlFrames__frametable:
	.quad	7
	.quad	.L120
	.word	18
	.word	2
	.word	0
	.word	1
	.byte	1
	.byte	1
	.align	8
	.quad	.L118
	.word	17
	.word	1
	.word	0
	.align	4
	.long	(.L125 - .) + 0
	.align	8
	.quad	.L115
	.word	18
	.word	2
	.word	1
	.word	3
	.byte	2
	.byte	1
	.byte	1
	.align	8
	.quad	.L111
	.word	34
	.word	2
	.word	8
	.word	16
	.byte	1
	.byte	2
	.align	8
	.quad	.L109
	.word	33
	.word	2
	.word	8
	.word	16
	.align	4
	.long	(.L126 - .) + 0
	.align	8
	.quad	.L108
	.word	33
	.word	2
	.word	8
	.word	16
	.align	4
	.long	(.L126 - .) + 0
	.align	8
	.quad	.L102
	.word	17
	.word	0
	.align	4
	.long	(.L126 - .) + 0
	.align	8
	.align	4
.L125:
	.long	(.L128 - .) + 1879048192
	.long	61792
	.align	4
.L126:
	.long	(.L129 - .) + 0
	.long	25425
.L127:
	.ascii	"frames.ml\0"
	.align	4
.L129:
	.long	(.L127 - .) + 0
	.ascii	"Frames.length\0"
	.align	4
.L128:
	.long	(.L127 - .) + 0
	.ascii	"Frames.stamp\0"
	.align	8
	.size camlFrames__frametable,. - camlFrames__frametable
	.section .note.GNU-stack,"",%progbits
