/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where variables are, in words: gdb's `info scope` and `info address` (gdb/dwarf2/loc.c). */
#ifndef IJ_OBJ_DWARF_WORDS_H
#define IJ_OBJ_DWARF_WORDS_H

#include "base/strbuf.h"
#include "obj/dwarf.h"

/** What a location is told of with. Everything is borrowed. */
struct ij_dwarf_words {
	struct ij_dwarf *dwarf;
	const struct ij_dwarf_unit *unit;
	struct ij_dwarf_span frame_base; /* of the function; may be empty */
	uint64_t bias;                   /* run-time addresses minus link-time ones */
	const char *module;              /* the path of the file */
};

/**
 * Add where @value, a location description or a list of them, says that a variable is.
 *
 * @is_static_ret: whether that is one place of memory, @addr_ret; nothing was added then.
 * Errors: BADDATA (malformed), UNSUPPORTED (an operation that is not known).
 */
struct ij_error *ij_dwarf_words(const struct ij_dwarf_words *words,
				const struct ij_dwarf_value *value, struct ij_strbuf *out,
				bool *is_static_ret, uint64_t *addr_ret) IJ_WARN_UNUSED;

#endif
