/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files of share/recipes, as read-only data of the program: name, NUL, text, NUL; an empty name. */
	.section .rodata
	.globl	ij_recipes_builtin
	.hidden	ij_recipes_builtin
	.type	ij_recipes_builtin, @object

	.macro	recipe name
	.asciz	"\name"
	.incbin	"\name\().recipe"
	.byte	0
	.endm

ij_recipes_builtin:
	recipe	malloc-trim
	recipe	malloc-info
	recipe	malloc-stats
	recipe	jemalloc-stats
	recipe	jemalloc-purge
	recipe	jemalloc-dump
	recipe	fflush
	recipe	gcov-dump
	recipe	llvm-profile-write
	recipe	dlopen
	recipe	python-eval
	recipe	ruby-eval
	recipe	perl-eval
	recipe	go-gc
	recipe	go-free-os-memory
	recipe	close-fd
	recipe	redirect-output
	recipe	chdir
	recipe	umask
	recipe	setenv
	recipe	postgres-memory-contexts
	.byte	0
	.size	ij_recipes_builtin, . - ij_recipes_builtin

	.section .note.GNU-stack, "", @progbits
