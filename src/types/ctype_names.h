/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The names that a class gives to types: its parameters, if it comes of a template, and its
 * typedefs. gdb writes members with these names (gdb/typeprint.c, typedef_hash_table), and finds
 * them in a hash table of libiberty that compares whatever it meets on its way; so `int` is written
 * as `size_type` where that happens to lie in its place. To agree with gdb the table is the same
 * here: hash, sizes and order (libiberty/hashtab.c).
 */
#ifndef IJ_TYPES_CTYPE_NAMES_H
#define IJ_TYPES_CTYPE_NAMES_H

#include "types/ctype.h"

struct ij_ctype_alias {
	const char *name; /* NULL: a free slot */
	const struct ij_ctype *type;
};

struct ij_ctype_names {
	struct ij_ctype_alias *slots; /* of `size` */
	size_t size, len;
};

/** A table, empty. Errors: NOMEM. */
struct ij_error *ij_ctype_names_init(struct ij_ctype_names *ret) IJ_WARN_UNUSED;
void ij_ctype_names_deinit(struct ij_ctype_names *names);
/** Add all that @from has. Errors: NOMEM. */
struct ij_error *ij_ctype_names_copy(struct ij_ctype_names *names,
				     const struct ij_ctype_names *from) IJ_WARN_UNUSED;
/** @type is called @name, unless it has a name already. Both are borrowed. Errors: NOMEM. */
struct ij_error *ij_ctype_names_add(struct ij_ctype_names *names, const char *name,
				    const struct ij_ctype *type) IJ_WARN_UNUSED;

/** What @type is called; NULL: nothing of its own. @names: may be NULL. Borrowed. */
const char *ij_ctype_names_find(const struct ij_ctype_names *names, const struct ij_ctype *type);

/** Add @name, that of a type, to @out, with its parts that are types as @names calls them. */
void ij_ctype_names_text(const struct ij_ctype_names *names, const char *name,
			 struct ij_strbuf *out);

/** ij_ctype_text with these names. @names: NULL: none. */
void ij_ctype_text_by(const struct ij_ctype *type, const char *name,
		      const struct ij_ctype_names *names, struct ij_strbuf *out);

#endif
