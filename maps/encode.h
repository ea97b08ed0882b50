/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encoding points: see maps/codec.h. Client only. */
#ifndef IJ_MAPS_ENCODE_H
#define IJ_MAPS_ENCODE_H

#include "maps/codec.h"

/** What the bytes of an encoding are for. */
struct ij_encode_sizes {
	uint64_t total;
	uint64_t index;   /* finding a unit by PC */
	uint64_t stream;  /* of the units, each once */
	uint64_t tables;  /* Huffman codes, trees and values */
	uint64_t bitmaps; /* pcdata: of registers and of slots */
	/* pcdata: of `stream` and `bitmaps`. */
	uint64_t regs_stream, frame_stream, slots_stream, refs, regs_bitmaps, slots_bitmaps;
	uint64_t kind_bits[IJ_CODEC_KINDS]; /* the others: of `stream`, bits by kind of symbol */
	uint64_t units, shared;             /* units, and those of them whose bytes are another's */
};

/**
 * Encode @points.
 *
 * @ret: malloc'ed; 8-byte aligned. @sizes: may be NULL.
 * Errors: NOMEM, LIMIT (too large to encode).
 */
struct ij_error *ij_encode(const struct ij_points *points, enum ij_codec_id codec, void **ret,
			   size_t *size_ret, struct ij_encode_sizes *sizes) IJ_WARN_UNUSED;

#endif
