/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operators on numbers of several parts: vectors, and complex numbers. */
#ifndef IJ_LANG_EVAL_PARTS_H
#define IJ_LANG_EVAL_PARTS_H

#include "lang/eval.h"

/** The complex type whose parts are @part, a floating-point type. */
struct ij_error *ij_eval_complex_of(struct ij_eval *ev, const struct ij_ctype *part,
				    const struct ij_ctype **ret) IJ_WARN_UNUSED;

/** Is @type a vector, or complex? */
bool ij_eval_has_parts(const struct ij_ctype *type);

/**
 * `left op right`, one of which has parts.
 *
 * Vectors element by element, a number beside one stands for all its elements, and a comparison is
 * a vector of 0 and -1 (GCC, Vector Extensions). Complex numbers by C17, annex G, without its
 * infinities.
 * Errors: TYPE (vectors of two types, an operator that there is not).
 */
struct ij_error *ij_eval_parts_binary(struct ij_eval *ev, const struct ij_node *node,
				      const char *op, const struct ij_val *left,
				      const struct ij_val *right, struct ij_val *ret)
	IJ_WARN_UNUSED;

/** `op val`; `~` of a complex number is its conjugate. Errors: as above. */
struct ij_error *ij_eval_parts_unary(struct ij_eval *ev, const struct ij_node *node, char op,
				     const struct ij_val *val, struct ij_val *ret) IJ_WARN_UNUSED;

/** `__imag__ val`, or `__real__ val` (GCC, Complex Data Types). Errors: TYPE (it is no number). */
struct ij_error *ij_eval_part_named(struct ij_eval *ev, const struct ij_node *node,
				    bool is_imaginary, const struct ij_val *val, struct ij_val *ret)
	IJ_WARN_UNUSED;

/** @val, a complex number or a real one, as a complex number of type @type. */
struct ij_error *ij_eval_parts_to_complex(struct ij_eval *ev, const struct ij_ctype *type,
					  struct ij_val *val) IJ_WARN_UNUSED;

#endif
