/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A target made by hand: a module of a dozen functions, its code, and two stacks. */
#ifndef IJ_TESTS_MAPS_TARGET_H
#define IJ_TESTS_MAPS_TARGET_H

#include "fixture.h"

#define BASE      0x400000ull /* of the module */
#define CODE_SIZE 0x1000
#define STACK     0x700000ull /* of the stack, whose words are numbered from here */
#define WORDS     2048
#define ALT       0x600000ull /* of another stack, below */
#define ALT_WORDS 16

#define SP IJ_MAP_REG_SP
#define BP IJ_MAP_REG_BP
#define RA IJ_MAP_REG_RA

/* Module offsets of functions, and of return addresses in them that follow a call. */
enum {
	LEAF = 0x100,
	FRAMED = 0x200, /* CFA = rbp + 16 */
	FRAMED_RET = 0x230,
	FRAMED_SIZE = 0x40, /* its last instruction is a call */
	ROOT = 0x300,
	ROOT_RET = 0x310,
	SIGNAL = 0x3ff,
	SIGNAL_RET = 0x400,
	PLT = 0x500,
	R10 = 0x600, /* CFA = r10 + 16 */
	R10_RET = 0x610,
	NORULE = 0x700,
	NORULE_RET = 0x710,
	RECURSIVE = 0x800, /* CFA = rsp + 16 */
	RECURSIVE_RET = 0x810,
	MOVED = 0x900,      /* rules of the other kinds */
	FORMS = 0xa00,      /* calls of all forms */
	POPPED = 0xb00,     /* CFA = rsp, return address in rdi, as in vfork */
	NOCODE_RET = 0xc10, /* behind a call, in no function */
	DERIVED = 0xd00,    /* a root without CFI */
	DERIVED_RET = 0xd10,
	RESTORER = 0xe00, /* in no function: a signal trampoline's code goes here */
};

struct target {
	struct ij_mem mem;
	struct fixture_map map;
	struct ij_unwind_module module;
	struct ij_unwind_space space;
	uint8_t code[CODE_SIZE];
	uint64_t stack[WORDS];
	uint64_t alt[ALT_WORDS];
	struct ij_unwind_regs regs;
	/* what was seen */
	struct ij_unwind_frame frames[IJ_UNWIND_FRAMES_MAX];
	struct ij_unwind_regs frame_regs[IJ_UNWIND_FRAMES_MAX];
	size_t len;
	size_t stop_at; /* the visitor stops at this frame */
	ij_addr end_pc;
};

/** cmocka's setup and teardown: *@state is the target, with a call before every return address. */
int target_setup(void **state);
int target_teardown(void **state);

/** Unwind from module offset @pc, filling in what was seen. */
enum ij_unwind_end target_unwind(struct target *target, uint64_t pc);

#endif
