/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A file's bytes, read block by block as they are asked for.
 *
 * Not a mapping of the file: a file that shrinks under us must not become SIGBUS. Instead a
 * reserved, untouched range of our own memory is filled by pread, so that pointers into it are
 * stable, a block is read once (what was checked is what is used), and names need no copies.
 */
#ifndef IJ_OBJ_IMAGE_H
#define IJ_OBJ_IMAGE_H

#include "base/error.h"

struct ij_image {
	uint8_t *bytes;
	uint64_t size;     /* bytes */
	uint64_t *present; /* one bit a block; NULL: everything is there */
	uint64_t filled;   /* bytes that were read so far, some of them more than once */
	uint64_t room;     /* bytes that are mapped at @bytes; 0: they are malloc'ed */
	int fd;            /* borrowed; -1: @bytes are a copy */
	/* Gives @size bytes at @off where no file does; NULL: it is the file, or all are there. */
	struct ij_error *(*fetch)(void *ctx, uint64_t off, uint64_t size, uint8_t *buf);
	void *fetch_ctx;
};

/** @fd is borrowed. Errors: BADDATA (no regular file, empty), LIMIT, OS, NOMEM. */
struct ij_error *ij_image_open_fd(struct ij_image *img, int fd) IJ_WARN_UNUSED;
/** @bytes are copied. */
struct ij_error *ij_image_open_bytes(struct ij_image *img, const void *bytes, size_t size)
	IJ_WARN_UNUSED;
/**
 * @size bytes that @fetch gives when they are first asked for, block by block. If it fails the
 * image has none from then on. @ctx is borrowed. Errors: NOMEM.
 */
struct ij_error *ij_image_open_late(struct ij_image *img, uint64_t size,
				    struct ij_error *(*fetch)(void *ctx, uint64_t off,
							      uint64_t size, uint8_t *buf),
				    void *ctx) IJ_WARN_UNUSED;
/** All of @img->bytes is there: a `fetch` that had all of it at once has put it there. */
void ij_image_complete(struct ij_image *img);
void ij_image_close(struct ij_image *img);

/** Borrow @size bytes at file offset @off; not aligned. Errors: BADDATA (past the end), OS; those
 * of who gives them. */
struct ij_error *ij_image_get(struct ij_image *img, uint64_t off, uint64_t size,
			      const uint8_t **ret) IJ_WARN_UNUSED;

/** Give back what is whole blocks of [@off, @off + @size), where no pointer leads any more. */
void ij_image_forget(struct ij_image *img, uint64_t off, uint64_t size);

/** Copy them. Large parts are read in place: ij_populate what is fresh memory before. */
struct ij_error *ij_image_copy(struct ij_image *img, uint64_t off, void *buf, size_t size)
	IJ_WARN_UNUSED;

/** Borrow the string at @off, whose NUL stands before file offset @end and @max bytes. */
struct ij_error *ij_image_str(struct ij_image *img, uint64_t off, uint64_t end, uint64_t max,
			      const char **ret) IJ_WARN_UNUSED;

#endif
