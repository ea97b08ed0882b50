/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unwinding by map containers, every step checked. Used by the tracer; knows no process. */
#ifndef IJ_MAPS_UNWIND_H
#define IJ_MAPS_UNWIND_H

#include "maps/container.h"
#include "mem/mem.h"

#define IJ_UNWIND_FRAMES_MAX 512

/** One loaded module: where its container's offset 0 lies in the target. */
struct ij_unwind_module {
	ij_addr base; /* target address of module offset 0 */
	ij_addr lo;   /* the module's mapped range in the target */
	ij_addr hi;
	struct ij_map map;
};

/** Sorted by `lo`, disjoint. Borrowed by the unwinder. */
struct ij_unwind_space {
	const struct ij_unwind_module *modules;
	size_t modules_len;
	const struct ij_unwind_module *stub; /* the code that our calls return to, or NULL */
};

/** Registers by DWARF number; [IJ_MAP_REG_RA] is the PC. A clear bit in `known` is not zero. */
struct ij_unwind_regs {
	uint64_t value[IJ_MAP_REGS];
	uint32_t known; /* bit N: value[N] is known */
};

enum ij_unwind_end {
	IJ_UNWIND_ROOT, /* a frame whose return address is undefined (_start, clone): complete */
	IJ_UNWIND_NO_MODULE,  /* the PC lies in no module */
	IJ_UNWIND_NO_FUNC,    /* the module has no map for this PC */
	IJ_UNWIND_NO_RULE,    /* a rule was needed that is not there, or a register was not known */
	IJ_UNWIND_BAD_MEMORY, /* the stack could not be read */
	IJ_UNWIND_BAD_CFA,    /* the CFA does not grow */
	IJ_UNWIND_NO_CALL,    /* the return address does not follow a call instruction */
	IJ_UNWIND_NO_ROOT,    /* the outermost frame is not the first of a thread */
	IJ_UNWIND_TOO_DEEP,   /* over IJ_UNWIND_FRAMES_MAX frames */
	IJ_UNWIND_STOPPED,    /* the visitor asked to stop */
};

struct ij_unwind_frame {
	ij_addr pc;  /* exact for the innermost frame and below a signal frame, else return address
		      */
	ij_addr cfa; /* 0 if the frame has no caller that could be found: always in the outermost */
	bool exact;  /* `pc` is the next instruction to run, not a return address */
	bool guessed; /* found by frame pointer through code without a map: no proof of anything */
	unsigned depth; /* 0: innermost */
	const struct ij_unwind_module *module;
	const struct ij_map_func *func;
	const struct ij_unwind_regs *regs; /* in this frame; borrowed, valid during the visit */
};

/** Called for each frame, innermost first. Return false to stop. */
typedef bool (*ij_unwind_visit)(void *ctx, const struct ij_unwind_frame *frame);

/**
 * Unwind from @regs outward, visiting each frame that lies in a known function.
 *
 * @end_pc_ret: the PC at which unwinding ended; of use with every end but ROOT.
 *
 * Every step is checked: the CFA grows (strictly, but for a frame at an exact PC, which may have
 * popped its return address, and across a signal frame, which may leave an alternate stack), a
 * return address follows a call instruction (E8, FF /2, or a signal frame), all registers used are
 * known. Registers that a callee may change are known only in the innermost frame and across a
 * signal frame. A signal trampoline without CFI is recognised by its code.
 *
 * Where no map tells (NO_MODULE, NO_FUNC, NO_RULE) the walk goes on by frame pointer as far as that
 * leads, and its frames are marked as guessed: for messages, and for where to look next. What is
 * returned is why it had to guess, never ROOT.
 *
 * Units:  target virtual addresses. Target: read only, through @mem.
 * Source: DWARF 5, 6.4; System V psABI AMD64 1.0, 3.4.1 and 3.7.
 */
enum ij_unwind_end ij_unwind(const struct ij_unwind_space *space, struct ij_mem *mem,
			     const struct ij_unwind_regs *regs, ij_unwind_visit visit, void *ctx,
			     ij_addr *end_pc_ret);

/** What a message calls @end ("the return address does not follow a call"). Static storage. */
const char *ij_unwind_end_text(enum ij_unwind_end end);

/** The module that holds @addr, or NULL. */
const struct ij_unwind_module *ij_unwind_module_find(const struct ij_unwind_space *space,
						     ij_addr addr);

#endif
