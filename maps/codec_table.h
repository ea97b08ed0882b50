/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Canonical Huffman codes and the trees that choose them, used in place. Internal to the codecs. */
#ifndef IJ_MAPS_CODEC_TABLE_H
#define IJ_MAPS_CODEC_TABLE_H

#include "maps/bits.h"
#include "maps/codec.h"

#define IJ_CODEC_LEAF 0xff

/**
 * Check the tables of every kind: offsets, counts that are a code, indexes, trees that only lead
 * forward. Errors: BADDATA.
 */
struct ij_error *ij_codec_tables_check(const struct ij_codec *codec) IJ_WARN_UNUSED;

/**
 * Read a symbol of @kind; bits->failed is set if there is none.
 *
 * @features: of the state, for the tree. @touched: bytes of tables read are added.
 */
struct ij_codec_symbol ij_codec_symbol_get(const struct ij_codec *codec, struct ij_bits *bits,
					   unsigned kind, uint64_t features, uint64_t *touched);

/** How many bits an escaped symbol has behind the escape. */
unsigned ij_codec_raw_bits(const struct ij_codec_dict *dict, const struct ij_codec_symbol *symbol);

#endif
