/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Simulated moves: registers, memory, the stack, strings. */
#include "arch/simulate_x86_64.h"

static bool move(struct ij_sim_op *op)
{
	uint64_t value;

	return ij_sim_get(op, 1, &value) && ij_sim_set(op, 0, value);
}

static bool move_signed(struct ij_sim_op *op)
{
	uint64_t value;

	if (!ij_sim_get(op, 1, &value))
		return false;
	return ij_sim_set(
		op, 0, (uint64_t)ij_sim_extend(value, ij_sim_size(op, 1)) & ij_sim_mask(op->size));
}

static bool load_address(struct ij_sim_op *op)
{
	ij_addr addr;

	if (op->ops[1].mem.type != ZYDIS_MEMOP_TYPE_AGEN)
		return false;
	/* Segments do not count here. */
	op->ops[1].mem.segment = ZYDIS_REGISTER_NONE;
	addr = ij_sim_address(op, 1);
	return ij_sim_set(op, 0, addr & ij_sim_mask(op->size));
}

static bool exchange(struct ij_sim_op *op)
{
	unsigned memory = op->ops[1].type == ZYDIS_OPERAND_TYPE_MEMORY ? 1 : 0;
	uint64_t a, b;

	if (!ij_sim_get(op, 0, &a) || !ij_sim_get(op, 1, &b))
		return false;
	/* Memory first: its address must not have changed yet. */
	return ij_sim_set(op, memory, memory ? a : b) && ij_sim_set(op, !memory, memory ? b : a);
}

static bool byte_swap(struct ij_sim_op *op)
{
	uint64_t value;

	if (op->size < 4)
		return ij_sim_refuse(op, IJ_SIM_UNDEFINED);
	if (!ij_sim_get(op, 0, &value))
		return false;
	return ij_sim_set(op, 0,
			  op->size == 8 ? __builtin_bswap64(value)
					: __builtin_bswap32((uint32_t)value));
}

static bool move_swapped(struct ij_sim_op *op)
{
	uint64_t value;

	if (!ij_sim_get(op, 1, &value))
		return false;
	return ij_sim_set(op, 0, __builtin_bswap64(value) >> (64 - 8 * op->size));
}

static void part_set(struct ij_sim *sim, unsigned encoding, unsigned size, uint64_t value)
{
	unsigned long long *reg = ij_sim_gpr(sim, encoding);
	uint64_t mask = ij_sim_mask(size);

	*reg = size >= 4 ? value & mask : (*reg & ~mask) | (value & mask);
}

/* cbw, cwde, cdqe: the accumulator from half its size. */
static bool extend_accumulator(struct ij_sim_op *op, unsigned size)
{
	uint64_t value = *ij_sim_gpr(op->sim, IJ_RAX);

	value &= ij_sim_mask(size / 2);
	part_set(op->sim, IJ_RAX, size, (uint64_t)ij_sim_extend(value, size / 2));
	return true;
}

/* cwd, cdq, cqo: rdx from the accumulator's sign. */
static bool extend_double(struct ij_sim_op *op, unsigned size)
{
	uint64_t sign = *ij_sim_gpr(op->sim, IJ_RAX) & ij_sim_sign(size);

	part_set(op->sim, IJ_RDX, size, sign ? ~0ull : 0);
	return true;
}

static bool conditional_move(struct ij_sim_op *op)
{
	uint64_t old, value;

	/* Memory is read, and an upper half cleared, whatever the condition. */
	if (!ij_sim_get(op, 0, &old) || !ij_sim_get(op, 1, &value))
		return false;
	return ij_sim_set(op, 0, ij_sim_condition(op->sim, op->z.opcode & 15) ? value : old);
}

static bool push_value(struct ij_sim_op *op, unsigned size, uint64_t value)
{
	unsigned long long *sp = ij_sim_gpr(op->sim, IJ_RSP);

	if (!ij_sim_store_int(op, *sp - size, size, value))
		return false;
	*sp -= size;
	return true;
}

static bool push(struct ij_sim_op *op)
{
	unsigned size = op->z.operand_width / 8u;
	uint64_t value;

	if (op->ops[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE)
		value = op->ops[0].imm.value.u;
	else if (!ij_sim_get(op, 0, &value))
		return false;
	return push_value(op, size, value);
}

static bool pop(struct ij_sim_op *op)
{
	unsigned long long *sp = ij_sim_gpr(op->sim, IJ_RSP);
	unsigned size = op->z.operand_width / 8u;
	uint64_t value;

	if (!ij_sim_load_int(op, *sp, size, &value))
		return false;
	/* An address that uses the stack pointer uses the new one. */
	*sp += size;
	return ij_sim_set(op, 0, value);
}

static bool leave(struct ij_sim_op *op)
{
	unsigned long long *sp = ij_sim_gpr(op->sim, IJ_RSP), *bp = ij_sim_gpr(op->sim, IJ_RBP);
	uint64_t value;

	if (op->z.operand_width != 64)
		return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
	if (!ij_sim_load_int(op, *bp, 8, &value))
		return false;
	*sp = *bp + 8;
	*bp = value;
	return true;
}

/* All of the flags are stored, so all of them must be defined: Zydis lists none as tested. */
static bool push_flags(struct ij_sim_op *op)
{
	if (op->sim->undefined)
		return ij_sim_refuse(op, IJ_SIM_UNDEFINED);
	return push_value(op, op->z.operand_width / 8u, op->sim->regs.gp.eflags & ~IJ_RF);
}

static bool pop_flags(struct ij_sim_op *op)
{
	unsigned long long *sp = ij_sim_gpr(op->sim, IJ_RSP);
	uint64_t value, now = op->sim->regs.gp.eflags;

	if (op->z.operand_width != 64)
		return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
	if (!ij_sim_load_int(op, *sp, 8, &value))
		return false;
	if ((value ^ now) & (IJ_TF | IJ_NT | IJ_AC))
		return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
	*sp += 8;
	ij_sim_flags_set(op, IJ_STATUS | IJ_DF, value, 0);
	return true;
}

/* One round of a string instruction; a repeated one stays where it is until its count is used up.
 */
static bool string(struct ij_sim_op *op, unsigned size, bool load, bool store)
{
	struct ij_sim *sim = op->sim;
	unsigned long long *count = ij_sim_gpr(sim, IJ_RCX);
	unsigned long long *from = ij_sim_gpr(sim, IJ_RSI), *to = ij_sim_gpr(sim, IJ_RDI);
	uint64_t step = sim->regs.gp.eflags & IJ_DF ? -(uint64_t)size : size, value;

	if (op->z.address_width != 64 ||
	    op->z.attributes & (ZYDIS_ATTRIB_HAS_SEGMENT_FS | ZYDIS_ATTRIB_HAS_SEGMENT_GS))
		return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
	if (sim->insn.repeated && !*count)
		return true;
	value = *ij_sim_gpr(sim, IJ_RAX);
	if ((load && !ij_sim_load_int(op, *from, size, &value)) ||
	    (store && !ij_sim_store_int(op, *to, size, value)))
		return false;
	if (load)
		*from += step;
	if (store)
		*to += step;
	else
		part_set(sim, IJ_RAX, size, value);
	if (sim->insn.repeated && --*count)
		op->next = sim->pc;
	return true;
}

static bool flag(struct ij_sim_op *op, uint64_t mask, bool value)
{
	ij_sim_flags_set(op, mask, value ? mask : 0, 0);
	return true;
}

bool ij_sim_move(struct ij_sim_op *op)
{
	struct ij_sim *sim = op->sim;

	switch (op->z.mnemonic) {
	case ZYDIS_MNEMONIC_MOV:
	case ZYDIS_MNEMONIC_MOVZX:
		return move(op);
	case ZYDIS_MNEMONIC_MOVSX:
	case ZYDIS_MNEMONIC_MOVSXD:
		return move_signed(op);
	case ZYDIS_MNEMONIC_LEA:
		return load_address(op);
	case ZYDIS_MNEMONIC_XCHG:
		return exchange(op);
	case ZYDIS_MNEMONIC_BSWAP:
		return byte_swap(op);
	case ZYDIS_MNEMONIC_MOVBE:
		return move_swapped(op);
	case ZYDIS_MNEMONIC_CBW:
		return extend_accumulator(op, 2);
	case ZYDIS_MNEMONIC_CWDE:
		return extend_accumulator(op, 4);
	case ZYDIS_MNEMONIC_CDQE:
		return extend_accumulator(op, 8);
	case ZYDIS_MNEMONIC_CWD:
		return extend_double(op, 2);
	case ZYDIS_MNEMONIC_CDQ:
		return extend_double(op, 4);
	case ZYDIS_MNEMONIC_CQO:
		return extend_double(op, 8);
	case ZYDIS_MNEMONIC_PUSH:
		return push(op);
	case ZYDIS_MNEMONIC_POP:
		return pop(op);
	case ZYDIS_MNEMONIC_LEAVE:
		return leave(op);
	case ZYDIS_MNEMONIC_PUSHFQ:
		return push_flags(op);
	case ZYDIS_MNEMONIC_POPFQ:
		return pop_flags(op);
	case ZYDIS_MNEMONIC_MOVSB:
		return string(op, 1, true, true);
	case ZYDIS_MNEMONIC_MOVSW:
		return string(op, 2, true, true);
	/* The other instruction of this name moves vector registers. */
	case ZYDIS_MNEMONIC_MOVSD:
		return op->z.meta.category == ZYDIS_CATEGORY_STRINGOP && string(op, 4, true, true);
	case ZYDIS_MNEMONIC_MOVSQ:
		return string(op, 8, true, true);
	case ZYDIS_MNEMONIC_STOSB:
		return string(op, 1, false, true);
	case ZYDIS_MNEMONIC_STOSW:
		return string(op, 2, false, true);
	case ZYDIS_MNEMONIC_STOSD:
		return string(op, 4, false, true);
	case ZYDIS_MNEMONIC_STOSQ:
		return string(op, 8, false, true);
	case ZYDIS_MNEMONIC_LODSB:
		return string(op, 1, true, false);
	case ZYDIS_MNEMONIC_LODSD:
		return string(op, 4, true, false);
	case ZYDIS_MNEMONIC_LODSQ:
		return string(op, 8, true, false);
	case ZYDIS_MNEMONIC_CLD:
		return flag(op, IJ_DF, false);
	case ZYDIS_MNEMONIC_STD:
		return flag(op, IJ_DF, true);
	case ZYDIS_MNEMONIC_CLC:
		return flag(op, IJ_CF, false);
	case ZYDIS_MNEMONIC_STC:
		return flag(op, IJ_CF, true);
	case ZYDIS_MNEMONIC_CMC:
		return flag(op, IJ_CF, !(sim->regs.gp.eflags & IJ_CF));
	case ZYDIS_MNEMONIC_PREFETCHT0:
	case ZYDIS_MNEMONIC_PREFETCHT1:
	case ZYDIS_MNEMONIC_PREFETCHT2:
	case ZYDIS_MNEMONIC_PREFETCHNTA:
	case ZYDIS_MNEMONIC_PREFETCHW:
		return true;
	default:
		return op->z.meta.category == ZYDIS_CATEGORY_CMOV &&
		       op->z.encoding == ZYDIS_INSTRUCTION_ENCODING_LEGACY &&
		       op->z.opcode_map == ZYDIS_OPCODE_MAP_0F && conditional_move(op);
	}
}
