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

#include "base/shared.h"

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

#define ZSTD_SYMBOLS(X) X(ZSTD_decompress) X(ZSTD_isError)
IJ_SHARED(zstd, IJ_ZSTD_SONAME, "libzstd1", ZSTD_SYMBOLS)

/* Whether the data are good. */
static struct ij_error *by_zstd(const uint8_t *bytes, size_t size, uint8_t *out, uint64_t out_size,
				bool *ret)
{
	struct zstd lib;
	size_t n;

	IJ_TRY(zstd_load(&lib));
	n = lib.ZSTD_decompress(out, out_size, bytes, size);
	*ret = !lib.ZSTD_isError(n) && n == out_size;
	return NULL;
}

#ifdef IJ_HAVE_DEFLATE
/* clang-format off */
#define ZLIB_SYMBOLS(X) \
	X(libdeflate_alloc_decompressor) X(libdeflate_zlib_decompress) X(libdeflate_free_decompressor)
/* clang-format on */
IJ_SHARED(zlib, IJ_DEFLATE_SONAME, "libdeflate0", ZLIB_SYMBOLS)

/* In less than half the time that zlib takes, and that is most of a short session's. */
static struct ij_error *by_zlib(const uint8_t *bytes, size_t size, uint8_t *out, uint64_t out_size,
				bool *ret)
{
	struct libdeflate_decompressor *state;
	struct zlib lib;

	IJ_TRY(zlib_load(&lib));
	state = lib.libdeflate_alloc_decompressor();
	if (!state)
		return ij_error_nomem();
	*ret = lib.libdeflate_zlib_decompress(state, bytes, size, out, out_size, NULL) ==
	       LIBDEFLATE_SUCCESS;
	lib.libdeflate_free_decompressor(state);
	return NULL;
}
#else
#define ZLIB_SYMBOLS(X) X(uncompress)
IJ_SHARED(zlib, IJ_ZLIB_SONAME, "zlib1g", ZLIB_SYMBOLS)

static struct ij_error *by_zlib(const uint8_t *bytes, size_t size, uint8_t *out, uint64_t out_size,
				bool *ret)
{
	uLongf n = out_size;
	struct zlib lib;

	IJ_TRY(zlib_load(&lib));
	*ret = lib.uncompress(out, &n, bytes, size) == Z_OK && n == out_size;
	return NULL;
}
#endif

struct ij_error *ij_packed_inflate(const struct ij_packed *packed, const uint8_t *bytes,
				   size_t size, uint8_t *out)
{
	bool zstd = packed->type == ELFCOMPRESS_ZSTD, good = false;

	if (size >= packed->data_off)
		IJ_TRY((zstd ? by_zstd : by_zlib)(bytes + packed->data_off, size - packed->data_off,
						  out, packed->size, &good));
	if (!good)
		return ij_error_new(BADDATA, "malformed %s data", zstd ? "zstd" : "zlib");
	return NULL;
}
