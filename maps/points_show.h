/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the maps say of one function, beside its instructions. Client only. */
#ifndef IJ_MAPS_POINTS_SHOW_H
#define IJ_MAPS_POINTS_SHOW_H

#include "base/strbuf.h"
#include "maps/points.h"
#include "obj/object.h"

/**
 * Find a function by its name as the source or the symbols have it, or by an address in it, as
 * linked ("0x401000").
 *
 * @ret: borrowed from @points. Errors: NOTFOUND, AMBIGUOUS, USAGE (no such address).
 */
struct ij_error *ij_points_find(struct ij_object *obj, const struct ij_points *points,
				const char *text, const struct ij_points_func **ret) IJ_WARN_UNUSED;

/** Its name, or "0x401000" if nobody has one. Written to @out. */
void ij_points_func_name(struct ij_object *obj, const struct ij_points *points,
			 const struct ij_points_func *func, struct ij_strbuf *out);

/** A line an instruction, interject-maps(1), OUTPUT. Errors: NOMEM, NOTFOUND (its code is not in
 * the file). */
struct ij_error *ij_points_show_text(struct ij_object *obj, const struct ij_points *points,
				     const struct ij_points_func *func, struct ij_strbuf *out)
	IJ_WARN_UNUSED;

/** One JSON object, interject-maps(1), JSON. */
struct ij_error *ij_points_show_json(struct ij_object *obj, const struct ij_points *points,
				     const struct ij_points_func *func, struct ij_strbuf *out)
	IJ_WARN_UNUSED;

#endif
