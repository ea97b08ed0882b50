/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All bytes or none that count: read(2) and write(2) until they are there. */
#ifndef IJ_BASE_IO_H
#define IJ_BASE_IO_H

#include <stdbool.h>
#include <stddef.h>

/** Write @size bytes at @buf to @fd. @return: false if some were not written, with errno. */
bool ij_write_all(int fd, const void *buf, size_t size);

/**
 * Have the pages of a buffer that is about to be filled. Each that is touched first costs a page
 * fault, under a hypervisor as much as to read several. Before Linux 5.14 nothing happens.
 */
void ij_populate(void *buf, size_t size);

/** Read @size bytes from @fd to @buf. @return: false if there were fewer, or they cannot be read.
 */
bool ij_read_all(int fd, void *buf, size_t size);

#endif
