/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A call between finding the function and making it. */
#ifndef IJ_LANG_EVAL_CALL_H
#define IJ_LANG_EVAL_CALL_H

#include "lang/call.h"
#include "lang/eval.h"

struct ij_callee {
	struct ij_val func;          /* of type FUNCTION, or what is called through */
	const struct ij_ctype *type; /* its own */
	struct ij_val object;        /* `this` of a method, as a pointer */
	bool is_method;
	const struct ij_ctype *made; /* no function: an object of this class is to be made */
	bool is_told;                /* no function, and none is called: what it returns is known */
	struct ij_val told;
};

struct ij_args {
	struct ij_val list[IJ_CALL_ARGS_MAX + 2];
	const struct ij_node *nodes[IJ_CALL_ARGS_MAX + 2]; /* NULL: `this`, room for a result */
	size_t len;
};

/**
 * Convert the arguments to what the function takes, and call it.
 *
 * @args: evaluated, without `this`; changed. @want: what a cast says that it returns; or NULL.
 */
struct ij_error *ij_eval_make(struct ij_eval *ev, const struct ij_node *node,
			      struct ij_callee *callee, struct ij_args *args,
			      const struct ij_ctype *want, struct ij_val *ret) IJ_WARN_UNUSED;

/** `type(args)`, said so: an object of that class. Errors: UNSUPPORTED (there is nothing that makes
 * one of @args), those of calls. */
struct ij_error *ij_eval_make_object(struct ij_eval *ev, const struct ij_node *node,
				     const struct ij_ctype *type, struct ij_args *args,
				     struct ij_val *ret) IJ_WARN_UNUSED;

/** Make `this` of @callee a pointer to @object, or to a copy of what is only here. Errors: LIMIT.
 */
struct ij_error *ij_eval_this(struct ij_eval *ev, const struct ij_node *node,
			      const struct ij_val *object, struct ij_callee *callee) IJ_WARN_UNUSED;

#endif
