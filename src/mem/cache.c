/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cache in front of a reader, for many small reads near each other. */
#include <string.h>

#include "mem/mem.h"

/* A block lies in one page, so it can be read if any byte of it can be. */
static const uint8_t *block_of(struct ij_mem_cache *self, ij_addr addr)
{
	ij_addr start = addr & ~(ij_addr)(IJ_MEM_BLOCK - 1);
	size_t slot = start / IJ_MEM_BLOCK % IJ_MEM_BLOCKS;

	if (!self->valid[slot] || self->starts[slot] != start) {
		IJ_ERROR_AUTO err =
			ij_mem_read(self->under, start, self->blocks[slot], IJ_MEM_BLOCK);

		self->valid[slot] = !err;
		self->starts[slot] = start;
		if (err)
			return NULL;
	}
	return self->blocks[slot];
}

static struct ij_error *cache_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct ij_mem_cache *self = (struct ij_mem_cache *)mem;
	size_t off = addr % IJ_MEM_BLOCK;
	const uint8_t *block = size <= IJ_MEM_BLOCK - off ? block_of(self, addr) : NULL;

	/* Across blocks, or not there: what is under it knows, and names the address. */
	if (!block)
		return ij_mem_read(self->under, addr, buf, size);
	memcpy(buf, block + off, size);
	return NULL;
}

void ij_mem_cache_init(struct ij_mem_cache *cache, struct ij_mem *under)
{
	cache->mem.read = cache_read;
	cache->under = under;
	memset(cache->valid, 0, sizeof(cache->valid));
}
