/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pointers of machine code, as debug information labels them: a sweep over the code in which
 * ranges of location lists begin and end. Client only.
 */
#ifndef IJ_MAPS_POINTS_LABELS_H
#define IJ_MAPS_POINTS_LABELS_H

#include "maps/container.h"
#include "maps/points.h"
#include "maps/points_sites.h"
#include "obj/object.h"

/** Slots that are told apart, of each register that they are counted from. */
#define IJ_LABELS_SLOTS 256
enum ij_labels_window { IJ_LABELS_OF_CFA, IJ_LABELS_OF_BP, IJ_LABELS_OF_SP, IJ_LABELS_WINDOWS };

struct ij_labels_event {
	uint32_t pc;  /* module offset */
	uint16_t key; /* register, or 16 + IJ_LABELS_SLOTS * window + slot */
	int8_t by;    /* +1: a range begins; -1: ends */
};

struct ij_points_labels {
	IJ_VEC(struct ij_labels_event) events; /* sorted by pc */
	size_t next;                           /* the first that has not been passed */
	uint32_t counts[16 + IJ_LABELS_WINDOWS * IJ_LABELS_SLOTS]; /* ranges that hold, by key */
	bool stale;                                                /* `set` is of other slots */
	int64_t moved[IJ_LABELS_WINDOWS]; /* of `set`: from the CFA to that register, bytes */
	uint32_t set;
	struct ij_points_slots slots;
};

/**
 * Read the labels of @obj; none where there is no debug information.
 *
 * @points: those to be made: `base` and `span`; what is wrong with debug information is told in its
 * `note`. Errors: NOMEM.
 */
struct ij_error *ij_points_labels_init(struct ij_points_labels *labels, struct ij_object *obj,
				       struct ij_points *points) IJ_WARN_UNUSED;
void ij_points_labels_deinit(struct ij_points_labels *labels);

/**
 * Set the pointers of @point, which is behind the one before.
 *
 * @rule: of the CFA there. @sp: the stack pointer, bytes from the CFA; NULL: only @rule knows.
 * Errors: NOMEM, LIMIT.
 */
struct ij_error *ij_points_labels_set(struct ij_points_labels *labels,
				      const struct ij_map_rule *rule, const int32_t *sp,
				      struct ij_points *points, struct ij_point *point)
	IJ_WARN_UNUSED;

#endif
