/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions that the user wants avoided, by name, in the modules of a session. */
#ifndef IJ_SESSION_AVOID_H
#define IJ_SESSION_AVOID_H

#include "base/vec.h"
#include "obj/modules.h"

/** One name of --avoid. */
struct ij_avoid_name {
	char *module;   /* a module's name or pattern; NULL: any */
	char *function; /* a function's name or pattern */
	bool found;     /* some function has it, and has unwind information */
	bool bare;      /* some function has it, and has none */
};

struct ij_avoid {
	IJ_VEC(struct ij_avoid_name) names;
};

/** Add "NAME" or "MODULE!NAME". Errors: USAGE (the message says how to write it), NOMEM. */
struct ij_error *ij_avoid_add(struct ij_avoid *avoid, const char *spec) IJ_WARN_UNUSED;
void ij_avoid_deinit(struct ij_avoid *avoid);

/**
 * Mark the functions of @module that are to be avoided in its container, by .dynsym, .symtab and
 * the debug file; "foo.cold" is a part of foo. Of an IFUNC what is called is meant.
 *
 * @container: of @module, @size bytes; changed in place.
 */
struct ij_error *ij_avoid_apply(struct ij_avoid *avoid, struct ij_modules *mods,
				const struct ij_module *module, void *container, size_t size)
	IJ_WARN_UNUSED;

/**
 * After all modules: a name that nothing has is an error, for a slip of the pen must not go
 * unnoticed.
 *
 * Errors: NOTFOUND, UNSUPPORTED (no unwind information, so it could not be recognised).
 */
struct ij_error *ij_avoid_check(const struct ij_avoid *avoid, struct ij_modules *mods)
	IJ_WARN_UNUSED;

#endif
