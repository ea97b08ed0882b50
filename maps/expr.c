/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interpreter of the DWARF expressions that call frame information uses (DWARF 5, 2.5.1). */
#include "maps/expr.h"

#include "base/cursor.h"
#include "maps/dwarf.h"

struct machine {
	struct ij_cursor code;
	const struct ij_unwind_regs *regs;
	struct ij_mem *mem;
	uint64_t stack[IJ_EXPR_STACK_MAX];
	unsigned len;
	enum ij_expr_end end; /* sticky; OK while running */
};

static void fail(struct machine *m, enum ij_expr_end end)
{
	if (m->end == IJ_EXPR_OK)
		m->end = end;
}

static void push(struct machine *m, uint64_t value)
{
	if (m->len == IJ_EXPR_STACK_MAX)
		fail(m, IJ_EXPR_BAD);
	else
		m->stack[m->len++] = value;
}

static uint64_t pop(struct machine *m)
{
	if (!m->len) {
		fail(m, IJ_EXPR_BAD);
		return 0;
	}
	return m->stack[--m->len];
}

/* Push a copy of the item @idx below the top. */
static void pick(struct machine *m, unsigned idx)
{
	if (idx >= m->len)
		fail(m, IJ_EXPR_BAD);
	else
		push(m, m->stack[m->len - 1 - idx]);
}

static void push_reg(struct machine *m, uint64_t reg, int64_t off)
{
	if (reg >= IJ_MAP_REGS)
		fail(m, IJ_EXPR_BAD);
	else if (!(m->regs->known >> reg & 1))
		fail(m, IJ_EXPR_UNKNOWN);
	else
		push(m, m->regs->value[reg] + (uint64_t)off);
}

static void deref(struct machine *m, size_t size)
{
	ij_addr addr = pop(m);
	uint64_t value = 0;
	struct ij_error *err;

	if (size != 1 && size != 2 && size != 4 && size != 8)
		fail(m, IJ_EXPR_BAD);
	if (m->end != IJ_EXPR_OK)
		return;
	err = ij_mem_read(m->mem, addr, &value, size);
	if (err) {
		ij_error_free(err);
		fail(m, IJ_EXPR_FAULT);
		return;
	}
	push(m, value);
}

/* DW_OP_skip and DW_OP_bra: 2-byte signed offset from the end of the operation. */
static void jump(struct machine *m, bool taken)
{
	int16_t off = (int16_t)ij_cursor_u16(&m->code);
	int64_t to = (int64_t)ij_cursor_off(&m->code) + off;

	if (!taken)
		return;
	if (to < 0)
		fail(m, IJ_EXPR_BAD);
	else
		ij_cursor_seek(&m->code, (uint64_t)to);
}

/* Rotate the first three items: the top becomes the third. */
static void rot(struct machine *m)
{
	uint64_t first = pop(m), second = pop(m), third = pop(m);

	push(m, first);
	push(m, third);
	push(m, second);
}

static uint64_t shift(uint8_t op, uint64_t value, uint64_t count)
{
	if (op == DW_OP_shra)
		return (uint64_t)((int64_t)value >> (count > 63 ? 63 : count));
	if (count > 63)
		return 0;
	return op == DW_OP_shl ? value << count : value >> count;
}

static bool is_binary(uint8_t op)
{
	switch (op) {
	case DW_OP_and:
	case DW_OP_div ... DW_OP_mul:
	case DW_OP_or ... DW_OP_plus:
	case DW_OP_shl ... DW_OP_xor:
	case DW_OP_eq ... DW_OP_ne:
		return true;
	default:
		return false;
	}
}

/* Comparisons and division are signed (DWARF 5, 2.5.1.4 and 2.5.1.5). */
static uint64_t binary(uint8_t op, uint64_t a, uint64_t b, struct machine *m)
{
	int64_t sa = (int64_t)a, sb = (int64_t)b;

	switch (op) {
	case DW_OP_and:
		return a & b;
	case DW_OP_or:
		return a | b;
	case DW_OP_xor:
		return a ^ b;
	case DW_OP_plus:
		return a + b;
	case DW_OP_minus:
		return a - b;
	case DW_OP_mul:
		return a * b;
	case DW_OP_div:
	case DW_OP_mod:
		if (!b) {
			fail(m, IJ_EXPR_BAD);
			return 0;
		}
		if (op == DW_OP_mod)
			return a % b;
		return sb == -1 ? -a : (uint64_t)(sa / sb); /* INT64_MIN / -1 wraps */
	case DW_OP_eq:
		return a == b;
	case DW_OP_ne:
		return a != b;
	case DW_OP_ge:
		return sa >= sb;
	case DW_OP_gt:
		return sa > sb;
	case DW_OP_le:
		return sa <= sb;
	case DW_OP_lt:
		return sa < sb;
	default:
		return shift(op, a, b);
	}
}

/* Operations that push a constant; false if @op is none. */
static bool constant(uint8_t op, struct machine *m)
{
	struct ij_cursor *code = &m->code;

	switch (op) {
	case DW_OP_const1u:
		push(m, ij_cursor_u8(code));
		return true;
	case DW_OP_const1s:
		push(m, (uint64_t)(int8_t)ij_cursor_u8(code));
		return true;
	case DW_OP_const2u:
		push(m, ij_cursor_u16(code));
		return true;
	case DW_OP_const2s:
		push(m, (uint64_t)(int16_t)ij_cursor_u16(code));
		return true;
	case DW_OP_const4u:
		push(m, ij_cursor_u32(code));
		return true;
	case DW_OP_const4s:
		push(m, (uint64_t)(int32_t)ij_cursor_u32(code));
		return true;
	case DW_OP_const8u:
	case DW_OP_const8s:
		push(m, ij_cursor_u64(code));
		return true;
	case DW_OP_constu:
		push(m, ij_cursor_uleb(code));
		return true;
	case DW_OP_consts:
		push(m, (uint64_t)ij_cursor_sleb(code));
		return true;
	default:
		if (op < DW_OP_lit0 || op > DW_OP_lit31)
			return false;
		push(m, op - DW_OP_lit0);
		return true;
	}
}

/* Operations on the stack itself, on one operand, on registers, memory and control. */
static void other(uint8_t op, struct machine *m)
{
	struct ij_cursor *code = &m->code;
	uint64_t value;

	switch (op) {
	case DW_OP_nop:
		return;
	case DW_OP_dup:
		pick(m, 0);
		return;
	case DW_OP_drop:
		pop(m);
		return;
	case DW_OP_over:
		pick(m, 1);
		return;
	case DW_OP_pick:
		pick(m, ij_cursor_u8(code));
		return;
	case DW_OP_swap:
		value = pop(m);
		pick(m, 0);
		if (m->len >= 2)
			m->stack[m->len - 2] = value;
		return;
	case DW_OP_rot:
		rot(m);
		return;
	case DW_OP_abs:
		value = pop(m);
		push(m, (int64_t)value < 0 ? -value : value);
		return;
	case DW_OP_neg:
		push(m, -pop(m));
		return;
	case DW_OP_not:
		push(m, ~pop(m));
		return;
	case DW_OP_plus_uconst:
		value = pop(m);
		push(m, value + ij_cursor_uleb(code));
		return;
	case DW_OP_deref:
		deref(m, 8);
		return;
	case DW_OP_deref_size:
		deref(m, ij_cursor_u8(code));
		return;
	case DW_OP_skip:
		jump(m, true);
		return;
	case DW_OP_bra:
		jump(m, pop(m));
		return;
	case DW_OP_bregx:
		value = ij_cursor_uleb(code);
		push_reg(m, value, ij_cursor_sleb(code));
		return;
	default:
		if (op >= DW_OP_breg0 && op <= DW_OP_breg31)
			push_reg(m, op - DW_OP_breg0, ij_cursor_sleb(code));
		else
			fail(m, IJ_EXPR_BAD);
	}
}

enum ij_expr_end ij_expr_eval(const uint8_t *bytes, size_t size, const struct ij_unwind_regs *regs,
			      struct ij_mem *mem, const uint64_t *initial, uint64_t *ret)
{
	struct machine m = {
		.code = ij_cursor_make(bytes, size, "expression"),
		.regs = regs,
		.mem = mem,
	};

	if (initial)
		push(&m, *initial);
	for (unsigned steps = 0; m.end == IJ_EXPR_OK && ij_cursor_left(&m.code); steps++) {
		uint8_t op = ij_cursor_u8(&m.code);

		if (steps == IJ_EXPR_STEPS_MAX) {
			fail(&m, IJ_EXPR_BAD);
		} else if (is_binary(op)) {
			uint64_t b = pop(&m), a = pop(&m);

			push(&m, binary(op, a, b, &m));
		} else if (!constant(op, &m)) {
			other(op, &m);
		}
	}
	if (m.code.failed || !m.len)
		fail(&m, IJ_EXPR_BAD);
	if (m.end == IJ_EXPR_OK)
		*ret = m.stack[m.len - 1];
	return m.end;
}

bool ij_map_expr_get(const struct ij_map *map, int32_t off, const uint8_t **bytes_ret,
		     size_t *size_ret)
{
	struct ij_cursor cur = ij_cursor_make(map->exprs, map->header->exprs_size, "expressions");
	uint64_t size;
	const uint8_t *bytes;

	if (off < 0)
		return false;
	ij_cursor_seek(&cur, (uint64_t)off);
	size = ij_cursor_uleb(&cur);
	bytes = ij_cursor_bytes(&cur, size);
	if (cur.failed)
		return false;
	*bytes_ret = bytes;
	*size_ret = (size_t)size;
	return true;
}
