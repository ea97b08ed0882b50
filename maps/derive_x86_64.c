/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What one instruction does to a frame: pushes, pops, and where the CFA and saved registers are.
 *
 * Opcodes: Intel SDM volume 2. Registers: System V psABI AMD64 1.0, 3.2.1 and 3.4.1.
 */
#include <string.h>

#include "maps/derive_state.h"

enum { SP = IJ_MAP_REG_SP, BP = IJ_MAP_REG_BP, SAVED_BP = 1 };

/* Registers that a callee may change: rax rdx rcx rsi rdi r8-r11. */
#define VOLATILE_REGS 0xf37u

/* DWARF numbers in the order of machine encoding. */
static const uint8_t dwarf_of_encoding[16] = {0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15};

static int saved_idx(uint8_t reg)
{
	for (int i = 0; i < IJ_DERIVE_SAVED; i++)
		if (ij_derive_saved[i] == reg)
			return i;
	return -1;
}

/* @depth - @disp, or UNKNOWN; frames are far smaller than what could overflow. */
static int32_t depth_add(int32_t depth, int64_t disp)
{
	int64_t sum = (int64_t)depth - disp;

	if (depth == IJ_DERIVE_UNKNOWN || sum > INT32_MAX / 2 || sum < INT32_MIN / 2)
		return IJ_DERIVE_UNKNOWN;
	return (int32_t)sum;
}

/* @reg has a new value, of which nothing is known. */
static void reg_lose(struct ij_derive_state *state, uint8_t reg)
{
	int idx = saved_idx(reg);

	if (idx >= 0) {
		state->kept &= (uint8_t) ~(1u << idx);
		state->ours &= (uint8_t) ~(1u << idx);
	}
	if (reg == BP) {
		state->bp_kind = IJ_DERIVE_BP_ANY;
		state->bp = 0;
	}
	if (reg == state->copy_reg) {
		state->copy_reg = IJ_DERIVE_NO_REG;
		state->copy = 0;
	}
	if (reg == state->table_reg && !state->table_used)
		ij_derive_table_lose(state);
	if (reg == state->ra_reg) {
		state->ra_reg = IJ_DERIVE_NO_REG;
		state->ra_kind = IJ_DERIVE_RA_GONE;
	}
}

/* The stack pointer becomes CFA - @depth. What it leaves behind may be overwritten at any time. */
static void sp_set(struct ij_derive_state *state, int32_t depth)
{
	state->sp = depth;
	if (depth == IJ_DERIVE_UNKNOWN)
		return;
	if (depth < 8 && state->ra_kind == IJ_DERIVE_RA_STACK)
		state->ra_kind = IJ_DERIVE_RA_GONE;
	for (int i = 0; i < IJ_DERIVE_SAVED; i++)
		if (state->slot[i] > depth)
			state->slot[i] = 0;
}

/* @reg becomes CFA - @depth, which may be UNKNOWN. */
static void depth_set(struct ij_derive_state *state, uint8_t reg, int32_t depth)
{
	if (reg == SP) {
		sp_set(state, depth);
		return;
	}
	reg_lose(state, reg);
	if (depth == IJ_DERIVE_UNKNOWN)
		return;
	if (reg == BP) {
		state->bp_kind = IJ_DERIVE_BP_CFA;
		state->bp = depth;
	} else if (saved_idx(reg) < 0) {
		state->copy_reg = reg;
		state->copy = depth;
	}
}

static void push_reg(struct ij_derive_state *state, uint8_t reg)
{
	int idx = saved_idx(reg);

	state->sp = depth_add(state->sp, -8);
	if (state->sp == IJ_DERIVE_UNKNOWN)
		return;
	if (state->sp == 8 && state->ra_kind == IJ_DERIVE_RA_REG && state->ra_reg == reg) {
		state->ra_kind = IJ_DERIVE_RA_STACK;
		state->ra_reg = IJ_DERIVE_NO_REG;
	}
	if (idx >= 0 && state->kept >> idx & 1 && !state->slot[idx])
		state->slot[idx] = state->sp;
}

static void pop_reg(struct ij_derive_state *state, uint8_t reg)
{
	int idx = saved_idx(reg);
	int32_t from = state->sp;
	bool restored = idx >= 0 && from != IJ_DERIVE_UNKNOWN && state->slot[idx] == from;

	reg_lose(state, reg);
	if (from == 8 && state->ra_kind == IJ_DERIVE_RA_STACK) {
		state->ra_kind = IJ_DERIVE_RA_REG;
		state->ra_reg = reg;
	}
	if (reg == SP)
		state->sp = IJ_DERIVE_UNKNOWN;
	else
		sp_set(state, depth_add(from, 8));
	if (restored && from > 0)
		state->kept |= (uint8_t)(1u << idx);
}

/* An instruction taken apart as far as it matters here; 0 for what it does not have. */
struct parts {
	uint8_t rex;
	uint8_t op; /* or a prefix, which is none of the opcodes that are looked for */
	uint8_t modrm;
};

static struct parts parts_get(const struct ij_insn *insn, const uint8_t *code)
{
	size_t at = (code[0] & 0xf0) == 0x40;

	return (struct parts){
		.rex = at ? code[0] : 0,
		.op = at < insn->size ? code[at] : 0,
		.modrm = at + 1 < insn->size ? code[at + 1] : 0,
	};
}

static uint8_t modrm_reg(const struct parts *parts)
{
	return dwarf_of_encoding[(parts->modrm >> 3 & 7) | (parts->rex & 4) << 1];
}

static uint8_t modrm_rm(const struct parts *parts)
{
	return dwarf_of_encoding[(parts->modrm & 7) | (parts->rex & 1) << 3];
}

/* mov between registers, or of a register to or from the frame; false if @parts is none. */
static bool apply_mov(struct ij_derive_state *state, const struct ij_insn *insn,
		      const struct parts *parts)
{
	bool store = parts->op == 0x89;
	uint8_t reg = modrm_reg(parts);
	int32_t at;
	int idx;

	if (!(parts->rex & 8) || (!store && parts->op != 0x8b))
		return false;
	if (parts->modrm >> 6 == 3) {
		uint8_t to = store ? modrm_rm(parts) : reg, from = store ? reg : modrm_rm(parts);

		depth_set(state, to, ij_derive_depth(state, from));
		return true;
	}
	at = insn->mem_index == IJ_DERIVE_NO_REG && !insn->segment
		     ? depth_add(ij_derive_depth(state, insn->mem_base), insn->mem_disp)
		     : IJ_DERIVE_UNKNOWN;
	idx = saved_idx(reg);
	if (store) {
		if (idx >= 0 && at > 8 && state->kept >> idx & 1 && !state->slot[idx])
			state->slot[idx] = at;
		return true;
	}
	if (reg == SP) {
		sp_set(state, IJ_DERIVE_UNKNOWN);
		return true;
	}
	reg_lose(state, reg);
	if (idx >= 0 && at != IJ_DERIVE_UNKNOWN && state->slot[idx] == at)
		state->kept |= (uint8_t)(1u << idx);
	return true;
}

/* The other instructions whose effect on addresses in the frame is known; false if it is none. */
static bool apply_known(struct ij_derive_state *state, const struct ij_insn *insn,
			const struct parts *parts)
{
	if ((parts->op & 0xf8) == 0x50) {
		push_reg(state, dwarf_of_encoding[(parts->op & 7) | (parts->rex & 1) << 3]);
		return true;
	}
	if ((parts->op & 0xf8) == 0x58) {
		pop_reg(state, dwarf_of_encoding[(parts->op & 7) | (parts->rex & 1) << 3]);
		return true;
	}
	if (parts->op == 0xc9) { /* leave */
		sp_set(state, ij_derive_depth(state, BP));
		pop_reg(state, BP);
		return true;
	}
	if (parts->op == 0x8d && parts->rex & 8 && insn->mem_index == IJ_DERIVE_NO_REG &&
	    !insn->mem_pc_relative) { /* lea */
		depth_set(state, modrm_reg(parts),
			  depth_add(ij_derive_depth(state, insn->mem_base), insn->mem_disp));
		return true;
	}
	/* xor %ebp, %ebp before the old value was saved. */
	if ((parts->op == 0x31 || parts->op == 0x33) && parts->modrm == 0xed && !(parts->rex & 5) &&
	    state->kept >> SAVED_BP & 1 && !state->slot[SAVED_BP]) {
		reg_lose(state, BP);
		state->bp_kind = IJ_DERIVE_BP_ZERO;
		return true;
	}
	return apply_mov(state, insn, parts);
}

/*
 * What a jump table is recognised by: a bounds check, lea of its address, and a load of an entry
 * (movslq (%table,%index,4), %reg).
 */
static void note_table(struct ij_derive_state *state, const struct ij_insn *insn,
		       const struct parts *parts, const uint8_t *code)
{
	const uint8_t *end = code + insn->size;
	bool compare = (parts->modrm >> 3 & 7) == 7;
	uint32_t imm;

	if (insn->flow == IJ_FLOW_CALL) {
		state->bound = 0;
	} else if (parts->op == 0x8d && insn->mem_pc_relative) {
		reg_lose(state, modrm_reg(parts));
		state->table = insn->mem_addr;
		state->table_reg = modrm_reg(parts);
		state->table_used = false;
	} else if (parts->op == 0x63 && insn->reads_memory) {
		state->table_used = state->table_reg != IJ_DERIVE_NO_REG && insn->mem_scale == 4 &&
				    insn->mem_base == state->table_reg && !insn->mem_disp;
	} else if ((parts->op == 0x83 && compare) || parts->op == 0x3c ||
		   (parts->op == 0x80 && compare)) { /* cmp with 8 bits */
		state->bound = end[-1] < 0x80 || parts->op != 0x83 ? end[-1] + 1u : 0;
	} else if ((parts->op == 0x81 && compare) || parts->op == 0x3d) { /* with 32 */
		memcpy(&imm, end - sizeof(imm), sizeof(imm));
		state->bound = imm < INT32_MAX ? imm + 1 : 0;
	}
}

void ij_derive_apply(struct ij_derive_state *state, const struct ij_insn *insn, const uint8_t *code)
{
	struct parts parts = parts_get(insn, code);
	uint32_t writes = insn->writes;

	if (insn->flow == IJ_FLOW_NEXT && apply_known(state, insn, &parts))
		return;
	note_table(state, insn, &parts, code);
	if (parts.op == 0x8d && insn->mem_pc_relative)
		return;
	if (insn->flow == IJ_FLOW_CALL)
		writes |= VOLATILE_REGS;
	for (uint8_t reg = 0; reg < 16; reg++)
		if (writes >> reg & 1 && reg != SP)
			reg_lose(state, reg);
	if (!insn->stack_known)
		state->sp = IJ_DERIVE_UNKNOWN;
	else if (insn->stack_delta)
		sp_set(state, depth_add(state->sp, insn->stack_delta));
}

bool ij_derive_uses_frame(const struct ij_derive_state *state, const struct ij_insn *insn,
			  const uint8_t *code)
{
	struct parts parts = parts_get(insn, code);
	bool pushes = (parts.op & 0xf8) == 0x50, stores = parts.op == 0x89 && insn->writes_memory;
	/* xor and sub of a register with itself read nothing. */
	bool clears = (parts.op & 0xd5) == 0x01 && parts.modrm >> 6 == 3 &&
		      modrm_reg(&parts) == modrm_rm(&parts);
	int32_t at;

	for (int i = 0; i < IJ_DERIVE_SAVED; i++)
		if (state->ours >> i & 1 && insn->reads >> ij_derive_saved[i] & 1 && !pushes &&
		    !stores && !clears)
			return true;
	if (insn->mem_base != SP || insn->mem_index != IJ_DERIVE_NO_REG ||
	    state->sp == IJ_DERIVE_UNKNOWN || state->doubt_sp == IJ_DERIVE_UNKNOWN)
		return false;
	/* Where another function would have its return address, or a store above that. */
	at = depth_add(state->sp, insn->mem_disp);
	if (at == IJ_DERIVE_UNKNOWN)
		return false;
	at = state->doubt_sp - at;
	return (at >= 0 && at < 8) || (at >= 0 && insn->writes_memory);
}
