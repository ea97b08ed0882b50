/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Descriptors of types that lie one behind the other, as the linker writes them from Go 1.27 on: no
 * list leads to them any more. Client only.
 */
#ifndef IJ_MAPS_GOTYPES_H
#define IJ_MAPS_GOTYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What moduledata says of them, as it lies in the file. */
struct ij_gotypes {
	const uint8_t *bytes; /* from where types begin; borrowed */
	size_t size;          /* of all: descriptors, then names among other things */
	size_t rows_size;     /* bytes that the descriptors take */
};

/**
 * Find the type called @name, as the runtime has it: "*main.T", "[]int", "map[string]bool"; what
 * has a name of its own is not among them, but pointers to it are.
 *
 * @value_size: bytes of a value of the type.
 * @ret: where its descriptor begins, bytes.
 * @return: false: it is not there, or before it comes what is no descriptor.
 * Source: Go 1.27, src/internal/abi/type.go, src/internal/abi/map.go; the size of a map's by two
 *   programs, whose rows end where moduledata says with no other.
 */
bool ij_gotypes_find(const struct ij_gotypes *types, const char *name, uint64_t value_size,
		     size_t *ret);

#endif
