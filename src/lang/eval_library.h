/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What functions of the C++ library's classes return, without a call. */
#ifndef IJ_LANG_EVAL_LIBRARY_H
#define IJ_LANG_EVAL_LIBRARY_H

#include "lang/eval.h"

/**
 * What function @name of @object returns with @args, by what the object consists of: for small
 * functions of libstdc++'s classes, which optimised programs have no code of.
 *
 * @found: false: it is none of these. Errors: TYPE (there is no such element), those of reading.
 */
struct ij_error *ij_eval_library(struct ij_eval *ev, const struct ij_node *node,
				 const struct ij_val *object, const char *name,
				 const struct ij_val *args, size_t args_len, struct ij_val *ret,
				 bool *found) IJ_WARN_UNUSED;

#endif
