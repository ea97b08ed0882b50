/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that is given back all at once. */
#ifndef IJ_BASE_ARENA_H
#define IJ_BASE_ARENA_H

#include "base/error.h"

struct ij_arena_block;

/** All zero is an empty one. */
struct ij_arena {
	struct ij_arena_block *last;
	size_t used; /* bytes of the last block */
	size_t size; /* bytes of all blocks */
};

enum { IJ_ARENA_MAX = 64 * 1024 * 1024 }; /* bytes */

/** @size zeroed bytes, aligned to 16; NULL if there is no memory, or over IJ_ARENA_MAX is asked
 * for. */
void *ij_arena_alloc(struct ij_arena *arena, size_t size) IJ_WARN_UNUSED;
/** A copy of @len bytes of @text with a NUL behind them, or NULL. */
char *ij_arena_text(struct ij_arena *arena, const char *text, size_t len) IJ_WARN_UNUSED;
void ij_arena_deinit(struct ij_arena *arena);

#endif
