/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the two ways in which Go keeps maps have in common. */
#ifndef IJ_LANG_GOMAP_H
#define IJ_LANG_GOMAP_H

#include "lang/goval.h"

/** Keys or elements of a bucket or group. */
struct ij_go_map_part {
	const struct ij_ctype *type; /* of a large one: of a pointer to it */
	uint64_t off, step;          /* of the first, and from one to the next, bytes */
};

/** Number @slot of the group at @group. */
static inline struct ij_go_value ij_go_map_slot(const struct ij_go_map_part *part, ij_addr group,
						unsigned slot)
{
	return ij_go_value_at(part->type, group + part->off + slot * part->step);
}

/** Is @head, what a map's value points to, that of Go 1.24 and later? */
bool ij_go_swiss_is(const struct ij_ctype *head);

/** Of such a one: its keys and elements. Errors: BADDATA (it is none), NOMEM. */
struct ij_error *ij_go_swiss_parts(const struct ij_ctype *head, struct ij_go_map_part *key_ret,
				   struct ij_go_map_part *elem_ret) IJ_WARN_UNUSED;

/** ij_go_map_each of the one at @map. Errors: BADDATA, LIMIT, those of the host and of @visit. */
struct ij_error *ij_go_swiss_each(struct ij_go_host *host, const struct ij_ctype *head, ij_addr map,
				  ij_go_map_visit visit, void *ctx) IJ_WARN_UNUSED;

#endif
