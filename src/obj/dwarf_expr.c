/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Location descriptions evaluated over a frame (DWARF 5, 2.5 and 2.6). */
#include "obj/dwarf_expr.h"

#include <string.h>

#include "obj/dwarf_internal.h"
#include "obj/dwarf_stack.h"

enum { /* DWARF 5, 7.8 */
       ATE_float = 0x04,
       ATE_signed = 0x05,
       ATE_signed_char = 0x06,
};

enum { STEPS_MAX = 4096 }; /* operations of one expression, which may loop */

struct machine {
	struct ij_dwarf *dwarf;
	const struct ij_dwarf_unit *unit;
	const struct ij_dwarf_frame *frame;
	struct ij_dwarf_span base;
	struct ij_cursor cur;
	struct ij_dwarf_stack stack;
	struct ij_dwarf_piece at; /* of what is no memory; kind MEMORY: the top of the stack */
	bool is_base;             /* the frame base is being found: it must not ask for itself */
};

static struct ij_error *malformed(const char *what)
{
	return ij_error_new(BADDATA, "a location of the debug information is malformed: %s", what);
}

static struct ij_error *reg_number(struct machine *m, unsigned reg, uint64_t *ret)
{
	*ret = 0;
	return m->frame->reg(m->frame->ctx, reg, ret, sizeof(*ret));
}

static struct ij_error *push_breg(struct machine *m, uint64_t reg)
{
	int64_t off = ij_cursor_sleb(&m->cur);
	uint64_t value;

	IJ_TRY(reg_number(m, reg > UINT32_MAX ? UINT32_MAX : (unsigned)reg, &value));
	ij_dwarf_push_u(&m->stack, value + (uint64_t)off);
	return NULL;
}

static struct ij_error *push_fbreg(struct machine *m)
{
	int64_t off = ij_cursor_sleb(&m->cur);
	uint64_t base;

	if (m->is_base)
		return malformed("a frame base refers to itself");
	IJ_TRY(ij_dwarf_number(m->dwarf, m->unit, m->frame, (struct ij_dwarf_span){.bytes = NULL},
			       m->base, &base));
	ij_dwarf_push_u(&m->stack, base + (uint64_t)off);
	return NULL;
}

static struct ij_error *deref(struct machine *m, struct ij_dwarf_type type)
{
	struct ij_dwarf_number addr = ij_dwarf_pop(&m->stack);
	uint64_t bits = 0;

	if (!type.size || type.size > sizeof(bits))
		return malformed("memory is read in an absurd size");
	IJ_TRY(m->frame->read(m->frame->ctx, addr.bits, &bits, type.size));
	ij_dwarf_push(&m->stack, type, bits);
	return NULL;
}

/* The base type that an operation names by its offset in the unit; 0 is the generic one. */
static struct ij_error *type_read(struct machine *m, struct ij_dwarf_type *ret)
{
	uint64_t off = ij_cursor_uleb(&m->cur);
	struct ij_dwarf_die die;

	*ret = (struct ij_dwarf_type){IJ_DWARF_GENERIC, 8};
	if (!off)
		return NULL;
	if (off > m->unit->end - m->unit->off ||
	    !ij_dwarf_die_read(m->dwarf, m->unit, m->unit->off + off, &die) ||
	    die.tag != DW_TAG_base_type)
		return malformed("no base type is where it says");
	ret->sort = die.encoding.u == ATE_float ? IJ_DWARF_FLOAT
		    : die.encoding.u == ATE_signed || die.encoding.u == ATE_signed_char
			    ? IJ_DWARF_SIGNED
			    : IJ_DWARF_UNSIGNED;
	if (!die.byte_size.u || die.byte_size.u > 8 ||
	    (ret->sort == IJ_DWARF_FLOAT && die.byte_size.u != 4 && die.byte_size.u != 8))
		return ij_error_new(UNSUPPORTED, "a location computes with a type of %llu bytes",
				    (unsigned long long)die.byte_size.u);
	ret->size = (uint8_t)die.byte_size.u;
	return NULL;
}

static struct ij_error *typed(struct machine *m, unsigned op)
{
	struct ij_dwarf_type type;
	uint64_t bits = 0, size, reg = 0;
	const void *bytes;

	if (op == DW_OP_regval_type || op == DW_OP_GNU_regval_type)
		reg = ij_cursor_uleb(&m->cur);
	size = op == DW_OP_deref_type || op == DW_OP_GNU_deref_type ? ij_cursor_u8(&m->cur) : 0;
	IJ_TRY(type_read(m, &type));
	switch (op) {
	case DW_OP_convert:
	case DW_OP_GNU_convert:
		ij_dwarf_convert(&m->stack, type, false);
		return NULL;
	case DW_OP_reinterpret:
	case DW_OP_GNU_reinterpret:
		ij_dwarf_convert(&m->stack, type, true);
		return NULL;
	case DW_OP_deref_type:
	case DW_OP_GNU_deref_type:
		return size == type.size
			       ? deref(m, type)
			       : malformed("memory is read in another size than its type");
	case DW_OP_regval_type:
	case DW_OP_GNU_regval_type:
		IJ_TRY(reg_number(m, reg > UINT32_MAX ? UINT32_MAX : (unsigned)reg, &bits));
		break;
	default:
		size = ij_cursor_u8(&m->cur);
		bytes = ij_cursor_bytes(&m->cur, size);
		if (bytes)
			memcpy(&bits, bytes, size < sizeof(bits) ? size : sizeof(bits));
		break;
	}
	ij_dwarf_push(&m->stack, type, bits);
	return NULL;
}

static bool is_tls(unsigned op)
{
	return op == DW_OP_form_tls_address || op == DW_OP_GNU_push_tls_address;
}

/* Numbers that stand in the expression, or that it has an index of. */
static bool constant(struct machine *m, unsigned op)
{
	uint64_t value = 0;

	if (op >= DW_OP_lit0 && op <= DW_OP_lit31)
		value = op - DW_OP_lit0;
	else
		switch (op) {
		case DW_OP_addr:
			value = ij_cursor_u64(&m->cur);
			/* Of a thread-local variable it is an offset. */
			if (!ij_cursor_left(&m->cur) || !is_tls(*m->cur.pos))
				value += m->frame->bias;
			break;
		case DW_OP_const1u:
			value = ij_cursor_u8(&m->cur);
			break;
		case DW_OP_const1s:
			value = (uint64_t)(int8_t)ij_cursor_u8(&m->cur);
			break;
		case DW_OP_const2u:
			value = ij_cursor_u16(&m->cur);
			break;
		case DW_OP_const2s:
			value = (uint64_t)(int16_t)ij_cursor_u16(&m->cur);
			break;
		case DW_OP_const4u:
			value = ij_cursor_u32(&m->cur);
			break;
		case DW_OP_const4s:
			value = (uint64_t)(int32_t)ij_cursor_u32(&m->cur);
			break;
		case DW_OP_const8u:
		case DW_OP_const8s:
			value = ij_cursor_u64(&m->cur);
			break;
		case DW_OP_constu:
			value = ij_cursor_uleb(&m->cur);
			break;
		case DW_OP_consts:
			value = (uint64_t)ij_cursor_sleb(&m->cur);
			break;
		case DW_OP_addrx:
		case DW_OP_GNU_addr_index:
		case DW_OP_constx:
		case DW_OP_GNU_const_index:
			if (!ij_dwarf_addr_at(m->dwarf, m->unit, ij_cursor_uleb(&m->cur), &value))
				m->cur.failed = true;
			if (op == DW_OP_addrx || op == DW_OP_GNU_addr_index)
				value += m->frame->bias;
			break;
		default:
			return false;
		}
	ij_dwarf_push_u(&m->stack, value);
	return true;
}

static struct ij_error *pick(struct machine *m)
{
	unsigned back = ij_cursor_u8(&m->cur);

	if (back >= m->stack.len)
		return malformed("it picks what is not there");
	ij_dwarf_push(&m->stack, m->stack.list[m->stack.len - 1 - back].type,
		      m->stack.list[m->stack.len - 1 - back].bits);
	return NULL;
}

static struct ij_error *tls_address(struct machine *m)
{
	struct ij_dwarf_number off = ij_dwarf_pop(&m->stack);
	ij_addr addr;

	if (!m->frame->tls)
		return ij_error_new(NOTFOUND, "thread-local variables are not known here");
	IJ_TRY(m->frame->tls(m->frame->ctx, off.bits, &addr));
	ij_dwarf_push_u(&m->stack, addr);
	return NULL;
}

static struct ij_error *entry_value(struct machine *m)
{
	uint64_t size = ij_cursor_uleb(&m->cur), value;
	const uint8_t *bytes = ij_cursor_bytes(&m->cur, size);

	if (!bytes)
		return NULL;
	if (!m->frame->entry)
		return ij_error_new(NOTFOUND, "values at the function's entry are not known here");
	IJ_TRY(m->frame->entry(m->frame->ctx,
			       (struct ij_dwarf_span){.bytes = bytes, .size = (size_t)size},
			       &value));
	ij_dwarf_push_u(&m->stack, value);
	return NULL;
}

static void jump(struct machine *m, unsigned op)
{
	int16_t by = (int16_t)ij_cursor_u16(&m->cur);

	if (op == DW_OP_bra && !ij_dwarf_pop(&m->stack).bits)
		return;
	ij_cursor_seek(&m->cur, ij_cursor_off(&m->cur) + (uint64_t)(int64_t)by);
}

/* Operations that push an address or a number from the frame. */
static struct ij_error *of_frame(struct machine *m, unsigned op, bool *known)
{
	uint64_t addr;

	*known = true;
	if (op >= DW_OP_breg0 && op <= DW_OP_breg31)
		return push_breg(m, op - DW_OP_breg0);
	switch (op) {
	case DW_OP_bregx:
		return push_breg(m, ij_cursor_uleb(&m->cur));
	case DW_OP_fbreg:
		return push_fbreg(m);
	case DW_OP_call_frame_cfa:
		IJ_TRY(m->frame->cfa(m->frame->ctx, &addr));
		ij_dwarf_push_u(&m->stack, addr);
		return NULL;
	case DW_OP_deref:
		return deref(m, (struct ij_dwarf_type){IJ_DWARF_GENERIC, 8});
	case DW_OP_deref_size:
		addr = ij_cursor_u8(&m->cur);
		IJ_TRY(deref(m, (struct ij_dwarf_type){IJ_DWARF_GENERIC, (uint8_t)addr}));
		m->stack.list[m->stack.len - 1].type.size = 8;
		return NULL;
	case DW_OP_form_tls_address:
	case DW_OP_GNU_push_tls_address:
		return tls_address(m);
	case DW_OP_entry_value:
	case DW_OP_GNU_entry_value:
		return entry_value(m);
	case DW_OP_pick:
		return pick(m);
	default:
		*known = false;
		return NULL;
	}
}

/* What says that the object is not in memory. */
static bool place(struct machine *m, unsigned op)
{
	uint64_t size;

	if (op >= DW_OP_reg0 && op <= DW_OP_reg31) {
		m->at = (struct ij_dwarf_piece){.kind = IJ_DWARF_REGISTER, .reg = op - DW_OP_reg0};
		return true;
	}
	switch (op) {
	case DW_OP_regx:
		size = ij_cursor_uleb(&m->cur);
		m->at = (struct ij_dwarf_piece){.kind = IJ_DWARF_REGISTER,
						.reg = size > UINT32_MAX ? UINT32_MAX
									 : (unsigned)size};
		return true;
	case DW_OP_stack_value:
		m->at = (struct ij_dwarf_piece){.kind = IJ_DWARF_BYTES};
		m->at.value = ij_dwarf_pop(&m->stack).bits;
		return true;
	case DW_OP_implicit_value:
		size = ij_cursor_uleb(&m->cur);
		m->at = (struct ij_dwarf_piece){
			.kind = IJ_DWARF_BYTES,
			.block = {.bytes = ij_cursor_bytes(&m->cur, size), .size = (size_t)size},
		};
		return true;
	case DW_OP_implicit_pointer:
	case DW_OP_GNU_implicit_pointer:
		(void)ij_dwarf_offset(&m->cur, m->unit->wide || m->unit->version < 3);
		(void)ij_cursor_sleb(&m->cur);
		m->at = (struct ij_dwarf_piece){.kind = IJ_DWARF_SYNTHETIC};
		return true;
	default:
		return false;
	}
}

static struct ij_error *step(struct machine *m)
{
	unsigned op = ij_cursor_u8(&m->cur);
	bool known;

	if (place(m, op) || constant(m, op) || ij_dwarf_operate(&m->stack, op))
		return NULL;
	IJ_TRY(of_frame(m, op, &known));
	if (known)
		return NULL;
	switch (op) {
	case DW_OP_plus_uconst:
		ij_dwarf_push_u(&m->stack, ij_cursor_uleb(&m->cur));
		(void)ij_dwarf_operate(&m->stack, DW_OP_plus);
		return NULL;
	case DW_OP_bra:
	case DW_OP_skip:
		jump(m, op);
		return NULL;
	case DW_OP_const_type:
	case DW_OP_regval_type:
	case DW_OP_deref_type:
	case DW_OP_convert:
	case DW_OP_reinterpret:
	case DW_OP_GNU_const_type:
	case DW_OP_GNU_regval_type:
	case DW_OP_GNU_deref_type:
	case DW_OP_GNU_convert:
	case DW_OP_GNU_reinterpret:
		return typed(m, op);
	case DW_OP_nop:
	case DW_OP_GNU_uninit:
		return NULL;
	case DW_OP_GNU_parameter_ref:
		return ij_error_new(NOTFOUND, "what a parameter was is not known here");
	default:
		return ij_error_new(UNSUPPORTED,
				    "operation 0x%02x in a location of the debug information", op);
	}
}

/* Up to the next piece, or the end. @piece: 0: the end. */
static struct ij_error *run(struct machine *m, unsigned *left, unsigned *piece)
{
	*piece = 0;
	m->at = (struct ij_dwarf_piece){.kind = IJ_DWARF_MEMORY};
	while (ij_cursor_left(&m->cur) && !m->cur.failed && !m->stack.failed) {
		unsigned op = *m->cur.pos;

		if (!(*left)--)
			return ij_error_new(LIMIT,
					    "a location of the debug information does not end");
		if (op == DW_OP_piece || op == DW_OP_bit_piece) {
			*piece = ij_cursor_u8(&m->cur);
			break;
		}
		IJ_TRY(step(m));
	}
	return m->cur.failed     ? malformed("it is cut off")
	       : m->stack.failed ? malformed("its stack is too small or too large")
				 : NULL;
}

/* Where the operations up to here led. @had: bytes of them; none: nowhere. */
static struct ij_dwarf_piece arrived(struct machine *m, bool had)
{
	struct ij_dwarf_piece piece = m->at;

	if (piece.kind != IJ_DWARF_MEMORY)
		return piece;
	if (!had || !m->stack.len)
		return (struct ij_dwarf_piece){.kind = IJ_DWARF_LOST};
	piece.addr = ij_dwarf_pop(&m->stack).bits;
	return piece;
}

struct ij_error *ij_dwarf_locate(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
				 const struct ij_dwarf_frame *frame, struct ij_dwarf_span base,
				 struct ij_dwarf_span expr, struct ij_dwarf_where *ret)
{
	struct machine m = {.dwarf = dwarf,
			    .unit = unit,
			    .frame = frame,
			    .base = base,
			    .cur = ij_cursor_make(expr.bytes, expr.size, "a location")};
	unsigned left = STEPS_MAX, op;

	ret->len = 0;
	while (ij_cursor_left(&m.cur)) {
		const uint8_t *start = m.cur.pos;
		struct ij_dwarf_piece piece;
		struct ij_error *err = run(&m, &left, &op);

		/* What is not known in this frame is as good as optimised out. */
		if (err && err->code == IJ_ERR_NOTFOUND) {
			ij_error_free(err);
			ret->len = 0;
			return NULL;
		}
		IJ_TRY(err);
		piece = arrived(&m, m.cur.pos - start > (op ? 1 : 0));
		if (op) {
			piece.size = ij_cursor_uleb(&m.cur);
			if (piece.size > UINT32_MAX)
				return malformed("a piece is absurdly large");
			if (op == DW_OP_piece)
				piece.size *= 8;
			else
				piece.off = ij_cursor_uleb(&m.cur);
			if (m.cur.failed || !piece.size || piece.off > 8ull * UINT32_MAX)
				return malformed("a piece has no size");
		} else if (ret->len) {
			return malformed("something stands behind its last piece");
		}
		if (ret->len == IJ_DWARF_PIECES_MAX)
			return ij_error_new(LIMIT, "an object lies in over %d pieces",
					    IJ_DWARF_PIECES_MAX);
		ret->pieces[ret->len++] = piece;
	}
	return NULL;
}

struct ij_error *ij_dwarf_number(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
				 const struct ij_dwarf_frame *frame, struct ij_dwarf_span base,
				 struct ij_dwarf_span expr, uint64_t *ret)
{
	struct machine m = {.dwarf = dwarf,
			    .unit = unit,
			    .frame = frame,
			    .base = base,
			    .cur = ij_cursor_make(expr.bytes, expr.size, "a value"),
			    .is_base = !base.size};
	unsigned left = STEPS_MAX, op;

	if (!expr.size)
		return ij_error_new(NOTFOUND, "a frame has no base");
	IJ_TRY(run(&m, &left, &op));
	/* A register as a frame base means what is in it. */
	if (!op && m.at.kind == IJ_DWARF_REGISTER)
		return reg_number(&m, m.at.reg, ret);
	if (!op && m.at.kind == IJ_DWARF_BYTES && !m.at.block.bytes) {
		*ret = m.at.value;
		return NULL;
	}
	if (op || m.at.kind != IJ_DWARF_MEMORY || !m.stack.len)
		return malformed("it is no number");
	*ret = ij_dwarf_pop(&m.stack).bits;
	return NULL;
}
