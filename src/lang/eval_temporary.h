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

/** "vector" of "std::vector<int, std::allocator<int> >": what its constructors are called; with a
 * ~, where @ends, its destructor. */
struct ij_error *ij_eval_own_name(struct ij_eval *ev, const struct ij_ctype *type, bool ends,
				  const char **ret) IJ_WARN_UNUSED;

/** The function that `method` found, whatever an object's table says: the object is no other; and
 * without what GCC says that it takes besides, `__in_chrg`, which those of whole objects do not. */
struct ij_error *ij_eval_as_it_is(struct ij_eval *ev, struct ij_val *function) IJ_WARN_UNUSED;

/** An object of @type that @function, a constructor, makes of @args in memory of ours; it is ended
 * with the expression. Errors: UNSUPPORTED (it cannot be ended, or no memory can be kept), those of
 * calls. */
struct ij_error *ij_eval_construct_by(struct ij_eval *ev, const struct ij_node *node,
				      const struct ij_ctype *type, const struct ij_val *function,
				      struct ij_args *args, struct ij_val *ret) IJ_WARN_UNUSED;

/* eval_construct.c */
/**
 * `type(args)` of a class of C++.
 *
 * @args: evaluated; changed. @implicit: nobody wrote it: a constructor that is explicit, or none
 * that fits alone, does not do. @found: false: it has none, @ret is not set.
 */
struct ij_error *ij_eval_construct(struct ij_eval *ev, const struct ij_node *node,
				   const struct ij_ctype *type, struct ij_args *args, bool implicit,
				   struct ij_val *ret, bool *found) IJ_WARN_UNUSED;

/** @arg, which is no @type, as the constructor of that class has it that takes it, if one does. */
struct ij_error *ij_eval_by_constructor(struct ij_eval *ev, const struct ij_node *node,
					const struct ij_ctype *type, struct ij_val *arg)
	IJ_WARN_UNUSED;

/** Has the class @type constructors that somebody wrote? */
struct ij_error *ij_eval_has_constructors(const struct ij_ctype *type, bool *ret) IJ_WARN_UNUSED;

#endif
