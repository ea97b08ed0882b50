/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One reader interface for target memory: live process, core, file, or a fake in a test. */
#ifndef IJ_MEM_MEM_H
#define IJ_MEM_MEM_H

#include "base/error.h"

/** A source of target memory. Embed it first in a struct of your own and fill in `read`. */
struct ij_mem {
	/**
	 * Read exactly @size bytes at target address @addr into @buf.
	 *
	 * Errors: FAULT with `addr` set to the first unreadable byte (a partial read is a fault).
	 */
	struct ij_error *(*read)(struct ij_mem *mem, ij_addr addr, void *buf, size_t size);
};

static inline IJ_WARN_UNUSED struct ij_error *ij_mem_read(struct ij_mem *mem, ij_addr addr,
							  void *buf, size_t size)
{
	return mem->read(mem, addr, buf, size);
}

/** Read one little-endian 64-bit word. */
static inline IJ_WARN_UNUSED struct ij_error *ij_mem_read_u64(struct ij_mem *mem, ij_addr addr,
							      uint64_t *ret)
{
	return mem->read(mem, addr, ret, sizeof(*ret));
}

/** Memory read through a descriptor of /proc/PID/mem (or any file whose offsets are addresses). */
struct ij_mem_fd {
	struct ij_mem mem;
	int fd; /* borrowed */
};
void ij_mem_fd_init(struct ij_mem_fd *mem, int fd);

/** Bytes of ours served as target memory at [base, base + size). For tests and for saved stops. */
struct ij_mem_bytes {
	struct ij_mem mem;
	const uint8_t *bytes; /* borrowed */
	ij_addr base;
	size_t size; /* bytes */
};
void ij_mem_bytes_init(struct ij_mem_bytes *mem, const void *bytes, ij_addr base, size_t size);

enum { IJ_MEM_BLOCK = 1024, IJ_MEM_BLOCKS = 8 }; /* bytes; a page has a whole number of them */

/**
 * The same memory, read by blocks that are kept: for as long as nobody minds what changes
 * meanwhile.
 */
struct ij_mem_cache {
	struct ij_mem mem;
	struct ij_mem *under; /* borrowed */
	ij_addr starts[IJ_MEM_BLOCKS];
	bool valid[IJ_MEM_BLOCKS];
	uint8_t blocks[IJ_MEM_BLOCKS][IJ_MEM_BLOCK];
};
void ij_mem_cache_init(struct ij_mem_cache *cache, struct ij_mem *under);

#endif
