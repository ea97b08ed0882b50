/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects of C++ that are passed and returned by an address, for copying them takes a function
 * (Itanium C++ ABI, 3.1.2.3 and 3.1.3.1): temporary ones, in our memory in the target, made by
 * their constructors and ended by their destructors. */
#ifndef IJ_LANG_EVAL_TEMPORARY_H
#define IJ_LANG_EVAL_TEMPORARY_H

#include "lang/eval_call.h"

/**
 * Make a copy of @arg, an object of the class @type or of one that is derived from it, by its copy
 * constructor; a temporary one that nobody else has is passed itself.
 *
 * @arg: then a pointer to the copy, which ends with the expression.
 * Errors: UNSUPPORTED (the program has no such function to call, or none that ends the copy; memory
 *   cannot stay between calls here).
 */
struct ij_error *ij_eval_pass_copy(struct ij_eval *ev, const struct ij_node *node,
				   const struct ij_ctype *type, struct ij_val *arg) IJ_WARN_UNUSED;

/** Room for a result of @type: @ret points to it, and it ends with the expression. */
struct ij_error *ij_eval_result_room(struct ij_eval *ev, const struct ij_node *node,
				     const struct ij_ctype *type, struct ij_val *ret)
	IJ_WARN_UNUSED;

/** What was begun in that room, at @addr in the target, is there. */
void ij_eval_result_made(struct ij_eval *ev, const struct ij_ctype *type, uint64_t addr,
			 struct ij_val *ret);

/** End all temporary objects, the last first; @err: what the expression came to, which is passed
 * on.
 */
struct ij_error *ij_eval_end(struct ij_eval *ev, const struct ij_node *node, struct ij_error *err)
	IJ_WARN_UNUSED;

#endif
