/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Unwind rows for code without CFI, derived from the code itself. Client only.
 *
 * Hand-written assembly, musl, PLTs of some linkers: the code between the functions that have CFI
 * is followed from every entry that is known, and each instruction's effect on the stack pointer,
 * the frame pointer and the registers that a callee preserves is tracked. Where paths disagree, or
 * an instruction's effect is not known, there is no rule.
 */
#ifndef IJ_MAPS_DERIVE_H
#define IJ_MAPS_DERIVE_H

#include "maps/builder.h"
#include "obj/object.h"

/** One stretch of code, and where it may be entered. */
struct ij_derive_area {
	const uint8_t *code; /* borrowed */
	uint32_t start;      /* module offset */
	uint32_t size;       /* bytes */
	uint64_t vaddr;      /* link-time address of module offset 0 */
	uint64_t entry;      /* module offset of the program's entry point; UINT64_MAX: not here */
	/* Copies data at a link-time address; false if there is none. For jump tables. */
	bool (*read)(void *ctx, uint64_t vaddr, void *buf, size_t size);
	void *ctx;
};

/** Where a function begins, module offset. */
struct ij_derive_seed {
	uint32_t pc;
	bool weak; /* perhaps: the address was seen in data or loaded by code */
};
struct ij_derive_seeds {
	IJ_VEC(struct ij_derive_seed) list;
};

void ij_derive_seeds_sort(struct ij_derive_seeds *seeds);

/**
 * Add functions with IJ_MAP_FUNC_DERIVED to @builder for @area.
 *
 * @seeds: entries known; those found on the way are added.
 * Errors: NOMEM, LIMIT.
 */
struct ij_error *ij_derive_area(const struct ij_derive_area *area, struct ij_derive_seeds *seeds,
				struct ij_map_builder *builder) IJ_WARN_UNUSED;

/** Add functions for all code of @obj that @builder, sorted, does not cover. Errors: NOMEM, LIMIT.
 */
struct ij_error *ij_derive(struct ij_object *obj, struct ij_map_builder *builder) IJ_WARN_UNUSED;

#endif
