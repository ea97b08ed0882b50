/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of types and of constants that a person has declared. */
#ifndef IJ_LANG_TYPEDEFS_H
#define IJ_LANG_TYPEDEFS_H

#include "lang/call.h"
#include "lang/constants.h"

/** What a name stands for. */
struct ij_typedef {
	char *name;
	struct ij_type type; /* without text: the name is its text */
	bool plain_char;
	const char *problem; /* why a value of it cannot be passed, as of struct ij_spec; static */
	uint32_t next;       /* of the same hash, counted from 1; 0: the last */
};

struct ij_typedefs {
	IJ_VEC(struct ij_typedef) list;
	uint32_t buckets[256];                /* indices into the list, counted from 1 */
	IJ_VEC(struct ij_constant) constants; /* their names are owned */
};

/** Add a constant, which wins over others of its name. Errors: LIMIT, NOMEM. */
struct ij_error *ij_typedefs_add_constant(struct ij_typedefs *defs, const char *name, size_t len,
					  int64_t value, bool is_unsigned) IJ_WARN_UNUSED;

/** The constant of that name; NULL if there is none, or no @defs. Borrowed until one is added. */
const struct ij_constant *ij_typedefs_constant(const struct ij_typedefs *defs, const char *name,
					       size_t len);

/** Add @def, which wins over others of its name. Its name is copied. */
struct ij_error *ij_typedefs_add(struct ij_typedefs *defs, const char *name, size_t len,
				 const struct ij_typedef *def) IJ_WARN_UNUSED;

/** NULL if there is none, or no @defs. Borrowed until one is added. */
const struct ij_typedef *ij_typedefs_find(const struct ij_typedefs *defs, const char *name,
					  size_t len);

void ij_typedefs_deinit(struct ij_typedefs *defs);

#endif
