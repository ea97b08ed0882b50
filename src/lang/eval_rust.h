/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is Rust's own in expressions: slices, ranges, text, enums with data. */
#ifndef IJ_LANG_EVAL_RUST_H
#define IJ_LANG_EVAL_RUST_H

#include "lang/eval.h"

/** A slice, or text: what its pointer points to, and how many elements there are. */
struct ij_slice {
	ij_addr addr;
	uint64_t len;
	const struct ij_ctype *element;
};

/** Is @type, complete, a slice or text, by its name and members? @element: or NULL. */
bool ij_rust_is_slice(const struct ij_ctype *type, const struct ij_ctype **element);
/** The same of @val, whose bytes are there. */
bool ij_rust_slice(const struct ij_val *val, struct ij_slice *ret);

/** `a[b]` of a slice or of an array of Rust, whose bounds hold. @found: false: it is none. */
struct ij_error *ij_rust_element(struct ij_eval *ev, const struct ij_node *node,
				 struct ij_val *array, const struct ij_val *at, struct ij_val *ret,
				 bool *found) IJ_WARN_UNUSED;

/** `&a[b..c]`; @node: the range. Errors: TYPE (no array or slice, out of bounds). */
struct ij_error *ij_rust_range(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
	IJ_WARN_UNUSED;

/**
 * @arg as the slice or text @type that is wanted: of a literal, `"text"`, an array by its address,
 * or a slice of the same elements. A literal's is marked as scratch: see ij_rust_split.
 *
 * @found: false: it is nothing of that, and stays.
 */
struct ij_error *ij_rust_to_slice(struct ij_eval *ev, const struct ij_node *node,
				  const struct ij_ctype *type, struct ij_val *arg, bool *found)
	IJ_WARN_UNUSED;

/** @type, an array: the same as of Rust. */
struct ij_error *ij_rust_array(struct ij_eval *ev, const struct ij_ctype **type) IJ_WARN_UNUSED;

/** A slice that begins in our memory is passed as what it is, an address and a number: @first and
 * @second. */
struct ij_error *ij_rust_split(struct ij_eval *ev, const struct ij_val *slice, struct ij_val *first,
			       struct ij_val *second) IJ_WARN_UNUSED;

/** The variant that @object, an enum with data, is, whose members can be named. @found: false: it
 * is no such enum. */
struct ij_error *ij_rust_variant(struct ij_eval *ev, const struct ij_node *node,
				 struct ij_val *object, bool *found) IJ_WARN_UNUSED;

#endif
