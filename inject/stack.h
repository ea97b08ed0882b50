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
 * Its own is the main thread's [stack], or another thread's mapping that holds its control block,
 * which both glibc and musl place at the top of a thread's stack. (The main thread's block is in
 * memory that the loader got, next to which the allocator may get some for a coroutine.) Such a
 * stack ends where the block says, or where its mapping does. Uses
 * PROCMAP_QUERY (Linux 6.11) where there is, else the mappings as of before the stop.
 *
 * @main: it is the process's first thread.
 * @enough: room beyond which the main stack's growth need not be found out.
 * Units: bytes. @ret: all zero if the stack pointer lies in no writable mapping.
 */
void ij_stack_measure(const struct ij_injector *inj, const struct ij_regs *regs, bool main,
		      uint64_t enough, struct ij_stack *ret);

/** The most that ij_stack_idle can be asked for, bytes. */
#define IJ_STACK_IDLE_MAX (16 * 1024)

/**
 * A place on the thread's own stack that nobody uses, when the thread stands on another one.
 *
 * That is the lowest part of it, if it holds nothing but zeros: what is in use begins with the
 * frame of the function that left the stack, whose return address is not zero, so it lies above.
 * Whoever writes there puts the zeros back; a signal frame that a killed session left counts as
 * zeros.
 *
 * @size: bytes wanted. @main: as in ij_stack_measure.
 * @return: the end of the place; 0: there is none.
 */
ij_addr ij_stack_idle(const struct ij_injector *inj, const struct ij_regs *regs, bool main,
		      uint64_t size);

/**
 * Does a stopped thread's PC, its stack pointer, or a word of the innermost part of its stack lie
 * in [lo, lo + size)? Then it may return there.
 */
bool ij_stack_leads_into(const struct ij_injector *inj, const struct ij_regs *regs, ij_addr lo,
			 uint64_t size);

#endif
