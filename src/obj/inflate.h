/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compressed sections, in memory. */
#ifndef IJ_OBJ_INFLATE_H
#define IJ_OBJ_INFLATE_H

#include "base/error.h"

/** How a section is compressed. */
enum ij_packing {
	IJ_PACKING_NONE,
	IJ_PACKING_ELF, /* SHF_COMPRESSED: a header, then zlib or zstd */
	IJ_PACKING_GNU, /* .zdebug_*: "ZLIB", a size, zlib (Go 1.11 to 1.18, GCC until 2015) */
};

#define IJ_PACKED_HEADER_MAX 24 /* bytes */

struct ij_packed {
	uint64_t size;     /* bytes, decompressed */
	uint32_t type;     /* ELFCOMPRESS_* */
	uint32_t data_off; /* of the compressed bytes in the section */
};

/**
 * Read the header of a section of @size bytes, the first of which are at @head, up to
 * IJ_PACKED_HEADER_MAX.
 *
 * Errors: BADDATA (cut off, a size that cannot be), LIMIT, UNSUPPORTED (the method's number).
 * Source: System V gABI 4.1, "Section Compression"; binutils, bfd/compress.c.
 */
struct ij_error *ij_packed_open(const uint8_t *head, uint64_t size, enum ij_packing packing,
				struct ij_packed *ret) IJ_WARN_UNUSED;

/** Decompress @size bytes at @bytes to exactly packed->size at @out. Errors: BADDATA. */
struct ij_error *ij_packed_inflate(const struct ij_packed *packed, const uint8_t *bytes,
				   size_t size, uint8_t *out) IJ_WARN_UNUSED;

#endif
