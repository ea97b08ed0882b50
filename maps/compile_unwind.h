/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The functions of a module and their unwind rows, from all sources. Internal to the compiler. */
#ifndef IJ_MAPS_COMPILE_UNWIND_H
#define IJ_MAPS_COMPILE_UNWIND_H

#include "maps/builder.h"
#include "obj/object.h"

/**
 * Add the functions of @obj to @builder, sorted.
 *
 * What .eh_frame covers is taken from there, what is left from Go's tables, then from .debug_frame
 * (of the file itself), then from the code. Errors: BADDATA (.eh_frame_hdr), LIMIT, NOMEM.
 */
struct ij_error *ij_compile_unwind(struct ij_object *obj, struct ij_map_builder *builder)
	IJ_WARN_UNUSED;

#endif
