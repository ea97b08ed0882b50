/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Breakpoints in the code of the target (int3), for a person who was told what that means: should
 * the tracer be killed while they are in, a thread that comes to one dies of it. They are in only
 * while threads run; whoever looks at the held target sees its own code.
 */
#include <signal.h>
#include <string.h>

#include "inject/hold/hold.h"

enum { INT3 = 0xcc };

/* Private code: what is written to it is a copy of the process's own. */
static bool is_private_code(const struct ij_injector *inj, ij_addr addr)
{
	const struct ij_vma *vma = ij_vmas_find(&inj->vmas, addr);

	return vma && vma->flags & IJ_VMA_EXEC && !(vma->flags & IJ_VMA_SHARED);
}

static struct ij_error *set(struct ij_injector *inj, struct ij_trap *trap)
{
	static const uint8_t int3 = INT3;

	if (!is_private_code(inj, trap->addr))
		return ij_error_new(FAULT, "0x%llx is not in code of process %d alone",
				    (unsigned long long)trap->addr, inj->process.pid);
	IJ_TRY(ij_mem_read(&inj->process.mem.mem, trap->addr, &trap->was, 1));
	IJ_TRY(ij_process_write(&inj->process, trap->addr, &int3, 1));
	trap->in = true;
	return NULL;
}

struct ij_error *ij_hold_traps_set(struct ij_injector *inj, struct ij_hold *hold,
				   const ij_addr *addrs, uint32_t len)
{
	struct ij_error *err = NULL;

	if (len)
		IJ_TRY(ij_injector_refresh(inj));
	hold->traps_len = 0;
	for (uint32_t i = 0; i < len && !err; i++) {
		hold->traps[hold->traps_len] = (struct ij_trap){.addr = addrs[i]};
		err = set(inj, &hold->traps[hold->traps_len++]);
	}
	if (err)
		ij_error_free(ij_hold_traps_lift(inj, hold));
	return err;
}

struct ij_error *ij_hold_traps_lift(struct ij_injector *inj, struct ij_hold *hold)
{
	struct ij_error *first = NULL;

	for (uint32_t i = 0; i < hold->traps_len; i++) {
		struct ij_trap *trap = &hold->traps[i];
		struct ij_error *err =
			trap->in ? ij_process_write(&inj->process, trap->addr, &trap->was, 1)
				 : NULL;

		trap->in = false;
		if (first)
			ij_error_free(err);
		else
			first = err;
	}
	hold->traps_len = 0;
	return first;
}

struct ij_error *ij_hold_trap_met(struct ij_hold *hold, size_t idx, int signo, bool *ret)
{
	struct ij_held *held = &hold->held.items[idx];
	struct ij_thread *thread = &hold->threads.items[idx];
	struct ij_regs regs = held->stop.regs;
	ij_addr at = ij_regs_pc(&regs) - 1;
	siginfo_t info;
	bool ours = false;

	*ret = false;
	for (uint32_t i = 0; i < hold->traps_len; i++)
		ours = ours || hold->traps[i].addr == at;
	if (signo != SIGTRAP || !ours)
		return NULL;
	IJ_TRY(ij_thread_siginfo_get(thread, &info));
	/* Linux, arch/x86/kernel/traps.c, do_int3_user: not one that somebody sent. */
	if (info.si_code != SI_KERNEL)
		return NULL;
	ij_regs_set_pc(&regs, at);
	held->stop.regs = regs;
	*ret = true;
	return ij_thread_regs_set(thread, &regs);
}
