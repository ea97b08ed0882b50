/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How soon the kernel gives us a CPU. Here, since the program and the tracer share no library. */
#ifndef IJ_BASE_SLICE_H
#define IJ_BASE_SLICE_H

#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The least that the kernel takes (kernel/sched/syscalls.c, __setparam_fair). */
#define IJ_SLICE_NS 100000

/* Of sched_setattr(2) as of Linux 3.14: struct sched_attr. */
struct ij_slice_attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/**
 * Ask for turns on a CPU that are short, so that each comes soon after we were woken, also where
 * others compute: a session is many short turns of two processes. It is no more of the CPU than
 * before. Children inherit it. Where the kernel knows of no slices (before Linux 6.12) nothing
 * changes.
 */
static inline void ij_slice_shorten(void)
{
	struct ij_slice_attr attr = {.size = sizeof(attr)};

	if (syscall(SYS_sched_getattr, 0, &attr, sizeof(attr), 0) || attr.policy != SCHED_OTHER)
		return;
	attr.size = sizeof(attr);
	attr.runtime = IJ_SLICE_NS;
	syscall(SYS_sched_setattr, 0, &attr, 0);
}

#endif
