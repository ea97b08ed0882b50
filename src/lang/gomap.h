/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the two ways in which Go keeps maps have in common. */
#ifndef IJ_LANG_GOMAP_H
#define IJ_LANG_GOMAP_H

#include "lang/goval.h"

/** Keys or elements of a bucket or group. */
struct ij_go_map_part {
	const struct ij_ctype *type;
	uint64_t off, step; /* of the first, and from one to the next, bytes */
	bool indirect;      /* large ones: there are pointers to them */
};

/** Which of the parts of @head, "map<K,V>", are pointers to what its name says? */
struct ij_error *ij_go_map_indirect(struct ij_go_host *host, const struct ij_ctype *head,
				    struct ij_go_map_part *key, struct ij_go_map_part *elem)
	IJ_WARN_UNUSED;

/** Number @slot of the group at @group. Errors: FAULT. */
struct ij_error *ij_go_map_slot(struct ij_go_host *host, const struct ij_go_map_part *part,
				ij_addr group, unsigned slot, struct ij_go_value *ret)
	IJ_WARN_UNUSED;

/** Is @head, what a map's value points to, that of Go 1.24 and later? */
bool ij_go_swiss_is(const struct ij_ctype *head);

/** Of such a one: its keys and elements. Errors: BADDATA (it is none), NOMEM. */
struct ij_error *ij_go_swiss_parts(struct ij_go_host *host, const struct ij_ctype *head,
				   struct ij_go_map_part *key_ret, struct ij_go_map_part *elem_ret)
	IJ_WARN_UNUSED;

/** ij_go_map_each of the one at @map. Errors: BADDATA, LIMIT, those of the host and of @visit. */
struct ij_error *ij_go_swiss_each(struct ij_go_host *host, const struct ij_ctype *head, ij_addr map,
				  ij_go_map_visit visit, void *ctx) IJ_WARN_UNUSED;

#endif
