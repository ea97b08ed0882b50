/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where an object is, or what it is worth, in one frame: location descriptions evaluated (DWARF 5,
 * 2.5 and 2.6). */
#ifndef IJ_OBJ_DWARF_EXPR_H
#define IJ_OBJ_DWARF_EXPR_H

#include "obj/dwarf.h"

enum { IJ_DWARF_REG_SIZE = 64 }; /* bytes of the largest register */

/**
 * One frame of a thread, as expressions are evaluated over it. Addresses are run-time ones.
 *
 * Errors of all: NOTFOUND (not known in this frame), FAULT (memory), those of whoever provides it.
 */
struct ij_dwarf_frame {
	void *ctx;
	uint64_t bias; /* run-time addresses minus link-time ones, of the module of the code */
	/** The first @size bytes of register @reg, in DWARF's numbers (psABI AMD64 1.0, 3.6.2). */
	struct ij_error *(*reg)(void *ctx, unsigned reg, void *bytes, size_t size);
	struct ij_error *(*read)(void *ctx, ij_addr addr, void *bytes, size_t size);
	/** The canonical frame address. */
	struct ij_error *(*cfa)(void *ctx, ij_addr *ret);
	/** What is at @off of the module's thread-local block. May be NULL. */
	struct ij_error *(*tls)(void *ctx, uint64_t off, ij_addr *ret);
	/** What @expr was worth when the function was entered; see ij_debug_entry_value. May be
	 * NULL. */
	struct ij_error *(*entry)(void *ctx, struct ij_dwarf_span expr, uint64_t *ret);
};

enum ij_dwarf_piece_kind {
	IJ_DWARF_LOST,      /* optimised out */
	IJ_DWARF_SYNTHETIC, /* a pointer to what has no address (DW_OP_implicit_pointer) */
	IJ_DWARF_MEMORY,    /* at `addr` */
	IJ_DWARF_REGISTER,  /* in register `reg`, from its bit `off` on */
	IJ_DWARF_BYTES,     /* nowhere: `bytes` are its value */
};

struct ij_dwarf_piece {
	enum ij_dwarf_piece_kind kind;
	ij_addr addr;
	unsigned reg;
	struct ij_dwarf_span block; /* of BYTES; no bytes: `value` */
	uint64_t value;
	uint64_t size, off; /* bits; size 0: all that is left */
};

enum { IJ_DWARF_PIECES_MAX = 32 };

struct ij_dwarf_where {
	struct ij_dwarf_piece pieces[IJ_DWARF_PIECES_MAX];
	unsigned len; /* 0: optimised out */
};

/**
 * Evaluate the location description @expr.
 *
 * @base: how the frame base is found, DW_AT_frame_base at the PC; may be empty.
 * Errors: BADDATA (malformed), UNSUPPORTED (an operation that is not known), LIMIT; those of
 *   @frame.
 */
struct ij_error *ij_dwarf_locate(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
				 const struct ij_dwarf_frame *frame, struct ij_dwarf_span base,
				 struct ij_dwarf_span expr, struct ij_dwarf_where *ret)
	IJ_WARN_UNUSED;

/** Evaluate an expression that is worth a number, as DW_AT_call_value is. */
struct ij_error *ij_dwarf_number(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
				 const struct ij_dwarf_frame *frame, struct ij_dwarf_span base,
				 struct ij_dwarf_span expr, uint64_t *ret) IJ_WARN_UNUSED;

/**
 * Put together the @size bytes of the object that is at @where.
 *
 * @whole_ret: false: parts are optimised out, and zero in @bytes.
 */
struct ij_error *ij_dwarf_gather(const struct ij_dwarf_where *where,
				 const struct ij_dwarf_frame *frame, void *bytes, size_t size,
				 bool *whole_ret) IJ_WARN_UNUSED;

#endif
