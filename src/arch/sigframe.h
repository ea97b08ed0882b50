/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A hand-made signal frame: rt_sigreturn on it puts a thread back, whoever is still alive to watch.
 */
#ifndef IJ_ARCH_SIGFRAME_H
#define IJ_ARCH_SIGFRAME_H

#include "arch/regs.h"

/** Bytes of stack that a frame takes at most, for @xstate_size bytes of extended state. */
#define IJ_SIGFRAME_SIZE(xstate_size) ((xstate_size) + 512)
#define IJ_SIGFRAME_MAX               IJ_SIGFRAME_SIZE(IJ_XSTATE_MAX)

/** Where a built frame belongs in the target. */
struct ij_sigframe {
	ij_addr lo;  /* target address of the first byte of `bytes` */
	size_t size; /* bytes */
	ij_addr sp;  /* the stack pointer with which a `ret` leads into sigreturn */
	uint8_t bytes[IJ_SIGFRAME_MAX];
};

/**
 * Build a frame that restores @resume, @sigmask and @xstate.
 *
 * @top:       target address below which the frame is to lie (below the red zone).
 * @resume:    the state to restore; a pending system-call restart must have been resolved
 *             (ij_regs_restart_by_hand), for the kernel knows of none after rt_sigreturn.
 * @xstate:    as PTRACE_GETREGSET NT_X86_XSTATE gave it, standard format.
 * @sigreturn: target address of `mov $15,%rax; syscall`.
 * @return:    false if @xstate_size is too small (under 576 bytes) or over IJ_XSTATE_MAX.
 *
 * The alternate signal stack is left alone: an invalid ss_flags makes do_sigaltstack fail, which
 * restore_altstack ignores.
 * Source: Linux, arch/x86/include/uapi/asm/sigcontext.h and ucontext.h;
 * arch/x86/kernel/signal_64.c, sys_rt_sigreturn; arch/x86/kernel/fpu/signal.c, fpu__restore_sig.
 */
bool ij_sigframe_build(ij_addr top, const struct ij_regs *resume, uint64_t sigmask,
		       const void *xstate, size_t xstate_size, ij_addr sigreturn,
		       struct ij_sigframe *ret);

/**
 * The code that a return into a frame leads to: `mov $15,%rax; syscall`.
 *
 * Unwinders know a signal's frame by these bytes at a return address for which there is no CFI
 * (GCC, libgcc/config/i386/linux-unwind.h, x86_64_fallback_frame_state), and go on from what the
 * frame holds.
 */
enum { IJ_SIGFRAME_RETURN_SIZE = 9 };
extern const uint8_t ij_sigframe_return[IJ_SIGFRAME_RETURN_SIZE];

/** Bytes of stack that ij_sigframe_behind takes from @context on. @xsave_size: as ij_stub_xsave
 * tells. */
size_t ij_sigframe_room(uint64_t xsave_size);

/**
 * Build a frame whose context lies at @context, a multiple of 64, behind @return_addr.
 *
 * The rest as ij_sigframe_build. @return: false also if @context is no such multiple.
 */
bool ij_sigframe_behind(ij_addr context, const struct ij_regs *resume, uint64_t sigmask,
			const void *xstate, size_t xstate_size, ij_addr return_addr,
			struct ij_sigframe *ret);

/**
 * Does [@lo, @lo + @size) of the target hold nothing, or nothing but one frame that
 * ij_sigframe_build made?
 *
 * @bytes: its content, which is not trusted. @sigreturn: as in ij_sigframe_build.
 */
bool ij_sigframe_alone(const uint8_t *bytes, size_t size, ij_addr lo, ij_addr sigreturn);

#endif
