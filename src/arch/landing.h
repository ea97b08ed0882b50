/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A landing: code of ours that a frame returns to instead of to its caller.
 *
 * It keeps every register, tells a live tracer by a signal to the thread itself, and goes on to the
 * caller, whether anybody was told or not. Position-independent.
 */
#ifndef IJ_ARCH_LANDING_H
#define IJ_ARCH_LANDING_H

#include "arch/regs.h"

#define IJ_LANDING_SIZE 64

struct ij_landing {
	ij_addr base;        /* in the target */
	ij_addr return_addr; /* the caller */
	uint32_t pid, tid;   /* as the target numbers them */
	uint32_t signo;
};

/** Where a frame with this CFA keeps its return address (System V psABI AMD64 1.0, 3.2.2). */
static inline ij_addr ij_landing_slot(ij_addr cfa)
{
	return cfa - sizeof(uint64_t);
}

/** The code, IJ_LANDING_SIZE bytes. */
void ij_landing_fill(const struct ij_landing *landing, uint8_t code[IJ_LANDING_SIZE]);

/** Is this the PC of the signal's stop? */
bool ij_landing_is_marked(const struct ij_landing *landing, ij_addr pc);

/**
 * Where a thread that is stopped in the landing would be without it: at its caller.
 *
 * @regs: changed on success only. @read: reads eight bytes of the target's memory.
 * @return: false if it stands at no instruction of the landing, or the stack cannot be read.
 */
bool ij_landing_back(const struct ij_landing *landing, struct ij_regs *regs,
		     bool (*read)(void *ctx, ij_addr addr, uint64_t *ret), void *ctx)
	IJ_WARN_UNUSED;

#endif
