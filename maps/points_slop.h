/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Slop: maps that say a little more, and change less. Client only. */
#ifndef IJ_MAPS_POINTS_SLOP_H
#define IJ_MAPS_POINTS_SLOP_H

#include "maps/points.h"
#include "obj/object.h"

/**
 * Extend each register from its last use up to where it is overwritten: on the way its value is
 * still what it was, so that to call it live, or a pointer, is true. A map then changes once where
 * it changed twice, or not at all.
 *
 * A register is extended only where it was in the map and not overwritten since on every path that
 * leads there; what an indirect jump may lead to begins anew.
 *
 * @ret: deinitialise it. Errors: NOMEM.
 * Source: Go design document 24543, "safe-points everywhere", slop.
 */
struct ij_error *ij_points_slop(struct ij_object *obj, const struct ij_points *points,
				struct ij_points *ret) IJ_WARN_UNUSED;

#endif
