/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Call frame instructions (DWARF 5, 6.4.2) executed into rows. */
#include "maps/cfi_run.h"

#include <string.h>

#include "maps/dwarf.h"

/* A run with what only its execution needs. */
struct machine {
	struct ij_cfi_run *run;
	struct ij_map_state remembered[IJ_CFI_REMEMBER_MAX];
	unsigned remembered_len;
	bool good;
};

/* The value that @enc's low four bits describe, sign-extended where it is signed. */
static uint64_t pointer_value(struct ij_cursor *cur, uint8_t enc)
{
	switch (enc & 0x0f) {
	case DW_EH_PE_absptr:
	case DW_EH_PE_udata8:
	case DW_EH_PE_sdata8:
		return ij_cursor_u64(cur);
	case DW_EH_PE_uleb128:
		return ij_cursor_uleb(cur);
	case DW_EH_PE_sleb128:
		return (uint64_t)ij_cursor_sleb(cur);
	case DW_EH_PE_udata2:
		return ij_cursor_u16(cur);
	case DW_EH_PE_sdata2:
		return (uint64_t)(int16_t)ij_cursor_u16(cur);
	case DW_EH_PE_udata4:
		return ij_cursor_u32(cur);
	case DW_EH_PE_sdata4:
		return (uint64_t)(int32_t)ij_cursor_u32(cur);
	default:
		cur->failed = true;
		return 0;
	}
}

uint64_t ij_cfi_pointer(struct ij_cursor *cur, uint8_t enc, uint64_t vaddr, uint64_t data_base)
{
	uint64_t here = vaddr + ij_cursor_off(cur);
	uint64_t value = pointer_value(cur, enc);

	switch (enc & 0xf0) {
	case DW_EH_PE_absptr:
		return value;
	case DW_EH_PE_pcrel:
		return value + here;
	case DW_EH_PE_datarel:
		if (data_base)
			return value + data_base;
		break;
	}
	cur->failed = true; /* indirect, or relative to what only a loader knows */
	return 0;
}

/* @value times the CIE's data alignment, as a container's 32-bit offset. */
static int32_t factored(struct machine *m, int64_t value)
{
	int64_t product;

	if (__builtin_mul_overflow(value, m->run->cie->data_align, &product) ||
	    product < INT32_MIN || product > INT32_MAX) {
		m->good = false;
		return 0;
	}
	return (int32_t)product;
}

static int32_t unsigned_factored(struct machine *m)
{
	uint64_t value = ij_cursor_uleb(&m->run->code);

	if (value > INT64_MAX) {
		m->good = false;
		return 0;
	}
	return factored(m, (int64_t)value);
}

static int32_t signed_factored(struct machine *m)
{
	return factored(m, ij_cursor_sleb(&m->run->code));
}

/* Vector and other registers have no place in a container, and none in unwinding. */
static void reg_set(struct machine *m, uint64_t reg, enum ij_map_entry_kind kind, int32_t value)
{
	struct ij_map_state *state = &m->run->state;

	if (reg >= IJ_MAP_REGS)
		return;
	state->have |= 1u << reg;
	state->kind[reg] = (uint8_t)kind;
	state->value[reg] = value;
}

/* DW_CFA_restore: what the CIE's initial instructions said. */
static void reg_restore(struct machine *m, uint64_t reg)
{
	struct ij_map_state *state = &m->run->state;
	const struct ij_map_state *initial = &m->run->cie->state;

	if (!m->run->rows) {
		m->good = false; /* there is nothing to restore in a CIE */
		return;
	}
	if (reg >= IJ_MAP_REGS)
		return;
	state->have = (state->have & ~(1u << reg)) | (initial->have & 1u << reg);
	state->kind[reg] = initial->kind[reg];
	state->value[reg] = initial->value[reg];
}

static void reg_from(struct machine *m, uint64_t reg, uint64_t from)
{
	if (from < IJ_MAP_REGS)
		reg_set(m, reg, IJ_MAP_REGISTER, (int32_t)from);
	else
		reg_set(m, reg, IJ_MAP_UNDEFINED, 0);
}

static void cfa_reg(struct machine *m, uint64_t reg)
{
	if (reg >= IJ_MAP_REGS) {
		m->good = false;
		return;
	}
	m->run->state.cfa_reg = (uint8_t)reg;
}

static void cfa_off(struct machine *m, int64_t off)
{
	if (off < INT32_MIN || off > INT32_MAX)
		m->good = false;
	else
		m->run->state.cfa_off = (int32_t)off;
}

static void cfa_set(struct machine *m, uint64_t reg, int64_t off)
{
	m->run->state.cfa_kind = IJ_MAP_CFA_REG;
	cfa_reg(m, reg);
	cfa_off(m, off);
}

/* The instructions that change one half of the CFA need the other (DWARF 5, 6.4.2.2). */
static void cfa_must_be_reg(struct machine *m)
{
	if (m->run->state.cfa_kind != IJ_MAP_CFA_REG)
		m->good = false;
}

/* An unsigned operand that is used as an offset: clipped, so that the range checks refuse it. */
static int64_t unsigned_operand(struct machine *m)
{
	uint64_t value = ij_cursor_uleb(&m->run->code);

	return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* Read a block and store it as an expression. */
static struct ij_error *block(struct machine *m, int32_t *off_ret)
{
	uint64_t size = ij_cursor_uleb(&m->run->code);
	const uint8_t *bytes = ij_cursor_bytes(&m->run->code, size);

	*off_ret = 0;
	if (!bytes) {
		m->good = false;
		return NULL;
	}
	return ij_map_builder_expr(m->run->builder, bytes, (size_t)size, off_ret);
}

/* Add a row for what holds from run->pc on. */
static struct ij_error *flush(struct machine *m)
{
	struct ij_cfi_run *run = m->run;

	if (!run->rows || run->pc >= run->end)
		return NULL;
	return ij_map_builder_row(run->builder, (uint32_t)run->pc, &run->state);
}

/* Rows past the function's end hold for nothing. */
static struct ij_error *go_to(struct machine *m, uint64_t pc)
{
	if (!m->run->rows || pc < m->run->pc) {
		m->good = false;
		return NULL;
	}
	if (pc > m->run->pc)
		IJ_TRY(flush(m));
	m->run->pc = pc > m->run->end ? m->run->end : pc;
	return NULL;
}

static struct ij_error *advance(struct machine *m, uint64_t delta)
{
	uint64_t pc;

	if (__builtin_mul_overflow(delta, m->run->cie->code_align, &pc) ||
	    __builtin_add_overflow(pc, m->run->pc, &pc))
		pc = UINT64_MAX;
	return go_to(m, pc);
}

static void remember(struct machine *m)
{
	if (m->remembered_len == IJ_CFI_REMEMBER_MAX)
		m->good = false;
	else
		m->remembered[m->remembered_len++] = m->run->state;
}

static void recall(struct machine *m)
{
	if (!m->remembered_len)
		m->good = false;
	else
		m->run->state = m->remembered[--m->remembered_len];
}

/* The instructions about the CFA; false if @op is none. */
static bool run_cfa(struct machine *m, uint8_t op, struct ij_error **err)
{
	struct ij_cursor *code = &m->run->code;
	uint64_t reg;

	switch (op) {
	case DW_CFA_def_cfa:
		reg = ij_cursor_uleb(code);
		cfa_set(m, reg, unsigned_operand(m));
		return true;
	case DW_CFA_def_cfa_sf:
		reg = ij_cursor_uleb(code);
		cfa_set(m, reg, signed_factored(m));
		return true;
	case DW_CFA_def_cfa_register:
		cfa_must_be_reg(m);
		cfa_reg(m, ij_cursor_uleb(code));
		return true;
	case DW_CFA_def_cfa_offset:
		cfa_must_be_reg(m);
		cfa_off(m, unsigned_operand(m));
		return true;
	case DW_CFA_def_cfa_offset_sf:
		cfa_must_be_reg(m);
		cfa_off(m, signed_factored(m));
		return true;
	case DW_CFA_def_cfa_expression:
		m->run->state.cfa_kind = IJ_MAP_CFA_EXPR;
		m->run->state.cfa_reg = 0;
		*err = block(m, &m->run->state.cfa_off);
		return true;
	default:
		return false;
	}
}

/* The other instructions about one register; false if @op is none. */
static bool run_reg(struct machine *m, uint8_t op, struct ij_error **err)
{
	struct ij_cursor *code = &m->run->code;
	uint64_t reg;
	int32_t value;

	switch (op) {
	case DW_CFA_restore_extended:
		reg_restore(m, ij_cursor_uleb(code));
		return true;
	case DW_CFA_undefined:
		reg_set(m, ij_cursor_uleb(code), IJ_MAP_UNDEFINED, 0);
		return true;
	case DW_CFA_same_value:
		reg_set(m, ij_cursor_uleb(code), IJ_MAP_SAME, 0);
		return true;
	case DW_CFA_register:
		reg = ij_cursor_uleb(code);
		reg_from(m, reg, ij_cursor_uleb(code));
		return true;
	case DW_CFA_offset_extended:
		reg = ij_cursor_uleb(code);
		reg_set(m, reg, IJ_MAP_OFFSET, unsigned_factored(m));
		return true;
	case DW_CFA_offset_extended_sf:
		reg = ij_cursor_uleb(code);
		reg_set(m, reg, IJ_MAP_OFFSET, signed_factored(m));
		return true;
	case DW_CFA_GNU_negative_offset_extended:
		reg = ij_cursor_uleb(code);
		value = unsigned_factored(m);
		if (value == INT32_MIN)
			m->good = false;
		else
			reg_set(m, reg, IJ_MAP_OFFSET, -value);
		return true;
	case DW_CFA_val_offset:
		reg = ij_cursor_uleb(code);
		reg_set(m, reg, IJ_MAP_VAL_OFFSET, unsigned_factored(m));
		return true;
	case DW_CFA_val_offset_sf:
		reg = ij_cursor_uleb(code);
		reg_set(m, reg, IJ_MAP_VAL_OFFSET, signed_factored(m));
		return true;
	case DW_CFA_expression:
	case DW_CFA_val_expression:
		reg = ij_cursor_uleb(code);
		*err = block(m, &value);
		reg_set(m, reg, op == DW_CFA_expression ? IJ_MAP_EXPR : IJ_MAP_VAL_EXPR, value);
		return true;
	default:
		return false;
	}
}

/* The three instructions that have their operand in the opcode; false if @op is none. */
static bool run_primary(struct machine *m, uint8_t op, struct ij_error **err)
{
	switch (op & 0xc0) {
	case DW_CFA_advance_loc:
		*err = advance(m, op & 0x3f);
		return true;
	case DW_CFA_offset:
		reg_set(m, op & 0x3f, IJ_MAP_OFFSET, unsigned_factored(m));
		return true;
	case DW_CFA_restore:
		reg_restore(m, op & 0x3f);
		return true;
	default:
		return false;
	}
}

/* The instructions that move, remember, or do nothing. */
static struct ij_error *run_other(struct machine *m, uint8_t op)
{
	struct ij_cfi_run *run = m->run;

	switch (op) {
	case DW_CFA_nop:
		return NULL;
	case DW_CFA_advance_loc1:
		return advance(m, ij_cursor_u8(&run->code));
	case DW_CFA_advance_loc2:
		return advance(m, ij_cursor_u16(&run->code));
	case DW_CFA_advance_loc4:
		return advance(m, ij_cursor_u32(&run->code));
	case DW_CFA_set_loc:
		return go_to(m,
			     ij_cfi_pointer(&run->code, run->cie->pointer_enc, run->code_vaddr, 0) -
				     run->base);
	case DW_CFA_remember_state:
		remember(m);
		return NULL;
	case DW_CFA_restore_state:
		recall(m);
		return NULL;
	case DW_CFA_GNU_args_size: /* matters only while an exception is thrown */
		(void)ij_cursor_uleb(&run->code);
		return NULL;
	default:
		m->good = false;
		return NULL;
	}
}

struct ij_error *ij_cfi_run(struct ij_cfi_run *run, bool *good_ret)
{
	struct machine m; /* not initialised as a whole: it is large, and this runs for each FDE */

	m.run = run;
	m.remembered_len = 0;
	m.good = true;
	while (m.good && ij_cursor_left(&run->code)) {
		uint8_t op = ij_cursor_u8(&run->code);
		struct ij_error *err = NULL;

		if (!run_primary(&m, op, &err) && !run_cfa(&m, op, &err) && !run_reg(&m, op, &err))
			err = run_other(&m, op);
		if (err)
			return err;
	}
	*good_ret = m.good && !run->code.failed;
	return *good_ret ? flush(&m) : NULL;
}
