/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Constants that declarations make: enumerators, and macros that are numbers. */
#ifndef IJ_LANG_ENUMERATORS_H
#define IJ_LANG_ENUMERATORS_H

#include "lang/typedefs.h"

struct ij_source;
struct ij_tokens;

/**
 * Add the enumerators of all enums that @toks define, as far as their values can be told.
 *
 * Errors: LIMIT, NOMEM.
 */
struct ij_error *ij_enumerators_read(const struct ij_tokens *toks, struct ij_typedefs *defs)
	IJ_WARN_UNUSED;

/** Add what macros of @src stand for that are constant integers. Errors: LIMIT, NOMEM. */
struct ij_error *ij_enumerators_define(const struct ij_source *src, struct ij_typedefs *defs)
	IJ_WARN_UNUSED;

#endif
