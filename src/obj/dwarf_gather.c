/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects put together from where their pieces are (DWARF 5, 2.6.1.2). */
#include <string.h>

#include "obj/dwarf_expr.h"

/* Bits [from, from + len) of @in to bit @to of @out; lowest first, as on little-endian machines. */
static void copy_bits(uint8_t *out, uint64_t to, const uint8_t *in, uint64_t from, uint64_t len)
{
	if (!(to % 8) && !(from % 8)) {
		memcpy(out + to / 8, in + from / 8, len / 8);
		to += len / 8 * 8;
		from += len / 8 * 8;
		len %= 8;
	}
	for (uint64_t i = 0; i < len; i++)
		if (in[(from + i) / 8] >> (from + i) % 8 & 1)
			out[(to + i) / 8] |= (uint8_t)(1u << (to + i) % 8);
}

/* Memory is read byte-wise, and in parts, for a piece may be any size. */
static struct ij_error *memory(const struct ij_dwarf_frame *frame,
			       const struct ij_dwarf_piece *piece, uint8_t *out, uint64_t to,
			       uint64_t len)
{
	uint8_t part[256];
	uint64_t addr = piece->addr + piece->off / 8, shift = piece->off % 8;

	if (!(to % 8) && !shift && !(len % 8))
		return frame->read(frame->ctx, addr, out + to / 8, len / 8);
	while (len) {
		uint64_t bits = len < 8 * (sizeof(part) - 1) ? len : 8 * (sizeof(part) - 1);

		IJ_TRY(frame->read(frame->ctx, addr, part, (shift + bits + 7) / 8));
		copy_bits(out, to, part, shift, bits);
		addr += bits / 8;
		to += bits;
		len -= bits;
	}
	return NULL;
}

/* @gone: nothing is known of it. */
static struct ij_error *piece_read(const struct ij_dwarf_frame *frame,
				   const struct ij_dwarf_piece *piece, uint8_t *out, uint64_t to,
				   uint64_t len, bool *gone)
{
	uint8_t reg[IJ_DWARF_REG_SIZE] = {0};
	const uint8_t *bytes =
		piece->block.bytes ? piece->block.bytes : (const uint8_t *)&piece->value;
	uint64_t have = 8 * (piece->block.bytes ? piece->block.size : sizeof(piece->value));
	struct ij_error *err;

	*gone = false;
	switch (piece->kind) {
	case IJ_DWARF_MEMORY:
		return memory(frame, piece, out, to, len);
	case IJ_DWARF_REGISTER:
		bytes = reg;
		have = 8 * sizeof(reg);
		if (piece->off > have || len > have - piece->off)
			break;
		err = frame->reg(frame->ctx, piece->reg, reg, (piece->off + len + 7) / 8);
		if (!err) {
			copy_bits(out, to, bytes, piece->off, len);
			return NULL;
		}
		if (err->code != IJ_ERR_NOTFOUND)
			return err;
		ij_error_free(err);
		break;
	case IJ_DWARF_BYTES:
		if (piece->off > have)
			break;
		copy_bits(out, to, bytes, piece->off,
			  len < have - piece->off ? len : have - piece->off);
		return NULL;
	default:
		break;
	}
	*gone = true;
	return NULL;
}

struct ij_error *ij_dwarf_gather(const struct ij_dwarf_where *where,
				 const struct ij_dwarf_frame *frame, void *bytes, size_t size,
				 bool *whole_ret)
{
	uint64_t at = 0, bits = 8ull * size;
	bool gone, whole = true;

	memset(bytes, 0, size);
	for (unsigned i = 0; i < where->len && at < bits; i++) {
		const struct ij_dwarf_piece *piece = where->pieces + i;
		uint64_t len = piece->size && piece->size < bits - at ? piece->size : bits - at;

		IJ_TRY(piece_read(frame, piece, bytes, at, len, &gone));
		whole = whole && !gone;
		at += len;
	}
	*whole_ret = whole && at >= bits;
	return NULL;
}
