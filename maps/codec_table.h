/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Canonical Huffman codes and the trees that choose them, used in place. Internal to the codecs. */
#ifndef IJ_MAPS_CODEC_TABLE_H
#define IJ_MAPS_CODEC_TABLE_H

#include "maps/bits.h"
#include "maps/codec.h"

#define IJ_CODEC_LEAF 0xff

/**
 * Check the tables of every kind: offsets, counts that are a code, indexes, trees that only lead
 * forward; then codec->views is made. Errors: BADDATA.
 */
struct ij_error *ij_codec_tables_open(struct ij_codec *codec) IJ_WARN_UNUSED;

/** A symbol behind an escape. */
struct ij_codec_symbol ij_codec_raw_get(const struct ij_codec_dict *dict, struct ij_bits *bits);

/** How many bits an escaped symbol has behind the escape. */
unsigned ij_codec_raw_bits(const struct ij_codec_dict *dict, const struct ij_codec_symbol *symbol);

/** The code that the tree chooses. */
static inline const struct ij_codec_table *ij_codec_table_of(const struct ij_codec_view *view,
							     uint64_t features)
{
	const struct ij_codec_node *nodes = view->nodes, *node = nodes;

	while (node->feature != IJ_CODEC_LEAF)
		node = features >> node->feature & 1 ? nodes + node->next : node + 1;
	return view->tables + node->next;
}

/**
 * The place of the next code among the codes of @table, in canonical order: codes of one length
 * follow one another, and the first of a length is twice what follows the last that is shorter.
 */
static inline uint32_t ij_codec_code_get(const struct ij_codec *codec,
					 const struct ij_codec_table *table, struct ij_bits *bits)
{
	const uint16_t *counts = (const void *)(codec->bytes + table->counts_off);
	/* In 32 bits, from the left: the next ones, and where the codes of a length end. */
	uint64_t window = ij_bits_peek(bits), end = 0;
	unsigned shift = 32u - table->least, last = 32u - table->bits;
	uint32_t place = 0;

	for (;; shift--) {
		uint32_t count = *counts++;
		uint64_t from = end;

		end += (uint64_t)count << shift;
		if (window < end) {
			ij_bits_skip(bits, 32 - shift);
			return place + (uint32_t)((window - from) >> shift);
		}
		place += count;
		if (shift == last)
			break;
	}
	bits->failed = true;
	return 0;
}

/** The value at @place. The padding of the encoding is behind them all. */
static inline struct ij_codec_symbol ij_codec_value(const struct ij_codec_view *view,
						    uint32_t place)
{
	const uint8_t *at = view->values + (size_t)place * view->size;
	struct ij_codec_symbol ret;

	memcpy(&ret.regs, at, sizeof(ret.regs));
	memcpy(&ret.rest, at + view->regs_size, sizeof(ret.rest));
	ret.regs &= view->regs_mask;
	ret.rest &= view->rest_mask;
	return ret;
}

/**
 * Read a symbol of @kind by @table, which its tree chose; bits->failed is set if there is none.
 *
 * @touched: bytes of tables read are added.
 */
static inline __attribute__((always_inline)) struct ij_codec_symbol
ij_codec_symbol_by(const struct ij_codec *codec, struct ij_bits *bits, unsigned kind,
		   const struct ij_codec_table *table, uint64_t *touched)
{
	const struct ij_codec_view *view = &codec->views[kind];
	uint32_t place = ij_codec_code_get(codec, table, bits);

	if (place + 1 == table->escape && table != view->tables) {
		table = view->tables;
		place = ij_codec_code_get(codec, table, bits);
	}
	if (place + 1 == table->escape)
		return ij_codec_raw_get(&codec->dicts[kind], bits);
	if (bits->failed)
		return (struct ij_codec_symbol){0};
	/* Those behind the escape; without one its place is out of reach. */
	place -= place > (uint16_t)(table->escape - 1u);
	if (table->ids_off)
		place = ((const uint16_t *)(const void *)(codec->bytes + table->ids_off))[place];
	*touched += sizeof(*table) + view->size;
	return ij_codec_value(view, place);
}

/** The same where nobody knows the table. @features: of the state, for the tree. */
static inline __attribute__((always_inline)) struct ij_codec_symbol
ij_codec_symbol_get(const struct ij_codec *codec, struct ij_bits *bits, unsigned kind,
		    uint64_t features, uint64_t *touched)
{
	const struct ij_codec_view *view = &codec->views[kind];

	if (!view->tables) {
		bits->failed = true;
		return (struct ij_codec_symbol){0};
	}
	return ij_codec_symbol_by(codec, bits, kind, ij_codec_table_of(view, features), touched);
}

#endif
