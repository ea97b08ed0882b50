/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Maps as Go 1.24 and later keep them (src/internal/runtime/maps, "Swiss" tables): groups of eight
 * slots with a word of control bytes. A small map is one group; a larger one has a directory of
 * tables, several entries of which in a row may lead to the same.
 */
#include <string.h>

#include "lang/gomap.h"

/* Groups and directory entries that are looked at. */
enum { GROUPS_MAX = 1 << 18, ENTRIES_MAX = 1 << 20, SLOTS = 8 };
/* A slot whose control byte has this bit is empty, or was deleted. */
enum { CTRL_FREE = 0x80 };

/* Where what is looked at lies in the structures, by the types that the linker makes of them. */
struct shape {
	struct ij_cmember dir, dir_len;       /* of a map */
	struct ij_cmember groups, data, mask; /* of a table: groups; of these the two */
	struct ij_cmember ctrl;               /* of a group */
	uint64_t group_size;
	struct ij_go_map_part key, elem;
};

bool ij_go_swiss_is(const struct ij_ctype *head)
{
	return head->name && !strncmp(head->name, "map<", 4);
}

/* What @member of @type points to. */
static struct ij_error *led_to(const struct ij_ctype *type, const char *member,
			       struct ij_cmember *member_ret, const struct ij_ctype **ret)
{
	IJ_TRY(ij_ctype_member(type, member, member_ret));
	*ret = ij_go_type_elem(member_ret->type);
	if (!*ret)
		return ij_error_new(BADDATA, "%s of a map leads to no type", member);
	*ret = ij_ctype_strip(*ret);
	return NULL;
}

/* The eight @name of @type, one after another; or @field of each of them. */
static struct ij_error *part_of(const struct ij_ctype *type, const char *name, const char *field,
				struct ij_go_map_part *ret)
{
	const struct ij_ctype *array, *slot;
	struct ij_cmember slots, member;

	IJ_TRY(ij_ctype_member(type, name, &slots));
	array = ij_ctype_strip(slots.type);
	if (array->kind != IJ_CT_ARRAY || array->count != SLOTS)
		return ij_error_new(BADDATA, "a group of a map has no %d slots", SLOTS);
	slot = ij_ctype_strip(array->target);
	*ret = (struct ij_go_map_part){.type = array->target, .off = slots.off, .step = slot->size};
	if (!field)
		return NULL;
	IJ_TRY(ij_ctype_member(slot, field, &member));
	ret->type = member.type;
	ret->off += member.off;
	return NULL;
}

static bool has_member(const struct ij_ctype *type, const char *name)
{
	struct ij_cmember member;
	struct ij_error *err = ij_ctype_member(type, name, &member);

	ij_error_free(err);
	return !err;
}

static struct ij_error *shape_of(struct ij_go_host *host, const struct ij_ctype *head,
				 struct shape *ret)
{
	const struct ij_ctype *table, *group;

	IJ_TRY(led_to(head, "dirPtr", &ret->dir, &table));
	IJ_TRY(ij_ctype_member(head, "dirLen", &ret->dir_len));
	table = ij_go_type_elem(table);
	if (!table)
		return ij_error_new(BADDATA, "the directory of a map leads to no tables");
	table = ij_ctype_strip(table);
	IJ_TRY(ij_ctype_member(table, "groups", &ret->groups));
	IJ_TRY(led_to(ij_ctype_strip(ret->groups.type), "data", &ret->data, &group));
	IJ_TRY(ij_ctype_member(ij_ctype_strip(ret->groups.type), "lengthMask", &ret->mask));
	IJ_TRY(ij_ctype_member(group, "ctrl", &ret->ctrl));
	ret->group_size = group->size;
	/* Go can be built to keep keys and elements apart. */
	if (has_member(group, "keys")) {
		IJ_TRY(part_of(group, "keys", NULL, &ret->key));
		IJ_TRY(part_of(group, "elems", NULL, &ret->elem));
	} else {
		IJ_TRY(part_of(group, "slots", "key", &ret->key));
		IJ_TRY(part_of(group, "slots", "elem", &ret->elem));
	}
	return ij_go_map_indirect(host, head, &ret->key, &ret->elem);
}

struct ij_error *ij_go_swiss_parts(struct ij_go_host *host, const struct ij_ctype *head,
				   struct ij_go_map_part *key_ret, struct ij_go_map_part *elem_ret)
{
	struct shape shape = {.group_size = 0};

	IJ_TRY(shape_of(host, head, &shape));
	*key_ret = shape.key;
	*elem_ret = shape.elem;
	return NULL;
}

struct walker {
	struct ij_go_host *host;
	struct shape shape;
	ij_go_map_visit visit;
	void *ctx;
	uint64_t left; /* groups that may still be looked at */
	bool more;
};

static struct ij_error *visit_group(struct walker *w, ij_addr group)
{
	uint8_t ctrl[SLOTS];

	if (!w->left--)
		return ij_error_new(LIMIT, "a map of over %d groups", GROUPS_MAX);
	IJ_TRY(w->host->read(w->host, group + w->shape.ctrl.off, ctrl, sizeof(ctrl)));
	for (unsigned i = 0; i < SLOTS && w->more; i++) {
		struct ij_go_value key, elem;

		if (ctrl[i] & CTRL_FREE)
			continue;
		IJ_TRY(ij_go_map_slot(w->host, &w->shape.key, group, i, &key));
		IJ_TRY(ij_go_map_slot(w->host, &w->shape.elem, group, i, &elem));
		IJ_TRY(w->visit(w->ctx, &key, &elem, &w->more));
	}
	return NULL;
}

static struct ij_error *visit_table(struct walker *w, ij_addr table)
{
	ij_addr groups = table + w->shape.groups.off;
	uint64_t data, mask;

	IJ_TRY(w->host->read(w->host, groups + w->shape.data.off, &data, sizeof(data)));
	IJ_TRY(w->host->read(w->host, groups + w->shape.mask.off, &mask, sizeof(mask)));
	if (mask & (mask + 1))
		return ij_error_new(BADDATA, "a table of a map says that it has %llu groups",
				    (unsigned long long)(mask + 1));
	for (uint64_t i = 0; i <= mask && w->more; i++)
		IJ_TRY(visit_group(w, data + i * w->shape.group_size));
	return NULL;
}

struct ij_error *ij_go_swiss_each(struct ij_go_host *host, const struct ij_ctype *head, ij_addr map,
				  ij_go_map_visit visit, void *ctx)
{
	struct walker w = {
		.host = host, .visit = visit, .ctx = ctx, .left = GROUPS_MAX, .more = true};
	uint64_t dir, len, last = 0;

	IJ_TRY(shape_of(host, head, &w.shape));
	IJ_TRY(host->read(host, map + w.shape.dir.off, &dir, sizeof(dir)));
	IJ_TRY(host->read(host, map + w.shape.dir_len.off, &len, sizeof(len)));
	if (!dir)
		return NULL;
	if (!len)
		return visit_group(&w, dir);
	if (len > ENTRIES_MAX)
		return ij_error_new(LIMIT, "a map with a directory of %llu entries",
				    (unsigned long long)len);
	for (uint64_t i = 0; i < len && w.more; i++) {
		uint64_t table;

		IJ_TRY(host->read(host, dir + 8 * i, &table, sizeof(table)));
		if (!table)
			return ij_error_new(BADDATA, "the directory of a map has a gap");
		if (table != last)
			IJ_TRY(visit_table(&w, table));
		last = table;
	}
	return NULL;
}
