/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What objects of C++ really are. */
#ifndef IJ_LANG_EVAL_DYNAMIC_H
#define IJ_LANG_EVAL_DYNAMIC_H

#include "lang/eval.h"

/** Has an object of @type, the first word of which that would be, a virtual pointer? */
bool ij_dynamic_is(const struct ij_ctype *type);

/**
 * The class that the object at @addr, of class @type as far as that is known, really is.
 *
 * @addr_ret: where it begins. Both are set if true is returned; false: nothing tells.
 * Source: Itanium C++ ABI, 2.5.2; gdb 13, gnu-v3-abi.c.
 */
bool ij_dynamic_class(struct ij_host *host, const struct ij_ctype *type, uint64_t addr,
		      const struct ij_ctype **ret, uint64_t *addr_ret);

/** `dynamic_cast<type>(x)` (C++17, 8.2.7). Errors: TYPE (x is of no class with virtual functions,
 * or refers to no such object). */
struct ij_error *ij_eval_dynamic_cast(struct ij_eval *ev, const struct ij_node *node,
				      const struct ij_ctype *type, struct ij_val *ret)
	IJ_WARN_UNUSED;

#endif
