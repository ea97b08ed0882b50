/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the unwinder reads from the code itself, not from a map. */
#ifndef IJ_MAPS_UNWIND_CODE_H
#define IJ_MAPS_UNWIND_CODE_H

#include "maps/unwind.h"

/** Read target memory; false if it cannot be. */
bool ij_unwind_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size);

/** Whether the instruction before @pc is a call: E8 rel32 or FF /2. */
bool ij_unwind_follows_call(struct ij_mem *mem, ij_addr pc);

/**
 * Whether @pc is where a context of makecontext(3) begins its return: nothing has called what
 * returns there, it is the root of a coroutine's stack.
 *
 * Source: glibc, sysdeps/unix/sysv/linux/x86_64/__start_context.S (2.36; with `endbr64` in builds
 * for CET).
 */
bool ij_unwind_is_context_start(struct ij_mem *mem, ij_addr pc);

/**
 * Whether the code at @pc returns from a signal handler: rt_sigreturn's number is loaded and the
 * system call made, as glibc, musl, Go and programs with a restorer of their own do.
 *
 * @pc: before the load, or between it and the system call.
 * Source: Linux, arch/x86/entry/syscalls/syscall_64.tbl (15); glibc 2.36,
 * sysdeps/unix/sysv/linux/x86_64/libc_sigaction.c; musl 1.2.3, src/signal/x86_64/restore.s.
 */
bool ij_unwind_is_sigreturn(struct ij_mem *mem, ij_addr pc);

/**
 * The registers that rt_sigreturn with stack pointer @sp will restore; false if no frame of 64-bit
 * code lies there.
 *
 * @ret: all registers known; set on true.
 * Source: Linux, arch/x86/include/asm/sigframe.h, struct rt_sigframe without its return address;
 * arch/x86/include/uapi/asm/sigcontext.h, struct sigcontext_64.
 */
bool ij_unwind_sigframe(struct ij_mem *mem, ij_addr sp, struct ij_unwind_regs *ret);

#endif
