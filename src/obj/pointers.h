/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a whole file's debug information says that pointers are: labels, no proof of anything. */
#ifndef IJ_OBJ_POINTERS_H
#define IJ_OBJ_POINTERS_H

#include "obj/debug.h"
#include "obj/labels.h"

/** Code in which one register or slot holds a variable of pointer type. */
struct ij_pointer_range {
	uint64_t lo, hi; /* link-time addresses, lo < hi; hi: behind it */
	struct ij_label_at at;
};
typedef struct ij_error *(*ij_pointer_visit)(void *ctx, const struct ij_pointer_range *range);

/**
 * Visit where the variables and parameters of pointer type (references too) of each function are,
 * those of inlined ones among them. In no order; the same may be told more than once. What is left
 * out, and why this proves nothing: ij_labels_find; but split units and type units are read.
 *
 * Errors: BADDATA (malformed, with the section and the offset), LIMIT (over 2^28 entries and
 * attributes); all else has been visited then, of LIMIT what comes before. NOMEM; those of @visit.
 */
struct ij_error *ij_debug_pointers(struct ij_debug *debug, ij_pointer_visit visit, void *ctx)
	IJ_WARN_UNUSED;

/** The same of a file, or the debug file that is attached to it. Errors: NOTFOUND (it has none). */
struct ij_error *ij_object_pointers(struct ij_object *obj, ij_pointer_visit visit, void *ctx)
	IJ_WARN_UNUSED;

#endif
