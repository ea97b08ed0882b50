/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Growable arrays, typed by macro; running out of memory is an error, not an exit. */
#ifndef IJ_BASE_VEC_H
#define IJ_BASE_VEC_H

#include <stdlib.h>

#include "base/error.h"

#define IJ_VEC(type)         \
	struct {             \
		type *items; \
		size_t len;  \
		size_t cap;  \
	}

/**
 * Make room for @extra more items.
 *
 * @items, @cap: address of the item pointer, and the capacity; updated on success.
 * Errors: NOMEM, LIMIT (the size would overflow).
 */
struct ij_error *ij_vec_grow(void *items, size_t *cap, size_t len, size_t extra, size_t item_size)
	IJ_WARN_UNUSED;

#define ij_vec_reserve(vec, extra) \
	ij_vec_grow(&(vec)->items, &(vec)->cap, (vec)->len, (extra), sizeof(*(vec)->items))

/** Append @item; evaluates to an error or NULL. */
#define ij_vec_push(vec, item)                                  \
	__extension__({                                         \
		struct ij_error *ij_vec_err_ = NULL;            \
		if ((vec)->len == (vec)->cap)                   \
			ij_vec_err_ = ij_vec_reserve((vec), 1); \
		if (!ij_vec_err_)                               \
			(vec)->items[(vec)->len++] = (item);    \
		ij_vec_err_;                                    \
	})

#define ij_vec_deinit(vec)                   \
	do {                                 \
		free((vec)->items);          \
		(vec)->items = NULL;         \
		(vec)->len = (vec)->cap = 0; \
	} while (0)

#define IJ_VEC_EACH(vec, it)                                                                     \
	for (__typeof__(*(vec)->items) *it = (vec)->items; it && it < (vec)->items + (vec)->len; \
	     it++)

#endif
