/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compressed sections, decompressed as far as they are needed. */
#include "obj/unpack.h"

#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "obj/kept.h"

enum { STEP = 16 * IJ_KEPT_BLOCK }; /* bytes that are decompressed at once */

struct ij_unpacked {
	struct ij_image img;   /* what it is for others */
	struct ij_image *file; /* borrowed */
	uint64_t off, size;
	struct ij_packed packed;
	const char *name; /* borrowed */
	struct ij_kept_key key;
	bool begun;
	struct ij_kept *kept; /* of an earlier time; or NULL */
	/* What is decompressed now, and where it goes; or NULL. */
	struct ij_inflater *inflater;
	struct ij_keeper *keeper;
	uint64_t done; /* bytes of that */
	bool all;      /* to the end: what was kept the last time was not enough */
};

/* All of it, in memory. */
static struct ij_error *unpack_all(struct ij_unpacked *u)
{
	uint8_t *raw = malloc(u->size ? (size_t)u->size : 1);
	struct ij_error *err;

	if (!raw)
		return ij_error_nomem();
	ij_populate(raw, (size_t)u->size);
	err = ij_image_copy(u->file, u->off, raw, (size_t)u->size);
	if (!err)
		err = ij_packed_inflate(&u->packed, raw, (size_t)u->size, u->img.bytes);
	free(raw);
	if (!err)
		ij_image_complete(&u->img);
	return err;
}

/* From now on no more is written. */
static void stop(struct ij_unpacked *u)
{
	ij_inflater_destroy(u->inflater);
	ij_keeper_close(u->keeper);
	u->inflater = NULL;
	u->keeper = NULL;
}

static struct ij_error *start(struct ij_unpacked *u)
{
	struct ij_error *err;

	u->done = 0;
	u->keeper = ij_keeper_create(IJ_KEPT_SECTIONS, &u->key, u->packed.size);
	if (!u->keeper)
		return NULL;
	err = ij_inflater_create(&u->packed, u->file, u->off, u->size, &u->inflater);
	if (!err || err->code != IJ_ERR_UNSUPPORTED)
		return err;
	/* All at once another library does it. */
	ij_error_free(err);
	stop(u);
	return NULL;
}

/* Decompress up to @end. False in @good: it cannot be written. */
static struct ij_error *go_on(struct ij_unpacked *u, uint64_t end, bool *good)
{
	uint8_t *buf;
	struct ij_error *err = NULL;

	*good = true;
	if (u->done >= end)
		return NULL;
	buf = malloc(STEP);
	if (!buf)
		return ij_error_nomem();
	while (u->done < end && *good && !err) {
		uint64_t left = u->packed.size - u->done;
		size_t size = left < STEP ? (size_t)left : STEP;

		err = ij_inflater_next(u->inflater, buf, size);
		*good = !err && ij_keeper_add(u->keeper, buf, size);
		u->done += size;
	}
	free(buf);
	return err;
}

/* By way of the disk. False in @good: it cannot be. */
static struct ij_error *from_disk(struct ij_unpacked *u, uint64_t off, uint64_t size, uint8_t *buf,
				  bool *good)
{
	*good = false;
	if (!u->begun) {
		u->begun = true;
		u->kept = ij_kept_open(IJ_KEPT_SECTIONS, &u->key);
		if (!u->kept)
			IJ_TRY(start(u));
	}
	if (u->kept) {
		*good = ij_kept_read(u->kept, off, size, buf);
		if (*good)
			return NULL;
		ij_kept_close(u->kept);
		u->kept = NULL;
		u->all = true;
		IJ_TRY(start(u));
	}
	if (!u->keeper)
		return NULL;
	IJ_TRY(go_on(u, u->all ? u->packed.size : off + size, good));
	*good = *good && ij_keeper_read(u->keeper, off, size, buf);
	return NULL;
}

/* An image's `fetch`. */
static struct ij_error *fetch(void *ctx, uint64_t off, uint64_t size, uint8_t *buf)
{
	struct ij_unpacked *u = ctx;
	struct ij_error *err = NULL;
	bool good = false;

	if (u->key.size)
		err = from_disk(u, off, size, buf, &good);
	if (!err && good)
		return NULL;
	stop(u);
	if (!err)
		err = unpack_all(u);
	if (err)
		return ij_error_wrap(err, "section %.64s", u->name);
	if (buf != u->img.bytes + off)
		memcpy(buf, u->img.bytes + off, size);
	return NULL;
}

struct ij_error *ij_unpacked_create(struct ij_image *img, uint64_t off, uint64_t size,
				    const struct ij_packed *packed, const char *name,
				    struct ij_unpacked **ret)
{
	struct ij_unpacked *u = calloc(1, sizeof(*u));
	struct ij_error *err;

	if (!u)
		return ij_error_nomem();
	u->file = img;
	u->off = off;
	u->size = size;
	u->packed = *packed;
	u->name = name;
	if (!ij_kept_key_make(img->fd, off, size, packed->size, &u->key))
		u->key.size = 0;
	err = ij_image_open_late(&u->img, packed->size, fetch, u);
	if (err) {
		free(u);
		return err;
	}
	*ret = u;
	return NULL;
}

void ij_unpacked_destroy(struct ij_unpacked *unpacked)
{
	if (!unpacked)
		return;
	stop(unpacked);
	ij_kept_close(unpacked->kept);
	ij_image_close(&unpacked->img);
	free(unpacked);
}

struct ij_image *ij_unpacked_image(struct ij_unpacked *unpacked)
{
	return &unpacked->img;
}
