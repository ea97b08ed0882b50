/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of types and of constants that a person has declared. */
#ifndef IJ_LANG_TYPEDEFS_H
#define IJ_LANG_TYPEDEFS_H

#include "lang/call.h"
#include "lang/constants.h"
#include "lang/lexer.h"

/** What a name stands for. */
struct ij_typedef {
	char *name;
	struct ij_type type; /* without text: the name is its text */
	bool plain_char;
	const char *problem; /* why a value of it cannot be passed, as of struct ij_spec; static */
	uint32_t next;       /* of the same hash, counted from 1; 0: the last */
};

/** What was declared of a name in full, to be read once somebody asks for it. */
struct ij_definition {
	char tag; /* 's', 'u', 'e': what stands behind `struct` and so on; 0: a typedef; 'f': a
		     function whose types calls with literal arguments do not know */
	char *name;
	char *text; /* without a semicolon */
};

struct ij_typedefs {
	IJ_VEC(struct ij_typedef) list;
	uint32_t buckets[256];                /* indices into the list, counted from 1 */
	IJ_VEC(struct ij_constant) constants; /* their names are owned */
	IJ_VEC(struct ij_definition) definitions;
};

/** Keep tokens [@first, @end) as the definition of @name. Errors: LIMIT, NOMEM. */
struct ij_error *ij_typedefs_define(struct ij_typedefs *defs, char tag, const struct ij_token *name,
				    const struct ij_tokens *toks, size_t first, size_t end)
	IJ_WARN_UNUSED;

/** Keep all definitions of structs, unions and enums with a tag in @toks. Errors: LIMIT, NOMEM. */
struct ij_error *ij_typedefs_read(struct ij_typedefs *defs, const struct ij_tokens *toks)
	IJ_WARN_UNUSED;

/** The last definition of @name; NULL: there is none, or no @defs. Borrowed until one is added. */
const struct ij_definition *ij_typedefs_definition(const struct ij_typedefs *defs, char tag,
						   const char *name);

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
