/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What sources share whose maps stand at calls only. Client only. */
#ifndef IJ_MAPS_POINTS_SITES_H
#define IJ_MAPS_POINTS_SITES_H

#include "maps/points.h"
#include "obj/object.h"

/** A place with a map. */
struct ij_points_site {
	struct ij_point point; /* its `slots_*` are sets of the points to be made */
	uint32_t inside; /* a PC in its function: before a return address, which may be its end */
};

/** Places with maps, in any order. */
struct ij_points_sites {
	IJ_VEC(struct ij_points_site) list;
};

/** Slots of one site in the making: numbers from the CFA, in bytes. */
struct ij_points_slots {
	IJ_VEC(int64_t) list;
};

/** Words of data that the loader relocates: slot, and what it gets. */
struct ij_points_words {
	struct ij_object *obj;
	IJ_VEC(uint64_t) pairs; /* sorted by slot: slot, addend, slot, ... */
};

/** Read the relocations of @obj. Errors: NOMEM, BADDATA. */
struct ij_error *ij_points_words_init(struct ij_points_words *words, struct ij_object *obj)
	IJ_WARN_UNUSED;
void ij_points_words_deinit(struct ij_points_words *words);
/** The eight bytes at @vaddr, or @raw, which stand there in the file, as once loaded where linked.
 */
uint64_t ij_points_words_at(const struct ij_points_words *words, uint64_t vaddr, uint64_t raw);

/** The set of @slots, which is emptied. False in *good_ret: one is no multiple of 8. */
struct ij_error *ij_points_slots_take(struct ij_points_slots *slots, struct ij_points *points,
				      uint32_t *ret, bool *good_ret) IJ_WARN_UNUSED;

/**
 * Write the functions that have sites, with bounds from the module's unwind rows: everything but
 * the sites is no safe-point. Sites of one PC are joined; those in no function are left out, and so
 * are return addresses behind the last instruction of one: nothing returns to them.
 *
 * @sites: sorted. @lost_ret: how many were left out. Errors: NOMEM, LIMIT.
 */
struct ij_error *ij_points_sites_write(struct ij_object *obj, struct ij_points_sites *sites,
				       struct ij_points *points, size_t *lost_ret) IJ_WARN_UNUSED;

#endif
