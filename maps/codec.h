/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Encoded points: looking up what is known of a PC without decoding more than a bounded piece.
 *
 * A function's points are cut into units of at most IJ_CODEC_POINTS_MAX points; each unit can be
 * decoded by itself. An index finds the unit of a PC; equal units are stored once. What a unit
 * holds depends on the codec:
 *
 *   pcdata       as Go 1.11 to 1.14: a table of distinct bitmaps a function, and for each kind of
 *                map a stream of zig-zag varints, difference of the index and difference of the PC
 *   huffman      a bit stream for registers and safety, which alternates the exclusive-or with the
 *                map before and the difference of the PC; one of its own for the frame size and one
 *                for stack slots; canonical Huffman codes shared by the whole file
 *   interleaved  one bit stream for all, so that PC differences are shared: a mask of what changes,
 *                then a code for each of them
 *   best         the same, but what is coded with the mask depends on the state: each code is
 *                chosen by a decision tree over the registers that are live and what came before
 *
 * maps/codec_format.h has the bytes. Encoding is the client's (maps/encode.h), decoding is for
 * both.
 */
#ifndef IJ_MAPS_CODEC_H
#define IJ_MAPS_CODEC_H

#include "maps/codec_format.h"
#include "maps/points.h"

/** 64 slots of a set. */
struct ij_codec_word {
	int32_t word; /* slots 64 * word to 64 * word + 63 */
	uint64_t bits;
};

/** A set in the making. */
struct ij_codec_set {
	uint32_t len;                                   /* words; some may be 0 */
	struct ij_codec_word words[IJ_CODEC_WORDS_MAX]; /* sorted */
};

/** What holds at a PC. Large: allocate it once. */
struct ij_codec_state {
	struct ij_point point;        /* its slot sets are not: see below */
	uint32_t end;                 /* module offset up to which it holds, or further */
	struct ij_codec_set slots[2]; /* live, pointers */
};

/** The tables of one kind of symbol, as pointers into the encoding. */
struct ij_codec_view {
	const struct ij_codec_node *nodes;   /* of its tree; one leaf at least */
	const struct ij_codec_table *tables; /* NULL: the kind does not occur */
	const uint8_t *values;
	uint64_t regs_mask;      /* which bits of eight bytes read at a value are its `regs` */
	uint32_t rest_mask;      /* the same of four bytes behind these */
	uint8_t regs_size, size; /* bytes of `regs` in a value, and of all of it */
};

/** An opened encoding. Borrows its bytes. */
struct ij_codec {
	const uint8_t *bytes;
	const struct ij_codec_header *header;
	const struct ij_codec_group *groups;
	const uint8_t *index, *stream;
	const struct ij_codec_dict *dicts;
	struct ij_codec_view views[IJ_CODEC_KINDS];
};

/** "pcdata", ...; NULL: there is no such codec. */
const char *ij_codec_name(unsigned codec);

/**
 * Check header and tables, so that every access is inside. Units are checked when they are decoded.
 *
 * @bytes: borrowed for the life of @ret; 8-byte aligned.
 * Errors: BADDATA, naming the part that is wrong.
 */
struct ij_error *ij_codec_open(const void *bytes, size_t size, struct ij_codec *ret) IJ_WARN_UNUSED;

enum ij_codec_end {
	IJ_CODEC_FOUND,
	IJ_CODEC_NONE, /* no function holds this PC */
	IJ_CODEC_BAD,  /* the encoding is malformed there */
};

/**
 * What holds at module offset @pc. Allocates nothing.
 *
 * @touched: bytes of the encoding that were read are added; may be NULL.
 */
enum ij_codec_end ij_codec_find(const struct ij_codec *codec, uint64_t pc,
				struct ij_codec_state *ret, uint64_t *touched);

/**
 * Decode all of it; what @ret takes is bounded by the size of the encoding.
 *
 * Errors: BADDATA; LIMIT, of points or stack slots; NOMEM.
 */
struct ij_error *ij_codec_decode(const struct ij_codec *codec, const char *source,
				 struct ij_points *ret) IJ_WARN_UNUSED;

#endif
