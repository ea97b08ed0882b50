/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files of share/prototypes, one after the other, as read-only data of the program, and where each begins. */
	.macro file name
	.pushsection .rodata.ij_builtin_files, "a"
	.long 8f - ij_builtin_text
	.popsection
8:
	.incbin "\name"
	.endm

	.pushsection .rodata.ij_builtin_files, "a"
	.globl	ij_builtin_files
	.hidden	ij_builtin_files
	.type	ij_builtin_files, @object
	.balign	4
ij_builtin_files:
	.popsection

	.section .rodata
	.globl	ij_builtin_text
	.hidden	ij_builtin_text
	.type	ij_builtin_text, @object
ij_builtin_text:
	file	"libc.h"
	file	"libm.h"
	file	"libz.h"
	file	"libcrypto.h"
	file	"libssl.h"
	file	"sqlite3.h"
	file	"jemalloc.h"
	file	"gperftools.h"
	file	"mimalloc.h"
	file	"libgc.h"
	file	"gcov.h"
	file	"sanitizers.h"
	file	"cpython.h"
	file	"ruby.h"
	file	"perl.h"
	file	"php.h"
	file	"gjs.h"
	file	"postgres.h"
	file	"bash.h"
.Lend:
	.byte	0
	.size	ij_builtin_text, . - ij_builtin_text

	.pushsection .rodata.ij_builtin_files, "a"
	.long	.Lend - ij_builtin_text
	.long	0 /* the end of the list: only the first file begins at 0 */
	.size	ij_builtin_files, . - ij_builtin_files
	.popsection

	.section .note.GNU-stack, "", @progbits
