/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file's bytes, read block by block as they are asked for. */
#include "obj/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

#define BLOCK         4096u
#define BULK          (4 * BLOCK)
#define AHEAD         16u           /* blocks */
#define SIZE_MAX_FILE (64ull << 30) /* the reserved range must fit the address space easily */

/* Room for what is there block by block. */
static struct ij_error *reserve(struct ij_image *img)
{
	size_t blocks = (size_t)((img->size + BLOCK - 1) / BLOCK);

	img->present = calloc(blocks / 64 + 1, sizeof(*img->present));
	if (!img->present)
		return ij_error_nomem();
	img->bytes = mmap(NULL, img->size ? img->size : 1, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (img->bytes == MAP_FAILED) {
		free(img->present);
		return ij_error_nomem();
	}
	img->room = img->size ? img->size : 1;
	return NULL;
}

struct ij_error *ij_image_open_fd(struct ij_image *img, int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return ij_error_os(OS, errno, "cannot stat: %s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return ij_error_new(BADDATA, "not a regular file");
	if (st.st_size <= 0)
		return ij_error_new(BADDATA, "empty file");
	if ((uint64_t)st.st_size > SIZE_MAX_FILE)
		return ij_error_new(LIMIT, "file of %lld bytes is too large",
				    (long long)st.st_size);
	*img = (struct ij_image){.size = (uint64_t)st.st_size, .fd = fd};
	return reserve(img);
}

struct ij_error *ij_image_open_bytes(struct ij_image *img, const void *bytes, size_t size)
{
	if (!size)
		return ij_error_new(BADDATA, "empty image");
	*img = (struct ij_image){.size = size, .fd = -1, .bytes = malloc(size)};
	if (!img->bytes)
		return ij_error_nomem();
	memcpy(img->bytes, bytes, size);
	return NULL;
}

struct ij_error *ij_image_open_late(struct ij_image *img, uint64_t size,
				    struct ij_error *(*fetch)(void *ctx, uint64_t off,
							      uint64_t size, uint8_t *buf),
				    void *ctx)
{
	*img = (struct ij_image){.size = size, .fd = -1, .fetch = fetch, .fetch_ctx = ctx};
	return reserve(img);
}

void ij_image_complete(struct ij_image *img)
{
	free(img->present);
	img->present = NULL;
	img->fetch = NULL;
}

void ij_image_close(struct ij_image *img)
{
	if (img->room)
		munmap(img->bytes, img->room);
	else
		free(img->bytes);
	free(img->present);
	*img = (struct ij_image){.fd = -1};
}

static bool is_present(const struct ij_image *img, uint64_t block)
{
	return img->present[block / 64] >> (block % 64) & 1;
}

/* Read the bytes [@pos, @end) of the file, or of who gives them, into @buf. */
static struct ij_error *read_all(struct ij_image *img, uint64_t pos, uint64_t end, uint8_t *buf)
{
	if (img->fetch) {
		struct ij_error *err = img->fetch(img->fetch_ctx, pos, end - pos, buf);

		if (err)
			img->size = 0;
		return err;
	}
	while (pos < end) {
		ssize_t n = pread(img->fd, buf, end - pos, (off_t)pos);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ij_error_os(OS, errno, "cannot read at offset 0x%llx: %s",
					   (unsigned long long)pos, strerror(errno));
		if (!n)
			return ij_error_new(BADDATA, "truncated while it was read, at 0x%llx",
					    (unsigned long long)pos);
		pos += (uint64_t)n;
		buf += n;
	}
	return NULL;
}

/* Read the blocks [first, last), none of which is present. */
static struct ij_error *fill(struct ij_image *img, uint64_t first, uint64_t last)
{
	uint64_t pos = first * BLOCK;
	uint64_t end = last * BLOCK < img->size ? last * BLOCK : img->size;

	ij_populate(img->bytes + pos, end - pos);
	IJ_TRY(read_all(img, pos, end, img->bytes + pos));
	for (uint64_t block = first; block < last && img->present; block++)
		img->present[block / 64] |= 1ull << (block % 64);
	img->filled += (last - first) * BLOCK;
	return NULL;
}

static struct ij_error *check_range(const struct ij_image *img, uint64_t off, uint64_t size)
{
	if (off > img->size || size > img->size - off)
		return ij_error_new(BADDATA,
				    "truncated: 0x%llx bytes at offset 0x%llx of 0x%llx bytes",
				    (unsigned long long)size, (unsigned long long)off,
				    (unsigned long long)img->size);
	return NULL;
}

/*
 * How far to read the blocks from @first to @last: as many more as there are already before them,
 * since what is read in order is asked for in small parts.
 */
static uint64_t ahead(const struct ij_image *img, uint64_t first, uint64_t last)
{
	uint64_t blocks = (img->size + BLOCK - 1) / BLOCK, run = 0;

	while (run < AHEAD && run < first && is_present(img, first - run - 1))
		run++;
	while (run-- && last < blocks && !is_present(img, last))
		last++;
	return last;
}

void ij_image_forget(struct ij_image *img, uint64_t off, uint64_t size)
{
	uint64_t first = (off + BLOCK - 1) / BLOCK, last = (off + size) / BLOCK;

	if (!img->present || first >= last || off + size > img->size ||
	    madvise(img->bytes + first * BLOCK, (last - first) * BLOCK, MADV_DONTNEED))
		return;
	for (uint64_t block = first; block < last; block++)
		img->present[block / 64] &= ~(1ull << (block % 64));
}

struct ij_error *ij_image_get(struct ij_image *img, uint64_t off, uint64_t size,
			      const uint8_t **ret)
{
	uint64_t block, last;

	IJ_TRY(check_range(img, off, size));
	if (img->present && size) {
		last = (off + size - 1) / BLOCK + 1;
		for (block = off / BLOCK; block < last && img->present;) {
			uint64_t end = block;

			if (!(block % 64) && img->present[block / 64] == UINT64_MAX) {
				block += 64;
				continue;
			}
			while (end < last && !is_present(img, end))
				end++;
			if (end > block) {
				end = ahead(img, block, end);
				IJ_TRY(fill(img, block, end));
			}
			block = end + 1;
		}
	}
	*ret = img->bytes + off;
	return NULL;
}

struct ij_error *ij_image_copy(struct ij_image *img, uint64_t off, void *buf, size_t size)
{
	const uint8_t *bytes;

	/* Whoever copies much keeps it: here it would only take fresh memory, page by page. */
	if (img->present && size >= BULK) {
		IJ_TRY(check_range(img, off, size));
		return read_all(img, off, off + size, buf);
	}
	IJ_TRY(ij_image_get(img, off, size, &bytes));
	memcpy(buf, bytes, size);
	return NULL;
}

struct ij_error *ij_image_str(struct ij_image *img, uint64_t off, uint64_t end, uint64_t max,
			      const char **ret)
{
	uint64_t pos = off;

	if (end > img->size)
		end = img->size;
	if (off < end && max < end - off)
		end = off + max;
	while (pos < end) {
		uint64_t left = BLOCK - pos % BLOCK;
		const uint8_t *bytes;

		if (left > end - pos)
			left = end - pos;
		IJ_TRY(ij_image_get(img, pos, left, &bytes));
		if (memchr(bytes, 0, left)) {
			*ret = (const char *)img->bytes + off;
			return NULL;
		}
		pos += left;
	}
	return ij_error_new(BADDATA, "string at offset 0x%llx does not end",
			    (unsigned long long)off);
}
