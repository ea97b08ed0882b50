/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* More names than are looked at at once, for test_scoped.c. */
	.data
	.macro one number
	.globl a_symbol_with_a_name_of_some_length_that_has_a_number_\number
a_symbol_with_a_name_of_some_length_that_has_a_number_\number:
	.byte 0
	.endm
	.altmacro
	.set number, 0
	.rept 6000
	one %number
	.set number, number + 1
	.endr
	.section .note.GNU-stack, "", @progbits
