/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* General registers and system-call restart on x86-64. */
#include "arch/regs.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

/* Kernel-internal error numbers (Linux, include/linux/errno.h); user space never sees them, tracers
 * do. */
#define ERESTARTSYS           512
#define ERESTARTNOINTR        513
#define ERESTARTNOHAND        514
#define ERESTART_RESTARTBLOCK 516

#define USER64_CS 0x33

#define RESUME_FLAG (1ull << 16)

ij_addr ij_regs_pc(const struct ij_regs *regs)
{
	return regs->gp.rip;
}

ij_addr ij_regs_sp(const struct ij_regs *regs)
{
	return regs->gp.rsp;
}

ij_addr ij_regs_tp(const struct ij_regs *regs)
{
	return regs->gp.fs_base;
}

bool ij_regs_is_native(const struct ij_regs *regs)
{
	return regs->gp.cs == USER64_CS;
}

void ij_regs_to_dwarf(const struct ij_regs *regs, uint64_t values[17])
{
	const struct user_regs_struct *gp = &regs->gp;
	const uint64_t order[17] = {gp->rax, gp->rdx, gp->rcx, gp->rbx, gp->rsi, gp->rdi,
				    gp->rbp, gp->rsp, gp->r8,  gp->r9,  gp->r10, gp->r11,
				    gp->r12, gp->r13, gp->r14, gp->r15, gp->rip};

	memcpy(values, order, sizeof(order));
}

const char *ij_regs_dwarf_name(unsigned number)
{
	static const char *const names[] = {
		"rax",   "rdx",   "rcx",   "rbx",   "rsi",   "rdi",  "rbp",  "rsp",  "r8",
		"r9",    "r10",   "r11",   "r12",   "r13",   "r14",  "r15",  "rip",  "xmm0",
		"xmm1",  "xmm2",  "xmm3",  "xmm4",  "xmm5",  "xmm6", "xmm7", "xmm8", "xmm9",
		"xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"};

	return number < IJ_COUNT(names) ? names[number] : NULL;
}

void ij_regs_set_dwarf(struct ij_regs *regs, unsigned number, uint64_t value)
{
	struct user_regs_struct *gp = &regs->gp;
	unsigned long long *const order[16] = {
		&gp->rax, &gp->rdx, &gp->rcx, &gp->rbx, &gp->rsi, &gp->rdi, &gp->rbp, &gp->rsp,
		&gp->r8,  &gp->r9,  &gp->r10, &gp->r11, &gp->r12, &gp->r13, &gp->r14, &gp->r15};

	*order[number & 15] = value;
}

/*
 * System calls that return EINTR where ERESTARTNOHAND would be true to their meaning: nothing has
 * happened yet, and only a handled signal ought to end them. Their timeouts, if any, start anew.
 */
static bool is_transparent(uint64_t nr)
{
	switch (nr) {
	case SYS_read:
	case SYS_readv:
	case SYS_write:
	case SYS_writev:
	case SYS_accept:
	case SYS_accept4:
	case SYS_connect: /* goes on with the connection that is under way, see net/ipv4/af_inet.c
			   */
	case SYS_recvfrom:
	case SYS_recvmsg:
	case SYS_recvmmsg:
	case SYS_sendto:
	case SYS_sendmsg:
	case SYS_sendmmsg:
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
	case SYS_epoll_pwait2:
	case SYS_rt_sigtimedwait:
	case SYS_semop:
	case SYS_semtimedop:
	case SYS_io_getevents:
	case SYS_io_pgetevents:
	case SYS_io_uring_enter:
	/* With a timeout in memory that cannot be written (fs/select.c, poll_select_finish). */
	case SYS_select:
	case SYS_pselect6:
	case SYS_ppoll:
		return true;
	default:
		return false;
	}
}

enum ij_restart ij_regs_restart(const struct ij_regs *regs)
{
	if ((int64_t)regs->gp.orig_rax < 0)
		return IJ_RESTART_NONE;
	switch ((int64_t)regs->gp.rax) {
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
		return IJ_RESTART_SYS;
	case -ERESTARTNOHAND:
		return IJ_RESTART_NOHAND;
	case -ERESTART_RESTARTBLOCK:
		return IJ_RESTART_BLOCK;
	case -EINTR:
		return is_transparent(regs->gp.orig_rax) ? IJ_RESTART_EINTR : IJ_RESTART_BROKEN;
	default:
		return IJ_RESTART_NONE;
	}
}

int ij_regs_syscall(const struct ij_regs *regs)
{
	enum ij_restart restart = ij_regs_restart(regs);

	return restart == IJ_RESTART_NONE ? -1 : (int)regs->gp.orig_rax;
}

bool ij_regs_restart_original(struct ij_regs *regs, const uint8_t *code)
{
	uint32_t nr;

	if (regs->gp.orig_rax != SYS_restart_syscall)
		return true;
	if (code[0] != 0xb8 || code[5] != 0x0f || code[6] != 0x05)
		return false;
	memcpy(&nr, code + 1, sizeof(nr));
	/* Only what a restart block can belong to (Linux 6.18, include/linux/restart_block.h). */
	if (nr != SYS_poll && nr != SYS_nanosleep && nr != SYS_clock_nanosleep && nr != SYS_futex)
		return false;
	regs->gp.orig_rax = nr;
	return true;
}

void ij_regs_restart_by_hand(struct ij_regs *regs)
{
	switch (ij_regs_restart(regs)) {
	case IJ_RESTART_SYS:
	case IJ_RESTART_NOHAND:
	case IJ_RESTART_BLOCK:
	case IJ_RESTART_EINTR:
		regs->gp.rax = regs->gp.orig_rax;
		regs->gp.rip -= 2;
		break;
	case IJ_RESTART_NONE:
	case IJ_RESTART_BROKEN:
		break;
	}
	regs->gp.orig_rax = (unsigned long long)-1;
}

void ij_regs_restart_by_kernel(struct ij_regs *regs)
{
	if (ij_regs_restart(regs) == IJ_RESTART_EINTR)
		regs->gp.rax = (unsigned long long)-ERESTARTNOHAND;
}

long ij_regs_syscall_nr(const struct ij_regs *regs)
{
	return (long)regs->gp.orig_rax;
}

void ij_regs_syscall_args_get(const struct ij_regs *regs, uint64_t args[6])
{
	const uint64_t order[6] = {regs->gp.rdi, regs->gp.rsi, regs->gp.rdx,
				   regs->gp.r10, regs->gp.r8,  regs->gp.r9};

	memcpy(args, order, sizeof(order));
}

void ij_regs_syscall_change(struct ij_regs *regs, long nr, const uint64_t args[6])
{
	regs->gp.orig_rax = (unsigned long long)nr;
	regs->gp.rdi = args[0];
	regs->gp.rsi = args[1];
	regs->gp.rdx = args[2];
	regs->gp.r10 = args[3];
	regs->gp.r8 = args[4];
	regs->gp.r9 = args[5];
}

unsigned ij_regs_syscall_arg_dwarf(unsigned arg)
{
	static const uint8_t order[6] = {5, 4, 1, 10, 8, 9}; /* rdi rsi rdx r10 r8 r9 */

	return order[arg % 6];
}

bool ij_regs_syscall_arg_is_passed(unsigned arg)
{
	return arg != 3; /* r10; functions take their fourth in rcx */
}

void ij_regs_syscall_arg_set(struct ij_regs *regs, unsigned arg, uint64_t value)
{
	ij_regs_set_dwarf(regs, ij_regs_syscall_arg_dwarf(arg), value);
}

void ij_regs_syscall_result_set(struct ij_regs *regs, long result)
{
	regs->gp.rax = (unsigned long long)result;
	regs->gp.orig_rax = (unsigned long long)-1;
}

void ij_regs_syscall_again(struct ij_regs *regs, long nr)
{
	ij_regs_syscall_result_set(regs, nr);
	regs->gp.rip -= 2;
}

void ij_regs_restart_as_eintr(struct ij_regs *regs)
{
	switch (ij_regs_restart(regs)) {
	case IJ_RESTART_NOHAND:
	case IJ_RESTART_BLOCK:
	case IJ_RESTART_EINTR:
		regs->gp.rax = (unsigned long long)-EINTR;
		regs->gp.orig_rax = (unsigned long long)-1;
		break;
	case IJ_RESTART_NONE:
	case IJ_RESTART_SYS: /* restarts or not by the handler's SA_RESTART, which is the usual flag
			      */
	case IJ_RESTART_BROKEN:
		break;
	}
}

void ij_regs_set_pc(struct ij_regs *regs, ij_addr pc)
{
	regs->gp.rip = pc;
	regs->gp.orig_rax = (unsigned long long)-1;
}

void ij_regs_set_sp(struct ij_regs *regs, ij_addr sp)
{
	regs->gp.rsp = sp;
}

void ij_regs_pass(struct ij_regs *regs, bool on)
{
	regs->gp.eflags = on ? regs->gp.eflags | RESUME_FLAG : regs->gp.eflags & ~RESUME_FLAG;
}

void ij_regs_set_syscall(struct ij_regs *regs, ij_addr gadget, ij_addr sp, long nr,
			 const uint64_t args[6])
{
	ij_regs_syscall_change(regs, -1, args);
	ij_regs_set_pc(regs, gadget);
	regs->gp.rsp = sp;
	regs->gp.rax = (unsigned long long)nr;
}

long ij_regs_syscall_result(const struct ij_regs *regs)
{
	return (long)regs->gp.rax;
}

bool ij_arch_is_syscall_ret(const uint8_t *bytes, size_t size)
{
	static const uint8_t code[IJ_SYSCALL_RET_SIZE] = {0x0f, 0x05, 0xc3};

	return size >= sizeof(code) && !memcmp(bytes, code, sizeof(code));
}

bool ij_arch_is_sigreturn(const uint8_t *bytes, size_t size)
{
	static const uint8_t code[IJ_SIGRETURN_SIZE] = {0x48, 0xc7, 0xc0, 0x0f, 0x00,
							0x00, 0x00, 0x0f, 0x05};

	return size >= sizeof(code) && !memcmp(bytes, code, sizeof(code));
}
