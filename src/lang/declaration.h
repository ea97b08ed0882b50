/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole declarations: functions and names of types, of a line or of a header. */
#ifndef IJ_LANG_DECLARATION_H
#define IJ_LANG_DECLARATION_H

#include "lang/type.h"
#include "lang/typedefs.h"

/** One declarator, with the specifiers before it. */
struct ij_declaration {
	struct ij_spec spec;
	struct ij_declarator declarator; /* of a function, its name first */
	size_t spec_end;                 /* tokens: where the specifiers end, */
	size_t first;                    /* and where this declarator begins */
};

/** The prototype that @decl declares; the current token is behind it. Skips what may follow it. */
struct ij_error *ij_prototype_make(struct ij_tokens *toks, const struct ij_declaration *decl,
				   struct ij_prototype **ret) IJ_WARN_UNUSED;

/** Functions of another calling convention than the System V one cannot be called: UNSUPPORTED. */
struct ij_error *ij_convention_check(const struct ij_tokens *toks) IJ_WARN_UNUSED;

/** A function whose declaration cannot be used, and why. */
struct ij_misdeclared {
	char *name;
	struct ij_error *error;
};

/** What a text declares; owned by its user, who starts with {0}. */
struct ij_declared {
	IJ_VEC(struct ij_prototype *) functions;
	IJ_VEC(struct ij_misdeclared) bad; /* what is not of files only for types by value */
	struct ij_typedefs typedefs;       /* each seen by all declarations behind it */
};

void ij_declared_deinit(struct ij_declared *declared);

/**
 * Parse all declarations of a text: functions, typedefs; definitions of structs, unions and enums
 * are kept as they are (struct ij_definition), variables and the bodies of functions passed over.
 * An `#include` is ignored; see ij_directive_len for the other directives.
 *
 * @file: where the text is from, for messages ("FILE:LINE:COLUMN: ..."); NULL: a person typed it.
 * @declared: is added to, also on failure.
 * Errors: SYNTAX, LIMIT, NOMEM; without @file also TYPE and UNSUPPORTED.
 */
struct ij_error *ij_declarations_parse(const char *text, const char *file,
				       struct ij_declared *declared) IJ_WARN_UNUSED;

#endif
