/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Location descriptions in words, as gdb has them (gdb/dwarf2/loc.c, locexpr_describe_location and
 * loclist_describe_location). */
#include "obj/dwarf_words.h"

#include <string.h>

#include "arch/regs.h"
#include "obj/dwarf_internal.h"

enum { NESTED_MAX = 4 };

static const struct op {
	const char *name, *operands;
	uint8_t code;
} ops[] = {
#define IJ_OP(name, code, operands) {#name, operands, code},
#include "obj/dwarf_ops.def"
#undef IJ_OP
};

static const struct op *op_of(uint8_t code)
{
	for (size_t i = 0; i < IJ_COUNT(ops); i++)
		if (ops[i].code == code)
			return &ops[i];
	return NULL;
}

static const char *register_name(uint64_t number)
{
	const char *name = number < UINT32_MAX ? ij_regs_dwarf_name((unsigned)number) : NULL;

	return name ? name : "?";
}

static bool is_range(uint8_t op, uint8_t first)
{
	return op >= first && op <= first + 31;
}

static bool is_piece(uint8_t op)
{
	return op == DW_OP_piece || op == DW_OP_bit_piece;
}

/* Is that all of this piece? */
static bool ends(const struct ij_cursor *cur)
{
	return !ij_cursor_left(cur) || is_piece(*cur->pos);
}

/* ---- What is simple ---- */

static bool is_tls(struct ij_cursor *cur)
{
	const uint8_t op = ij_cursor_u8(cur);

	return !cur->failed && (op == DW_OP_GNU_push_tls_address || op == DW_OP_form_tls_address) &&
	       ends(cur);
}

/* "a variable at frame base reg $rbp offset 16+-20": where the frame base is a register. */
static bool tell_frame(const struct ij_dwarf_words *words, struct ij_cursor *cur,
		       struct ij_strbuf *out)
{
	struct ij_cursor base =
		ij_cursor_make(words->frame_base.bytes, words->frame_base.size, "a frame base");
	const uint8_t op = ij_cursor_u8(&base);
	const int64_t off = ij_cursor_sleb(cur);
	int64_t base_off = 0;

	if (is_range(op, DW_OP_breg0))
		base_off = ij_cursor_sleb(&base);
	else if (!is_range(op, DW_OP_reg0))
		return false;
	if (base.failed || cur->failed)
		return false;
	ij_strbuf_printf(
		out, "a variable at frame base reg $%s offset %lld+%lld",
		register_name(op - (unsigned)(op >= DW_OP_breg0 ? DW_OP_breg0 : DW_OP_reg0)),
		(long long)base_off, (long long)off);
	return true;
}

static bool tell_tls(const struct ij_dwarf_words *words, uint64_t off, struct ij_cursor *cur,
		     struct ij_strbuf *out)
{
	if (!is_tls(cur))
		return false;
	ij_strbuf_printf(out,
			 "a thread-local variable at offset 0x%llx in the thread-local storage for "
			 "`%s'",
			 (unsigned long long)off, words->module);
	return true;
}

/* A piece that can be told of without its operations; false: it cannot, and @cur has not moved. */
static bool tell_simple(const struct ij_dwarf_words *words, struct ij_cursor *cur,
			struct ij_strbuf *out)
{
	struct ij_cursor at = *cur;
	const uint8_t op = ij_cursor_u8(&at);
	bool told = false;
	int64_t off;

	if (is_range(op, DW_OP_reg0)) {
		ij_strbuf_printf(out, "a variable in $%s", register_name(op - DW_OP_reg0));
		told = true;
	} else if (op == DW_OP_regx) {
		ij_strbuf_printf(out, "a variable in $%s", register_name(ij_cursor_uleb(&at)));
		told = true;
	} else if (op == DW_OP_fbreg) {
		told = tell_frame(words, &at, out);
	} else if (is_range(op, DW_OP_breg0)) {
		off = ij_cursor_sleb(&at);
		told = !at.failed && ends(&at);
		if (told)
			ij_strbuf_printf(out, "a variable at offset %lld from base reg $%s",
					 (long long)off, register_name(op - DW_OP_breg0));
	} else if (op == DW_OP_addr || op == DW_OP_const8u) {
		told = tell_tls(words, ij_cursor_u64(&at), &at, out);
	} else if (op == DW_OP_const4u) {
		told = tell_tls(words, ij_cursor_u32(&at), &at, out);
	} else if (is_range(op, DW_OP_lit0)) {
		told = ij_cursor_u8(&at) == DW_OP_stack_value && ends(&at);
		if (told)
			ij_strbuf_printf(out, "the constant %u", op - DW_OP_lit0);
	}
	if (told)
		*cur = at;
	return told;
}

/* ---- Operation by operation ---- */

static struct ij_error *tell_ops(const struct ij_dwarf_words *words, struct ij_cursor *cur,
				 const uint8_t *base, unsigned indent, struct ij_strbuf *out);

/* Of DW_OP_entry_value: the operations that it is of. */
static struct ij_error *tell_nested(const struct ij_dwarf_words *words, struct ij_cursor *cur,
				    const uint8_t *base, unsigned indent, struct ij_strbuf *out)
{
	const uint64_t size = ij_cursor_uleb(cur);
	const uint8_t *bytes = ij_cursor_bytes(cur, size);
	struct ij_cursor inner;

	if (!bytes || indent >= 2 * NESTED_MAX)
		return ij_error_new(BADDATA, "an entry value is malformed");
	inner = ij_cursor_make(bytes, (size_t)size, "an entry value");
	ij_strbuf_puts(out, "\n");
	return tell_ops(words, &inner, base, indent + 2, out);
}

static void tell_operand(const struct ij_dwarf_words *words, char letter, struct ij_cursor *cur,
			 const uint8_t *base, struct ij_strbuf *out)
{
	uint64_t value = 0, number;

	switch (letter) {
	case 'a':
		ij_strbuf_printf(out, " 0x%llx", (unsigned long long)ij_cursor_u64(cur));
		return;
	case 'x':
		(void)ij_dwarf_addr_at(words->dwarf, words->unit, ij_cursor_uleb(cur), &value);
		ij_strbuf_printf(out, " 0x%llx", (unsigned long long)value);
		return;
	case 'n':
		value = ij_cursor_uleb(cur);
		ij_strbuf_printf(out, " %llu", (unsigned long long)value);
		ij_cursor_skip(cur, value);
		return;
	case 'r':
		number = ij_cursor_uleb(cur);
		ij_strbuf_printf(out, " %llu [$%s]", (unsigned long long)number,
				 register_name(number));
		return;
	case 't':
		value = (uint64_t)(int64_t)(int16_t)ij_cursor_u16(cur);
		ij_strbuf_printf(out, " to %lld", (long long)(cur->pos - base) + (long long)value);
		return;
	case '1':
		value = ij_cursor_u8(cur);
		break;
	case '2':
		value = ij_cursor_u16(cur);
		break;
	case '4':
		value = ij_cursor_u32(cur);
		break;
	case '8':
		value = ij_cursor_u64(cur);
		break;
	case 'u':
		value = ij_cursor_uleb(cur);
		break;
	default:
		ij_strbuf_printf(out, " %lld",
				 (long long)(letter == 'b'   ? (int8_t)ij_cursor_u8(cur)
					     : letter == 'h' ? (int16_t)ij_cursor_u16(cur)
					     : letter == 'w' ? (int32_t)ij_cursor_u32(cur)
					     : letter == 'g' ? (int64_t)ij_cursor_u64(cur)
							     : ij_cursor_sleb(cur)));
		return;
	}
	ij_strbuf_printf(out, " %llu", (unsigned long long)value);
}

/* One operation, without its line break. */
static struct ij_error *tell_op(const struct ij_dwarf_words *words, struct ij_cursor *cur,
				const uint8_t *base, unsigned indent, struct ij_strbuf *out)
{
	const long long at = cur->pos - base;
	const uint8_t code = ij_cursor_u8(cur);
	const struct op *op = op_of(code);

	ij_strbuf_printf(out, "  %*lld: DW_OP_", (int)indent + 4, at);
	if (is_range(code, DW_OP_lit0)) {
		ij_strbuf_printf(out, "lit%u", code - DW_OP_lit0);
	} else if (is_range(code, DW_OP_reg0)) {
		ij_strbuf_printf(out, "reg%u [$%s]", code - DW_OP_reg0,
				 register_name(code - DW_OP_reg0));
	} else if (is_range(code, DW_OP_breg0)) {
		ij_strbuf_printf(out, "breg%u %lld [$%s]", code - DW_OP_breg0,
				 (long long)ij_cursor_sleb(cur), register_name(code - DW_OP_breg0));
	} else if (code == DW_OP_bregx) {
		const uint64_t number = ij_cursor_uleb(cur);

		ij_strbuf_printf(out, "bregx register %llu [$%s] offset %lld",
				 (unsigned long long)number, register_name(number),
				 (long long)ij_cursor_sleb(cur));
	} else if (!op) {
		return ij_error_new(UNSUPPORTED, "Unrecognized DWARF opcode 0x%02x at %lld", code,
				    at);
	} else {
		ij_strbuf_puts(out, op->name);
		if (*op->operands == 'e')
			return tell_nested(words, cur, base, indent, out);
		if (*op->operands)
			tell_operand(words, *op->operands, cur, base, out);
	}
	ij_strbuf_puts(out, "\n");
	return NULL;
}

/* All operations up to the end, or the end of the piece. */
static struct ij_error *tell_ops(const struct ij_dwarf_words *words, struct ij_cursor *cur,
				 const uint8_t *base, unsigned indent, struct ij_strbuf *out)
{
	while (ij_cursor_left(cur) && !is_piece(*cur->pos)) {
		IJ_TRY(tell_op(words, cur, base, indent, out));
		if (cur->failed)
			return ij_error_new(BADDATA, "a location is malformed");
	}
	return NULL;
}

static void tell_size(struct ij_cursor *cur, bool empty, struct ij_strbuf *out)
{
	const uint8_t op = ij_cursor_u8(cur);
	const char *unit = op == DW_OP_piece ? "byte" : "bit";
	const uint64_t size = ij_cursor_uleb(cur),
		       off = op == DW_OP_piece ? 0 : ij_cursor_uleb(cur);

	if (empty)
		ij_strbuf_printf(out, "an empty %llu-%s piece", (unsigned long long)size, unit);
	else if (op == DW_OP_piece)
		ij_strbuf_printf(out, " [%llu-byte piece]", (unsigned long long)size);
	else
		ij_strbuf_printf(out, " [%llu-bit piece, offset %llu bits]",
				 (unsigned long long)size, (unsigned long long)off);
}

static struct ij_error *tell_expression(const struct ij_dwarf_words *words,
					struct ij_dwarf_span span, struct ij_strbuf *out)
{
	struct ij_cursor cur = ij_cursor_make(span.bytes, span.size, "a location");
	bool first = true;

	while (ij_cursor_left(&cur)) {
		const uint8_t *start = cur.pos;
		bool simple;

		if (!first)
			ij_strbuf_puts(out, ", and ");
		first = false;
		simple = is_piece(*start) || tell_simple(words, &cur, out);
		if (!simple) {
			ij_strbuf_puts(out, "a complex DWARF expression:\n");
			IJ_TRY(tell_ops(words, &cur, span.bytes, 0, out));
		}
		if (!ij_cursor_left(&cur))
			break;
		if (!simple)
			ij_strbuf_puts(out, "   ");
		if (!is_piece(*cur.pos))
			return ij_error_new(BADDATA, "a location is malformed");
		tell_size(&cur, start == cur.pos, out);
	}
	return cur.failed ? ij_error_new(BADDATA, "a location is malformed") : NULL;
}

struct ij_error *ij_dwarf_words(const struct ij_dwarf_words *words,
				const struct ij_dwarf_value *value, struct ij_strbuf *out,
				bool *is_static_ret, uint64_t *addr_ret)
{
	struct ij_dwarf_list list = {.dwarf = words->dwarf, .unit = words->unit, .locations = true};

	*is_static_ret = false;
	if (value->class == IJ_DWARF_BLOCK) {
		const struct ij_dwarf_span span = {.bytes = value->block, .size = (size_t)value->u};
		struct ij_cursor cur = ij_cursor_make(span.bytes, span.size, "a location");
		const uint8_t op = ij_cursor_u8(&cur);

		*addr_ret = words->bias;
		if (op == DW_OP_addr)
			*addr_ret += ij_cursor_u64(&cur);
		*is_static_ret = op == DW_OP_addr && !cur.failed && !ij_cursor_left(&cur);
		return *is_static_ret ? NULL : tell_expression(words, span, out);
	}
	ij_strbuf_puts(out, "multi-location:\n");
	if (!ij_dwarf_list_open(&list, value))
		return NULL;
	while (ij_dwarf_list_next(&list)) {
		/* What is empty holds nowhere. */
		if (list.lo == list.hi)
			continue;
		ij_strbuf_printf(
			out, "  Range 0x%llx-0x%llx: ", (unsigned long long)(list.lo + words->bias),
			(unsigned long long)(list.hi + words->bias));
		IJ_TRY(tell_expression(words, list.block, out));
		ij_strbuf_puts(out, "\n");
	}
	return list.cur.failed ? ij_error_new(BADDATA, "a list of locations is malformed") : NULL;
}
