/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unwind rows for where Go calls C, on another stack. Client only. */
#ifndef IJ_MAPS_GOCROSS_H
#define IJ_MAPS_GOCROSS_H

#include "maps/builder.h"
#include "obj/object.h"

/**
 * Add runtime.asmcgocall to @builder, with rows for its calls of C: from the thread's own stack
 * back to the goroutine's, as the code behind the call itself goes. Its other places have no rule.
 * Adds what asks the vdso for the time, too (maps/gotime_x86_64.h). Adds nothing if @obj is not Go,
 * or has that code in a form that is not known.
 *
 * Errors: NOMEM.
 * Source: Go 1.11 to 1.27, src/runtime/asm_amd64.s (asmcgocall); runtime2.go (stack.hi, the second
 * word of a g).
 */
struct ij_error *ij_gocross_add(struct ij_object *obj, struct ij_map_builder *builder)
	IJ_WARN_UNUSED;

#endif
