/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* This process in the place of a target: it cannot be attached to, but its memory can be read. */
#ifndef IJ_TESTS_INJECT_SELF_H
#define IJ_TESTS_INJECT_SELF_H

#include <assert.h>
#include <fcntl.h>
#include <unistd.h>

#include "inject/injector.h"

static inline void self_open(struct ij_process *ret)
{
	int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);

	*ret = (struct ij_process){.pid = getpid(), .pidfd = -1};
	ret->proc_fd = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ret->maps_fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	assert(fd >= 0 && ret->proc_fd >= 0 && ret->maps_fd >= 0);
	ij_mem_fd_init(&ret->mem, fd);
}

static inline uintptr_t self_addr(const void *place)
{
	return (uintptr_t)place;
}

#endif
