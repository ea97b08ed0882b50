/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Simulated jumps, calls and returns, and conditions kept as a byte. */
#include "arch/simulate_x86_64.h"

/* The target of a near jump or call. */
static bool target_get(struct ij_sim_op *op, ij_addr *ret)
{
	if (op->ops[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
		*ret = op->next + op->ops[0].imm.value.u;
		return true;
	}
	return ij_sim_get(op, 0, ret);
}

static bool call(struct ij_sim_op *op)
{
	unsigned long long *sp = ij_sim_gpr(op->sim, IJ_RSP);
	ij_addr target;

	if (!target_get(op, &target) || !ij_sim_store_int(op, *sp - 8, 8, op->next))
		return false;
	*sp -= 8;
	op->next = target;
	return true;
}

static bool ret(struct ij_sim_op *op)
{
	unsigned long long *sp = ij_sim_gpr(op->sim, IJ_RSP);
	ij_addr target;

	if (!ij_sim_load_int(op, *sp, 8, &target))
		return false;
	*sp += 8;
	if (op->z.operand_count_visible)
		*sp += op->ops[0].imm.value.u & 0xffff;
	op->next = target;
	return true;
}

static bool branch(struct ij_sim_op *op)
{
	unsigned long long *count = ij_sim_gpr(op->sim, IJ_RCX);
	uint64_t mask = ij_sim_mask(op->z.address_width / 8u);
	bool taken;

	switch (op->z.mnemonic) {
	case ZYDIS_MNEMONIC_JRCXZ:
	case ZYDIS_MNEMONIC_JECXZ:
		taken = !(*count & mask);
		break;
	case ZYDIS_MNEMONIC_LOOP:
		if (op->z.address_width != 64)
			return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
		taken = --*count;
		break;
	case ZYDIS_MNEMONIC_LOOPE:
	case ZYDIS_MNEMONIC_LOOPNE:
		return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
	default:
		/* XBEGIN is a branch as well. */
		if (op->z.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT ? op->z.opcode >> 4 != 7
								 : op->z.opcode >> 4 != 8)
			return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
		taken = ij_sim_condition(op->sim, op->z.opcode & 15);
		break;
	}
	if (taken)
		op->next += op->ops[0].imm.value.u;
	return true;
}

bool ij_sim_flow(struct ij_sim_op *op)
{
	/* Intel and AMD disagree about 16-bit transfers. */
	if (op->sim->insn.flow != IJ_FLOW_NEXT && op->z.attributes & ZYDIS_ATTRIB_HAS_OPERANDSIZE)
		return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
	switch (op->z.meta.category) {
	case ZYDIS_CATEGORY_COND_BR:
		return branch(op);
	case ZYDIS_CATEGORY_UNCOND_BR:
		return op->z.mnemonic == ZYDIS_MNEMONIC_JMP && target_get(op, &op->next);
	case ZYDIS_CATEGORY_CALL:
		return op->z.mnemonic == ZYDIS_MNEMONIC_CALL && call(op);
	case ZYDIS_CATEGORY_RET:
		return op->z.mnemonic == ZYDIS_MNEMONIC_RET && ret(op);
	case ZYDIS_CATEGORY_SETCC:
		return ij_sim_set(op, 0, ij_sim_condition(op->sim, op->z.opcode & 15));
	default:
		return false;
	}
}
