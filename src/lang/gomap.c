/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Maps read as they lie in memory, by the types that the linker makes of them: buckets of eight,
 * and while the map grows the old ones that are not moved yet (Go up to 1.23, src/runtime/map.go).
 */
#include <string.h>

#include "lang/gomap.h"

/* Buckets that are looked at, and those of them in one chain. */
enum { BUCKETS_MAX = 1 << 18, CHAIN_MAX = 4096, SLOTS = 8, SHIFT_MAX = 32 };
/* Of tophash: from here on a slot is full; these say that its bucket was moved. */
enum { MIN_TOP_HASH = 5, EVACUATED_FIRST = 2, EVACUATED_LAST = 4 };

struct walker {
	struct ij_go_host *host;
	const struct ij_ctype *bucket;
	struct ij_cmember tophash, overflow;
	struct ij_go_map_part key, elem;
	ij_go_map_visit visit;
	void *ctx;
	uint64_t left;
	bool more;
};

static struct ij_error *member_of(const struct ij_ctype *type, const char *name, const char *other,
				  struct ij_cmember *ret)
{
	struct ij_error *err = ij_ctype_member(type, name, ret);

	if (err && err->code == IJ_ERR_NOTFOUND && other) {
		ij_error_free(err);
		err = ij_ctype_member(type, other, ret);
	}
	return err;
}

static struct ij_error *word_of(struct ij_go_host *host, const struct ij_ctype *type, ij_addr addr,
				const char *name, uint64_t *ret)
{
	struct ij_cmember member;
	uint64_t word = 0;
	size_t size;

	IJ_TRY(ij_ctype_member(type, name, &member));
	size = (size_t)ij_ctype_strip(member.type)->size;
	IJ_TRY(host->read(host, addr + member.off, &word, size < 8 ? size : 8));
	*ret = word;
	return NULL;
}

static struct ij_error *visit_bucket(struct walker *w, ij_addr bucket, bool old)
{
	uint8_t top[SLOTS];

	for (unsigned length = 0; bucket && w->more; length++) {
		if (length > CHAIN_MAX)
			return ij_error_new(BADDATA, "a map has a chain of over %d buckets",
					    CHAIN_MAX);
		if (!w->left--)
			return ij_error_new(LIMIT, "a map of over %d buckets", BUCKETS_MAX);
		IJ_TRY(w->host->read(w->host, bucket + w->tophash.off, top, sizeof(top)));
		if (old && !length && top[0] >= EVACUATED_FIRST && top[0] <= EVACUATED_LAST)
			return NULL;
		for (unsigned i = 0; i < SLOTS && w->more; i++) {
			struct ij_go_value key, elem;

			if (top[i] < MIN_TOP_HASH)
				continue;
			IJ_TRY(ij_go_map_slot(w->host, &w->key, bucket, i, &key));
			IJ_TRY(ij_go_map_slot(w->host, &w->elem, bucket, i, &elem));
			IJ_TRY(w->visit(w->ctx, &key, &elem, &w->more));
		}
		IJ_TRY(w->host->read(w->host, bucket + w->overflow.off, &bucket, sizeof(bucket)));
	}
	return NULL;
}

struct ij_error *ij_go_map_slot(struct ij_go_host *host, const struct ij_go_map_part *part,
				ij_addr group, unsigned slot, struct ij_go_value *ret)
{
	ij_addr addr = group + part->off + slot * part->step;

	if (part->indirect)
		IJ_TRY(host->read(host, addr, &addr, sizeof(addr)));
	*ret = ij_go_value_at(part->type, addr);
	return NULL;
}

/* Does @name go on with @text at @off? Then that is moved behind it. */
static bool goes_on(const char *name, size_t *off, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(name + *off, text, len))
		return false;
	*off += len;
	return true;
}

struct ij_error *ij_go_map_indirect(struct ij_go_host *host, const struct ij_ctype *head,
				    struct ij_go_map_part *key, struct ij_go_map_part *elem)
{
	const char *name = head->name, *bracket = name ? strchr(name, '<') : NULL, *key_text, *text;

	if (!bracket)
		return NULL;
	IJ_TRY(ij_go_type_text(host, key->type, &key_text));
	IJ_TRY(ij_go_type_text(host, elem->type, &text));
	for (unsigned how = 1; how < 4; how++) {
		bool by_key = how & 1, by_elem = how & 2;
		size_t off = (size_t)(bracket - name) + 1;

		if ((by_key && *key_text != '*') || (by_elem && *text != '*') ||
		    !goes_on(name, &off, key_text + by_key) || !goes_on(name, &off, ",") ||
		    !goes_on(name, &off, text + by_elem) || strcmp(name + off, ">") != 0)
			continue;
		key->indirect = by_key;
		elem->indirect = by_elem;
	}
	if (key->indirect)
		key->type = ij_go_type_elem(key->type);
	if (elem->indirect)
		elem->type = ij_go_type_elem(elem->type);
	return key->type && elem->type ? NULL
				       : ij_error_new(BADDATA, "the keys of a map have no type");
}

/* An array of the bucket, one for each slot; of what is large it has pointers. */
static struct ij_error *part_of(const struct ij_ctype *bucket, const char *name, const char *other,
				struct ij_go_map_part *ret)
{
	const struct ij_ctype *array;
	struct ij_cmember member;

	IJ_TRY(member_of(bucket, name, other, &member));
	array = ij_ctype_strip(member.type);
	if (array->kind != IJ_CT_ARRAY || array->count != SLOTS)
		return ij_error_new(BADDATA, "a bucket of a map has no %d slots", SLOTS);
	*ret = (struct ij_go_map_part){.type = array->target,
				       .off = member.off,
				       .step = ij_ctype_strip(array->target)->size};
	return NULL;
}

static struct ij_error *begin(struct ij_go_host *host, struct walker *w,
			      const struct ij_ctype *head)
{
	struct ij_cmember buckets;

	if (!head->name || strncmp(head->name, "hash<", 5))
		return ij_error_new(UNSUPPORTED, "a map that is kept in a way that is not known "
						 "cannot be looked into");
	IJ_TRY(ij_ctype_member(head, "buckets", &buckets));
	w->bucket = ij_go_type_elem(buckets.type);
	if (!w->bucket)
		return ij_error_new(BADDATA, "the buckets of a map have no type");
	IJ_TRY(member_of(w->bucket, "tophash", NULL, &w->tophash));
	IJ_TRY(part_of(w->bucket, "keys", NULL, &w->key));
	IJ_TRY(part_of(w->bucket, "values", "elems", &w->elem));
	IJ_TRY(ij_go_map_indirect(host, head, &w->key, &w->elem));
	return member_of(w->bucket, "overflow", NULL, &w->overflow);
}

struct ij_error *ij_go_map_each(struct ij_go_host *host, struct ij_go_value *map,
				ij_go_map_visit visit, void *ctx)
{
	struct walker w = {
		.host = host, .visit = visit, .ctx = ctx, .left = BUCKETS_MAX, .more = true};
	const struct ij_ctype *head = ij_ctype_strip(ij_ctype_strip(map->type)->target);
	uint64_t shift, buckets, old, flags, size;
	ij_addr addr;

	IJ_TRY(ij_go_value_load(host, map));
	addr = ij_go_value_word(map, 0);
	if (!addr || map->unknown)
		return NULL;
	if (ij_go_swiss_is(head))
		return ij_go_swiss_each(host, head, addr, visit, ctx);
	IJ_TRY(begin(host, &w, head));
	IJ_TRY(word_of(host, head, addr, "B", &shift));
	IJ_TRY(word_of(host, head, addr, "flags", &flags));
	IJ_TRY(word_of(host, head, addr, "buckets", &buckets));
	IJ_TRY(word_of(host, head, addr, "oldbuckets", &old));
	if (shift > SHIFT_MAX)
		return ij_error_new(BADDATA, "a map of 2 to the power of %llu buckets",
				    (unsigned long long)shift);
	size = ij_ctype_strip(w.bucket)->size;
	for (uint64_t i = 0; buckets && i < 1ull << shift && w.more; i++)
		IJ_TRY(visit_bucket(&w, buckets + i * size, false));
	/* It grows to twice as many, or, bit 3 of the flags, to as many. */
	if (!(flags & 8) && shift)
		shift--;
	for (uint64_t i = 0; old && i < 1ull << shift && w.more; i++)
		IJ_TRY(visit_bucket(&w, old + i * size, true));
	return NULL;
}

struct search {
	struct ij_go_host *host;
	struct ij_go_value *key, *ret;
	bool found;
};

static struct ij_error *on_pair(void *ctx, struct ij_go_value *key, struct ij_go_value *elem,
				bool *more)
{
	struct search *s = ctx;
	bool same;

	IJ_TRY(ij_go_equal(s->host, key, s->key, &same));
	if (!same)
		return NULL;
	*s->ret = *elem;
	s->found = true;
	*more = false;
	return NULL;
}

struct ij_error *ij_go_map_get(struct ij_go_host *host, struct ij_go_value *map,
			       struct ij_go_value *key, struct ij_go_value *ret, bool *found)
{
	const struct ij_ctype *head = ij_ctype_strip(ij_ctype_strip(map->type)->target);
	struct search s = {.host = host, .key = key, .ret = ret};
	struct walker types = {.host = host};
	struct ij_go_value fitting;

	if (ij_go_swiss_is(head))
		IJ_TRY(ij_go_swiss_parts(host, head, &types.key, &types.elem));
	else
		IJ_TRY(begin(host, &types, head));
	IJ_TRY(ij_go_assign_to(host, key, types.key.type, "the key of a map", &fitting));
	s.key = &fitting;
	IJ_TRY(ij_go_map_each(host, map, on_pair, &s));
	*found = s.found;
	return s.found ? NULL : ij_go_value_make(host, types.elem.type, NULL, 0, ret);
}
