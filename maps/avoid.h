/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions during which a user wants a thread left alone. Client only. */
#ifndef IJ_MAPS_AVOID_H
#define IJ_MAPS_AVOID_H

#include "maps/container.h"
#include "obj/object.h"

/**
 * Put class AVOIDED on functions of a container, and on the nameless ones that they jump to. What
 * is cached is not changed by it.
 *
 * @obj: the module that the container was compiled of. @container: @size bytes, changed in place.
 * @pcs: @len module offsets; the functions that hold them are meant.
 * @marked_ret: how many of @pcs lie in a function.
 * Errors: BADDATA (the container is none), NOMEM.
 */
struct ij_error *ij_map_avoid(struct ij_object *obj, void *container, size_t size,
			      const uint32_t *pcs, size_t len, size_t *marked_ret) IJ_WARN_UNUSED;

#endif
