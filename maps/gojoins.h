/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where branches of a Go function meet, from its machine code. Client only. */
#ifndef IJ_MAPS_GOJOINS_H
#define IJ_MAPS_GOJOINS_H

#include "base/error.h"
#include "base/types.h"
#include "base/vec.h"

struct ij_gojoins {
	IJ_VEC(uint64_t) addrs; /* sorted, each once */
};

/**
 * Find the instructions of @code, which stands at @start, before which the byte at PC - 1 may
 * belong to another branch of the function than the one that the thread came by: targets of jumps,
 * and what follows a branch that is such a target itself. The compiler emits maps for values, and
 * none for branches, so that one of a block without values has the map of the block above it.
 *
 * @joins: made empty first; ij_vec_deinit(&joins->addrs) frees.
 * Errors: NOMEM. Bytes that are no instruction are passed over one by one.
 * Source: Go 1.11 to 1.14, src/cmd/compile/internal/gc/ssa.go (genssa), plive.go (hasStackMap).
 */
struct ij_error *ij_gojoins_find(const uint8_t *code, size_t size, uint64_t start,
				 struct ij_gojoins *joins) IJ_WARN_UNUSED;

#endif
