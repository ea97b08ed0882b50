/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The instructions that the simulator knows, and the operands they are tried with. */
#ifndef IJ_TESTS_ARCH_SIMULATE_CASES_H
#define IJ_TESTS_ARCH_SIMULATE_CASES_H

#include <stdint.h>

#include <Zydis/Zydis.h>

/*
 * Forms of operands. r: a register; m: memory; i: an immediate; c: cl; x: a vector register;
 * X: 16 bytes of memory; q, d: 8 and 4 bytes of memory; R, D: a 64- or 32-bit register; b: an
 * immediate byte; j: a branch to TAKEN; w: a register or memory of half the size or less. `sizes`:
 * of the first operand, bit N: 2^N bytes.
 */
static const struct native_case {
	ZydisMnemonic mnemonic;
	const char *forms; /* separated by blanks; "-": none */
	uint8_t sizes;
} cases[] = {
#define ALL  15
#define WIDE 14
#define LONG 12
	{ZYDIS_MNEMONIC_MOV, "rr rm mr ri mi", ALL},
	{ZYDIS_MNEMONIC_ADD, "rr rm mr ri mi", ALL},
	{ZYDIS_MNEMONIC_ADC, "rr rm mr ri mi", ALL},
	{ZYDIS_MNEMONIC_SUB, "rr rm mr ri mi", ALL},
	{ZYDIS_MNEMONIC_SBB, "rr rm mr ri mi", ALL},
	{ZYDIS_MNEMONIC_CMP, "rr rm mr ri mi", ALL},
	{ZYDIS_MNEMONIC_AND, "rr rm mr ri mi", ALL},
	{ZYDIS_MNEMONIC_OR, "rr rm mr ri mi", ALL},
	{ZYDIS_MNEMONIC_XOR, "rr rm mr ri mi", ALL},
	{ZYDIS_MNEMONIC_TEST, "rr mr ri mi", ALL},
	{ZYDIS_MNEMONIC_XCHG, "rr mr", ALL},
	{ZYDIS_MNEMONIC_XADD, "rr mr", ALL},
	{ZYDIS_MNEMONIC_CMPXCHG, "rr mr", ALL},
	{ZYDIS_MNEMONIC_INC, "r m", ALL},
	{ZYDIS_MNEMONIC_DEC, "r m", ALL},
	{ZYDIS_MNEMONIC_NEG, "r m", ALL},
	{ZYDIS_MNEMONIC_NOT, "r m", ALL},
	{ZYDIS_MNEMONIC_MUL, "r m", ALL},
	{ZYDIS_MNEMONIC_DIV, "r m", ALL},
	{ZYDIS_MNEMONIC_IDIV, "r m", ALL},
	{ZYDIS_MNEMONIC_IMUL, "r m", ALL},
	{ZYDIS_MNEMONIC_IMUL, "rr rm rri rmi", WIDE},
	{ZYDIS_MNEMONIC_SHL, "rb rc mb mc", ALL},
	{ZYDIS_MNEMONIC_SHR, "rb rc mb mc", ALL},
	{ZYDIS_MNEMONIC_SAR, "rb rc mb mc", ALL},
	{ZYDIS_MNEMONIC_ROL, "rb rc mb mc", ALL},
	{ZYDIS_MNEMONIC_ROR, "rb rc mb mc", ALL},
	{ZYDIS_MNEMONIC_RCL, "rb rc mb mc", ALL},
	{ZYDIS_MNEMONIC_RCR, "rb rc mb mc", ALL},
	{ZYDIS_MNEMONIC_SHLD, "rrb rrc mrb mrc", WIDE},
	{ZYDIS_MNEMONIC_SHRD, "rrb rrc mrb mrc", WIDE},
	{ZYDIS_MNEMONIC_BT, "rr rb mb", WIDE},
	{ZYDIS_MNEMONIC_BTS, "rr rb mb", WIDE},
	{ZYDIS_MNEMONIC_BTR, "rr rb mb", WIDE},
	{ZYDIS_MNEMONIC_BTC, "rr rb mb", WIDE},
	{ZYDIS_MNEMONIC_BSF, "rr rm", WIDE},
	{ZYDIS_MNEMONIC_BSR, "rr rm", WIDE},
	{ZYDIS_MNEMONIC_TZCNT, "rr rm", WIDE},
	{ZYDIS_MNEMONIC_LZCNT, "rr rm", WIDE},
	{ZYDIS_MNEMONIC_POPCNT, "rr rm", WIDE},
	{ZYDIS_MNEMONIC_ANDN, "rrr rrm", LONG},
	{ZYDIS_MNEMONIC_BLSI, "rr rm", LONG},
	{ZYDIS_MNEMONIC_BLSR, "rr rm", LONG},
	{ZYDIS_MNEMONIC_BLSMSK, "rr rm", LONG},
	{ZYDIS_MNEMONIC_BZHI, "rrr rmr", LONG},
	{ZYDIS_MNEMONIC_SHLX, "rrr rmr", LONG},
	{ZYDIS_MNEMONIC_SHRX, "rrr rmr", LONG},
	{ZYDIS_MNEMONIC_SARX, "rrr rmr", LONG},
	{ZYDIS_MNEMONIC_RORX, "rrb rmb", LONG},
	{ZYDIS_MNEMONIC_BSWAP, "r", LONG},
	{ZYDIS_MNEMONIC_MOVBE, "rm mr", WIDE},
	{ZYDIS_MNEMONIC_MOVZX, "rw", WIDE},
	{ZYDIS_MNEMONIC_MOVSX, "rw", WIDE},
	{ZYDIS_MNEMONIC_MOVSXD, "RD Rd", 8},
	{ZYDIS_MNEMONIC_LEA, "rm", WIDE},
	{ZYDIS_MNEMONIC_CBW, "-", 1},
	{ZYDIS_MNEMONIC_CWDE, "-", 1},
	{ZYDIS_MNEMONIC_CDQE, "-", 1},
	{ZYDIS_MNEMONIC_CWD, "-", 1},
	{ZYDIS_MNEMONIC_CDQ, "-", 1},
	{ZYDIS_MNEMONIC_CQO, "-", 1},
	{ZYDIS_MNEMONIC_CLC, "-", 1},
	{ZYDIS_MNEMONIC_STC, "-", 1},
	{ZYDIS_MNEMONIC_CMC, "-", 1},
	{ZYDIS_MNEMONIC_NOP, "-", 1},
	{ZYDIS_MNEMONIC_PUSH, "R q i", 8},
	{ZYDIS_MNEMONIC_POP, "R q", 8},
	{ZYDIS_MNEMONIC_PUSHFQ, "-", 1},
	{ZYDIS_MNEMONIC_POPFQ, "-", 1},
	{ZYDIS_MNEMONIC_LEAVE, "-", 1},
	{ZYDIS_MNEMONIC_MOVSB, "-", 1},
	{ZYDIS_MNEMONIC_MOVSW, "-", 1},
	{ZYDIS_MNEMONIC_MOVSQ, "-", 1},
	{ZYDIS_MNEMONIC_STOSB, "-", 1},
	{ZYDIS_MNEMONIC_STOSD, "-", 1},
	{ZYDIS_MNEMONIC_STOSQ, "-", 1},
	{ZYDIS_MNEMONIC_LODSB, "-", 1},
	{ZYDIS_MNEMONIC_LODSD, "-", 1},
	{ZYDIS_MNEMONIC_LODSQ, "-", 1},
	{ZYDIS_MNEMONIC_JMP, "j R q", 8},
	{ZYDIS_MNEMONIC_CALL, "j R q", 8},
	{ZYDIS_MNEMONIC_RET, "- b", 1},
	{ZYDIS_MNEMONIC_JRCXZ, "j", 1},
#define CC(cc)                                                              \
	{ZYDIS_MNEMONIC_J##cc, "j", 1}, {ZYDIS_MNEMONIC_SET##cc, "r m", 1}, \
	{                                                                   \
		ZYDIS_MNEMONIC_CMOV##cc, "rr rm", WIDE                      \
	}
	CC(O),
	CC(NO),
	CC(B),
	CC(NB),
	CC(Z),
	CC(NZ),
	CC(BE),
	CC(NBE),
	CC(S),
	CC(NS),
	CC(P),
	CC(NP),
	CC(L),
	CC(NL),
	CC(LE),
	CC(NLE),
#undef CC
	{ZYDIS_MNEMONIC_MOVUPS, "xx xX Xx", 1},
	{ZYDIS_MNEMONIC_MOVUPD, "xx xX Xx", 1},
	{ZYDIS_MNEMONIC_MOVDQU, "xx xX Xx", 1},
	{ZYDIS_MNEMONIC_LDDQU, "xX", 1},
	{ZYDIS_MNEMONIC_MOVAPS, "xx", 1},
	{ZYDIS_MNEMONIC_MOVAPD, "xx", 1},
	{ZYDIS_MNEMONIC_MOVDQA, "xx", 1},
	{ZYDIS_MNEMONIC_VMOVDQU, "xx xX Xx", 1},
	{ZYDIS_MNEMONIC_VMOVUPS, "xx xX Xx", 1},
	{ZYDIS_MNEMONIC_MOVQ, "xx xq qx xR Rx", 1},
	{ZYDIS_MNEMONIC_VMOVQ, "xx xq qx xR Rx", 1},
	{ZYDIS_MNEMONIC_MOVD, "xD Dx xd dx", 1},
	{ZYDIS_MNEMONIC_VMOVD, "xD Dx xd dx", 1},
	{ZYDIS_MNEMONIC_MOVSS, "xx xd dx", 1},
	{ZYDIS_MNEMONIC_MOVSD, "xx xq qx", 1},
	{ZYDIS_MNEMONIC_MOVLPS, "xq qx", 1},
	{ZYDIS_MNEMONIC_MOVLPD, "xq qx", 1},
	{ZYDIS_MNEMONIC_MOVHPS, "xq qx", 1},
	{ZYDIS_MNEMONIC_MOVHPD, "xq qx", 1},
	{ZYDIS_MNEMONIC_MOVHLPS, "xx", 1},
	{ZYDIS_MNEMONIC_MOVLHPS, "xx", 1},
#define V(name)                                \
	{                                      \
		ZYDIS_MNEMONIC_##name, "xx", 1 \
	}
#define V3(name)                                    \
	{                                           \
		ZYDIS_MNEMONIC_##name, "xxx xxX", 1 \
	}
	V(PXOR),
	V(XORPS),
	V(XORPD),
	V(POR),
	V(ORPS),
	V(ORPD),
	V(PAND),
	V(ANDPS),
	V(ANDPD),
	V(PANDN),
	V(ANDNPS),
	V(ANDNPD),
	V(PUNPCKLQDQ),
	V(PUNPCKHQDQ),
	V(UNPCKLPD),
	V(UNPCKHPD),
	V(PUNPCKLDQ),
	V(UNPCKLPS),
	V(PUNPCKLWD),
	V(PUNPCKLBW),
	V(PCMPEQB),
	V(PCMPEQW),
	V(PCMPEQD),
	V(PADDB),
	V(PADDD),
	V(PADDQ),
	V(PSUBB),
	V(PSUBD),
	V(PSUBQ),
	V(PMINUB),
	V3(VPXOR),
	V3(VXORPS),
	V3(VXORPD),
	V3(VPOR),
	V3(VPAND),
	V3(VPANDN),
	V3(VPUNPCKLQDQ),
	V3(VPUNPCKHQDQ),
	V3(VPUNPCKLDQ),
	V3(VPCMPEQB),
	V3(VPCMPEQD),
	V3(VPMINUB),
#undef V
#undef V3
	{ZYDIS_MNEMONIC_PMOVMSKB, "Dx", 1},
	{ZYDIS_MNEMONIC_VPMOVMSKB, "Dx", 1},
	{ZYDIS_MNEMONIC_PSHUFD, "xxb", 1},
	{ZYDIS_MNEMONIC_VPSHUFD, "xxb xXb", 1},
};

#endif
