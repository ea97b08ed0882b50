/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compressed sections, by zlib, or libdeflate in its place where all of one is wanted, and zstd;
 * the only file that uses these. */
#include "obj/inflate.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#ifdef IJ_HAVE_DEFLATE
#include <libdeflate.h>
#endif
#include <zlib.h>
#include <zstd.h>

#include "base/io.h"
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

/* clang-format off */
#define ZSTD_SYMBOLS(X) \
	X(ZSTD_decompress) X(ZSTD_isError) X(ZSTD_createDCtx) X(ZSTD_decompressStream) X(ZSTD_freeDCtx)
#define STREAM_SYMBOLS(X) X(inflateInit_) X(inflate) X(inflateEnd)
/* clang-format on */
IJ_SHARED(stream, IJ_ZLIB_SONAME, "zlib1g", STREAM_SYMBOLS)
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

enum { INPUT_SIZE = 32 * 1024 };

struct ij_inflater {
	struct ij_packed packed;
	struct ij_image *img; /* borrowed */
	uint64_t off, end;    /* of what was not read yet, in @img */
	uint64_t made;        /* bytes */
	bool is_zstd;
	z_stream zlib;
	ZSTD_DCtx *zstd;
	struct stream zlib_lib; /* of these, that which is used */
	struct zstd zstd_lib;
	ZSTD_inBuffer in; /* of both */
	uint8_t input[INPUT_SIZE];
};

static struct ij_error *begin(struct ij_inflater *inflater)
{
	struct stream *lib = &inflater->zlib_lib;

	if (inflater->is_zstd) {
		IJ_TRY(zstd_load(&inflater->zstd_lib));
		inflater->zstd = inflater->zstd_lib.ZSTD_createDCtx();
		return inflater->zstd ? NULL : ij_error_nomem();
	}
	IJ_TRY(stream_load(lib));
	return lib->inflateInit_(&inflater->zlib, ZLIB_VERSION, sizeof(z_stream)) == Z_OK
		       ? NULL
		       : ij_error_nomem();
}

struct ij_error *ij_inflater_create(const struct ij_packed *packed, struct ij_image *img,
				    uint64_t off, uint64_t size, struct ij_inflater **ret)
{
	struct ij_inflater *inflater;
	struct ij_error *err;

	if (size < packed->data_off)
		return ij_error_new(BADDATA, "truncated compression header");
	inflater = calloc(1, sizeof(*inflater));
	if (!inflater)
		return ij_error_nomem();
	ij_populate(inflater->input, size < INPUT_SIZE ? (size_t)size : INPUT_SIZE);
	inflater->packed = *packed;
	inflater->img = img;
	inflater->off = off + packed->data_off;
	inflater->end = off + size;
	inflater->is_zstd = packed->type == ELFCOMPRESS_ZSTD;
	inflater->in.src = inflater->input;
	err = begin(inflater);
	if (err) {
		free(inflater);
		return err;
	}
	*ret = inflater;
	return NULL;
}

void ij_inflater_destroy(struct ij_inflater *inflater)
{
	if (!inflater)
		return;
	if (inflater->is_zstd)
		inflater->zstd_lib.ZSTD_freeDCtx(inflater->zstd);
	else
		inflater->zlib_lib.inflateEnd(&inflater->zlib);
	free(inflater);
}

/* Some more of the output; @end: nothing follows it. False: malformed. */
static bool step_zlib(struct ij_inflater *inflater, ZSTD_outBuffer *out, bool *end)
{
	z_stream *zlib = &inflater->zlib;
	int status;

	zlib->next_in = inflater->input + inflater->in.pos;
	zlib->avail_in = (uInt)(inflater->in.size - inflater->in.pos);
	zlib->next_out = (Bytef *)out->dst + out->pos;
	zlib->avail_out = (uInt)(out->size - out->pos);
	status = inflater->zlib_lib.inflate(zlib, Z_NO_FLUSH);
	inflater->in.pos = inflater->in.size - zlib->avail_in;
	out->pos = out->size - zlib->avail_out;
	*end = status == Z_STREAM_END;
	return status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;
}

static bool step_zstd(struct ij_inflater *inflater, ZSTD_outBuffer *out, bool *end)
{
	const struct zstd *lib = &inflater->zstd_lib;
	size_t left = lib->ZSTD_decompressStream(inflater->zstd, out, &inflater->in);

	*end = !left && inflater->in.pos == inflater->in.size && inflater->off == inflater->end;
	return !lib->ZSTD_isError(left);
}

static struct ij_error *refill(struct ij_inflater *inflater)
{
	uint64_t left = inflater->end - inflater->off;
	size_t size = left < INPUT_SIZE ? (size_t)left : INPUT_SIZE;

	if (inflater->in.pos < inflater->in.size || !size)
		return NULL;
	IJ_TRY(ij_image_copy(inflater->img, inflater->off, inflater->input, size));
	inflater->off += size;
	inflater->in.size = size;
	inflater->in.pos = 0;
	return NULL;
}

struct ij_error *ij_inflater_next(struct ij_inflater *inflater, uint8_t *out, size_t size)
{
	const bool is_last = inflater->made + size == inflater->packed.size;
	uint8_t beyond;
	ZSTD_outBuffer buf = {out, size, 0}, none = {&beyond, 1, 0};
	bool good = true, end = false;

	/* Behind the last byte there must be nothing more. */
	while (good && !end && (buf.pos < size || is_last)) {
		ZSTD_outBuffer *to = buf.pos < size ? &buf : &none;
		size_t in_pos, out_pos = to->pos;

		IJ_TRY(refill(inflater));
		in_pos = inflater->in.pos;
		good = (inflater->is_zstd ? step_zstd : step_zlib)(inflater, to, &end) &&
		       !none.pos && (end || in_pos != inflater->in.pos || out_pos != to->pos);
	}
	if (!good || buf.pos < size)
		return ij_error_new(BADDATA, "malformed %s data",
				    inflater->is_zstd ? "zstd" : "zlib");
	inflater->made += size;
	return NULL;
}
