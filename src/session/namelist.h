/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A list of names for a program: those that are wanted, sorted, each once. */
#ifndef IJ_SESSION_NAMELIST_H
#define IJ_SESSION_NAMELIST_H

#include "base/vec.h"

struct ij_namelist {
	const char *prefix; /* wanted is what begins so; NULL: all */
	const char *within; /* and has this text in it; NULL: all */
	const char *before; /* stands before each, @before_len bytes; NULL: nothing */
	size_t before_len;
	size_t max; /* no more than so many are taken */
	IJ_VEC(char *) names;
};

/** Take in a copy of @name, if it is wanted and there is room. Errors: NOMEM. */
struct ij_error *ij_namelist_add(struct ij_namelist *list, const char *name) IJ_WARN_UNUSED;

/** Give up the list: as ij_session_names does, or if there is @err that, which is consumed. */
struct ij_error *ij_namelist_take(struct ij_namelist *list, struct ij_error *err, char ***ret,
				  size_t *len_ret) IJ_WARN_UNUSED;

#endif
