/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the simulator share. */
#ifndef IJ_ARCH_SIMULATE_X86_64_H
#define IJ_ARCH_SIMULATE_X86_64_H

#include "arch/simulate.h"
#include "arch/zydis_x86_64.h"

/* Bits of RFLAGS (Intel SDM volume 1, 3.4.3). */
#define IJ_CF     0x001ull
#define IJ_PF     0x004ull
#define IJ_AF     0x010ull
#define IJ_ZF     0x040ull
#define IJ_SF     0x080ull
#define IJ_TF     0x100ull
#define IJ_DF     0x400ull
#define IJ_OF     0x800ull
#define IJ_NT     0x4000ull
#define IJ_RF     0x10000ull
#define IJ_AC     0x40000ull
#define IJ_STATUS (IJ_CF | IJ_PF | IJ_AF | IJ_ZF | IJ_SF | IJ_OF)

/* Registers by machine encoding. */
enum { IJ_RAX, IJ_RCX, IJ_RDX, IJ_RBX, IJ_RSP, IJ_RBP, IJ_RSI, IJ_RDI };

/** The instruction being interpreted. */
struct ij_sim_op {
	struct ij_sim *sim;
	ZydisDecodedInstruction z;
	ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];
	ij_addr next;        /* where execution goes on; the address behind it at first */
	unsigned size;       /* bytes of the first operand */
	enum ij_sim_end end; /* why it was refused, once a function has returned false */
};

/*
 * Each family takes the instructions that it knows: false means that it was refused, with op->end
 * set; UNKNOWN is what it is set to beforehand. Whatever can fail comes before registers are
 * written, and a store is the last of what can fail.
 */
bool ij_sim_alu(struct ij_sim_op *op);
bool ij_sim_bits(struct ij_sim_op *op);
bool ij_sim_move(struct ij_sim_op *op);
bool ij_sim_flow(struct ij_sim_op *op);
bool ij_sim_vector(struct ij_sim_op *op);

/** Refuse for @why; returns false. */
bool ij_sim_refuse(struct ij_sim_op *op, enum ij_sim_end why);

/** A register by machine encoding; borrowed. */
unsigned long long *ij_sim_gpr(struct ij_sim *sim, unsigned encoding);

/** All ones in @size bytes. */
static inline uint64_t ij_sim_mask(unsigned size)
{
	return size >= 8 ? ~0ull : (1ull << (8 * size)) - 1;
}

/** The top bit of @size bytes. */
static inline uint64_t ij_sim_sign(unsigned size)
{
	return 1ull << (8 * size - 1);
}

/** @value of @size bytes as a signed number. */
static inline int64_t ij_sim_extend(uint64_t value, unsigned size)
{
	unsigned shift = 64 - 8 * size;

	return (int64_t)(value << shift) >> shift;
}

/** Memory as the thread sees it. */
bool ij_sim_load(struct ij_sim_op *op, ij_addr addr, void *buf, size_t size);
bool ij_sim_store(struct ij_sim_op *op, ij_addr addr, const void *bytes, size_t size);
bool ij_sim_load_int(struct ij_sim_op *op, ij_addr addr, unsigned size, uint64_t *ret);
bool ij_sim_store_int(struct ij_sim_op *op, ij_addr addr, unsigned size, uint64_t value);

/** The address of memory operand @i, its segment's base included. */
ij_addr ij_sim_address(struct ij_sim_op *op, unsigned i);

/** Bytes of operand @i. */
unsigned ij_sim_size(const struct ij_sim_op *op, unsigned i);

/** Operand @i, zero-extended; of an immediate, its bits in the size of the first operand. */
bool ij_sim_get(struct ij_sim_op *op, unsigned i, uint64_t *ret);
/** Write operand @i: a register, whose upper half a 32-bit write clears, or memory. */
bool ij_sim_set(struct ij_sim_op *op, unsigned i, uint64_t value);

/** Set the flags in @mask to what @flags has of them, and call those in @undefined unknown. */
void ij_sim_flags_set(struct ij_sim_op *op, uint64_t mask, uint64_t flags, uint64_t undefined);
/** SF, ZF and PF of a result of @size bytes. */
uint64_t ij_sim_result_flags(uint64_t value, unsigned size);

/** The condition of a Jcc, SETcc or CMOVcc by the low four bits of its opcode. */
bool ij_sim_condition(const struct ij_sim *sim, unsigned code);

#endif
