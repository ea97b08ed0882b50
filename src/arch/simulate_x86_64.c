/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interpreting x86-64: one step, and the operands that every family shares. (Intel SDM volume 2.)
 */
#include <stdio.h>
#include <string.h>

#include "arch/simulate_x86_64.h"

/* Legacy XSAVE area (Intel SDM volume 1, 13.4.1 and 13.4.2). */
enum { XSTATE_XMM = 160, XSTATE_BV = 512, XSTATE_MIN = 576 };

void ij_sim_init(struct ij_sim *sim, const struct ij_regs *regs)
{
	memset(sim, 0, sizeof(*sim));
	sim->regs = *regs;
}

void ij_sim_vectors_set(struct ij_sim *sim, const void *xstate, size_t size)
{
	const uint8_t *bytes = xstate;
	uint64_t present;

	if (size < XSTATE_MIN)
		return;
	memcpy(&present, bytes + XSTATE_BV, sizeof(present));
	/* A component that is not there is in its initial state: zero. */
	if (present & 2)
		memcpy(sim->vec, bytes + XSTATE_XMM, sizeof(sim->vec));
	else
		memset(sim->vec, 0, sizeof(sim->vec));
	sim->vec_known = (1u << IJ_SIM_VECTORS) - 1;
}

const char *ij_sim_end_text(enum ij_sim_end end)
{
	switch (end) {
	case IJ_SIM_STEPPED:
		return "it goes on";
	case IJ_SIM_SYSCALL:
		return "a system call";
	case IJ_SIM_TRAP:
		return "an exception";
	case IJ_SIM_UNKNOWN:
		return "an instruction that is not known";
	case IJ_SIM_UNDEFINED:
		return "a value that is not defined";
	case IJ_SIM_FAULT:
		return "memory that cannot be read";
	case IJ_SIM_DENIED:
		return "memory that must not be touched";
	case IJ_SIM_FULL:
		return "too much is written";
	}
	return "?";
}

bool ij_sim_refuse(struct ij_sim_op *op, enum ij_sim_end why)
{
	op->end = why;
	return false;
}

unsigned long long *ij_sim_gpr(struct ij_sim *sim, unsigned encoding)
{
	struct user_regs_struct *gp = &sim->regs.gp;
	unsigned long long *const regs[16] = {
		&gp->rax, &gp->rcx, &gp->rdx, &gp->rbx, &gp->rsp, &gp->rbp, &gp->rsi, &gp->rdi,
		&gp->r8,  &gp->r9,  &gp->r10, &gp->r11, &gp->r12, &gp->r13, &gp->r14, &gp->r15};

	return regs[encoding & 15];
}

/* The GPR that holds @reg, its size and how far up it begins; false: no GPR. */
static bool gpr_of(ZydisRegister reg, unsigned *encoding, unsigned *size, unsigned *shift)
{
	ZydisRegister whole = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, reg);

	if (whole < ZYDIS_REGISTER_RAX || whole > ZYDIS_REGISTER_R15)
		return false;
	*encoding = (unsigned)(whole - ZYDIS_REGISTER_RAX);
	*size = ZydisRegisterGetWidth(ZYDIS_MACHINE_MODE_LONG_64, reg) / 8;
	*shift = reg >= ZYDIS_REGISTER_AH && reg <= ZYDIS_REGISTER_BH ? 8 : 0;
	return true;
}

static uint64_t address_part(struct ij_sim_op *op, ZydisRegister reg)
{
	unsigned encoding, size, shift;

	if (reg == ZYDIS_REGISTER_RIP || reg == ZYDIS_REGISTER_EIP)
		return op->sim->pc + op->z.length;
	if (!gpr_of(reg, &encoding, &size, &shift))
		return 0;
	return *ij_sim_gpr(op->sim, encoding) & ij_sim_mask(size);
}

ij_addr ij_sim_address(struct ij_sim_op *op, unsigned i)
{
	const ZydisDecodedOperandMem *mem = &op->ops[i].mem;
	ij_addr addr = (ij_addr)mem->disp.value + address_part(op, mem->base) +
		       address_part(op, mem->index) * mem->scale;

	if (op->z.address_width == 32)
		addr &= 0xffffffff;
	if (mem->segment == ZYDIS_REGISTER_FS)
		addr += op->sim->regs.gp.fs_base;
	else if (mem->segment == ZYDIS_REGISTER_GS)
		addr += op->sim->regs.gp.gs_base;
	return addr;
}

unsigned ij_sim_size(const struct ij_sim_op *op, unsigned i)
{
	return op->ops[i].size / 8u;
}

bool ij_sim_get(struct ij_sim_op *op, unsigned i, uint64_t *ret)
{
	const ZydisDecodedOperand *operand = &op->ops[i];
	unsigned encoding, size, shift;

	switch (operand->type) {
	case ZYDIS_OPERAND_TYPE_REGISTER:
		if (!gpr_of(operand->reg.value, &encoding, &size, &shift))
			return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
		*ret = *ij_sim_gpr(op->sim, encoding) >> shift & ij_sim_mask(size);
		return true;
	case ZYDIS_OPERAND_TYPE_IMMEDIATE:
		*ret = operand->imm.value.u & ij_sim_mask(op->size);
		return true;
	case ZYDIS_OPERAND_TYPE_MEMORY:
		if (operand->mem.type != ZYDIS_MEMOP_TYPE_MEM || !operand->size ||
		    operand->size > 64)
			return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
		return ij_sim_load_int(op, ij_sim_address(op, i), ij_sim_size(op, i), ret);
	default:
		return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
	}
}

bool ij_sim_set(struct ij_sim_op *op, unsigned i, uint64_t value)
{
	const ZydisDecodedOperand *operand = &op->ops[i];
	unsigned encoding, size, shift;
	unsigned long long *reg;

	if (operand->type == ZYDIS_OPERAND_TYPE_MEMORY) {
		if (operand->mem.type != ZYDIS_MEMOP_TYPE_MEM || !operand->size ||
		    operand->size > 64)
			return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
		return ij_sim_store_int(op, ij_sim_address(op, i), ij_sim_size(op, i), value);
	}
	if (operand->type != ZYDIS_OPERAND_TYPE_REGISTER ||
	    !gpr_of(operand->reg.value, &encoding, &size, &shift))
		return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
	reg = ij_sim_gpr(op->sim, encoding);
	if (size >= 4) {
		*reg = value & ij_sim_mask(size);
	} else {
		*reg &= ~(ij_sim_mask(size) << shift);
		*reg |= (value & ij_sim_mask(size)) << shift;
	}
	return true;
}

void ij_sim_flags_set(struct ij_sim_op *op, uint64_t mask, uint64_t flags, uint64_t undefined)
{
	struct ij_sim *sim = op->sim;

	sim->regs.gp.eflags = (sim->regs.gp.eflags & ~mask) | (flags & mask);
	sim->undefined = (sim->undefined & ~mask) | undefined;
}

uint64_t ij_sim_result_flags(uint64_t value, unsigned size)
{
	uint64_t flags = 0;

	value &= ij_sim_mask(size);
	if (!value)
		flags |= IJ_ZF;
	if (value & ij_sim_sign(size))
		flags |= IJ_SF;
	if (!__builtin_parity((unsigned)(value & 0xff)))
		flags |= IJ_PF;
	return flags;
}

bool ij_sim_condition(const struct ij_sim *sim, unsigned code)
{
	uint64_t flags = sim->regs.gp.eflags;
	bool less = !(flags & IJ_SF) != !(flags & IJ_OF), met;

	switch (code >> 1 & 7) {
	case 0:
		met = flags & IJ_OF;
		break;
	case 1:
		met = flags & IJ_CF;
		break;
	case 2:
		met = flags & IJ_ZF;
		break;
	case 3:
		met = flags & (IJ_CF | IJ_ZF);
		break;
	case 4:
		met = flags & IJ_SF;
		break;
	case 5:
		met = flags & IJ_PF;
		break;
	case 6:
		met = less;
		break;
	default:
		met = less || flags & IJ_ZF;
		break;
	}
	return met != (code & 1);
}

/* Does it depend on a flag that an earlier instruction left undefined? */
static bool reads_undefined(const struct ij_sim_op *op)
{
	return op->z.cpu_flags && op->z.cpu_flags->tested & op->sim->undefined;
}

static bool fetch(struct ij_sim_op *op, ZydisDecoder *decoder)
{
	struct ij_sim *sim = op->sim;
	size_t size = IJ_INSN_SIZE_MAX;

	/* The last instruction of a mapping has nothing behind it. */
	if (!ij_sim_peek(sim, sim->pc, sim->code, size)) {
		size = 0x1000 - (sim->pc & 0xfff);
		if (size >= IJ_INSN_SIZE_MAX || !ij_sim_peek(sim, sim->pc, sim->code, size))
			return ij_sim_refuse(op, IJ_SIM_FAULT);
	}
	if (!ij_insn_decode(sim->code, size, sim->pc, &sim->insn) ||
	    !ZYAN_SUCCESS(
		    ZydisDecoderInit(decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)) ||
	    !ZYAN_SUCCESS(ZydisDecoderDecodeFull(decoder, sim->code, size, &op->z, op->ops)))
		return ij_sim_refuse(op, IJ_SIM_UNKNOWN);
	return true;
}

static bool interpret(struct ij_sim_op *op)
{
	static bool (*const families[])(struct ij_sim_op *) = {ij_sim_move, ij_sim_flow, ij_sim_alu,
							       ij_sim_bits, ij_sim_vector};

	op->next = op->sim->pc + op->z.length;
	op->size = ij_sim_size(op, 0);
	if (op->sim->insn.flow == IJ_FLOW_SYSCALL)
		return ij_sim_refuse(op, IJ_SIM_SYSCALL);
	if (op->sim->insn.flow == IJ_FLOW_STOP)
		return ij_sim_refuse(op, IJ_SIM_TRAP);
	/* A trap flag traps, and an alignment check may. */
	if (op->sim->regs.gp.eflags & (IJ_TF | IJ_AC))
		return ij_sim_refuse(op, IJ_SIM_TRAP);
	if (reads_undefined(op))
		return ij_sim_refuse(op, IJ_SIM_UNDEFINED);
	if (op->sim->insn.transparent)
		return true;
	for (size_t i = 0; i < IJ_COUNT(families); i++) {
		op->end = IJ_SIM_UNKNOWN;
		if (families[i](op))
			return true;
		if (op->end != IJ_SIM_UNKNOWN)
			return false;
	}
	return false;
}

enum ij_sim_end ij_sim_step(struct ij_sim *sim)
{
	struct ij_sim_op op;
	struct ij_regs before = sim->regs;
	uint64_t undefined = sim->undefined;
	ZydisDecoder decoder;

	op.sim = sim;
	op.end = IJ_SIM_UNKNOWN;
	sim->pc = ij_regs_pc(&sim->regs);
	memset(&sim->insn, 0, sizeof(sim->insn));
	sim->text[0] = 0;
	if (!fetch(&op, &decoder))
		return op.end;
	if (interpret(&op)) {
		sim->regs.gp.rip = op.next;
		return IJ_SIM_STEPPED;
	}
	sim->regs = before;
	sim->undefined = undefined;
	snprintf(sim->text, sizeof(sim->text), "%s", ZydisMnemonicGetString(op.z.mnemonic));
	return op.end;
}
