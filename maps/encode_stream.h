/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the encoder share. */
#ifndef IJ_MAPS_ENCODE_STREAM_H
#define IJ_MAPS_ENCODE_STREAM_H

#include "maps/bits.h"
#include "maps/codec_run.h"
#include "maps/encode.h"

/** Bytes in the making: all of an encoding, its units, or bitmaps. */
struct ij_encode_out {
	IJ_VEC(uint8_t) bytes;
};

/** A unit to be encoded. */
struct ij_encode_unit {
	uint32_t start, end;   /* module offsets */
	uint32_t first, len;   /* points */
	uint32_t func;         /* index */
	uint32_t same;         /* unit whose bytes are the same, at most its own index */
	uint32_t stream, size; /* bytes in the stream */
	bool goes_on;
};

/** A symbol in the order in which it is written. */
struct ij_encode_token {
	uint64_t features;
	uint32_t symbol; /* of its kind's dictionary */
	uint8_t kind;    /* enum ij_codec_kind, or one of these */
};
enum {
	IJ_ENCODE_RAW = 0xfd,  /* `features` as it is, in as many bits as `symbol` says */
	IJ_ENCODE_LANE = 0xfe, /* the next stream of the unit begins */
};

/** The distinct symbols of a kind. */
struct ij_encode_dict {
	IJ_VEC(struct ij_codec_symbol) symbols;
	IJ_VEC(uint64_t) counts; /* one a symbol */
	uint32_t *table;         /* open addressing: index + 1 */
	size_t cap;
};

struct ij_encode {
	const struct ij_points *points;
	enum ij_codec_id codec;
	uint8_t flags; /* enum ij_codec_flags */
	uint64_t regs; /* that units begin with */
	IJ_VEC(struct ij_encode_unit) units;
	uint8_t classes[IJ_CODEC_CLASSES][2];
	uint32_t classes_len;
	IJ_VEC(struct ij_encode_token) tokens;
	IJ_VEC(uint32_t) token_ends; /* one a unit */
	struct ij_encode_dict dicts[IJ_CODEC_KINDS];
	struct ij_encode_dict patterns; /* of SLOT, if each change were told at once */
	struct ij_encode_out stream, bitmaps;
	struct ij_encode_sizes sizes;
};

/** The registers of a point as codecs pack them. */
uint64_t ij_encode_regs(const struct ij_point *point);

/** The symbol's index in the dictionary of @kind; counted. Errors: NOMEM. */
struct ij_error *ij_encode_symbol(struct ij_encode *encode, unsigned kind,
				  struct ij_codec_symbol symbol, uint32_t *ret) IJ_WARN_UNUSED;

/** How often @symbol was added to @dict. */
uint64_t ij_encode_dict_count(const struct ij_encode_dict *dict, struct ij_codec_symbol symbol);

/** Empty the IJ_CODEC_KINDS @dicts. */
void ij_encode_dicts_free(struct ij_encode_dict *dicts);

/** Turn the units, but those that are the same as another, into tokens. */
struct ij_error *ij_encode_lower(struct ij_encode *encode) IJ_WARN_UNUSED;

/** Write units and bitmaps of pcdata. */
struct ij_error *ij_encode_pcdata(struct ij_encode *encode) IJ_WARN_UNUSED;

/** The codes of one kind. */
struct ij_encode_code {
	uint32_t *ids;   /* symbols, in canonical order, without the escape; owned */
	uint8_t *bits;   /* of each code by place, with the escape; owned */
	uint32_t *codes; /* by place; owned */
	uint32_t len;    /* with the escape */
	uint32_t escape; /* its place plus 1; 0: none */
};

struct ij_encode_model {
	IJ_VEC(struct ij_encode_code) codes; /* [0] is for all */
	IJ_VEC(struct ij_codec_node) nodes;
	uint32_t *place; /* one a symbol: its place among the values, or NONE; owned */
};
#define IJ_ENCODE_NONE UINT32_MAX

/**
 * Make a canonical Huffman code.
 *
 * @ids, @counts: @len symbols and how often each occurs; @escapes: how often none of them does.
 */
struct ij_error *ij_encode_code_make(const uint32_t *ids, const uint64_t *counts, uint32_t len,
				     uint64_t escapes, struct ij_encode_code *ret) IJ_WARN_UNUSED;
void ij_encode_code_free(struct ij_encode_code *code);

/** The logarithm of a positive number, as exact as a double. Not libm's, which nothing else needs.
 */
double ij_encode_log2(double value);

/** Grow the tree of @kind from the tokens: model->codes[0] and places are made. @sizes: of values.
 */
struct ij_error *ij_encode_tree(struct ij_encode *encode, unsigned kind,
				const struct ij_codec_dict *sizes, struct ij_encode_model *model)
	IJ_WARN_UNUSED;

/** Append; @align: with zeros before it, so that its offset is a multiple. @off_ret: its offset. */
struct ij_error *ij_encode_append(struct ij_encode_out *out, const void *bytes, size_t size,
				  size_t align, uint32_t *off_ret) IJ_WARN_UNUSED;

/** Choose codes, write the units, and append dictionaries, codes and trees. */
struct ij_error *ij_encode_streams(struct ij_encode *encode, struct ij_encode_out *out,
				   uint32_t *dicts_off_ret) IJ_WARN_UNUSED;

#endif
