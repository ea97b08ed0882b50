/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The DWARF expressions of call frame information, evaluated within limits. */
#ifndef IJ_MAPS_EXPR_H
#define IJ_MAPS_EXPR_H

#include "maps/unwind.h"

#define IJ_EXPR_STACK_MAX 32
#define IJ_EXPR_STEPS_MAX 256

enum ij_expr_end {
	IJ_EXPR_OK,
	IJ_EXPR_UNKNOWN, /* a register was needed that is not known */
	IJ_EXPR_FAULT,   /* memory was needed that cannot be read */
	IJ_EXPR_BAD,     /* malformed, an operation that CFI may not use, or over a limit */
};

/**
 * Evaluate the @size bytes at @bytes.
 *
 * @regs: of the frame that is left; borrowed.
 * @initial: pushed first (the CFA, for a register's expression), or NULL.
 * @ret: the top of the stack at the end; set on IJ_EXPR_OK.
 *
 * Target: read only, through @mem.
 * Source: DWARF 5, 2.5.1 and 6.4.2.5 (which operations CFI may use). DW_OP_addr is refused: it
 * holds a link-time address, which means nothing here.
 */
enum ij_expr_end ij_expr_eval(const uint8_t *bytes, size_t size, const struct ij_unwind_regs *regs,
			      struct ij_mem *mem, const uint64_t *initial, uint64_t *ret);

/** The expression that starts at offset @off of @map's expressions; false if there is none.
 * Borrowed. */
bool ij_map_expr_get(const struct ij_map *map, int32_t off, const uint8_t **bytes_ret,
		     size_t *size_ret);

#endif
