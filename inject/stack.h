/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Room on a stopped thread's stack. */
#ifndef IJ_INJECT_STACK_H
#define IJ_INJECT_STACK_H

#include "arch/regs.h"
#include "inject/injector.h"

struct ij_stack {
	uint64_t room;     /* bytes below the stack pointer until the guard or the limit */
	uint64_t writable; /* of these, bytes that are mapped already and that we may write */
	bool own; /* the thread's own stack, not an alternate one, a coroutine's or a goroutine's */
};

/**
 * Measure the stack that a stopped thread stands on.
 *
 * Its own is the main thread's [stack], or the mapping that holds the thread's control block, which
 * both glibc and musl place at the top of a thread's stack. Uses PROCMAP_QUERY (Linux 6.11) where
 * there is, else the mappings as of before the stop.
 *
 * @enough: room beyond which the main stack's growth need not be found out.
 * Units: bytes. @ret: all zero if the stack pointer lies in no writable mapping.
 */
void ij_stack_measure(const struct ij_injector *inj, const struct ij_regs *regs, uint64_t enough,
		      struct ij_stack *ret);

#endif
