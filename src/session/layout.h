/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arguments into the registers and onto the stack that the calling convention gives them. */
#ifndef IJ_SESSION_LAYOUT_H
#define IJ_SESSION_LAYOUT_H

#include "lang/val.h"
#include "session/marshal.h"
#include "types/abi.h"

/** One call's arguments on their way; all zero but `out` and `vector_max` to begin with. */
struct ij_layout {
	struct ij_marshal *out;
	const char *what;     /* "argument" or "column", for messages */
	size_t number;        /* of the argument that is being placed */
	unsigned vector_max;  /* bytes of the widest vectors that the callee has in registers: 16,
				 32, 64 */
	bool splits_int128;   /* see ij_debug_function_type */
	bool spills_quads;    /* the same */
	unsigned ints, sses;  /* registers used */
	unsigned vector_size; /* of the widest that is in use as a whole, bytes; 0: none is */
	uint8_t vectors[IJ_WIRE_SSE_ARGS][IJ_WIRE_VECTOR_SIZE];
	/* What lies on the stack, as 8-byte words; those in `offs` are offsets in scratch memory.
	 */
	IJ_VEC(uint64_t) words;
	IJ_VEC(size_t) offs;
};

/**
 * Place an integer or a pointer. @scratch: it is an offset in scratch memory.
 *
 * Errors: NOMEM.
 */
struct ij_error *ij_layout_word(struct ij_layout *layout, uint64_t word, bool scratch)
	IJ_WARN_UNUSED;

/**
 * Place a value of any type that can be passed.
 *
 * @named: the callee has a parameter for it; not if it stands for a `...`.
 * @bytes: of the type's size.
 * Errors: UNSUPPORTED, LIMIT, those of the type, NOMEM.
 * Source: System V psABI AMD64 1.0, 3.2.3.
 */
struct ij_error *ij_layout_value(struct ij_layout *layout, const struct ij_ctype *type,
				 const uint8_t *bytes, bool named) IJ_WARN_UNUSED;

/** The class of @type, as the callee of @layout sees it, which has vectors of @vector_max bytes in
 * registers. */
struct ij_error *ij_layout_classify(const struct ij_layout *layout, const struct ij_ctype *type,
				    unsigned vector_max, struct ij_abi *ret) IJ_WARN_UNUSED;

/** All are placed: write what there is into the call, and what it takes into its scratch memory.
 * Errors: LIMIT, NOMEM. */
struct ij_error *ij_layout_finish(struct ij_layout *layout) IJ_WARN_UNUSED;
void ij_layout_deinit(struct ij_layout *layout);

/**
 * Room in the call's scratch memory, zeros, @size bytes long and aligned to @align.
 *
 * Errors: LIMIT, NOMEM.
 */
struct ij_error *ij_layout_scratch(struct ij_layout *layout, size_t align, size_t size,
				   uint32_t *off_ret) IJ_WARN_UNUSED;

#endif
