/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where in Go code a call may be made: what the runtime's own check will say, and what it forgets.
 * Client only. */
#ifndef IJ_MAPS_GOSAFE_H
#define IJ_MAPS_GOSAFE_H

#include "maps/builder.h"
#include "maps/goprog.h"

/**
 * Add to @builder, for every PC of @prog, what a stop there means (maps/gokinds.def).
 *
 * SAFE is stricter than the runtime's debugCallCheck: safe at the PC and at the one before, where
 * it looks at the latter alone; a function with a map of its locals, so no assembly; in none of the
 * packages that the runtime itself is made of; nothing of value below the stack pointer, where a
 * call is entered by pushing; and up to 1.14, where the collector takes the interrupted frame by
 * its maps, no pointer in a register that debugCallV1 saves where it does not look, and no place
 * where branches meet, whose map may be that of another branch.
 *
 * Errors: NOMEM.
 * Source: Go 1.11 to 1.27, src/runtime/debugcall.go (debugCallCheck), preempt.go
 *   (isAsyncSafePoint), stack.go (getStackMap).
 */
struct ij_error *ij_gosafe_compile(const struct ij_goprog *prog, struct ij_map_builder *builder)
	IJ_WARN_UNUSED;

/** What @name's package says of all its functions: SAFE, if nothing. */
enum ij_map_go_kind ij_gosafe_of_name(const char *name);

#endif
