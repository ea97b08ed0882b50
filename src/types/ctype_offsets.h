/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where members lie, beside each of them: gdb's ptype/o (gdb/typeprint.c, print_offset_data). */
#ifndef IJ_TYPES_CTYPE_OFFSETS_H
#define IJ_TYPES_CTYPE_OFFSETS_H

#include "types/ctype.h"

struct ij_offsets {
	bool shown, hex;
	uint64_t base; /* bits from the start of the outermost struct to this one */
	uint64_t end;  /* bits to behind the member before, in this one */
};

void ij_offsets_init(struct ij_offsets *ret, const struct ij_ctype_how *how);

/** Columns that stand before every line; 0: none do. */
unsigned ij_offsets_width(const struct ij_offsets *offsets);

/** Add what stands before the line of @member of @type, and the hole before it. */
void ij_offsets_member(struct ij_offsets *offsets, const struct ij_ctype *type,
		       const struct ij_cmember *member, struct ij_strbuf *out);
/** The same for what is in @member, which was added. */
void ij_offsets_enter(const struct ij_offsets *offsets, const struct ij_cmember *member,
		      struct ij_offsets *ret);
/** Add the end of @type: its padding, its size, and what stands before its brace. */
void ij_offsets_end(const struct ij_offsets *offsets, const struct ij_ctype *type, unsigned indent,
		    struct ij_strbuf *out);

#endif
