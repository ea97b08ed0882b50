/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/io.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096u

bool ij_write_all(int fd, const void *buf, size_t size)
{
	const uint8_t *at = buf;

	while (size) {
		ssize_t put = write(fd, at, size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		at += put;
		size -= (size_t)put;
	}
	return true;
}

void ij_populate(void *buf, size_t size)
{
	uintptr_t lo = (uintptr_t)buf & ~(uintptr_t)(PAGE - 1);
	uintptr_t hi = ((uintptr_t)buf + size + PAGE - 1) & ~(uintptr_t)(PAGE - 1);

	/* One page comes as fast by a fault. */
	if (hi - lo > PAGE)
		madvise((void *)lo, hi - lo, MADV_POPULATE_WRITE);
}

bool ij_read_all(int fd, void *buf, size_t size)
{
	uint8_t *at = buf;

	ij_populate(buf, size);
	while (size) {
		ssize_t got = read(fd, at, size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		size -= (size_t)got;
	}
	return true;
}
