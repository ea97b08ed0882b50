/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Growable arrays. */
#include "base/vec.h"

#include <string.h>

struct ij_error *ij_vec_grow(void *items, size_t *cap, size_t len, size_t extra, size_t item_size)
{
	size_t need, want, bytes;
	void *old, *grown;

	if (__builtin_add_overflow(len, extra, &need))
		return ij_error_new(LIMIT, "array of %zu + %zu items is too large", len, extra);
	if (need <= *cap)
		return NULL;
	want = *cap ? *cap : 8;
	while (want < need)
		if (__builtin_mul_overflow(want, (size_t)2, &want))
			want = need;
	if (__builtin_mul_overflow(want, item_size, &bytes))
		return ij_error_new(LIMIT, "array of %zu items is too large", want);
	memcpy(&old, items, sizeof(old));
	grown = realloc(old, bytes);
	if (!grown)
		return ij_error_nomem();
	memcpy(items, &grown, sizeof(grown));
	*cap = want;
	return NULL;
}
