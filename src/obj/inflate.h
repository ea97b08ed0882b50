/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compressed sections: decompressing all of one in memory, or from its start on. */
#ifndef IJ_OBJ_INFLATE_H
#define IJ_OBJ_INFLATE_H

#include "obj/image.h"

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

/** A section that is decompressed from its start on. */
struct ij_inflater;
/**
 * @img: where the section is: @size bytes at @off. Borrowed. Errors: BADDATA, UNSUPPORTED
 * (the library is not there), NOMEM.
 */
struct ij_error *ij_inflater_create(const struct ij_packed *packed, struct ij_image *img,
				    uint64_t off, uint64_t size, struct ij_inflater **ret)
	IJ_WARN_UNUSED;
void ij_inflater_destroy(struct ij_inflater *inflater); /* takes NULL */
/** The next @size bytes, which are not more than are left of packed->size. Errors: BADDATA, those
 * of reading @img. */
struct ij_error *ij_inflater_next(struct ij_inflater *inflater, uint8_t *out, size_t size)
	IJ_WARN_UNUSED;

#endif
