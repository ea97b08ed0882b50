/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers of target memory. */
#include "mem/mem.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The kernel's error says only that something was unreadable, so a fault names the address. */
static struct ij_error *fault(ij_addr addr, size_t size, int os)
{
	struct ij_error *err =
		ij_error_os(FAULT, os, "cannot read %zu bytes at 0x%llx of the target", size,
			    (unsigned long long)addr);

	err->addr = addr;
	return err;
}

static struct ij_error *fd_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct ij_mem_fd *self = (struct ij_mem_fd *)mem;
	size_t done = 0;

	/* Addresses with the top bit set (vsyscall, non-canonical) are no file offsets. */
	if (addr > INT64_MAX || size > INT64_MAX - addr)
		return fault(addr, size, EFAULT);
	while (done < size) {
		ssize_t n = pread(self->fd, (char *)buf + done, size - done, (off_t)(addr + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault(addr + done, size - done, n < 0 ? errno : EIO);
		done += (size_t)n;
	}
	return NULL;
}

void ij_mem_fd_init(struct ij_mem_fd *mem, int fd)
{
	mem->mem.read = fd_read;
	mem->fd = fd;
}

static struct ij_error *bytes_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct ij_mem_bytes *self = (struct ij_mem_bytes *)mem;

	if (addr < self->base || addr - self->base > self->size)
		return fault(addr, size, EFAULT);
	if (size > self->size - (addr - self->base))
		return fault(self->base + self->size, size, EFAULT);
	memcpy(buf, self->bytes + (addr - self->base), size);
	return NULL;
}

void ij_mem_bytes_init(struct ij_mem_bytes *mem, const void *bytes, ij_addr base, size_t size)
{
	mem->mem.read = bytes_read;
	mem->bytes = bytes;
	mem->base = base;
	mem->size = size;
}
