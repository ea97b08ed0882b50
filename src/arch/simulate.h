/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Forward simulation: interpret one thread's instructions without running them.
 *
 * Registers are a copy; memory is read from the target, and written into an overlay of ours only.
 * An instruction that is not known, or whose effect the manual leaves undefined, is refused and not
 * guessed: the state then is that before it.
 */
#ifndef IJ_ARCH_SIMULATE_H
#define IJ_ARCH_SIMULATE_H

#include "arch/decode.h"

enum {
	IJ_SIM_WORDS = 512,     /* 8-byte words that can be written, a power of two */
	IJ_SIM_LINES = 16,      /* of the cache of what was read, a power of two */
	IJ_SIM_LINE_SIZE = 256, /* bytes, a power of two */
	IJ_SIM_VECTORS = 16,    /* xmm registers */
};

enum ij_sim_end {
	IJ_SIM_STEPPED,
	IJ_SIM_SYSCALL,   /* it is a system call */
	IJ_SIM_TRAP,      /* it would raise an exception: ud2, a division by zero */
	IJ_SIM_UNKNOWN,   /* this instruction is not known */
	IJ_SIM_UNDEFINED, /* it depends on a flag or register whose value is not defined */
	IJ_SIM_FAULT,     /* memory that it reads or writes cannot be read */
	IJ_SIM_DENIED,    /* the hook does not allow the access */
	IJ_SIM_FULL,      /* too much is written */
};

struct ij_sim_word {
	ij_addr addr; /* multiple of 8 */
	uint8_t mask; /* bit N: byte N is written; 0: free */
	uint8_t value[8];
};

struct ij_sim_line {
	ij_addr addr; /* multiple of IJ_SIM_LINE_SIZE */
	bool valid;
	uint8_t bytes[IJ_SIM_LINE_SIZE];
};

/** One thread ahead of itself. About 20 KiB, without pointers into itself: may be copied. */
struct ij_sim {
	struct ij_regs regs;
	uint64_t undefined;              /* arithmetic flags whose value is not defined */
	uint8_t vec[IJ_SIM_VECTORS][16]; /* xmm registers */
	uint32_t vec_known;              /* bit N: vec[N] is known */
	uint32_t vec_written;            /* bit N: it was written */

	/** Reads exactly @size bytes of the target, or returns false. */
	bool (*read)(void *ctx, ij_addr addr, void *buf, size_t size);
	/** May this load or store be made? NULL: all may. */
	bool (*allow)(void *ctx, const struct ij_sim *sim, ij_addr addr, size_t size, bool store);
	void *ctx;
	bool uncached; /* every load of data reads the target anew, in program order */

	/* Of the last step. */
	struct ij_insn insn; /* as decoded, also if it was refused */
	ij_addr pc;          /* where it stands */
	uint8_t code[IJ_INSN_SIZE_MAX];
	char text[24]; /* its mnemonic, if it was refused */

	uint32_t words_len;
	struct ij_sim_word words[IJ_SIM_WORDS];
	struct ij_sim_line lines[IJ_SIM_LINES];
};

/** Start at @regs with nothing written. The hooks are the caller's to set; no vector is known. */
void ij_sim_init(struct ij_sim *sim, const struct ij_regs *regs);

/**
 * Make the vector registers known.
 *
 * @xstate: as NT_X86_XSTATE gives it. Source: Intel SDM volume 1, 13.4.1.
 */
void ij_sim_vectors_set(struct ij_sim *sim, const void *xstate, size_t size);

/**
 * Interpret one instruction (of a repeated one, a single round, as a processor that is
 * single-stepped does).
 *
 * @return: STEPPED, or why it was refused: then sim->regs is the state before it.
 */
enum ij_sim_end ij_sim_step(struct ij_sim *sim);

/** What a message calls @end. Static storage. */
const char *ij_sim_end_text(enum ij_sim_end end);

/** Read @size bytes as the simulated thread would see them; no hook is asked. */
bool ij_sim_peek(struct ij_sim *sim, ij_addr addr, void *buf, size_t size);

#endif
