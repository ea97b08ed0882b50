/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Simulated shifts, rotations and single bits. */
#include "arch/simulate_x86_64.h"

#include <cpuid.h>

static unsigned width(const struct ij_sim_op *op)
{
	return 8 * op->size;
}

/* The count of a shift: masked to five bits, or to six for 64-bit operands. */
static bool count_get(struct ij_sim_op *op, unsigned i, unsigned *ret)
{
	uint64_t count = 1;

	if (op->z.operand_count_visible > i && !ij_sim_get(op, i, &count))
		return false;
	*ret = (unsigned)count & (op->size == 8 ? 63 : 31);
	return true;
}

static bool shift(struct ij_sim_op *op)
{
	uint64_t value, mask = ij_sim_mask(op->size), sign = ij_sim_sign(op->size), result, flags;
	uint64_t undefined = IJ_AF;
	unsigned count, bits = width(op);
	bool carry, overflow;

	if (!ij_sim_get(op, 0, &value) || !count_get(op, 1, &count))
		return false;
	if (!count)
		return ij_sim_set(op, 0, value);
	if (op->z.mnemonic == ZYDIS_MNEMONIC_SHL) {
		result = count < bits ? value << count & mask : 0;
		carry = count <= bits && value >> (bits - count) & 1;
		overflow = !(result & sign) == carry;
	} else if (op->z.mnemonic == ZYDIS_MNEMONIC_SHR) {
		result = count < bits ? value >> count : 0;
		carry = count <= bits && value >> (count - 1) & 1;
		overflow = value & sign;
	} else {
		int64_t wide = ij_sim_extend(value, op->size);

		result = (uint64_t)(wide >> (count > 63 ? 63 : count)) & mask;
		carry = wide >> (count - 1) & 1;
		overflow = false;
	}
	flags = ij_sim_result_flags(result, op->size);
	if (carry)
		flags |= IJ_CF;
	if (overflow)
		flags |= IJ_OF;
	if (count != 1)
		undefined |= IJ_OF;
	if (op->z.mnemonic != ZYDIS_MNEMONIC_SAR && count >= bits)
		undefined |= IJ_CF;
	if (!ij_sim_set(op, 0, result))
		return false;
	ij_sim_flags_set(op, IJ_STATUS, flags, undefined);
	return true;
}

static bool rotate(struct ij_sim_op *op)
{
	bool left = op->z.mnemonic == ZYDIS_MNEMONIC_ROL;
	uint64_t value, mask = ij_sim_mask(op->size), flags = 0;
	unsigned count, bits = width(op), by;

	if (!ij_sim_get(op, 0, &value) || !count_get(op, 1, &count))
		return false;
	if (!count)
		return ij_sim_set(op, 0, value);
	by = count % bits;
	if (by)
		value = (left ? value << by | value >> (bits - by)
			      : value >> by | value << (bits - by)) &
			mask;
	if (left ? value & 1 : value >> (bits - 1) & 1)
		flags |= IJ_CF;
	/* Of a rotation by one: left, the top bit against the carry; right, the two top bits. */
	if ((value >> (bits - 1) & 1) != (left ? value & 1 : value >> (bits - 2) & 1))
		flags |= IJ_OF;
	if (!ij_sim_set(op, 0, value))
		return false;
	ij_sim_flags_set(op, IJ_CF | IJ_OF, flags, count == 1 ? 0 : IJ_OF);
	return true;
}

/* Rotation through the carry, bit by bit. */
static bool rotate_carry(struct ij_sim_op *op)
{
	bool left = op->z.mnemonic == ZYDIS_MNEMONIC_RCL, carry, out;
	uint64_t value, mask = ij_sim_mask(op->size), flags;
	unsigned count, bits = width(op);

	if (!ij_sim_get(op, 0, &value) || !count_get(op, 1, &count))
		return false;
	if (!count)
		return ij_sim_set(op, 0, value);
	carry = op->sim->regs.gp.eflags & IJ_CF;
	for (unsigned i = count % (bits + 1); i; i--) {
		out = left ? value >> (bits - 1) & 1 : value & 1;
		value = left ? (value << 1 | carry) & mask
			     : value >> 1 | (uint64_t)carry << (bits - 1);
		carry = out;
	}
	flags = carry ? IJ_CF : 0;
	if ((value >> (bits - 1) & 1) != (left ? carry : value >> (bits - 2) & 1))
		flags |= IJ_OF;
	if (!ij_sim_set(op, 0, value))
		return false;
	ij_sim_flags_set(op, IJ_CF | IJ_OF, flags, count == 1 ? 0 : IJ_OF);
	return true;
}

static bool shift_double(struct ij_sim_op *op)
{
	bool left = op->z.mnemonic == ZYDIS_MNEMONIC_SHLD;
	uint64_t value, from, result, mask = ij_sim_mask(op->size), flags;
	unsigned count, bits = width(op);

	if (!ij_sim_get(op, 0, &value) || !ij_sim_get(op, 1, &from) || !count_get(op, 2, &count))
		return false;
	if (!count)
		return ij_sim_set(op, 0, value);
	if (count >= bits)
		return ij_sim_refuse(op, IJ_SIM_UNDEFINED);
	result = (left ? value << count | from >> (bits - count)
		       : value >> count | from << (bits - count)) &
		 mask;
	flags = ij_sim_result_flags(result, op->size);
	if (value >> (left ? bits - count : count - 1) & 1)
		flags |= IJ_CF;
	if ((value ^ result) >> (bits - 1) & 1)
		flags |= IJ_OF;
	if (!ij_sim_set(op, 0, result))
		return false;
	ij_sim_flags_set(op, IJ_STATUS, flags, count == 1 ? IJ_AF : IJ_AF | IJ_OF);
	return true;
}

/* bt, bts, btr, btc: a bit offset in a register reaches memory beyond the operand. */
static bool bit_test(struct ij_sim_op *op)
{
	bool memory = op->ops[0].type == ZYDIS_OPERAND_TYPE_MEMORY;
	uint64_t offset, value, bit;
	ij_addr addr = 0;

	if (!ij_sim_get(op, 1, &offset))
		return false;
	if (memory) {
		addr = ij_sim_address(op, 0);
		if (op->ops[1].type == ZYDIS_OPERAND_TYPE_REGISTER)
			addr += (ij_addr)(ij_sim_extend(offset, op->size) >> (op->size == 8 ? 6
									      : op->size == 4
										      ? 5
										      : 4)) *
				op->size;
		/* A segment's base is added behind the 32-bit address: too rare to get right. */
		if (op->z.address_width != 64)
			return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
		if (!ij_sim_load_int(op, addr, op->size, &value))
			return false;
	} else if (!ij_sim_get(op, 0, &value)) {
		return false;
	}
	bit = 1ull << (offset & (width(op) - 1));
	ij_sim_flags_set(op, IJ_CF, value & bit ? IJ_CF : 0, IJ_OF | IJ_SF | IJ_AF | IJ_PF);
	switch (op->z.mnemonic) {
	case ZYDIS_MNEMONIC_BT:
		return true;
	case ZYDIS_MNEMONIC_BTS:
		value |= bit;
		break;
	case ZYDIS_MNEMONIC_BTR:
		value &= ~bit;
		break;
	default:
		value ^= bit;
		break;
	}
	return memory ? ij_sim_store_int(op, addr, op->size, value) : ij_sim_set(op, 0, value);
}

/* bsf and bsr leave the destination undefined if there is no bit. */
static bool bit_scan(struct ij_sim_op *op)
{
	uint64_t value;

	if (!ij_sim_get(op, 1, &value))
		return false;
	if (!value)
		return ij_sim_refuse(op, IJ_SIM_UNDEFINED);
	value = op->z.mnemonic == ZYDIS_MNEMONIC_BSF ? (uint64_t)__builtin_ctzll(value)
						     : 63 - (uint64_t)__builtin_clzll(value);
	if (!ij_sim_set(op, 0, value))
		return false;
	ij_sim_flags_set(op, IJ_ZF, 0, IJ_STATUS & ~IJ_ZF);
	return true;
}

static bool bit_count(struct ij_sim_op *op)
{
	uint64_t value, result, flags = 0;

	if (!ij_sim_get(op, 1, &value))
		return false;
	if (op->z.mnemonic == ZYDIS_MNEMONIC_POPCNT) {
		result = (uint64_t)__builtin_popcountll(value);
		if (!ij_sim_set(op, 0, result))
			return false;
		ij_sim_flags_set(op, IJ_STATUS, value ? 0 : IJ_ZF, 0);
		return true;
	}
	if (!value)
		result = width(op);
	else if (op->z.mnemonic == ZYDIS_MNEMONIC_TZCNT)
		result = (uint64_t)__builtin_ctzll(value);
	else
		result = (uint64_t)__builtin_clzll(value) - (64 - width(op));
	if (!value)
		flags |= IJ_CF;
	if (!result)
		flags |= IJ_ZF;
	if (!ij_sim_set(op, 0, result))
		return false;
	ij_sim_flags_set(op, IJ_CF | IJ_ZF, flags, IJ_STATUS & ~(IJ_CF | IJ_ZF));
	return true;
}

/* andn, blsi, blsr, blsmsk: BMI1. */
static bool bit_lowest(struct ij_sim_op *op)
{
	uint64_t a, b = 0, result, flags;

	if (!ij_sim_get(op, 1, &a))
		return false;
	switch (op->z.mnemonic) {
	case ZYDIS_MNEMONIC_ANDN:
		if (!ij_sim_get(op, 2, &b))
			return false;
		result = ~a & b;
		flags = 0;
		break;
	case ZYDIS_MNEMONIC_BLSI:
		result = -a & a;
		flags = a ? IJ_CF : 0;
		break;
	case ZYDIS_MNEMONIC_BLSR:
		result = (a - 1) & a;
		flags = a ? 0 : IJ_CF;
		break;
	default:
		result = (a - 1) ^ a;
		flags = a ? 0 : IJ_CF;
		break;
	}
	result &= ij_sim_mask(op->size);
	flags |= ij_sim_result_flags(result, op->size) & (IJ_ZF | IJ_SF);
	if (!ij_sim_set(op, 0, result))
		return false;
	ij_sim_flags_set(op, IJ_STATUS, flags, IJ_AF | IJ_PF);
	return true;
}

/* bzhi: the bits from an index on are cleared. */
static bool bit_zero_high(struct ij_sim_op *op)
{
	uint64_t value, index, flags;

	if (!ij_sim_get(op, 1, &value) || !ij_sim_get(op, 2, &index))
		return false;
	index &= 0xff;
	if (index < width(op))
		value &= (1ull << index) - 1;
	flags = ij_sim_result_flags(value, op->size) & (IJ_ZF | IJ_SF);
	if (index >= width(op))
		flags |= IJ_CF;
	if (!ij_sim_set(op, 0, value))
		return false;
	ij_sim_flags_set(op, IJ_STATUS, flags, IJ_AF | IJ_PF);
	return true;
}

/* shlx, shrx, sarx, rorx: BMI2, no flags. */
static bool shift_plain(struct ij_sim_op *op)
{
	uint64_t value, result;
	unsigned count, bits = width(op);

	if (!ij_sim_get(op, 1, &value) || !count_get(op, 2, &count))
		return false;
	switch (op->z.mnemonic) {
	case ZYDIS_MNEMONIC_SHLX:
		result = value << count;
		break;
	case ZYDIS_MNEMONIC_SHRX:
		result = value >> count;
		break;
	case ZYDIS_MNEMONIC_SARX:
		result = (uint64_t)(ij_sim_extend(value, op->size) >> count);
		break;
	default:
		result = count ? value >> count | value << (bits - count) : value;
		break;
	}
	return ij_sim_set(op, 0, result & ij_sim_mask(op->size));
}

/*
 * By CPUID (Intel SDM, volume 2A; AMD APM, volume 3, appendix E). GCC's __builtin_cpu_supports
 * would ask for a dozen leaves at each start of the program, each of which leaves a virtual
 * machine.
 */
static bool has_tzcnt(void)
{
	unsigned eax, ebx, ecx, edx;

	return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && ebx & bit_BMI;
}

static bool has_lzcnt(void)
{
	unsigned eax, ebx, ecx, edx;

	return __get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx) && ecx & bit_ABM;
}

bool ij_sim_bits(struct ij_sim_op *op)
{
	switch (op->z.mnemonic) {
	case ZYDIS_MNEMONIC_SHL:
	case ZYDIS_MNEMONIC_SHR:
	case ZYDIS_MNEMONIC_SAR:
		return shift(op);
	case ZYDIS_MNEMONIC_ROL:
	case ZYDIS_MNEMONIC_ROR:
		return rotate(op);
	case ZYDIS_MNEMONIC_RCL:
	case ZYDIS_MNEMONIC_RCR:
		return rotate_carry(op);
	case ZYDIS_MNEMONIC_SHLD:
	case ZYDIS_MNEMONIC_SHRD:
		return shift_double(op);
	case ZYDIS_MNEMONIC_BT:
	case ZYDIS_MNEMONIC_BTS:
	case ZYDIS_MNEMONIC_BTR:
	case ZYDIS_MNEMONIC_BTC:
		return bit_test(op);
	case ZYDIS_MNEMONIC_BSF:
	case ZYDIS_MNEMONIC_BSR:
		return bit_scan(op);
	/* A processor without these runs them as bsf and bsr. */
	case ZYDIS_MNEMONIC_TZCNT:
		return has_tzcnt() && bit_count(op);
	case ZYDIS_MNEMONIC_LZCNT:
		return has_lzcnt() && bit_count(op);
	case ZYDIS_MNEMONIC_POPCNT:
		return bit_count(op);
	case ZYDIS_MNEMONIC_ANDN:
	case ZYDIS_MNEMONIC_BLSI:
	case ZYDIS_MNEMONIC_BLSR:
	case ZYDIS_MNEMONIC_BLSMSK:
		return bit_lowest(op);
	case ZYDIS_MNEMONIC_BZHI:
		return bit_zero_high(op);
	case ZYDIS_MNEMONIC_SHLX:
	case ZYDIS_MNEMONIC_SHRX:
	case ZYDIS_MNEMONIC_SARX:
	case ZYDIS_MNEMONIC_RORX:
		return shift_plain(op);
	default:
		return false;
	}
}
