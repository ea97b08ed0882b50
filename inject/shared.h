/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Shared mappings in a copy of the target: what the copy writes there must not reach anybody.
 *
 * Each is made read-only in the copy, so that it costs the same however large it is; the part that
 * the copy then writes to is replaced by private memory of the same content. Memory of devices,
 * where even reading may have an effect, is made inaccessible.
 */
#ifndef IJ_INJECT_SHARED_H
#define IJ_INJECT_SHARED_H

#include "proc/copy.h"

enum {
	IJ_SHARED_MAX = 512,
	IJ_SHARED_LINE_MAX = 256,    /* bytes of a line of maps that are looked at */
	IJ_SHARED_CHUNK = 64 * 1024, /* made private at once, bytes */
};

struct ij_shared_range {
	ij_addr lo, hi;
	uint32_t flags; /* enum ij_vma_flags: read, write, execute */
	bool device;
};

struct ij_shared {
	struct ij_shared_range ranges[IJ_SHARED_MAX]; /* sorted, disjoint */
	size_t len;
	bool overflow; /* there are more than that */
	char line[IJ_SHARED_LINE_MAX];
	size_t line_len; /* bytes of an unfinished line, which may be more than are kept */
};

/** Add the shared mappings that a piece of the text of /proc/PID/maps lists; pieces may end
 * anywhere. What is not in the kernel's format is left out. */
void ij_shared_feed(struct ij_shared *shared, const char *text, size_t size);

/** The range that holds @addr, or NULL. */
const struct ij_shared_range *ij_shared_find(const struct ij_shared *shared, ij_addr addr);

/** Does [addr, addr + size) meet one of them? */
bool ij_shared_meets(const struct ij_shared *shared, ij_addr addr, uint64_t size);

/**
 * Read the mappings of @copy and protect the shared ones.
 *
 * @gadget: of a `syscall` instruction in the copy. @deadline_ns: for all of it.
 * Errors: REFUSED (too many, or the kernel will not), TIMEOUT, GONE, OS.
 */
struct ij_error *ij_shared_protect(struct ij_shared *shared, struct ij_copy *copy, ij_addr gadget,
				   uint64_t deadline_ns) IJ_WARN_UNUSED;

/**
 * The copy needs to write at @addr, which lies in a range: make the memory around it private.
 *
 * @ret: false: that cannot be, because it belongs to a device or ends there.
 * Errors: REFUSED, TIMEOUT, GONE, OS.
 */
struct ij_error *ij_shared_make_private(struct ij_shared *shared, struct ij_copy *copy,
					ij_addr gadget, ij_addr addr, bool *ret) IJ_WARN_UNUSED;

#endif
