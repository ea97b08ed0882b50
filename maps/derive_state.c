/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of a frame: how paths merge, and the unwind rule that it comes to. */
#include "maps/derive_state.h"

#include <string.h>

enum { SP = IJ_MAP_REG_SP, BP = IJ_MAP_REG_BP };

const uint8_t ij_derive_saved[IJ_DERIVE_SAVED] = {3, BP, 12, 13, 14, 15};

struct ij_derive_state ij_derive_entry(void)
{
	return (struct ij_derive_state){
		.sp = 8,
		.kept = (1u << IJ_DERIVE_SAVED) - 1,
		.ra_reg = IJ_DERIVE_NO_REG,
		.copy_reg = IJ_DERIVE_NO_REG,
		.table_reg = IJ_DERIVE_NO_REG,
	};
}

struct ij_derive_state ij_derive_root(void)
{
	struct ij_derive_state state = ij_derive_entry();

	state.bp_kind = IJ_DERIVE_BP_ZERO;
	return state;
}

void ij_derive_table_lose(struct ij_derive_state *state)
{
	state->table = 0;
	state->table_reg = IJ_DERIVE_NO_REG;
	state->table_used = false;
}

bool ij_derive_merge(struct ij_derive_state *state, const struct ij_derive_state *other)
{
	struct ij_derive_state old = *state;

	if (state->sp != other->sp)
		state->sp = IJ_DERIVE_UNKNOWN;
	if (state->bp_kind != other->bp_kind || state->bp != other->bp) {
		state->bp_kind = IJ_DERIVE_BP_ANY;
		state->bp = 0;
	}
	if (state->copy_reg != other->copy_reg || state->copy != other->copy) {
		state->copy_reg = IJ_DERIVE_NO_REG;
		state->copy = 0;
	}
	for (int i = 0; i < IJ_DERIVE_SAVED; i++)
		if (state->slot[i] != other->slot[i])
			state->slot[i] = 0;
	state->kept &= other->kept;
	if (state->ra_kind != other->ra_kind || state->ra_reg != other->ra_reg) {
		state->ra_kind = IJ_DERIVE_RA_GONE;
		state->ra_reg = IJ_DERIVE_NO_REG;
	}
	if (state->bound != other->bound)
		state->bound = 0;
	if (!other->doubt)
		ij_derive_trust(state);
	state->ours &= other->ours;
	if (state->table != other->table || state->table_reg != other->table_reg)
		ij_derive_table_lose(state);
	state->table_used &= other->table_used;
	return memcmp(&old, state, sizeof(old)) != 0;
}

int32_t ij_derive_depth(const struct ij_derive_state *state, uint8_t reg)
{
	if (reg == SP)
		return state->sp;
	if (reg == BP && state->bp_kind == IJ_DERIVE_BP_CFA)
		return state->bp;
	if (reg != IJ_DERIVE_NO_REG && reg == state->copy_reg)
		return state->copy;
	return IJ_DERIVE_UNKNOWN;
}

void ij_derive_doubt(struct ij_derive_state *state, uint32_t off)
{
	state->doubt = off + 1;
	state->doubt_sp = state->sp;
	state->ours = (uint8_t)~state->kept & ((1u << IJ_DERIVE_SAVED) - 1);
}

void ij_derive_trust(struct ij_derive_state *state)
{
	state->doubt = 0;
	state->doubt_sp = 0;
	state->ours = 0;
}

struct ij_map_state ij_derive_rule(const struct ij_derive_state *state)
{
	struct ij_map_state rule = {.cfa_kind = IJ_MAP_CFA_NONE};
	uint8_t reg = state->copy_reg;

	if (state->sp != IJ_DERIVE_UNKNOWN)
		reg = SP;
	else if (state->bp_kind == IJ_DERIVE_BP_CFA)
		reg = BP;
	rule.have = 1u << IJ_MAP_REG_RA;
	if (state->bp_kind == IJ_DERIVE_BP_ZERO) {
		rule.kind[IJ_MAP_REG_RA] = IJ_MAP_UNDEFINED;
		return rule;
	}
	rule.kind[IJ_MAP_REG_RA] = IJ_MAP_OFFSET;
	rule.value[IJ_MAP_REG_RA] = -8;
	if (reg == IJ_DERIVE_NO_REG || state->ra_kind == IJ_DERIVE_RA_GONE)
		return rule;
	if (state->ra_kind == IJ_DERIVE_RA_REG) {
		rule.kind[IJ_MAP_REG_RA] = IJ_MAP_REGISTER;
		rule.value[IJ_MAP_REG_RA] = state->ra_reg;
	}
	rule.cfa_kind = IJ_MAP_CFA_REG;
	rule.cfa_reg = reg;
	rule.cfa_off = ij_derive_depth(state, reg);
	for (int i = 0; i < IJ_DERIVE_SAVED; i++) {
		if (state->kept >> i & 1)
			continue;
		rule.have |= 1u << ij_derive_saved[i];
		rule.kind[ij_derive_saved[i]] = state->slot[i] ? IJ_MAP_OFFSET : IJ_MAP_UNDEFINED;
		rule.value[ij_derive_saved[i]] = -state->slot[i];
	}
	return rule;
}
