/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bare system calls that change the memory that they themselves run in. */
#include "inject/bare.h"

#include <sys/mman.h>
#include <sys/syscall.h>

/* The thread's stack as far as it and what we put below it lie in it. */
#define STACK_BELOW (64 * 1024)
#define STACK_ABOVE 4096

struct range {
	ij_addr lo;
	uint64_t size; /* bytes; 0: none */
};

/* What the call changes of the mappings, or throws away: at most two ranges. @scratch: where the
 * memory lies that arguments may point to. */
static void ranges_of(const struct ij_wire_call *call, ij_addr scratch, struct range ranges[2])
{
	uint64_t args[IJ_WIRE_INT_ARGS];

	for (unsigned i = 0; i < IJ_WIRE_INT_ARGS; i++)
		args[i] = call->int_args[i] + (call->scratch_mask >> i & 1 ? scratch : 0);

	ranges[0] = ranges[1] = (struct range){0};
	switch (call->callee.syscalls[0]) {
	case SYS_mmap:
		/* Elsewhere the kernel takes only what is free. */
		if (args[3] & MAP_FIXED)
			ranges[0] = (struct range){args[0], args[1]};
		break;
	case SYS_munmap:
	case SYS_mprotect:
	case SYS_pkey_mprotect:
	case SYS_madvise:
	case SYS_remap_file_pages:
		ranges[0] = (struct range){args[0], args[1]};
		break;
	case SYS_mremap:
		ranges[0] = (struct range){args[0], args[1]};
		if (args[3] & MREMAP_FIXED)
			ranges[1] = (struct range){args[4], args[2]};
		break;
	default:
		break;
	}
}

/* Of whole pages; one that goes round the end of the address space the kernel refuses. */
static bool overlaps(const struct range *range, ij_addr lo, uint64_t size)
{
	ij_addr from = range->lo & ~(ij_addr)(IJ_PAGE_SIZE - 1), end;

	if (!range->size || __builtin_add_overflow(range->lo, range->size, &end))
		return false;
	return from < lo + size && lo < ((end + IJ_PAGE_SIZE - 1) & ~(ij_addr)(IJ_PAGE_SIZE - 1));
}

const char *ij_bare_hits_us(const struct ij_injector *inj, const struct ij_stop *stop,
			    const struct ij_wire_call *call)
{
	ij_addr sp = ij_regs_sp(&stop->regs);
	struct range ranges[2];

	ranges_of(call, ij_pages_scratch(inj->now), ranges);
	for (size_t i = 0; i < IJ_COUNT(ranges); i++) {
		if (overlaps(&ranges[i], inj->now->base, inj->now->size))
			return "the system call would change the pages that our code is in";
		if (overlaps(&ranges[i], inj->target.syscall_ret, IJ_SYSCALL_RET_SIZE) ||
		    overlaps(&ranges[i], inj->target.sigreturn, IJ_SIGRETURN_SIZE))
			return "the system call would change the code that it returns through";
		if (overlaps(&ranges[i], sp - STACK_BELOW, STACK_BELOW + STACK_ABOVE))
			return "the system call would change the stack that its thread stands on";
	}
	return NULL;
}
