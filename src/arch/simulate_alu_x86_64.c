/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Simulated arithmetic and logic. */
#include "arch/simulate_x86_64.h"

enum { ARITH = IJ_STATUS };

static bool add(struct ij_sim_op *op, bool carry, bool store)
{
	uint64_t mask = ij_sim_mask(op->size), sign = ij_sim_sign(op->size), a, b, sum, flags;
	unsigned in = carry && op->sim->regs.gp.eflags & IJ_CF;

	if (!ij_sim_get(op, 0, &a) || !ij_sim_get(op, 1, &b))
		return false;
	sum = (a + b + in) & mask;
	flags = ij_sim_result_flags(sum, op->size);
	if (sum < a || (in && sum == a))
		flags |= IJ_CF;
	if ((a ^ sum) & (b ^ sum) & sign)
		flags |= IJ_OF;
	flags |= (a ^ b ^ sum) & IJ_AF;
	if (store && !ij_sim_set(op, 0, sum))
		return false;
	ij_sim_flags_set(op, ARITH, flags, 0);
	return true;
}

static uint64_t subtract(struct ij_sim_op *op, uint64_t a, uint64_t b, unsigned in,
			 uint64_t *flags_ret)
{
	uint64_t mask = ij_sim_mask(op->size), sign = ij_sim_sign(op->size);
	uint64_t diff = (a - b - in) & mask;
	uint64_t flags = ij_sim_result_flags(diff, op->size);

	if (a < b || (in && a == b))
		flags |= IJ_CF;
	if ((a ^ b) & (a ^ diff) & sign)
		flags |= IJ_OF;
	flags |= (a ^ b ^ diff) & IJ_AF;
	*flags_ret = flags;
	return diff;
}

static bool sub(struct ij_sim_op *op, bool carry, bool store)
{
	unsigned in = carry && op->sim->regs.gp.eflags & IJ_CF;
	uint64_t a, b, diff, flags;

	if (!ij_sim_get(op, 0, &a) || !ij_sim_get(op, 1, &b))
		return false;
	diff = subtract(op, a, b, in, &flags);
	if (store && !ij_sim_set(op, 0, diff))
		return false;
	ij_sim_flags_set(op, ARITH, flags, 0);
	return true;
}

static bool neg(struct ij_sim_op *op)
{
	uint64_t value, diff, flags;

	if (!ij_sim_get(op, 0, &value))
		return false;
	diff = subtract(op, 0, value, 0, &flags);
	if (!ij_sim_set(op, 0, diff))
		return false;
	ij_sim_flags_set(op, ARITH, flags, 0);
	return true;
}

/* inc and dec leave the carry alone. */
static bool increment(struct ij_sim_op *op, uint64_t by)
{
	uint64_t mask = ij_sim_mask(op->size), sign = ij_sim_sign(op->size), a, sum, flags;

	if (!ij_sim_get(op, 0, &a))
		return false;
	sum = (a + by) & mask;
	flags = ij_sim_result_flags(sum, op->size);
	if (sum == (by == 1 ? sign : sign - 1))
		flags |= IJ_OF;
	flags |= (a ^ 1 ^ sum) & IJ_AF;
	if (!ij_sim_set(op, 0, sum))
		return false;
	ij_sim_flags_set(op, ARITH & ~IJ_CF, flags, 0);
	return true;
}

static bool logic(struct ij_sim_op *op)
{
	bool store = op->z.mnemonic != ZYDIS_MNEMONIC_TEST;
	uint64_t a, b;

	if (!ij_sim_get(op, 0, &a) || !ij_sim_get(op, 1, &b))
		return false;
	switch (op->z.mnemonic) {
	case ZYDIS_MNEMONIC_OR:
		a |= b;
		break;
	case ZYDIS_MNEMONIC_XOR:
		a ^= b;
		break;
	default:
		a &= b;
		break;
	}
	if (store && !ij_sim_set(op, 0, a))
		return false;
	ij_sim_flags_set(op, ARITH, ij_sim_result_flags(a, op->size), IJ_AF);
	return true;
}

static bool not_(struct ij_sim_op *op)
{
	uint64_t value;

	return ij_sim_get(op, 0, &value) && ij_sim_set(op, 0, ~value & ij_sim_mask(op->size));
}

/* The double-width accumulator: rdx:rax, or ax for bytes. */
static unsigned __int128 accumulator_get(struct ij_sim *sim, unsigned size)
{
	uint64_t mask = ij_sim_mask(size), low = *ij_sim_gpr(sim, IJ_RAX);

	if (size == 1)
		return low & 0xffff;
	return (unsigned __int128)(*ij_sim_gpr(sim, IJ_RDX) & mask) << (8 * size) | (low & mask);
}

static void part_set(struct ij_sim *sim, unsigned encoding, unsigned size, uint64_t value)
{
	unsigned long long *reg = ij_sim_gpr(sim, encoding);
	uint64_t mask = ij_sim_mask(size);

	*reg = size >= 4 ? value & mask : (*reg & ~mask) | (value & mask);
}

static void accumulator_set(struct ij_sim *sim, unsigned size, uint64_t low, uint64_t high)
{
	if (size == 1) {
		part_set(sim, IJ_RAX, 2, (low & 0xff) | (high & 0xff) << 8);
		return;
	}
	part_set(sim, IJ_RAX, size, low);
	part_set(sim, IJ_RDX, size, high);
}

static bool mul(struct ij_sim_op *op, bool is_signed)
{
	uint64_t a = *ij_sim_gpr(op->sim, IJ_RAX) & ij_sim_mask(op->size), b, low, high;
	bool wide;

	if (!ij_sim_get(op, 0, &b))
		return false;
	if (is_signed) {
		__int128 product =
			(__int128)ij_sim_extend(a, op->size) * ij_sim_extend(b, op->size);

		low = (uint64_t)product & ij_sim_mask(op->size);
		high = (uint64_t)(product >> (8 * op->size));
		wide = product != ij_sim_extend(low, op->size);
	} else {
		unsigned __int128 product = (unsigned __int128)a * b;

		low = (uint64_t)product & ij_sim_mask(op->size);
		high = (uint64_t)(product >> (8 * op->size));
		wide = high != 0;
	}
	accumulator_set(op->sim, op->size, low, high);
	ij_sim_flags_set(op, ARITH, wide ? IJ_CF | IJ_OF : 0, IJ_SF | IJ_ZF | IJ_AF | IJ_PF);
	return true;
}

static bool imul(struct ij_sim_op *op)
{
	unsigned first = op->z.operand_count_visible == 3 ? 1 : 0;
	uint64_t a, b, low;
	__int128 product;

	if (op->z.operand_count_visible == 1)
		return mul(op, true);
	if (!ij_sim_get(op, first, &a) || !ij_sim_get(op, first + 1, &b))
		return false;
	product = (__int128)ij_sim_extend(a, op->size) * ij_sim_extend(b, op->size);
	low = (uint64_t)product & ij_sim_mask(op->size);
	if (!ij_sim_set(op, 0, low))
		return false;
	ij_sim_flags_set(op, ARITH, product != ij_sim_extend(low, op->size) ? IJ_CF | IJ_OF : 0,
			 IJ_SF | IJ_ZF | IJ_AF | IJ_PF);
	return true;
}

static bool div_unsigned(struct ij_sim_op *op)
{
	unsigned __int128 dividend = accumulator_get(op->sim, op->size), quotient;
	uint64_t divisor;

	if (!ij_sim_get(op, 0, &divisor))
		return false;
	if (!divisor)
		return ij_sim_refuse(op, IJ_SIM_TRAP);
	quotient = dividend / divisor;
	if (quotient > ij_sim_mask(op->size))
		return ij_sim_refuse(op, IJ_SIM_TRAP);
	accumulator_set(op->sim, op->size, (uint64_t)quotient, (uint64_t)(dividend % divisor));
	ij_sim_flags_set(op, 0, 0, ARITH);
	return true;
}

static bool div_signed(struct ij_sim_op *op)
{
	unsigned shift = 128 - 16 * op->size;
	__int128 dividend = (__int128)(accumulator_get(op->sim, op->size) << shift) >> shift;
	__int128 quotient;
	uint64_t value;
	int64_t divisor;

	if (!ij_sim_get(op, 0, &value))
		return false;
	divisor = ij_sim_extend(value, op->size);
	/* Of the lowest dividend there is no negative. */
	if (!divisor || (divisor == -1 && dividend == (__int128)((unsigned __int128)1 << 127)))
		return ij_sim_refuse(op, IJ_SIM_TRAP);
	quotient = dividend / divisor;
	if (quotient != ij_sim_extend((uint64_t)quotient & ij_sim_mask(op->size), op->size))
		return ij_sim_refuse(op, IJ_SIM_TRAP);
	accumulator_set(op->sim, op->size, (uint64_t)quotient, (uint64_t)(dividend % divisor));
	ij_sim_flags_set(op, 0, 0, ARITH);
	return true;
}

static bool xadd(struct ij_sim_op *op)
{
	uint64_t a, b;

	if (!ij_sim_get(op, 0, &a) || !ij_sim_get(op, 1, &b))
		return false;
	if (op->ops[0].type == ZYDIS_OPERAND_TYPE_MEMORY)
		return add(op, false, true) && ij_sim_set(op, 1, a);
	/* The same register twice ends as the sum. */
	return ij_sim_set(op, 1, a) && ij_sim_set(op, 0, (a + b) & ij_sim_mask(op->size));
}

/* The flags are those of the addition, whose operands a register form has overwritten by then. */
static bool xadd_register(struct ij_sim_op *op)
{
	return add(op, false, false) && xadd(op);
}

static bool cmpxchg(struct ij_sim_op *op)
{
	uint64_t wanted = *ij_sim_gpr(op->sim, IJ_RAX) & ij_sim_mask(op->size), old, new, flags;

	if (!ij_sim_get(op, 0, &old) || !ij_sim_get(op, 1, &new))
		return false;
	subtract(op, wanted, old, 0, &flags);
	/* Memory is written in both cases; a register that does not match keeps its upper half. */
	if (wanted == old ? !ij_sim_set(op, 0, new)
			  : op->ops[0].type == ZYDIS_OPERAND_TYPE_MEMORY && !ij_sim_set(op, 0, old))
		return false;
	if (wanted != old)
		part_set(op->sim, IJ_RAX, op->size, old);
	ij_sim_flags_set(op, ARITH, flags, 0);
	return true;
}

bool ij_sim_alu(struct ij_sim_op *op)
{
	switch (op->z.mnemonic) {
	case ZYDIS_MNEMONIC_ADD:
		return add(op, false, true);
	case ZYDIS_MNEMONIC_ADC:
		return add(op, true, true);
	case ZYDIS_MNEMONIC_SUB:
		return sub(op, false, true);
	case ZYDIS_MNEMONIC_SBB:
		return sub(op, true, true);
	case ZYDIS_MNEMONIC_CMP:
		return sub(op, false, false);
	case ZYDIS_MNEMONIC_NEG:
		return neg(op);
	case ZYDIS_MNEMONIC_INC:
		return increment(op, 1);
	case ZYDIS_MNEMONIC_DEC:
		return increment(op, ~0ull);
	case ZYDIS_MNEMONIC_AND:
	case ZYDIS_MNEMONIC_OR:
	case ZYDIS_MNEMONIC_XOR:
	case ZYDIS_MNEMONIC_TEST:
		return logic(op);
	case ZYDIS_MNEMONIC_NOT:
		return not_(op);
	case ZYDIS_MNEMONIC_MUL:
		return mul(op, false);
	case ZYDIS_MNEMONIC_IMUL:
		return imul(op);
	case ZYDIS_MNEMONIC_DIV:
		return div_unsigned(op);
	case ZYDIS_MNEMONIC_IDIV:
		return div_signed(op);
	case ZYDIS_MNEMONIC_XADD:
		return op->ops[0].type == ZYDIS_OPERAND_TYPE_MEMORY ? xadd(op) : xadd_register(op);
	case ZYDIS_MNEMONIC_CMPXCHG:
		return cmpxchg(op);
	default:
		return false;
	}
}
