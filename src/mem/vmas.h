/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The mappings of a process as /proc/PID/maps lists them (Linux,
 * Documentation/filesystems/proc.rst). */
#ifndef IJ_MEM_VMAS_H
#define IJ_MEM_VMAS_H

#include "base/vec.h"

enum ij_vma_flags {
	IJ_VMA_READ = 1 << 0,
	IJ_VMA_WRITE = 1 << 1,
	IJ_VMA_EXEC = 1 << 2,
	IJ_VMA_SHARED = 1 << 3,
	IJ_VMA_STACK = 1 << 4,   /* named [stack]: the main thread's */
	IJ_VMA_VDSO = 1 << 5,    /* named [vdso] */
	IJ_VMA_DELETED = 1 << 6, /* the file's name ends in " (deleted)", cut from `path` */
};

struct ij_vma {
	ij_addr lo;     /* first byte */
	ij_addr hi;     /* one past the last byte */
	uint64_t off;   /* file offset of `lo`, bytes */
	uint64_t inode; /* 0: anonymous */
	uint32_t dev_major;
	uint32_t dev_minor;
	uint32_t flags; /* enum ij_vma_flags */
	char *path;     /* as the target's mount namespace names it, unescaped; "" if none */
};

/** Sorted by address, disjoint. */
struct ij_vmas {
	IJ_VEC(struct ij_vma) list;
};

/**
 * Read and parse all of @fd, an open /proc/PID/maps, from its start.
 *
 * @ret: filled on success; the caller deinits it.
 * Errors: OS, BADDATA (a line that is not the kernel's format), LIMIT (over a million mappings),
 * GONE (empty: the process has no memory any more; or it was reaped).
 */
struct ij_error *ij_vmas_read(int fd, struct ij_vmas *ret) IJ_WARN_UNUSED;

/** Parse @size bytes of text in that format. Same errors. */
struct ij_error *ij_vmas_parse(const char *text, size_t size, struct ij_vmas *ret) IJ_WARN_UNUSED;

/** The mapping that holds @addr, or NULL. Borrowed. */
const struct ij_vma *ij_vmas_find(const struct ij_vmas *vmas, ij_addr addr);

/**
 * Is the mapping of a file that has a place in a file system? Shared memory without one, our own
 * pages among it, bears the name of /dev/zero (Linux, mm/shmem.c, shmem_zero_setup).
 */
bool ij_vma_is_of_file(const struct ij_vma *vma);

void ij_vmas_deinit(struct ij_vmas *vmas);

#endif
