/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The function that a call names, and what the expression itself says of its type. */
#ifndef IJ_LANG_CALLEE_H
#define IJ_LANG_CALLEE_H

#include "lang/expr.h"

/** What is known of the callee's type. */
struct ij_callee {
	bool cast; /* `(type)` before the call */
	struct ij_type cast_type;
	bool declared; /* by a prototype or by a cast to a pointer to function */
	struct ij_type ret;
	struct ij_params params;
};

/**
 * Parse `(int)libc!f`, `*0x401136` or `((int (*)(int))f)`, up to the arguments.
 *
 * @callee, @call: filled in also on failure, as far as it goes: the caller frees both.
 */
struct ij_error *ij_callee_parse(struct ij_parser *parser, struct ij_callee *callee,
				 struct ij_call *call) IJ_WARN_UNUSED;

#endif
