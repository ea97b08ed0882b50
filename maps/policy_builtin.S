/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files of share/policy, as read-only data of the program: name, NUL, text, NUL; an empty name. */
	.section .rodata
	.globl	ij_policy_builtin
	.hidden	ij_policy_builtin
	.type	ij_policy_builtin, @object

	.macro	file name
	.asciz	"\name"
	.incbin	"\name"
	.byte	0
	.endm

ij_policy_builtin:
	file	glibc-malloc.policy
	file	glibc-stdio.policy
	file	glibc-loader.policy
	file	glibc-fork.policy
	file	glibc-threads.policy
	file	glibc-locale.policy
	file	glibc-other.policy
	file	context.policy
	file	names.policy
	file	musl.policy
	file	jemalloc.policy
	file	tcmalloc.policy
	file	mimalloc.policy
	file	allocators.policy
	file	cxx.policy
	file	crypto.policy
	file	cpython.policy
	file	interpreters.policy
	file	ocaml.policy
	file	libgc.policy
	file	rcu.policy
	.byte	0
	.size	ij_policy_builtin, . - ij_policy_builtin

	.section .note.GNU-stack, "", @progbits
