/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the walker `restart` can prove about going back. */
#ifndef IJ_INJECT_WALKERS_RESTART_H
#define IJ_INJECT_WALKERS_RESTART_H

#include "inject/walk.h"

/**
 * May the innermost frame, which stands in a sequence that is marked as restartable, go back to its
 * start?
 *
 * What the mark claims is checked against the code as far as it can be: between the start and the
 * PC there is no store, call, system call, atomic operation or vector instruction, the stack
 * pointer is not moved, and every register that may have been overwritten is written anew, before
 * it is read, on every way from the start out of the sequence. (Flags do not live across a mark:
 * it is an assembler statement, which clobbers them.)
 *
 * @start_ret: target address of the start.
 */
bool ij_restart_marked(struct ij_walk *walk, ij_addr *start_ret);

/**
 * May the innermost frame go back to before the call that made it?
 *
 * Proven by simulation: from the call instruction, with the caller's stack pointer and the
 * registers that the function has pushed since, the code leads exactly to the present registers and
 * stack, having stored nothing but on the stack below the caller's frame, and having overwritten no
 * register that it had not pushed. Flags are not kept by a call (System V psABI AMD64 1.0, 3.2.1).
 *
 * @regs_ret: the registers before the call; @steps_ret: instructions that are undone.
 */
bool ij_restart_call(struct ij_walk *walk, struct ij_regs *regs_ret, uint32_t *steps_ret);

#endif
