/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory in blocks. */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

struct ij_arena_block {
	struct ij_arena_block *before;
	size_t room;
	_Alignas(16) unsigned char bytes[];
};

#define BLOCK_SIZE 4096u

void *ij_arena_alloc(struct ij_arena *arena, size_t size)
{
	struct ij_arena_block *block = arena->last;
	size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
	void *bytes;

	if (size > IJ_ARENA_MAX)
		return NULL;
	size = (size + 15) & ~(size_t)15;
	room = (room + 15) & ~(size_t)15;
	if (!block || size > block->room - arena->used) {
		if (arena->size + room > IJ_ARENA_MAX)
			return NULL;
		block = calloc(1, sizeof(*block) + room);
		if (!block)
			return NULL;
		block->before = arena->last;
		block->room = room;
		arena->last = block;
		arena->used = 0;
		arena->size += room;
	}
	bytes = block->bytes + arena->used;
	arena->used += size;
	return bytes;
}

char *ij_arena_text(struct ij_arena *arena, const char *text, size_t len)
{
	char *copy = ij_arena_alloc(arena, len + 1);

	if (copy && len)
		memcpy(copy, text, len);
	return copy;
}

void ij_arena_deinit(struct ij_arena *arena)
{
	while (arena->last) {
		struct ij_arena_block *before = arena->last->before;

		free(arena->last);
		arena->last = before;
	}
	*arena = (struct ij_arena){.last = NULL};
}
