/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many small reads of target memory by one system call, for what is looked at during a stop. */
#ifndef IJ_INJECT_BATCH_H
#define IJ_INJECT_BATCH_H

#include "mem/mem.h"

/** One read, of up to a few KiB. */
struct ij_batch_item {
	ij_addr addr;
	void *buf; /* @size bytes */
	uint32_t size;
	bool ok; /* out: all of it was read */
};

/** Whose memory. */
struct ij_batch {
	struct ij_mem *mem; /* borrowed; used where the system call may not be */
	pid_t pid;          /* the target; 0: by `mem` only */
};

/**
 * Read all of @items. What cannot be read in whole is marked, and is no error. Allocates nothing
 * where the system call works.
 *
 * Source: process_vm_readv(2); it reads up to 1024 places (UIO_MAXIOV) and ends at the first fault.
 */
void ij_batch_read(const struct ij_batch *batch, struct ij_batch_item *items, size_t len);

/** The same for one place. */
bool ij_batch_read_one(const struct ij_batch *batch, ij_addr addr, void *buf, size_t size);

#endif
