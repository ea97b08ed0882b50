/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The whole state of a thread, loaded at one place and captured at another. x86-64. */
#ifndef IJ_TESTS_ARCH_STATE_H
#define IJ_TESTS_ARCH_STATE_H

#include "arch/regs.h"

/** Offsets are known to state_x86_64.S. */
struct state {
	uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t flags, rip;
	uint64_t pad[6];
	uint8_t xsave[IJ_XSTATE_MAX];
} __attribute__((aligned(64)));
_Static_assert(offsetof(struct state, flags) == 128, "known to the assembly");
_Static_assert(offsetof(struct state, xsave) == 192, "known to the assembly");

/** Load @in whole and jump to its rip; returns when execution comes to state_landing. */
void state_run(const struct state *in);

/** Where to land: everything is captured in state_out. */
extern const uint8_t state_landing[];
/** Two bytes before it, as the system-call instruction that is made again: notes that it was here.
 */
extern const uint8_t state_again[];
extern struct state state_out;
extern uint32_t state_again_seen;

/** `ret`; `mov $15,%rax; syscall`; `syscall; ret`. */
extern const uint8_t state_ret[], state_sigreturn[], state_syscall_ret[];

/** A callee that notes %al and the stack pointer, and goes on in state_callee_body. */
void state_callee(void);
extern uint32_t state_callee_al;
extern uint64_t state_callee_sp;
extern void (*state_callee_body)(void);

/** Sentinels everywhere: registers, flags, MXCSR, the x87 and vector state that this CPU has. */
void state_fill(struct state *state, unsigned seed);
/** The same vector state, from a callee: destroys all of it. */
void state_clobber_vectors(void);

/** Size of the extended state in the standard format, bytes. */
size_t state_xsave_size(void);

/** The first part of the extended state in which they differ, or NULL. */
const char *state_xsave_differs(const struct state *a, const struct state *b);
/** The first general register in which they differ, flags and stack pointer included, or NULL. */
const char *state_regs_differ(const struct state *a, const struct state *b);

#endif
