/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The source lines of a module's code. */
#ifndef IJ_OBJ_DEBUG_LINES_H
#define IJ_OBJ_DEBUG_LINES_H

#include "obj/debug.h"
#include "obj/lines.h"

/** What is known of the line that an address is of. */
struct ij_debug_line {
	const struct ij_line_file *file; /* borrowed from the debug information */
	uint32_t line;
	uint64_t start, end; /* link-time addresses of the row: end exclusive */
	bool is_stmt;
};

/** The line of link-time address @addr. Errors: NOTFOUND, BADDATA, LIMIT, NOMEM. */
struct ij_error *ij_debug_line_at(struct ij_debug *debug, uint64_t addr, struct ij_debug_line *ret)
	IJ_WARN_UNUSED;

/**
 * Visit the line table of every unit that has one and can be read; stops when @visit returns false.
 *
 * @name: of the unit, as its compiler was given it; or NULL.
 */
typedef bool (*ij_debug_lines_visit)(void *ctx, const char *name, const struct ij_lines *lines);
struct ij_error *ij_debug_lines_each(struct ij_debug *debug, ij_debug_lines_visit visit, void *ctx)
	IJ_WARN_UNUSED;

#endif
