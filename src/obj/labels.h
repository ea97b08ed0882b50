/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What debug information says of registers and stack slots: labels for people, no proof of
 * anything. */
#ifndef IJ_OBJ_LABELS_H
#define IJ_OBJ_LABELS_H

#include "obj/dwarf.h"
#include "obj/object.h"

enum { IJ_LABELS_MAX = 64, IJ_LABEL_TYPE_MAX = 96 };

enum ij_label_place {
	IJ_LABEL_REGISTER, /* the pointer is in register `reg` */
	IJ_LABEL_SLOT,     /* it is in memory, at register `reg` plus `off` */
	IJ_LABEL_CFA,      /* the same, at the canonical frame address plus `off` */
};

struct ij_label_at {
	enum ij_label_place place;
	unsigned reg; /* DWARF number, under 16 */
	int64_t off;
};

/** One pointer variable that is somewhere at a PC. */
struct ij_label {
	struct ij_label_at at;
	const char *name; /* borrowed from the sections */
	char type[IJ_LABEL_TYPE_MAX];
};

struct ij_labels {
	struct ij_label list[IJ_LABELS_MAX];
	size_t len;
};

/**
 * The variables and parameters of pointer type (references too) that lie in a general register or a
 * stack slot at link-time address @pc, in the functions that are there: itself and those inlined.
 *
 * At -O2 location lists describe a third of the live registers (measured on glibc and CPython), and
 * what they describe may be dead; so this is never asked for a verdict. Values that are computed,
 * lie in pieces, or in another register are left out. Split DWARF and type units are not read.
 *
 * @ret: len 0 if nothing is known.
 * Errors: NOMEM. Malformed sections end where they are.
 */
struct ij_error *ij_labels_find(struct ij_dwarf *dwarf, uint64_t pc, struct ij_labels *ret)
	IJ_WARN_UNUSED;

/** The same for a file, or the debug file that is attached to it. Sections are read at first use.
 */
struct ij_error *ij_object_labels(struct ij_object *obj, uint64_t pc, struct ij_labels *ret)
	IJ_WARN_UNUSED;

/** Are types of @tag (DW_TAG_) pointers? References too. */
bool ij_label_is_pointer(uint64_t tag);
/** Are they what the type is that they refer to: typedefs and qualifiers? */
bool ij_label_is_through(uint64_t tag);

/** Is the location description @expr one register or one slot? @base: DW_AT_frame_base. */
bool ij_label_at_read(const struct ij_dwarf_value *base, struct ij_dwarf_span expr,
		      struct ij_label_at *ret);

#endif
