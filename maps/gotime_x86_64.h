/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unwind rows for where Go asks the vdso for the time, on another stack. Client only. */
#ifndef IJ_MAPS_GOTIME_X86_64_H
#define IJ_MAPS_GOTIME_X86_64_H

#include "maps/builder.h"
#include "maps/goprog.h"

/**
 * Add to @builder the runtime's functions that call the vdso, with a row for each instruction.
 *
 * They keep the goroutine's stack pointer in a register that C preserves while they are on the
 * thread's own stack, so that the way back leads through the vdso, too. Adds nothing for code that
 * does not have this form.
 *
 * Errors: NOMEM.
 * Source: Go 1.11 to 1.27, src/runtime/sys_linux_amd64.s (nanotime1, walltime),
 * time_linux_amd64.s (time.now).
 */
struct ij_error *ij_gotime_add(const struct ij_goprog *prog, struct ij_map_builder *builder)
	IJ_WARN_UNUSED;

#endif
