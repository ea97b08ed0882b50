/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names inside a stripped file: .gnu_debugdata, an ELF file compressed by xz; the only file that
 * uses liblzma.
 *
 * Its section headers and .symtab are all that counts. Source: GDB manual, "Debugging information
 * in a special section"; liblzma 5.2, lzma/container.h.
 */
#include <lzma.h>
#include <stdlib.h>

#include "base/shared.h"
#include "obj/object_internal.h"

#define UNPACKED_MAX (64u << 20)    /* bytes; a file of Fedora's libc has 100 KiB */
#define MEMORY_MAX   (128ull << 20) /* xz -9 wants 65 MiB to decompress */
#define ROOM_MIN     (64u * 1024)

#define LZMA_SYMBOLS(X) X(lzma_stream_decoder) X(lzma_code) X(lzma_end)
IJ_SHARED(lzma, IJ_LZMA_SONAME, "liblzma5", LZMA_SYMBOLS)

static struct ij_error *failed(lzma_ret ret)
{
	if (ret == LZMA_MEM_ERROR)
		return ij_error_nomem();
	if (ret == LZMA_MEMLIMIT_ERROR)
		return ij_error_new(LIMIT, "section .gnu_debugdata wants too much memory");
	return ij_error_new(BADDATA, "section .gnu_debugdata: malformed xz data (%u)",
			    (unsigned)ret);
}

/* Double the room of @stream's output, up to the limit. */
static struct ij_error *grow(lzma_stream *stream, uint8_t **out, size_t *room)
{
	size_t done = *room - stream->avail_out, next = *room ? *room * 2 : ROOM_MIN;
	uint8_t *more;

	if (next > UNPACKED_MAX)
		return ij_error_new(LIMIT, "section .gnu_debugdata: over %u bytes unpacked",
				    UNPACKED_MAX);
	more = realloc(*out, next);
	if (!more)
		return ij_error_nomem();
	*out = more;
	*room = next;
	stream->next_out = more + done;
	stream->avail_out = next - done;
	return NULL;
}

static struct ij_error *unpack(const struct lzma *lib, lzma_stream *stream, uint8_t **out,
			       size_t *size_ret)
{
	size_t room = 0;
	lzma_ret ret = LZMA_OK;

	while (ret == LZMA_OK) {
		if (!stream->avail_out)
			IJ_TRY(grow(stream, out, &room));
		ret = lib->lzma_code(stream, LZMA_FINISH);
	}
	if (ret != LZMA_STREAM_END)
		return failed(ret);
	*size_ret = room - stream->avail_out;
	return NULL;
}

struct ij_error *ij_minidebug_open(const uint8_t *bytes, size_t size, const char *name,
				   struct ij_object **ret)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_ret started;
	struct lzma lib;
	uint8_t *out = NULL;
	size_t out_size = 0;
	struct ij_error *err;

	IJ_TRY(lzma_load(&lib));
	started = lib.lzma_stream_decoder(&stream, MEMORY_MAX, 0);
	if (started != LZMA_OK)
		return failed(started);
	stream.next_in = bytes;
	stream.avail_in = size;
	err = unpack(&lib, &stream, &out, &out_size);
	lib.lzma_end(&stream);
	if (!err)
		err = ij_object_open_debug_bytes(out, out_size, name, ret);
	free(out);
	return err;
}

struct ij_error *ij_object_minidebug_attach(struct ij_object *obj)
{
	const uint8_t *bytes;
	size_t size;
	uint64_t vaddr;
	struct ij_object *debug;

	if (obj->debug)
		return NULL;
	IJ_TRY(ij_object_section(obj, ".gnu_debugdata", &bytes, &size, &vaddr));
	IJ_TRY(ij_minidebug_open(bytes, size, obj->name, &debug));
	ij_object_debug_set(obj, debug, -1);
	return NULL;
}
