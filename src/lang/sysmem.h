/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory that the arguments of a system call point to, and the pointers that lie in it. */
#ifndef IJ_LANG_SYSMEM_H
#define IJ_LANG_SYSMEM_H

#include "base/error.h"
#include "base/vec.h"

/* Of pointers in structs, as of struct iovec; no more than the wire takes (wire/messages.h). */
enum { IJ_SYSMEM_POINTERS_MAX = 64 };

struct ij_sysmem {
	IJ_VEC(uint8_t) bytes;     /* each piece aligned to 16 */
	IJ_VEC(uint32_t) pointers; /* where a word of 8 bytes is an offset in `bytes` */
};

void ij_sysmem_deinit(struct ij_sysmem *mem);

/**
 * Add a piece of @size bytes.
 *
 * @bytes: they; NULL: zeros. @off_ret: where it lies.
 * Errors: LIMIT, of over IJ_CALL_BYTES_MAX bytes in all; NOMEM.
 */
struct ij_error *ij_sysmem_add(struct ij_sysmem *mem, const void *bytes, size_t size,
			       size_t *off_ret) IJ_WARN_UNUSED;

/** The word at @off, of a piece that was added, is a pointer. Errors: LIMIT, NOMEM. */
struct ij_error *ij_sysmem_point(struct ij_sysmem *mem, size_t off) IJ_WARN_UNUSED;

/** Where the word at @off leads; false if it is no pointer. */
bool ij_sysmem_target(const struct ij_sysmem *mem, size_t off, size_t *ret);

#endif
