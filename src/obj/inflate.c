/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compressed sections, by zlib, or libdeflate in its place, and zstd; the only file that uses
 * these. */
#include "obj/inflate.h"

#include <elf.h>
#include <string.h>
#ifdef IJ_HAVE_DEFLATE
#include <libdeflate.h>
#else
#include <zlib.h>
#endif
#include <zstd.h>

#ifndef ELFCOMPRESS_ZSTD
#define ELFCOMPRESS_ZSTD 2 /* binutils 2.40; newer than glibc 2.36's elf.h */
#endif

#define CONTENTS_MAX (2ull << 30) /* bytes of one section, decompressed */
#define INFLATE_MAX  4096u        /* of size to compressed size; zlib cannot exceed 1032 */

/* "ZLIB" and the size, most significant byte first. */
enum { GNU_MAGIC_SIZE = 4, GNU_HEADER_SIZE = 12 };

static struct ij_error *header_gnu(const uint8_t *head, uint64_t size, struct ij_packed *ret)
{
	uint64_t word = 0;

	if (size < GNU_HEADER_SIZE || memcmp(head, "ZLIB", GNU_MAGIC_SIZE))
		return ij_error_new(BADDATA, "no header of compressed data");
	for (size_t i = GNU_MAGIC_SIZE; i < GNU_HEADER_SIZE; i++)
		word = word << 8 | head[i];
	*ret = (struct ij_packed){word, ELFCOMPRESS_ZLIB, GNU_HEADER_SIZE};
	return NULL;
}

static struct ij_error *header_elf(const uint8_t *head, uint64_t size, struct ij_packed *ret)
{
	Elf64_Chdr chdr;

	if (size < sizeof(chdr))
		return ij_error_new(BADDATA, "truncated compression header");
	memcpy(&chdr, head, sizeof(chdr));
	*ret = (struct ij_packed){chdr.ch_size, chdr.ch_type, sizeof(chdr)};
	return NULL;
}

struct ij_error *ij_packed_open(const uint8_t *head, uint64_t size, enum ij_packing packing,
				struct ij_packed *ret)
{
	struct ij_packed packed;

	IJ_TRY(packing == IJ_PACKING_GNU ? header_gnu(head, size, &packed)
					 : header_elf(head, size, &packed));
	if (packed.size > CONTENTS_MAX)
		return ij_error_new(LIMIT, "%llu bytes are too many",
				    (unsigned long long)packed.size);
	if (packed.size / INFLATE_MAX > size)
		return ij_error_new(BADDATA, "implausible size %llu of %llu bytes",
				    (unsigned long long)packed.size, (unsigned long long)size);
	if (packed.type != ELFCOMPRESS_ZLIB && packed.type != ELFCOMPRESS_ZSTD)
		return ij_error_new(UNSUPPORTED, "compression type %u", packed.type);
	*ret = packed;
	return NULL;
}

static bool by_zstd(const uint8_t *bytes, size_t size, uint8_t *out, uint64_t out_size)
{
	size_t n = ZSTD_decompress(out, out_size, bytes, size);

	return !ZSTD_isError(n) && n == out_size;
}

#ifdef IJ_HAVE_DEFLATE
/* In less than half the time that zlib takes, and that is most of a short session's. */
static bool by_zlib(const uint8_t *bytes, size_t size, uint8_t *out, uint64_t out_size)
{
	struct libdeflate_decompressor *state = libdeflate_alloc_decompressor();
	bool good = state && libdeflate_zlib_decompress(state, bytes, size, out, out_size, NULL) ==
				     LIBDEFLATE_SUCCESS;

	libdeflate_free_decompressor(state);
	return good;
}
#else
static bool by_zlib(const uint8_t *bytes, size_t size, uint8_t *out, uint64_t out_size)
{
	uLongf n = out_size;

	return uncompress(out, &n, bytes, size) == Z_OK && n == out_size;
}
#endif

struct ij_error *ij_packed_inflate(const struct ij_packed *packed, const uint8_t *bytes,
				   size_t size, uint8_t *out)
{
	bool zstd = packed->type == ELFCOMPRESS_ZSTD;

	if (size < packed->data_off ||
	    !(zstd ? by_zstd : by_zlib)(bytes + packed->data_off, size - packed->data_off, out,
					packed->size))
		return ij_error_new(BADDATA, "malformed %s data", zstd ? "zstd" : "zlib");
	return NULL;
}
