/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The built-in prototype table, found line by line; nothing is parsed before it is asked for. */
#ifndef IJ_LANG_BUILTIN_H
#define IJ_LANG_BUILTIN_H

#include "base/types.h"

/**
 * All files of share/prototypes, NUL-terminated. Their format, on which the scan relies, is
 * described at the top of share/prototypes/libc.h.
 */
extern const char ij_builtin_text[];

/** Where each file begins in the text, then where the last one ends, then 0. */
extern const uint32_t ij_builtin_files[];

/** A declaration of the table; everything is borrowed from the table. */
struct ij_builtin_line {
	const char *text; /* the line */
	size_t len;
	const char *name; /* of the function */
	size_t name_len;
	const char *library;
	size_t library_len;
};

/** A position in the table. Start with {.pos = ij_builtin_text}. */
struct ij_builtin_scan {
	const char *pos;
	const char *library;
	size_t library_len;
};

/** The next declaration; false at the end. */
bool ij_builtin_next(struct ij_builtin_scan *scan, struct ij_builtin_line *ret);

/** The declaration of @name, by a binary search in each file; false if there is none. */
bool ij_builtin_find(const char *name, struct ij_builtin_line *ret);

#endif
