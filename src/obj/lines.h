/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The line table of a unit: which source line each instruction is of (DWARF 2 to 5, 6.2). */
#ifndef IJ_OBJ_LINES_H
#define IJ_OBJ_LINES_H

#include "obj/dwarf.h"

struct ij_line_file {
	char *name; /* as its compiler was given it, with its folder unless that is the unit's */
	char *path; /* absolute as far as that is told */
};

enum ij_line_flags {
	IJ_LINE_STMT = 1 << 0,         /* a good place for a breakpoint */
	IJ_LINE_END = 1 << 1,          /* of a sequence: the first byte behind it */
	IJ_LINE_PROLOGUE_END = 1 << 2, /* a function's frame is set up here */
};

struct ij_line_row {
	uint64_t addr; /* link-time address */
	uint32_t file; /* index in `files` */
	uint32_t line; /* 0: of no line */
	uint32_t flags;
};

struct ij_lines {
	IJ_VEC(struct ij_line_file) files;
	/* By address; of one address in the order in which the table has them. */
	IJ_VEC(struct ij_line_row) rows;
};

/**
 * Read the table at @off of .debug_line.
 *
 * @folder, @name: the unit's, for what is relative; NULL: not told.
 * @ret: deinit it. What is malformed ends the table there, and what came before holds.
 * Errors: BADDATA (no table is there), UNSUPPORTED (its version), LIMIT, NOMEM.
 */
struct ij_error *ij_lines_read(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
			       uint64_t off, const char *folder, const char *name,
			       struct ij_lines *ret) IJ_WARN_UNUSED;
void ij_lines_deinit(struct ij_lines *lines);

/**
 * The row that holds for @addr, and where the next one begins.
 *
 * @end_ret: link-time address. Returns NULL if no sequence holds @addr.
 */
const struct ij_line_row *ij_lines_at(const struct ij_lines *lines, uint64_t addr,
				      uint64_t *end_ret);

#endif
