/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A text of many declarations, as a C header is, and its preprocessor's directives. */
#ifndef IJ_LANG_DIRECTIVES_H
#define IJ_LANG_DIRECTIVES_H

#include "base/error.h"
#include "base/vec.h"

/** A macro that the text defines. Borrowed from it. */
struct ij_macro {
	const char *name;
	size_t len;
	bool ignored;     /* it stands for nothing, or for attributes: its uses are left out */
	bool function;    /* `NAME(...)`: with its arguments */
	const char *body; /* what it stands for, with comments */
	size_t body_len;
	uint32_t next; /* of the same hash, counted from 1; 0: the last */
};

/** A text, and how far it is read. */
struct ij_source {
	const char *text; /* borrowed */
	const char *file; /* for messages, borrowed; NULL: the text is what a person typed */
	const char *pos;
	uint32_t line, column; /* of pos, from 1 */
	unsigned linkage;      /* `extern "C" {` that are open */
	IJ_VEC(struct ij_macro) macros;
	uint32_t buckets[256]; /* indices into the list, counted from 1 */
	/* A bit an open #if, the innermost lowest: was it certainly true, so that its #else is not
	 * read? */
	uint64_t taken;
};

void ij_source_init(struct ij_source *src, const char *text, const char *file);
void ij_source_deinit(struct ij_source *src);

/**
 * The length of the directive at src->pos, a '#' that begins a line; with it all that is not read
 * because of it.
 *
 * What `#ifdef` and `#if defined` ask for is defined if the text did so before, or if the compilers
 * of Linux on this machine do; of other conditions than these, 0 and 1 all branches are read.
 * Macros are noted and not expanded.
 *
 * Errors: SYNTAX (no #endif), LIMIT, NOMEM.
 */
struct ij_error *ij_directive_len(struct ij_source *src, size_t *ret) IJ_WARN_UNUSED;

/** The macro of that name, the last that was defined; NULL if there is none. Borrowed. */
const struct ij_macro *ij_source_macro(const struct ij_source *src, const char *name, size_t len);

#endif
