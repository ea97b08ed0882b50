/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Machine instructions as text for people, as GNU tools write them (objdump, gdb). */
#ifndef IJ_ARCH_ASMTEXT_H
#define IJ_ARCH_ASMTEXT_H

#include "arch/decode.h"

enum { IJ_ASM_TEXT_MAX = 192 };

enum ij_asm_flavor {
	IJ_ASM_ATT,   /* mov    %rsp,%rbp */
	IJ_ASM_INTEL, /* mov    rbp,rsp */
};

struct ij_asm_text {
	char text[IJ_ASM_TEXT_MAX];
	unsigned size;   /* bytes of the instruction; 1 of what is none, which is "(bad)" */
	bool has_target; /* it goes to `target`, which ends the text; or has data there */
	bool is_data;
	ij_addr target;
};

/**
 * The instruction at @code, which stands at @pc of the target.
 *
 * @size: bytes that may be read.
 * Source: binutils 2.40, opcodes/i386-dis.c, for the notation; the tables are Zydis'.
 */
void ij_asm_text(const uint8_t *code, size_t size, ij_addr pc, enum ij_asm_flavor flavor,
		 struct ij_asm_text *ret);

#endif
