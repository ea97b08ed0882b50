/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers of a thread that enters Go's protocol for calls. x86-64. */
#include "arch/gocall.h"

#define FLAG_DIRECTION 0x400u
#define FLAG_TRAP      0x100u

void ij_gocall_regs(struct ij_gocall *call, const struct ij_regs *regs)
{
	const struct user_regs_struct *gp = &regs->gp;
	const uint64_t values[] = {gp->r8,  gp->r9,  gp->r10, gp->r11, gp->r12, gp->r13,
				   gp->r14, gp->r15, gp->rdi, gp->rsi, gp->rbp, gp->rbx,
				   gp->rdx, gp->rax, gp->rcx, gp->rsp, gp->rip, gp->eflags};

	_Static_assert(sizeof(values) == sizeof(call->gp), "all of them");
	for (size_t i = 0; i < IJ_COUNT(values); i++)
		call->gp[i] = values[i];
}

struct ij_regs ij_gocall_stepping(const struct ij_regs *regs)
{
	struct ij_regs stepping = *regs;

	stepping.gp.eflags |= FLAG_TRAP;
	return stepping;
}

bool ij_gocall_is_stepping(struct ij_regs *regs)
{
	bool is = regs->gp.eflags & FLAG_TRAP;

	regs->gp.eflags &= ~(unsigned long long)FLAG_TRAP;
	return is;
}

struct ij_regs ij_gocall_enter(const struct ij_regs *regs, ij_addr entry)
{
	struct ij_regs enter = *regs;

	enter.gp.rsp -= 8;
	ij_regs_set_pc(&enter, entry);
	enter.gp.eflags &= ~(unsigned long long)(FLAG_DIRECTION | FLAG_TRAP);
	return enter;
}
