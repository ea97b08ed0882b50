/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is the thread outside the C library, so that a lock which names no owner cannot be its own?
 *
 * Locks like an arena's, and the moments between the taking and the naming of others, begin and end
 * inside the library. A thread whose stack has no frame of it is not there, whatever names the
 * policy knows. Two kinds of frames are no matter: up to two at the root (start_thread and clone;
 * __libc_start_call_main and __libc_start_main), and those at the top of a thread that sleeps in a
 * system call which the library makes with no such lock held.
 */
#ifndef IJ_INJECT_OUTSIDE_H
#define IJ_INJECT_OUTSIDE_H

#include "arch/regs.h"
#include "maps/unwind.h"
#include "wire/messages.h"

struct ij_outside {
	const struct ij_unwind_space *space;
	const struct ij_wire_set_target *target; /* the library is where its locks are */
	const struct ij_regs *regs;
	const ij_addr *frames; /* the whole stack, innermost first */
	size_t frames_len;     /* 0: it is not known */
};

/** Whether it is certain. A static program has no border to its library: never certain. */
bool ij_outside_is(const struct ij_outside *outside);

/**
 * Whether system call @nr, with @args, is one that the C library makes with no unnamed lock held.
 *
 * Source: glibc 2.36: under an arena's lock malloc calls brk, mmap, munmap, mremap, mprotect and
 *   madvise, malloc_stats writes, fork calls clone and waits for other locks by FUTEX_WAIT
 *   (malloc/malloc.c, malloc/arena.c, nptl/lowlevellock.c); conditions and joins wait by
 *   FUTEX_WAIT_BITSET (nptl/futex-internal.c).
 */
bool ij_outside_is_sleep(long nr, const uint64_t args[6]);

#endif
