/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files that put instructions into words share. */
#ifndef IJ_ARCH_ASMTEXT_IMPL_H
#define IJ_ARCH_ASMTEXT_IMPL_H

#include "arch/asmtext.h"
#include "arch/zydis_x86_64.h"

enum { IJ_ASM_OPERANDS_MAX = 6, IJ_ASM_NAME_MAX = 64 };

struct ij_asm {
	ZydisDecodedInstruction z;
	ZydisDecodedOperand all[ZYDIS_MAX_OPERAND_COUNT];
	const ZydisDecodedOperand *ops[IJ_ASM_OPERANDS_MAX]; /* that are told, in Intel's order */
	unsigned ops_len;
	enum ij_asm_flavor flavor;
	const uint8_t *code;
	ij_addr pc;
};

/** Prefixes and name, with AT&T's suffixes: "lock cmpxchg". May drop operands that are in it. */
void ij_asm_name(struct ij_asm *it, char name[IJ_ASM_NAME_MAX]);

/** Its only or first operand in memory; NULL: none is told. */
const ZydisDecodedOperand *ij_asm_memory(const struct ij_asm *it);

#endif
