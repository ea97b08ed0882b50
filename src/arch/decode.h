/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One machine instruction, as far as analysis and walking need it. */
#ifndef IJ_ARCH_DECODE_H
#define IJ_ARCH_DECODE_H

#include "arch/regs.h"

/** Longest instruction, bytes (Intel SDM volume 2, 2.3.11). */
#define IJ_INSN_SIZE_MAX 15

/** Where execution goes after the instruction. */
enum ij_insn_flow {
	IJ_FLOW_NEXT,    /* behind it, by way of nothing else */
	IJ_FLOW_JUMP,    /* to the target */
	IJ_FLOW_BRANCH,  /* to the target, or behind it */
	IJ_FLOW_CALL,    /* to the target, which returns behind it */
	IJ_FLOW_RET,     /* to the address on top of the stack */
	IJ_FLOW_SYSCALL, /* into the kernel, then behind it */
	IJ_FLOW_STOP,    /* traps or faults on purpose: ud2, int3, hlt; also interrupts, far and
			    privileged transfers */
};

/** Bit 16 of a register mask: the arithmetic flags. Bits 0 to 15: GPRs by DWARF number. */
#define IJ_INSN_FLAGS_BIT 16

struct ij_insn {
	uint8_t size;       /* bytes */
	uint8_t flow;       /* enum ij_insn_flow */
	bool indirect;      /* the target is in a register or in memory: `target` is 0 */
	bool reads_memory;  /* other than by fetching itself, and by push, pop, call and ret */
	bool writes_memory; /* other than by push and call */
	bool locked;        /* atomic on memory: a LOCK prefix, or xchg with memory */
	bool repeated;      /* a REP prefix: may stop half-way and go on */
	bool transparent;   /* endbr64, nop, lfence: changes nothing but the PC */
	bool vector;        /* uses x87, MMX, vector or mask registers */
	/* With `vector`, the widest vectors that whoever may encode it so has: 16 bytes, with a VEX
	 * prefix 32, with EVEX 64. Else 0. */
	uint8_t vector_allowed;
	bool segment;         /* addresses memory through fs or gs */
	bool has_memory;      /* an operand in memory, read, written or only computed (lea) */
	bool mem_pc_relative; /* it is addressed relative to the PC: mem_addr is known */
	uint8_t mem_base;     /* DWARF number of its base register; 0xff: none */
	uint8_t mem_index;    /* of its index register; 0xff: none */
	uint8_t mem_scale;    /* 1, 2, 4, 8 */
	uint8_t mem_size;     /* bytes; 0: more than 255, or none */
	bool mem_maybe;       /* what it writes there it may not write: cmpxchg, masked stores */
	uint8_t pops,
		pushes;      /* bytes read at the stack pointer, and written below it; not call's */
	int32_t mem_disp;    /* displacement of what is not PC-relative */
	int32_t stack_delta; /* change of the stack pointer, bytes, if stack_known */
	bool stack_known;    /* the instruction's effect on the stack pointer is a constant */
	uint32_t reads;      /* GPRs and flags whose old value matters, addresses included */
	uint32_t values;     /* those of them that are operands, not parts of an address */
	uint32_t writes;     /* GPRs and flags that may change */
	uint32_t vec_reads;  /* vector registers 0 to 31 */
	uint32_t vec_writes;
	ij_addr target;   /* of a direct jump, branch or call */
	ij_addr mem_addr; /* of a PC-relative operand */
};

/** Make the tables of the decoder resident, so that no page of them is read during a stop. */
void ij_insn_prepare(void);

/**
 * Decode the instruction at @code, which stands at @pc of the target.
 *
 * @size: bytes that may be read; an instruction that goes on behind them is not decoded.
 * @return: false if it is no valid 64-bit instruction or does not fit.
 * Source: Intel SDM volume 2; the tables are Zydis'.
 */
bool ij_insn_decode(const uint8_t *code, size_t size, ij_addr pc, struct ij_insn *ret);

/**
 * Assembler text of the same instruction (Intel syntax, absolute branch targets), for messages.
 *
 * @return: false, and "(bad)" in @buf, if it cannot be decoded.
 */
bool ij_insn_text(const uint8_t *code, size_t size, ij_addr pc, char *buf, size_t buf_size);

/**
 * Where execution goes after @insn in a thread with registers @regs: up to two addresses.
 *
 * @read: reads eight bytes of the target's memory for indirect targets and returns; false: cannot.
 * @return: how many addresses are in @ret: 2 for a branch, 0 if it cannot be told.
 */
unsigned ij_insn_successors(const struct ij_insn *insn, ij_addr pc, const struct ij_regs *regs,
			    bool (*read)(void *ctx, ij_addr addr, uint64_t *ret), void *ctx,
			    ij_addr ret[2]);

#endif
