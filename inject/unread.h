/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether code still wants what a register holds: liveness of one register from one place on. */
#ifndef IJ_INJECT_UNREAD_H
#define IJ_INJECT_UNREAD_H

#include "arch/regs.h"
#include "mem/mem.h"

/**
 * Is it certain that the code at @pc does not read the value that argument register @arg of a
 * system call has now, on any way that it may take?
 *
 * Followed are branches and direct calls. What cannot be followed reads it, except that nobody is
 * passed an argument in a register that no function takes one in. Where the function returns it is
 * of no use any more, unless the compiler knows both the caller and that this function leaves the
 * register alone (GCC, -fipa-ra): if it does, two callers are followed, too.
 *
 * @sp: the stack pointer at @pc. @lo, @hi: the bounds of the function; 0 if they are not known.
 * Target: read only.
 */
bool ij_is_unread(struct ij_mem *mem, ij_addr pc, ij_addr sp, unsigned arg, ij_addr lo, ij_addr hi);

#endif
