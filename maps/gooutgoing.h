/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a Go function has something in its outgoing arguments' area, from its code. Client only.
 *
 * Up to 1.16 arguments and results are passed on the stack. Maps cover them while the call runs,
 * by the callee's; but not while the caller stores arguments, nor until it has loaded the results.
 * Up to 1.14 the runtime finds pointers of an interrupted frame by maps alone: it would free what
 * only these point to, and leave those into the stack behind when the stack moves.
 */
#ifndef IJ_MAPS_GOOUTGOING_H
#define IJ_MAPS_GOOUTGOING_H

#include "base/error.h"
#include "base/vec.h"

/** PCs at which something is there: [from, to). */
struct ij_gooutgoing_span {
	uint64_t from, to;
};

struct ij_gooutgoing {
	IJ_VEC(struct ij_gooutgoing_span) spans; /* sorted, disjoint */
	void *insns;                             /* room for the next function */
	size_t insns_cap;                        /* bytes of it */
};

/** What is to be known of a function beside its code. */
struct ij_gooutgoing_func {
	const uint8_t *code;
	size_t size;
	uint64_t start; /* address of the first byte */
	uint64_t area;  /* bytes above the stack pointer, with the frame set up, that may be it */
	/*
	 * How many bytes of it the arguments and results of a direct call take; UINT64_MAX: it is
	 * not known. IJ_GOOUTGOING_HELPER: it is no call in the sense of the language, and leaves
	 * the area alone.
	 */
	uint64_t (*args_of)(void *ctx, uint64_t target);
	void *ctx;
};
#define IJ_GOOUTGOING_HELPER (UINT64_MAX - 1)

/**
 * Find the PCs.
 *
 * @ret: zero, or of a function before; ij_gooutgoing_deinit frees. Bytes that are no instruction
 * are passed over one by one. Errors: NOMEM.
 * Source: Go 1.11 to 1.14, src/cmd/compile/internal/gc/ssa.go (call, storeArg), plive.go;
 * src/runtime/stack.go (adjustframe), mgcmark.go (scanframeworker).
 */
struct ij_error *ij_gooutgoing_find(const struct ij_gooutgoing_func *func,
				    struct ij_gooutgoing *ret) IJ_WARN_UNUSED;

void ij_gooutgoing_deinit(struct ij_gooutgoing *outgoing);

#endif
