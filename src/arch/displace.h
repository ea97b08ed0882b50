/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Out-of-line execution: a copy of the instructions that a thread is about to run, somewhere else.
 *
 * The copy follows one path through the code, instruction by instruction, and has the same effect
 * on registers, flags and memory. Where the thread takes another way than the path, and where the
 * path ends, it leaves the copy: the thread sends itself a signal, a stop for a live tracer and
 * nothing for a dead one, and goes on in the original code. What lies in the copy is known for each
 * of its instructions: at any stop inside the thread can be put where it would be without us.
 */
#ifndef IJ_ARCH_DISPLACE_H
#define IJ_ARCH_DISPLACE_H

#include "arch/decode.h"

enum {
	IJ_DISPLACE_SIZE = 3584,   /* bytes of code and constants, at most */
	IJ_DISPLACE_PLACES = 1024, /* instructions in them, at most */
	IJ_DISPLACE_PUSHES = 6,
	/* The most that a copy pushes for itself: below the red zone the target, and registers. */
	IJ_DISPLACE_STACK = 128 + 8 + 8 * IJ_DISPLACE_PUSHES,
};

/** How the state at one instruction of the copy differs from the original's. */
struct ij_displace_place {
	ij_addr pc;                         /* of the original; 0: it is on the stack */
	uint16_t off;                       /* of the instruction in the code */
	bool lifted;                        /* the stack pointer is below the red zone */
	bool target_pushed;                 /* below that lies the original PC */
	uint8_t pushed_len;                 /* below that, registers of the original */
	uint8_t pushed[IJ_DISPLACE_PUSHES]; /* by machine encoding */
};

/** Where a copy is to lie, and how it tells of its end. All addresses are the target's. */
struct ij_displace_frame {
	ij_addr base;      /* of the code; readable there, too */
	size_t size;       /* bytes that there is room for, IJ_DISPLACE_SIZE at most */
	ij_addr state;     /* 4-byte word that becomes `left` when the thread leaves the copy */
	uint32_t left;     /* see above */
	uint32_t pid, tid; /* as the target's PID namespace numbers them */
	uint32_t signo;    /* of the signal */
};

struct ij_displaced {
	struct ij_displace_frame frame;
	size_t len;    /* bytes of code so far */
	size_t pool;   /* offset of the constants, which go on to frame.size */
	size_t entry;  /* offset to enter at */
	size_t marked; /* offset of the PC at the signal's stop */
	bool full;     /* it was too much */
	struct ij_displace_place now;
	size_t places_len;
	struct ij_displace_place places[IJ_DISPLACE_PLACES];
	uint8_t code[IJ_DISPLACE_SIZE];
};

/** Start an empty copy; nothing is allocated. */
void ij_displace_init(struct ij_displaced *displaced, const struct ij_displace_frame *frame);

/**
 * Add the instruction at @pc, behind which the path goes on at @next.
 *
 * @code: its bytes. A repeated instruction is added once, with the @next of its last round.
 * @return: false if it cannot be copied (indirect jumps and calls, system calls, traps) or there is
 * no room; then the copy can still be ended before it.
 * Source: Intel SDM volume 2, chapter 2 (instruction format).
 */
bool ij_displace_add(struct ij_displaced *displaced, const uint8_t *code,
		     const struct ij_insn *insn, ij_addr pc, ij_addr next) IJ_WARN_UNUSED;

/** End the copy: from here the thread goes on at @pc of the original. False: there is no room. */
bool ij_displace_end(struct ij_displaced *displaced, ij_addr pc) IJ_WARN_UNUSED;

/** Does @pc lie in the copy? */
bool ij_displace_holds(const struct ij_displaced *displaced, ij_addr pc);

/**
 * The registers that a thread stopped in the copy would have in the original code.
 *
 * @regs: changed on success only. @read: reads eight bytes of the target's memory.
 * @return: false if @regs stands at no instruction of the copy, or the stack cannot be read.
 */
bool ij_displace_back(const struct ij_displaced *displaced, struct ij_regs *regs,
		      bool (*read)(void *ctx, ij_addr addr, uint64_t *ret), void *ctx)
	IJ_WARN_UNUSED;

#endif
