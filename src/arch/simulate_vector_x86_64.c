/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Simulated vector instructions: the 128-bit ones that compilers move structures with and that
 * string functions consist of. What a VEX form does to the upper halves is not kept: wider
 * registers are refused wherever they are read.
 */
#include <string.h>

#include "arch/simulate_x86_64.h"

enum { BYTES = 16 };

static bool vector_of(const struct ij_sim_op *op, unsigned i, unsigned *ret)
{
	ZydisRegister reg = op->ops[i].reg.value;

	if (op->ops[i].type != ZYDIS_OPERAND_TYPE_REGISTER || reg < ZYDIS_REGISTER_XMM0 ||
	    reg > ZYDIS_REGISTER_XMM15)
		return false;
	*ret = (unsigned)(reg - ZYDIS_REGISTER_XMM0);
	return true;
}

/* @size bytes of operand @i, the rest of @ret zero. */
static bool get(struct ij_sim_op *op, unsigned i, unsigned size, uint8_t *ret)
{
	unsigned number;
	uint64_t value;

	memset(ret, 0, BYTES);
	if (vector_of(op, i, &number)) {
		if (!(op->sim->vec_known >> number & 1))
			return ij_sim_refuse(op, IJ_SIM_UNDEFINED);
		memcpy(ret, op->sim->vec[number], size);
		return true;
	}
	if (op->ops[i].type == ZYDIS_OPERAND_TYPE_MEMORY &&
	    op->ops[i].mem.type == ZYDIS_MEMOP_TYPE_MEM && ij_sim_size(op, i) == size)
		return ij_sim_load(op, ij_sim_address(op, i), ret, size);
	if (!ij_sim_get(op, i, &value))
		return false;
	memcpy(ret, &value, size < 8 ? size : 8);
	return true;
}

/* Write operand @i: all of a vector register, or @size bytes of memory or of a GPR. */
static bool set(struct ij_sim_op *op, unsigned i, unsigned size, const uint8_t *bytes)
{
	unsigned number;
	uint64_t value;

	if (vector_of(op, i, &number)) {
		memcpy(op->sim->vec[number], bytes, BYTES);
		op->sim->vec_known |= 1u << number;
		op->sim->vec_written |= 1u << number;
		return true;
	}
	if (op->ops[i].type == ZYDIS_OPERAND_TYPE_MEMORY &&
	    op->ops[i].mem.type == ZYDIS_MEMOP_TYPE_MEM && ij_sim_size(op, i) == size)
		return ij_sim_store(op, ij_sim_address(op, i), bytes, size);
	memcpy(&value, bytes, 8);
	return ij_sim_set(op, i, value & ij_sim_mask(size));
}

static bool move(struct ij_sim_op *op, unsigned size, bool aligned)
{
	uint8_t bytes[BYTES];
	unsigned memory = op->ops[0].type == ZYDIS_OPERAND_TYPE_MEMORY ? 0 : 1;

	if (op->z.operand_count_visible != 2)
		return false;
	if (aligned && op->ops[memory].type == ZYDIS_OPERAND_TYPE_MEMORY &&
	    ij_sim_address(op, memory) % BYTES)
		return ij_sim_refuse(op, IJ_SIM_TRAP);
	return get(op, 1, size, bytes) && set(op, 0, size, bytes);
}

/* movss and movsd keep the rest of the destination if the source is a register. */
static bool move_scalar(struct ij_sim_op *op, unsigned size)
{
	uint8_t from[BYTES], to[BYTES];
	unsigned number;

	if (op->z.operand_count_visible != 2)
		return false;
	if (!vector_of(op, 0, &number) || !vector_of(op, 1, &number))
		return move(op, size, false);
	if (!get(op, 1, size, from) || !get(op, 0, BYTES, to))
		return false;
	memcpy(to, from, size);
	return set(op, 0, BYTES, to);
}

/* movlps, movhps and their like: one half of a register, the other is kept. */
static bool move_half(struct ij_sim_op *op, unsigned to_off, unsigned from_off)
{
	uint8_t from[BYTES], to[BYTES];

	if (op->z.encoding != ZYDIS_INSTRUCTION_ENCODING_LEGACY)
		return false;
	if (op->ops[0].type == ZYDIS_OPERAND_TYPE_MEMORY) {
		if (!get(op, 1, BYTES, from))
			return false;
		return set(op, 0, 8, from + to_off);
	}
	if (op->ops[1].type == ZYDIS_OPERAND_TYPE_MEMORY)
		from_off = 0;
	if (!get(op, 1, op->ops[1].type == ZYDIS_OPERAND_TYPE_MEMORY ? 8 : BYTES, from) ||
	    !get(op, 0, BYTES, to))
		return false;
	memcpy(to + to_off, from + from_off, 8);
	return set(op, 0, BYTES, to);
}

/* Both sources of an instruction that overwrites its first (SSE) or not (VEX). */
static bool sources(struct ij_sim_op *op, uint8_t *a, uint8_t *b)
{
	bool vex = op->z.encoding == ZYDIS_INSTRUCTION_ENCODING_VEX;
	unsigned number;

	if (op->z.operand_count_visible != (vex ? 3 : 2) || !vector_of(op, 0, &number))
		return false;
	if (!vex && op->ops[1].type == ZYDIS_OPERAND_TYPE_MEMORY && ij_sim_address(op, 1) % BYTES)
		return ij_sim_refuse(op, IJ_SIM_TRAP);
	return get(op, vex ? 1 : 0, BYTES, a) && get(op, vex ? 2 : 1, BYTES, b);
}

static bool logic(struct ij_sim_op *op, char what)
{
	uint8_t a[BYTES], b[BYTES];
	unsigned vex = op->z.encoding == ZYDIS_INSTRUCTION_ENCODING_VEX, first, second;

	/* A register against itself is zero, known or not. */
	if (what == '^' && vector_of(op, vex, &first) && vector_of(op, vex + 1, &second) &&
	    first == second) {
		memset(a, 0, sizeof(a));
		return set(op, 0, BYTES, a);
	}
	if (!sources(op, a, b))
		return false;
	for (unsigned i = 0; i < BYTES; i++) {
		switch (what) {
		case '^':
			a[i] ^= b[i];
			break;
		case '|':
			a[i] |= b[i];
			break;
		case '&':
			a[i] &= b[i];
			break;
		default:
			a[i] = (uint8_t)~a[i] & b[i];
			break;
		}
	}
	return set(op, 0, BYTES, a);
}

/* Interleave the lower (@half 0) or upper halves by elements of @size bytes. */
static bool unpack(struct ij_sim_op *op, unsigned size, unsigned half)
{
	uint8_t a[BYTES], b[BYTES], result[BYTES];

	if (!sources(op, a, b))
		return false;
	for (unsigned i = 0; i < 8 / size; i++) {
		memcpy(result + 2 * i * size, a + 8 * half + i * size, size);
		memcpy(result + (2 * i + 1) * size, b + 8 * half + i * size, size);
	}
	return set(op, 0, BYTES, result);
}

/* Element by element: '=' all ones where equal, '+', '-', or the smaller, unsigned. */
static bool elements(struct ij_sim_op *op, unsigned size, char what)
{
	uint8_t a[BYTES], b[BYTES];

	if (!sources(op, a, b))
		return false;
	for (unsigned at = 0; at < BYTES; at += size) {
		uint64_t x = 0, y = 0;

		memcpy(&x, a + at, size);
		memcpy(&y, b + at, size);
		x = what == '='   ? -(uint64_t)(x == y)
		    : what == '+' ? x + y
		    : what == '-' ? x - y
		    : x < y       ? x
				  : y;
		memcpy(a + at, &x, size);
	}
	return set(op, 0, BYTES, a);
}

static bool byte_mask(struct ij_sim_op *op)
{
	uint8_t bytes[BYTES];
	uint64_t mask = 0;
	unsigned number;

	if (!vector_of(op, 1, &number) || !get(op, 1, BYTES, bytes))
		return false;
	for (unsigned i = 0; i < BYTES; i++)
		mask |= (uint64_t)(bytes[i] >> 7) << i;
	return ij_sim_set(op, 0, mask);
}

static bool shuffle(struct ij_sim_op *op)
{
	uint8_t from[BYTES], to[BYTES];
	unsigned order = (unsigned)op->ops[2].imm.value.u;

	if (op->ops[1].type == ZYDIS_OPERAND_TYPE_MEMORY &&
	    op->z.encoding == ZYDIS_INSTRUCTION_ENCODING_LEGACY && ij_sim_address(op, 1) % BYTES)
		return ij_sim_refuse(op, IJ_SIM_TRAP);
	if (!get(op, 1, BYTES, from))
		return false;
	for (unsigned i = 0; i < 4; i++)
		memcpy(to + 4 * i, from + 4 * (order >> (2 * i) & 3), 4);
	return set(op, 0, BYTES, to);
}

/* Moves; the names of the VEX forms differ, and are grouped with the others. */
static bool moves(struct ij_sim_op *op)
{
	switch (op->z.mnemonic) {
	case ZYDIS_MNEMONIC_MOVUPS:
	case ZYDIS_MNEMONIC_MOVUPD:
	case ZYDIS_MNEMONIC_MOVDQU:
	case ZYDIS_MNEMONIC_LDDQU:
	case ZYDIS_MNEMONIC_VMOVUPS:
	case ZYDIS_MNEMONIC_VMOVUPD:
	case ZYDIS_MNEMONIC_VMOVDQU:
	case ZYDIS_MNEMONIC_VLDDQU:
		return move(op, BYTES, false);
	case ZYDIS_MNEMONIC_MOVAPS:
	case ZYDIS_MNEMONIC_MOVAPD:
	case ZYDIS_MNEMONIC_MOVDQA:
	case ZYDIS_MNEMONIC_VMOVAPS:
	case ZYDIS_MNEMONIC_VMOVAPD:
	case ZYDIS_MNEMONIC_VMOVDQA:
		return move(op, BYTES, true);
	case ZYDIS_MNEMONIC_MOVQ:
	case ZYDIS_MNEMONIC_VMOVQ:
		return move(op, 8, false);
	case ZYDIS_MNEMONIC_MOVD:
	case ZYDIS_MNEMONIC_VMOVD:
		return move(op, 4, false);
	case ZYDIS_MNEMONIC_MOVSS:
	case ZYDIS_MNEMONIC_VMOVSS:
		return move_scalar(op, 4);
	case ZYDIS_MNEMONIC_MOVSD:
	case ZYDIS_MNEMONIC_VMOVSD:
		return move_scalar(op, 8);
	case ZYDIS_MNEMONIC_MOVLPS:
	case ZYDIS_MNEMONIC_MOVLPD:
		return move_half(op, 0, 0);
	case ZYDIS_MNEMONIC_MOVHPS:
	case ZYDIS_MNEMONIC_MOVHPD:
	case ZYDIS_MNEMONIC_MOVLHPS:
		return move_half(op, 8, 0);
	case ZYDIS_MNEMONIC_MOVHLPS:
		return move_half(op, 0, 8);
	default:
		return false;
	}
}

static bool logics(struct ij_sim_op *op)
{
	switch (op->z.mnemonic) {
	case ZYDIS_MNEMONIC_PXOR:
	case ZYDIS_MNEMONIC_XORPS:
	case ZYDIS_MNEMONIC_XORPD:
	case ZYDIS_MNEMONIC_VPXOR:
	case ZYDIS_MNEMONIC_VXORPS:
	case ZYDIS_MNEMONIC_VXORPD:
		return logic(op, '^');
	case ZYDIS_MNEMONIC_POR:
	case ZYDIS_MNEMONIC_ORPS:
	case ZYDIS_MNEMONIC_ORPD:
	case ZYDIS_MNEMONIC_VPOR:
		return logic(op, '|');
	case ZYDIS_MNEMONIC_PAND:
	case ZYDIS_MNEMONIC_ANDPS:
	case ZYDIS_MNEMONIC_ANDPD:
	case ZYDIS_MNEMONIC_VPAND:
		return logic(op, '&');
	case ZYDIS_MNEMONIC_PANDN:
	case ZYDIS_MNEMONIC_ANDNPS:
	case ZYDIS_MNEMONIC_ANDNPD:
	case ZYDIS_MNEMONIC_VPANDN:
		return logic(op, '~');
	default:
		return false;
	}
}

static bool compute(struct ij_sim_op *op)
{
	switch (op->z.mnemonic) {
	case ZYDIS_MNEMONIC_PUNPCKLQDQ:
	case ZYDIS_MNEMONIC_UNPCKLPD:
	case ZYDIS_MNEMONIC_VPUNPCKLQDQ:
		return unpack(op, 8, 0);
	case ZYDIS_MNEMONIC_PUNPCKHQDQ:
	case ZYDIS_MNEMONIC_UNPCKHPD:
	case ZYDIS_MNEMONIC_VPUNPCKHQDQ:
		return unpack(op, 8, 1);
	case ZYDIS_MNEMONIC_PUNPCKLDQ:
	case ZYDIS_MNEMONIC_UNPCKLPS:
	case ZYDIS_MNEMONIC_VPUNPCKLDQ:
		return unpack(op, 4, 0);
	case ZYDIS_MNEMONIC_PUNPCKLWD:
		return unpack(op, 2, 0);
	case ZYDIS_MNEMONIC_PUNPCKLBW:
		return unpack(op, 1, 0);
	case ZYDIS_MNEMONIC_PCMPEQB:
	case ZYDIS_MNEMONIC_VPCMPEQB:
		return elements(op, 1, '=');
	case ZYDIS_MNEMONIC_PCMPEQW:
		return elements(op, 2, '=');
	case ZYDIS_MNEMONIC_PCMPEQD:
	case ZYDIS_MNEMONIC_VPCMPEQD:
		return elements(op, 4, '=');
	case ZYDIS_MNEMONIC_PADDB:
		return elements(op, 1, '+');
	case ZYDIS_MNEMONIC_PADDD:
		return elements(op, 4, '+');
	case ZYDIS_MNEMONIC_PADDQ:
		return elements(op, 8, '+');
	case ZYDIS_MNEMONIC_PSUBB:
		return elements(op, 1, '-');
	case ZYDIS_MNEMONIC_PSUBD:
		return elements(op, 4, '-');
	case ZYDIS_MNEMONIC_PSUBQ:
		return elements(op, 8, '-');
	case ZYDIS_MNEMONIC_PMINUB:
	case ZYDIS_MNEMONIC_VPMINUB:
		return elements(op, 1, '<');
	case ZYDIS_MNEMONIC_PMOVMSKB:
	case ZYDIS_MNEMONIC_VPMOVMSKB:
		return byte_mask(op);
	case ZYDIS_MNEMONIC_PSHUFD:
	case ZYDIS_MNEMONIC_VPSHUFD:
		return shuffle(op);
	default:
		return false;
	}
}

bool ij_sim_vector(struct ij_sim_op *op)
{
	for (unsigned i = 0; i < op->z.operand_count; i++) {
		ZydisRegisterClass cls;

		if (op->ops[i].type != ZYDIS_OPERAND_TYPE_REGISTER)
			continue;
		cls = ZydisRegisterGetClass(op->ops[i].reg.value);
		if (cls == ZYDIS_REGCLASS_YMM || cls == ZYDIS_REGCLASS_ZMM ||
		    cls == ZYDIS_REGCLASS_MASK || cls == ZYDIS_REGCLASS_MMX)
			return false;
	}
	if (op->z.encoding != ZYDIS_INSTRUCTION_ENCODING_LEGACY &&
	    op->z.encoding != ZYDIS_INSTRUCTION_ENCODING_VEX)
		return false;
	return moves(op) || (op->end == IJ_SIM_UNKNOWN &&
			     (logics(op) || (op->end == IJ_SIM_UNKNOWN && compute(op))));
}
