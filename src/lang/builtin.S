/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files of share/prototypes, one after the other, as read-only data of the program. */
	.section .rodata
	.globl	ij_builtin_text
	.hidden	ij_builtin_text
	.type	ij_builtin_text, @object
ij_builtin_text:
	.incbin	"libc.h"
	.incbin	"libm.h"
	.incbin	"jemalloc.h"
	.incbin	"gperftools.h"
	.incbin	"mimalloc.h"
	.incbin	"libgc.h"
	.incbin	"gcov.h"
	.incbin	"sanitizers.h"
	.incbin	"cpython.h"
	.incbin	"ruby.h"
	.incbin	"perl.h"
	.incbin	"php.h"
	.incbin	"gjs.h"
	.incbin	"postgres.h"
	.incbin	"bash.h"
	.byte	0
	.size	ij_builtin_text, . - ij_builtin_text

	.section .note.GNU-stack, "", @progbits
