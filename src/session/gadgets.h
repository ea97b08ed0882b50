/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Instructions in the target's own code that the tracer bootstraps with. */
#ifndef IJ_SESSION_GADGETS_H
#define IJ_SESSION_GADGETS_H

#include "mem/vmas.h"
#include "obj/modules.h"

struct ij_gadgets {
	ij_addr syscall_ret; /* a system call, then return */
	ij_addr sigreturn;   /* rt_sigreturn */
};

/**
 * Search the files of the loader, the C library, the program and then the others, in this order,
 * and check each find in the target's memory.
 *
 * Errors: REFUSED (there is none; the message names which), NOMEM.
 */
struct ij_error *ij_gadgets_find(struct ij_modules *mods, const struct ij_vmas *vmas,
				 struct ij_mem *mem, struct ij_gadgets *ret) IJ_WARN_UNUSED;

#endif
