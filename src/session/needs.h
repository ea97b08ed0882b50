/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a function that no table describes needs, by its call graph. */
#ifndef IJ_SESSION_NEEDS_H
#define IJ_SESSION_NEEDS_H

#include "maps/policy.h"
#include "mem/mem.h"
#include "obj/modules.h"
#include "wire/messages.h"

/** What was found out. */
struct ij_needs {
	ij_classes need;
	struct ij_wire_callee calls; /* the system calls that it may make */
	/* Why everything is needed, if it is: "an indirect call at f+0x12"; else "". */
	char text[128];
};

/**
 * Compute the need set of the function at @func by following its code: jumps, direct calls, and
 * calls through the linkage table, as deep as they go. A function that the built-in prototypes or
 * the policy describe is taken at their word and not entered. What cannot be followed (an indirect
 * call or jump, code that cannot be decoded, more code than is reasonable) needs everything; so
 * does what may throw, for then other code runs than is seen.
 * Class OTHER is always in the set: how much stack it takes and whether it sleeps, its code does
 * not say.
 *
 * @mem: of the target, whose code may differ from its files.
 * Errors: NOMEM.
 */
struct ij_error *ij_needs_compute(struct ij_modules *mods, struct ij_mem *mem,
				  const struct ij_policy *policy, ij_addr func,
				  struct ij_needs *ret) IJ_WARN_UNUSED;

#endif
