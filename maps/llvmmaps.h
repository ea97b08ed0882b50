/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading LLVM's stack maps. Knows bytes only. Client only. */
#ifndef IJ_MAPS_LLVMMAPS_H
#define IJ_MAPS_LLVMMAPS_H

#include "base/error.h"

enum ij_llvmmaps_kind {
	IJ_LLVMMAPS_REGISTER = 1, /* in the register */
	IJ_LLVMMAPS_DIRECT,       /* is register + offset: an address in the frame */
	IJ_LLVMMAPS_INDIRECT,     /* in memory at register + offset */
	IJ_LLVMMAPS_CONSTANT,
	IJ_LLVMMAPS_CONSTINDEX,
};

struct ij_llvmmaps_location {
	uint8_t kind;   /* enum ij_llvmmaps_kind */
	uint16_t size;  /* bytes */
	uint16_t reg;   /* DWARF number */
	int64_t offset; /* or the constant, of CONSTINDEX looked up */
};

struct ij_llvmmaps_record {
	uint64_t id;
	uint64_t func_off; /* where the function's address stands, bytes from the section's start */
	uint64_t func;     /* that address as it stands there */
	uint64_t stack_size; /* bytes of the fixed frame, without the return address; UINT64_MAX:
				not fixed */
	uint32_t offset;     /* of the place from the function's start */
	size_t at;           /* of the record, bytes from the section's start, for messages */
	size_t locations_len, live_outs_len;
	const uint8_t *locations, *live_outs, *constants; /* for the getters */
	size_t constants_len;
};

/**
 * Visit every record of the section, which holds the maps of one object file behind the other.
 *
 * @visit: returns an error to stop.
 * Errors: BADDATA (with the offset), UNSUPPORTED (a version but 3), those of @visit.
 * Source: LLVM 14, docs/StackMaps.rst (Stack Map Format).
 */
struct ij_error *ij_llvmmaps_each(const uint8_t *bytes, size_t size,
				  struct ij_error *(*visit)(void *ctx,
							    const struct ij_llvmmaps_record *rec),
				  void *ctx) IJ_WARN_UNUSED;

/** Location @idx. False: malformed. */
bool ij_llvmmaps_location_at(const struct ij_llvmmaps_record *rec, size_t idx,
			     struct ij_llvmmaps_location *ret);
/** DWARF number of live-out @idx. */
uint16_t ij_llvmmaps_live_out(const struct ij_llvmmaps_record *rec, size_t idx);

/**
 * The first of the garbage collector's locations of a statepoint: pairs of base and derived pointer
 * follow from there on. SIZE_MAX: it is none.
 *
 * Source: LLVM 14, docs/Statepoints.rst (Stack Map Format): calling convention, flags and number of
 * deoptimisation values come first, all constants.
 */
size_t ij_llvmmaps_gc_first(const struct ij_llvmmaps_record *rec);

#endif
