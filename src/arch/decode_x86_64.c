/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decoding x86-64 with Zydis, reduced to what analysis and walking need. */
#include "arch/decode.h"

#include <stdio.h>
#include <string.h>

#include "arch/zydis_x86_64.h"

enum { NO_REG = 0xff, SP = 7, PC = 16 };

/* DWARF numbers (System V psABI AMD64 1.0, figure 3.36) in the order of machine encoding. */
static const uint8_t dwarf_of_encoding[16] = {0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15};

static bool decoder_get(ZydisDecoder *decoder)
{
	return ZYAN_SUCCESS(
		ZydisDecoderInit(decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64));
}

void ij_insn_prepare(void)
{
	/* One of each kind of table: a GPR instruction, a VEX one, an EVEX one, a branch. */
	static const uint8_t code[] = {0x48, 0x89, 0xe5, 0xc5, 0xf8, 0x77, 0x62, 0xf1, 0xfe, 0x48,
				       0x6f, 0x06, 0x74, 0x00, 0xf0, 0x48, 0x0f, 0xb1, 0x0f, 0xc3};
	struct ij_insn insn;

	for (size_t at = 0; at < sizeof(code); at += insn.size)
		if (!ij_insn_decode(code + at, sizeof(code) - at, 0x1000, &insn))
			return;
}

/* DWARF number of the GPR that holds @reg, or NO_REG. */
static uint8_t gpr_of(ZydisRegister reg)
{
	ZydisRegister whole;

	whole = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, reg);
	if (whole < ZYDIS_REGISTER_RAX || whole > ZYDIS_REGISTER_R15)
		return NO_REG;
	return dwarf_of_encoding[whole - ZYDIS_REGISTER_RAX];
}

static void note_register(struct ij_insn *insn, ZydisRegister reg, bool read, bool write)
{
	ZydisRegister whole = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, reg);
	ZydisRegisterClass cls = ZydisRegisterGetClass(reg);
	uint8_t gpr = gpr_of(reg);

	if (gpr != NO_REG) {
		/* A write of a part keeps the rest: 8 and 16 bits do, 32 bits clear it. */
		bool part = cls == ZYDIS_REGCLASS_GPR8 || cls == ZYDIS_REGCLASS_GPR16;

		insn->reads |= (uint32_t)(read || (write && part)) << gpr;
		insn->writes |= (uint32_t)write << gpr;
	} else if (whole >= ZYDIS_REGISTER_ZMM0 && whole <= ZYDIS_REGISTER_ZMM31) {
		unsigned number = (unsigned)(whole - ZYDIS_REGISTER_ZMM0);

		/* What is written in part (an xmm form without VEX) keeps the rest. */
		insn->vec_reads |= (uint32_t)(read || write) << number;
		insn->vec_writes |= (uint32_t)write << number;
		insn->vector = true;
	} else if (cls == ZYDIS_REGCLASS_X87 || cls == ZYDIS_REGCLASS_MMX ||
		   cls == ZYDIS_REGCLASS_MASK) {
		insn->vector = true;
	}
}

static void note_memory(struct ij_insn *insn, const ZydisDecodedInstruction *z,
			const ZydisDecodedOperand *op, ij_addr pc)
{
	const ZydisDecodedOperandMem *mem = &op->mem;
	bool stack = op->visibility == ZYDIS_OPERAND_VISIBILITY_HIDDEN && gpr_of(mem->base) == SP;

	if (mem->base != ZYDIS_REGISTER_NONE)
		note_register(insn, mem->base, true, false);
	if (mem->index != ZYDIS_REGISTER_NONE)
		note_register(insn, mem->index, true, false);
	/* The word that push, pop, call and ret move is no operand. */
	if (stack) {
		if (op->actions & ZYDIS_OPERAND_ACTION_MASK_READ)
			insn->pops = (uint8_t)(op->size / 8);
		else if (z->meta.category != ZYDIS_CATEGORY_CALL)
			insn->pushes = (uint8_t)(op->size / 8);
		return;
	}
	if (mem->type == ZYDIS_MEMOP_TYPE_MEM || mem->type == ZYDIS_MEMOP_TYPE_VSIB) {
		insn->reads_memory |= (op->actions & ZYDIS_OPERAND_ACTION_MASK_READ) != 0;
		insn->writes_memory |= (op->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;
	}
	insn->mem_maybe |= (op->actions & ZYDIS_OPERAND_ACTION_CONDWRITE) != 0;
	insn->segment |= mem->segment == ZYDIS_REGISTER_FS || mem->segment == ZYDIS_REGISTER_GS;
	if (insn->has_memory)
		return;
	insn->has_memory = true;
	insn->mem_size = op->size / 8 < 256 ? (uint8_t)(op->size / 8) : 0;
	insn->mem_scale = mem->index != ZYDIS_REGISTER_NONE ? mem->scale : 1;
	insn->mem_index = gpr_of(mem->index);
	if (mem->base == ZYDIS_REGISTER_RIP) {
		insn->mem_pc_relative = true;
		insn->mem_addr = pc + z->length + (uint64_t)mem->disp.value;
		return;
	}
	insn->mem_base = gpr_of(mem->base);
	insn->mem_disp = (int32_t)mem->disp.value;
}

static void note_operands(struct ij_insn *insn, const ZydisDecodedInstruction *z,
			  const ZydisDecodedOperand *ops, ij_addr pc)
{
	insn->mem_base = insn->mem_index = NO_REG;
	for (unsigned i = 0; i < z->operand_count; i++) {
		bool read = ops[i].actions & ZYDIS_OPERAND_ACTION_MASK_READ;
		/* A write that may not happen keeps the old value: it reads, too. */
		bool maybe = ops[i].actions & ZYDIS_OPERAND_ACTION_CONDWRITE;
		bool write = ops[i].actions & ZYDIS_OPERAND_ACTION_MASK_WRITE;

		if (ops[i].type == ZYDIS_OPERAND_TYPE_REGISTER) {
			uint8_t gpr = gpr_of(ops[i].reg.value);

			note_register(insn, ops[i].reg.value, read || maybe, write);
			if (gpr != NO_REG && read &&
			    ops[i].visibility != ZYDIS_OPERAND_VISIBILITY_HIDDEN)
				insn->values |= 1u << gpr;
		}
		if (ops[i].type == ZYDIS_OPERAND_TYPE_MEMORY)
			note_memory(insn, z, &ops[i], pc);
	}
	if (z->cpu_flags) {
		insn->reads |= (uint32_t)(z->cpu_flags->tested != 0) << IJ_INSN_FLAGS_BIT;
		insn->writes |= (uint32_t)((z->cpu_flags->modified | z->cpu_flags->set_0 |
					    z->cpu_flags->set_1 | z->cpu_flags->undefined) != 0)
				<< IJ_INSN_FLAGS_BIT;
	}
}

/* xor and sub of a whole register with itself do not depend on what it held. */
static void note_zeroing(struct ij_insn *insn, const ZydisDecodedInstruction *z,
			 const ZydisDecodedOperand *ops)
{
	if ((z->mnemonic == ZYDIS_MNEMONIC_XOR || z->mnemonic == ZYDIS_MNEMONIC_SUB) &&
	    ops[0].type == ZYDIS_OPERAND_TYPE_REGISTER &&
	    ops[1].type == ZYDIS_OPERAND_TYPE_REGISTER && ops[0].reg.value == ops[1].reg.value &&
	    z->operand_width >= 32)
		insn->reads &= ~insn->writes;
}

static void note_target(struct ij_insn *insn, const ZydisDecodedInstruction *z,
			const ZydisDecodedOperand *ops, ij_addr pc)
{
	if (ops[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE && ops[0].imm.is_relative)
		insn->target = pc + z->length + ops[0].imm.value.u;
	else
		insn->indirect = true;
}

static void note_flow(struct ij_insn *insn, const ZydisDecodedInstruction *z,
		      const ZydisDecodedOperand *ops, ij_addr pc)
{
	bool far = z->meta.branch_type == ZYDIS_BRANCH_TYPE_FAR;

	switch (z->meta.category) {
	case ZYDIS_CATEGORY_COND_BR:
		/* xbegin is one, too, but its branch is taken by an abort at any time. */
		insn->flow = z->mnemonic == ZYDIS_MNEMONIC_XBEGIN ? IJ_FLOW_STOP : IJ_FLOW_BRANCH;
		note_target(insn, z, ops, pc);
		break;
	case ZYDIS_CATEGORY_UNCOND_BR:
		insn->flow = far ? IJ_FLOW_STOP : IJ_FLOW_JUMP;
		note_target(insn, z, ops, pc);
		break;
	case ZYDIS_CATEGORY_CALL:
		insn->flow = far ? IJ_FLOW_STOP : IJ_FLOW_CALL;
		note_target(insn, z, ops, pc);
		break;
	case ZYDIS_CATEGORY_RET:
		insn->flow = z->mnemonic == ZYDIS_MNEMONIC_RET && !far ? IJ_FLOW_RET : IJ_FLOW_STOP;
		break;
	case ZYDIS_CATEGORY_SYSCALL:
		insn->flow = z->mnemonic == ZYDIS_MNEMONIC_SYSCALL ? IJ_FLOW_SYSCALL : IJ_FLOW_STOP;
		break;
	case ZYDIS_CATEGORY_SYSRET:
	case ZYDIS_CATEGORY_INTERRUPT:
		insn->flow = IJ_FLOW_STOP;
		break;
	default:
		if (z->mnemonic == ZYDIS_MNEMONIC_UD0 || z->mnemonic == ZYDIS_MNEMONIC_UD1 ||
		    z->mnemonic == ZYDIS_MNEMONIC_UD2 || z->mnemonic == ZYDIS_MNEMONIC_HLT)
			insn->flow = IJ_FLOW_STOP;
		break;
	}
}

/* What the instruction does to the stack pointer, if that is a constant. */
static void note_stack(struct ij_insn *insn, const ZydisDecodedInstruction *z,
		       const ZydisDecodedOperand *ops)
{
	bool sp_dest = ops[0].type == ZYDIS_OPERAND_TYPE_REGISTER &&
		       ops[0].reg.value == ZYDIS_REGISTER_RSP;

	insn->stack_known = true;
	if (!(insn->writes >> SP & 1))
		return;
	switch (z->mnemonic) {
	case ZYDIS_MNEMONIC_PUSH:
	case ZYDIS_MNEMONIC_PUSHFQ:
		insn->stack_delta = -(int32_t)(z->operand_width / 8);
		return;
	case ZYDIS_MNEMONIC_POP:
	case ZYDIS_MNEMONIC_POPFQ:
		insn->stack_delta = z->operand_width / 8;
		insn->stack_known = !sp_dest;
		return;
	case ZYDIS_MNEMONIC_CALL:
		return; /* it returns with the stack as it was */
	case ZYDIS_MNEMONIC_RET:
		insn->stack_delta = 8;
		if (ops[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE)
			insn->stack_delta += (int32_t)ops[0].imm.value.u;
		return;
	case ZYDIS_MNEMONIC_ADD:
	case ZYDIS_MNEMONIC_SUB:
		if (!sp_dest || ops[1].type != ZYDIS_OPERAND_TYPE_IMMEDIATE)
			break;
		insn->stack_delta = (int32_t)ops[1].imm.value.s;
		if (z->mnemonic == ZYDIS_MNEMONIC_SUB)
			insn->stack_delta = -insn->stack_delta;
		return;
	case ZYDIS_MNEMONIC_LEA:
		if (!sp_dest || insn->mem_base != SP || insn->mem_index != NO_REG)
			break;
		insn->stack_delta = insn->mem_disp;
		return;
	default:
		break;
	}
	insn->stack_known = false;
}

bool ij_insn_decode(const uint8_t *code, size_t size, ij_addr pc, struct ij_insn *ret)
{
	ZydisDecoder decoder;
	ZydisDecodedInstruction z;
	ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];

	memset(ret, 0, sizeof(*ret));
	memset(ops, 0, sizeof(ops));
	if (!decoder_get(&decoder) ||
	    !ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, code, size, &z, ops)))
		return false;
	ret->size = z.length;
	ret->locked =
		(z.attributes & ZYDIS_ATTRIB_HAS_LOCK) != 0 ||
		(z.mnemonic == ZYDIS_MNEMONIC_XCHG && (ops[0].type == ZYDIS_OPERAND_TYPE_MEMORY ||
						       ops[1].type == ZYDIS_OPERAND_TYPE_MEMORY));
	ret->repeated = (z.attributes & (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE |
					 ZYDIS_ATTRIB_HAS_REPNE)) != 0;
	ret->transparent =
		z.mnemonic == ZYDIS_MNEMONIC_NOP || z.mnemonic == ZYDIS_MNEMONIC_ENDBR64 ||
		z.mnemonic == ZYDIS_MNEMONIC_LFENCE || z.mnemonic == ZYDIS_MNEMONIC_PAUSE;
	note_operands(ret, &z, ops, pc);
	note_zeroing(ret, &z, ops);
	if (ret->vector)
		ret->vector_allowed = z.encoding == ZYDIS_INSTRUCTION_ENCODING_EVEX  ? 64
				      : z.encoding == ZYDIS_INSTRUCTION_ENCODING_VEX ? 32
										     : 16;
	if (ret->transparent) {
		/* nop with an operand reads nothing. */
		ret->reads = ret->values = ret->writes = 0;
		ret->has_memory = ret->reads_memory = false;
	}
	note_flow(ret, &z, ops, pc);
	note_stack(ret, &z, ops);
	return true;
}

bool ij_insn_text(const uint8_t *code, size_t size, ij_addr pc, char *buf, size_t buf_size)
{
	ZydisDecoder decoder;
	ZydisFormatter formatter;
	ZydisDecodedInstruction z;
	ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];

	if (decoder_get(&decoder) &&
	    ZYAN_SUCCESS(ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_INTEL)) &&
	    ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, code, size, &z, ops)) &&
	    ZYAN_SUCCESS(ZydisFormatterFormatInstruction(
		    &formatter, &z, ops, z.operand_count_visible, buf, buf_size, pc, NULL)))
		return true;
	snprintf(buf, buf_size, "(bad)");
	return false;
}

/* The address of the memory operand; not of one that is addressed through fs or gs. */
static ij_addr operand_address(const struct ij_insn *insn, const uint64_t *values)
{
	ij_addr addr = insn->mem_pc_relative ? insn->mem_addr : (uint64_t)(int64_t)insn->mem_disp;

	if (insn->mem_base != NO_REG)
		addr += values[insn->mem_base];
	if (insn->mem_index != NO_REG)
		addr += values[insn->mem_index] * insn->mem_scale;
	return addr;
}

unsigned ij_insn_successors(const struct ij_insn *insn, ij_addr pc, const struct ij_regs *regs,
			    bool (*read)(void *ctx, ij_addr addr, uint64_t *ret), void *ctx,
			    ij_addr ret[2])
{
	uint64_t values[PC + 1];

	ij_regs_to_dwarf(regs, values);
	switch (insn->flow) {
	case IJ_FLOW_NEXT:
	case IJ_FLOW_SYSCALL:
		ret[0] = pc + insn->size;
		return 1;
	case IJ_FLOW_BRANCH:
		ret[0] = pc + insn->size;
		ret[1] = insn->target;
		return ret[0] == ret[1] ? 1 : 2;
	case IJ_FLOW_RET:
		return read(ctx, values[SP], &ret[0]) ? 1 : 0;
	case IJ_FLOW_JUMP:
	case IJ_FLOW_CALL:
		if (!insn->indirect) {
			ret[0] = insn->target;
			return 1;
		}
		if (insn->has_memory)
			return !insn->segment && read(ctx, operand_address(insn, values), &ret[0]);
		/* The only register that an indirect transfer reads besides the stack pointer. */
		for (unsigned reg = 0; reg < PC; reg++)
			if (insn->reads >> reg & 1 && reg != SP) {
				ret[0] = values[reg];
				return 1;
			}
		return 0;
	default:
		return 0;
	}
}
