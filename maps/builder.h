/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Collects what becomes a map container. Equal rules and expressions are stored once. Client only.
 */
#ifndef IJ_MAPS_BUILDER_H
#define IJ_MAPS_BUILDER_H

#include "base/vec.h"
#include "maps/container.h"

/** The unwind rules of one row, as a table by register. */
struct ij_map_state {
	uint8_t cfa_kind; /* enum ij_map_cfa_kind */
	uint8_t cfa_reg;
	int32_t cfa_off;
	uint32_t have; /* bit N: kind[N] and value[N] hold; else there is no entry */
	uint8_t kind[IJ_MAP_REGS];
	int32_t value[IJ_MAP_REGS];
};

/* Open addressing; a slot is an index + 1, 0 while free. */
struct ij_map_slots {
	uint32_t *slot;
	uint64_t *hash;
	size_t cap; /* a power of two, or 0 */
	size_t len;
};

struct ij_map_builder {
	uint64_t span;
	ij_classes module_classes;
	IJ_VEC(struct ij_map_func) funcs;
	size_t sorted_len; /* of these, sorted and disjoint; more were added since */
	IJ_VEC(struct ij_map_row) rows;
	IJ_VEC(struct ij_map_rule) rules;
	IJ_VEC(struct ij_map_entry) entries;
	IJ_VEC(uint8_t) exprs;
	IJ_VEC(struct ij_map_mark) marks; /* the caller keeps them sorted by start, and disjoint */
	IJ_VEC(struct ij_map_poll) polls; /* sorted by pc */
	IJ_VEC(struct ij_map_go) gos;     /* sorted by pc */
	struct ij_map_slots rule_slots;
	struct ij_map_slots expr_slots;
};

/**
 * An odd factor for multiplicative hashing of values that a file chooses, other in each process: so
 * no file can be made in advance whose values all collide.
 */
uint64_t ij_map_hash_factor(void);

/** @span: size of the module's address range, at most 4 GiB. */
void ij_map_builder_init(struct ij_map_builder *builder, uint64_t span);
void ij_map_builder_deinit(struct ij_map_builder *builder);

/** Store an expression. @off_ret: for ij_map_rule.cfa_off and ij_map_entry.value. */
struct ij_error *ij_map_builder_expr(struct ij_map_builder *builder, const uint8_t *bytes,
				     size_t size, int32_t *off_ret) IJ_WARN_UNUSED;

/**
 * Begin a function of @size bytes (at least 1) at module offset @start; both must lie in the span.
 * Functions may come in any order.
 */
struct ij_error *ij_map_builder_func(struct ij_map_builder *builder, uint32_t start, uint32_t size,
				     uint32_t flags) IJ_WARN_UNUSED;

/**
 * Add a row to the function begun last. The first row's @pc must be its start, later ones must
 * grow. A row that changes nothing is left out.
 */
struct ij_error *ij_map_builder_row(struct ij_map_builder *builder, uint32_t pc,
				    const struct ij_map_state *state) IJ_WARN_UNUSED;

/** Forget the function begun last, and its rows. */
void ij_map_builder_undo(struct ij_map_builder *builder);

/**
 * Sort the functions by address. Of two that overlap the one that starts later is dropped; of two
 * that start together the one that was added later. Returns how many were dropped.
 */
size_t ij_map_builder_sort(struct ij_map_builder *builder);

/** Whether [@start, @start + @size) overlaps a function that was there when last sorted. */
bool ij_map_builder_covers(const struct ij_map_builder *builder, uint64_t start, uint64_t size);

/** The function that holds module offset @pc, or NULL; after sorting only. */
struct ij_map_func *ij_map_builder_find(struct ij_map_builder *builder, uint64_t pc);

/** Write the container of sorted functions. @ret: malloc'ed. Errors: NOMEM, LIMIT (over 4 GiB). */
struct ij_error *ij_map_builder_finish(const struct ij_map_builder *builder, void **ret,
				       size_t *size_ret) IJ_WARN_UNUSED;

#endif
