/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unwind rows for Go code, from the runtime's own table of functions. Client only. */
#ifndef IJ_MAPS_PCLNTAB_H
#define IJ_MAPS_PCLNTAB_H

#include "maps/builder.h"

struct ij_pclntab {
	const uint8_t *bytes; /* of the table; borrowed */
	size_t size;
	uint64_t base; /* link-time address of module offset 0 */
	uint64_t text; /* of the Go code, where the table does not say (Go 1.26); 0: not known */
};

/**
 * Add a function to @builder for each one in the table that the builder does not cover yet.
 *
 * The CFA is rsp + 8 + what pcsp says; Go's callers expect no register to be preserved. The first
 * functions of a goroutine or thread have an undefined return address. Where a function changes
 * stacks there is no rule; those that do nothing else hold the class CONTEXT.
 *
 * @funcs_ret: how many were added. A table that is malformed ends where it is.
 * Errors: NOMEM, LIMIT; UNSUPPORTED (no table that Go 1.2 to 1.27 wrote for 64-bit x86).
 * Source: Go 1.11 to 1.27, src/runtime/symtab.go (pcvalue), traceback.go.
 */
struct ij_error *ij_pclntab_read(const struct ij_pclntab *tab, struct ij_map_builder *builder,
				 size_t *funcs_ret) IJ_WARN_UNUSED;

/** The functions that call the vdso on another stack; newer ones carry FLAG_SPWRITE. */
#define IJ_PCLNTAB_MOVERS 5
extern const char *const ij_pclntab_movers[IJ_PCLNTAB_MOVERS];

/** What is known of the caller of Go code, in @state, whose CFA is set: the return address below
 * the CFA, and that no register is preserved. */
void ij_pclntab_caller(struct ij_map_state *state);

#endif
