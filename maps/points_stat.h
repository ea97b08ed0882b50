/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counting what the maps of a module consist of. Client only. */
#ifndef IJ_MAPS_POINTS_STAT_H
#define IJ_MAPS_POINTS_STAT_H

#include "base/json.h"
#include "maps/points.h"

#define IJ_POINTS_BUCKETS 16 /* of histograms: 1, 2-3, 4-7, ... */

struct ij_points_stat {
	uint64_t funcs, points;
	uint64_t code;                      /* bytes that the functions cover */
	uint64_t code_by_why[IJ_WHY_COUNT]; /* of these */
	uint64_t code_unmapped;             /* of these: registers not known */
	/* Points that differ from the one before them in this; the first of a function counts. */
	uint64_t safety_changes, regs_changes, frame_changes, slots_changes;
	uint64_t regs_distinct; /* different register maps */
	uint64_t slots_distinct;
	uint64_t by_len[IJ_POINTS_BUCKETS];      /* functions by their number of points */
	uint64_t by_distance[IJ_POINTS_BUCKETS]; /* points by the bytes that they hold for */
};

/** Errors: NOMEM. */
struct ij_error *ij_points_stat(const struct ij_points *points, struct ij_points_stat *ret)
	IJ_WARN_UNUSED;

void ij_points_stat_text(const struct ij_points *points, const struct ij_points_stat *stat,
			 struct ij_strbuf *out);

/** Members of an object that is open. */
void ij_points_stat_json(const struct ij_points *points, const struct ij_points_stat *stat,
			 struct ij_json *json);

#endif
