/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A thread's general registers, behind one small interface a machine. */
#ifndef IJ_ARCH_REGS_H
#define IJ_ARCH_REGS_H

#include <linux/audit.h>
#include <sys/user.h>

#include "base/types.h"

/** As PTRACE_GETREGS gives them (Linux, arch/x86/include/asm/user_64.h). */
struct ij_regs {
	struct user_regs_struct gp;
};

/** Room for PTRACE_GETREGSET NT_X86_XSTATE with every component known today (AMX included). */
#define IJ_XSTATE_MAX 16384

/** What a seccomp filter takes the machine for, and how many system calls it has at most; beyond
 * are those of other conventions (Linux, arch/x86/entry/syscalls/syscall_64.tbl, x32). */
#define IJ_ARCH_AUDIT        AUDIT_ARCH_X86_64
#define IJ_ARCH_SYSCALLS_MAX 512u

/** Ask the CPU what there is to know of it, before the first stop. */
void ij_arch_prepare(void);

ij_addr ij_regs_pc(const struct ij_regs *regs);
ij_addr ij_regs_sp(const struct ij_regs *regs);
/** The thread pointer: the address of the thread's control block; 0 if it has none. */
ij_addr ij_regs_tp(const struct ij_regs *regs);

/** 64-bit code, not a 32-bit segment, which a 64-bit process can enter too. */
bool ij_regs_is_native(const struct ij_regs *regs);

/** Copy to DWARF register order (17 values, the last is the PC). */
void ij_regs_to_dwarf(const struct ij_regs *regs, uint64_t values[17]);
/** The name of a register by its DWARF number: general ones under 16, the PC, vectors of 128 bits;
 * NULL behind these. Static storage. */
const char *ij_regs_dwarf_name(unsigned number);
/** Set one general register by its DWARF number, under 16. */
void ij_regs_set_dwarf(struct ij_regs *regs, unsigned number, uint64_t value);

/** How the interrupted system call is to be taken up again (Linux, include/linux/errno.h). */
enum ij_restart {
	IJ_RESTART_NONE,   /* not in a system call, or it is finished */
	IJ_RESTART_SYS,    /* ERESTARTSYS, ERESTARTNOINTR: with the same arguments */
	IJ_RESTART_NOHAND, /* ERESTARTNOHAND: the same, EINTR if a handler ran */
	IJ_RESTART_BLOCK, /* ERESTART_RESTARTBLOCK: by what the kernel keeps in the thread's restart
			     block */
	IJ_RESTART_EINTR, /* EINTR already, but nothing happened: to be restarted like NOHAND */
	IJ_RESTART_BROKEN, /* EINTR from a system call that must not be made again (close) */
};
enum ij_restart ij_regs_restart(const struct ij_regs *regs);

/** The number of the system call that the thread was interrupted in, or -1. */
int ij_regs_syscall(const struct ij_regs *regs);

/** Bytes of code before the PC that ij_regs_restart_original looks at. */
#define IJ_RESTART_CODE_SIZE 7

/**
 * A thread that was interrupted before waits in restart_syscall, and the number of the call that it
 * made is lost with rax. Find it in the code, `mov $nr,%eax; syscall`, and put it back for
 * ij_regs_restart_by_hand.
 *
 * @code: the IJ_RESTART_CODE_SIZE bytes before the PC. Not recognised: @regs is unchanged.
 * @return: true if the number is known, because it was found or never lost.
 */
bool ij_regs_restart_original(struct ij_regs *regs, const uint8_t *code);

/**
 * Make @regs resume the interrupted system call without the kernel's help: back to the instruction,
 * with the call's number. Relative timeouts start anew.
 *
 * Source: Linux, arch/x86/kernel/signal.c, arch_do_signal_or_restart.
 */
void ij_regs_restart_by_hand(struct ij_regs *regs);

/**
 * Make @regs resume by the kernel's own restart logic when the thread next leaves the kernel
 * through signal handling: EINTR of the transparent class becomes ERESTARTNOHAND.
 */
void ij_regs_restart_by_kernel(struct ij_regs *regs);

/** At a system call's entry or exit stop: its number and its arguments. */
long ij_regs_syscall_nr(const struct ij_regs *regs);
void ij_regs_syscall_args_get(const struct ij_regs *regs, uint64_t args[6]);
/** At the entry stop: make it another one. At the exit stop: put the argument registers back. */
void ij_regs_syscall_change(struct ij_regs *regs, long nr, const uint64_t args[6]);

/** Set argument @arg (0 to 5) of the system call that the thread is in, and no more. */
void ij_regs_syscall_arg_set(struct ij_regs *regs, unsigned arg, uint64_t value);
/** The register of that argument, by its DWARF number; and do functions take arguments in it, too?
 * Source: System V psABI AMD64 1.0, 3.2.3 and A.2.1. */
unsigned ij_regs_syscall_arg_dwarf(unsigned arg);
bool ij_regs_syscall_arg_is_passed(unsigned arg);

/** At the exit stop: let it have returned @result. */
void ij_regs_syscall_result_set(struct ij_regs *regs, long result);
/** At the exit stop: let call @nr be made with the registers as they are, from its instruction on.
 */
void ij_regs_syscall_again(struct ij_regs *regs, long nr);

/** Make a system call that could be taken up again return EINTR, as a handled signal would have. */
void ij_regs_restart_as_eintr(struct ij_regs *regs);

/** Let execution go on at @pc; no system call is pending any more. */
void ij_regs_set_pc(struct ij_regs *regs, ij_addr pc);
void ij_regs_set_sp(struct ij_regs *regs, ij_addr sp);

/** Let the next instruction run, once, though a breakpoint of code is set on it (@on), or be met by
 * that first. Source: Intel SDM volume 3, 18.3.1.1 (the resume flag). */
void ij_regs_pass(struct ij_regs *regs, bool on);

/** Set up a system call at @gadget ("syscall; ret"), with @sp pointing at the address to return to.
 */
void ij_regs_set_syscall(struct ij_regs *regs, ij_addr gadget, ij_addr sp, long nr,
			 const uint64_t args[6]);
/** The result at the syscall's exit stop: a value, or a negative errno. */
long ij_regs_syscall_result(const struct ij_regs *regs);

/** `syscall; ret` and `mov $15,%rax; syscall`: the machine code that the remote system calls need.
 */
bool ij_arch_is_syscall_ret(const uint8_t *bytes, size_t size);
bool ij_arch_is_sigreturn(const uint8_t *bytes, size_t size);
#define IJ_SYSCALL_RET_SIZE 3
#define IJ_SYSCALL_SIZE     2
#define IJ_SIGRETURN_SIZE   9

#endif
