/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Classes handed on along direct jumps. Client only.
 *
 * A function that ends in a tail call leaves no frame: pthread_mutex_unlock jumps to a local
 * function, which does the work under a name of no symbol. The same holds for a function's cold
 * part, which gcc puts elsewhere under an FDE of its own. So functions that policy knows hand their
 * classes on to nameless functions that they jump to.
 */
#ifndef IJ_MAPS_TAILS_H
#define IJ_MAPS_TAILS_H

#include "maps/builder.h"
#include "obj/object.h"

struct ij_tails {
	struct ij_object *obj;          /* borrowed */
	struct ij_map_builder *builder; /* borrowed; sorted */
	uint32_t *named;                /* a hash set of module offsets + 1, 0 while free */
	size_t named_cap, named_len;    /* the capacity is a power of two */
	uint64_t factor;                /* of the hash */
	bool *queued;                   /* one a function: waits in `queue` */
	IJ_VEC(uint32_t) queue;
	IJ_VEC(uint8_t) code;
};

struct ij_error *ij_tails_init(struct ij_tails *tails, struct ij_object *obj,
			       struct ij_map_builder *builder) IJ_WARN_UNUSED;
void ij_tails_deinit(struct ij_tails *tails);

/**
 * A symbol that others can call stands at module offset @pc: a function that starts there inherits
 * nothing. Errors: NOMEM.
 */
struct ij_error *ij_tails_named(struct ij_tails *tails, uint32_t pc) IJ_WARN_UNUSED;

/** Hand the classes on. Errors: NOMEM. */
struct ij_error *ij_tails_close(struct ij_tails *tails) IJ_WARN_UNUSED;

#endif
