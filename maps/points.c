/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Collecting points and sets of stack slots, and looking them up. */
#include "maps/points.h"

#include <string.h>

/* No frame is larger: 64 MiB to either side of the CFA. */
#define SET_WORDS_MAX (1 << 17)

const char *ij_why_name(unsigned why)
{
	static const char *const names[] = {
#define IJ_WHY(NAME, name, text) [IJ_WHY_##NAME] = #name,
#include "maps/whys.def"
#undef IJ_WHY
	};

	return why < IJ_WHY_COUNT ? names[why] : "?";
}

const char *ij_why_text(unsigned why)
{
	static const char *const texts[] = {
#define IJ_WHY(NAME, name, text) [IJ_WHY_##NAME] = (text),
#include "maps/whys.def"
#undef IJ_WHY
	};

	return why < IJ_WHY_COUNT ? texts[why] : "?";
}

void ij_points_init(struct ij_points *points, const char *source, unsigned have, uint64_t base,
		    uint64_t span)
{
	*points = (struct ij_points){.source = source, .have = have, .base = base, .span = span};
}

void ij_points_deinit(struct ij_points *points)
{
	ij_vec_deinit(&points->funcs);
	ij_vec_deinit(&points->points);
	ij_vec_deinit(&points->names);
	ij_slot_sets_deinit(&points->sets);
}

struct ij_error *ij_points_begin(struct ij_points *points, uint32_t start, uint32_t size)
{
	const struct ij_points_func *last =
		points->funcs.len ? &points->funcs.items[points->funcs.len - 1] : NULL;

	if (!size || start > points->span || size > points->span - start ||
	    (last && start - last->start < last->size) || (last && start < last->start) ||
	    (last && !last->len))
		return ij_error_new(BADDATA,
				    "maps: function at %#x, %u bytes: out of order, empty "
				    "or outside the module",
				    start, size);
	if (points->points.len > UINT32_MAX / 2)
		return ij_error_new(LIMIT, "maps: too many points");
	return ij_vec_push(&points->funcs,
			   ((struct ij_points_func){.start = start,
						    .size = size,
						    .first = (uint32_t)points->points.len}));
}

struct ij_error *ij_points_name(struct ij_points *points, const char *name)
{
	size_t size = strlen(name) + 1;

	if (!points->names.len)
		IJ_TRY(ij_vec_push(&points->names, 0));
	if (points->names.len + size > UINT32_MAX)
		return ij_error_new(LIMIT, "maps: too many names");
	IJ_TRY(ij_vec_reserve(&points->names, size));
	points->funcs.items[points->funcs.len - 1].name = (uint32_t)points->names.len;
	memcpy(points->names.items + points->names.len, name, size);
	points->names.len += size;
	return NULL;
}

bool ij_point_same(const struct ij_point *a, const struct ij_point *b)
{
	return a->why == b->why && a->unknown == b->unknown && a->frame == b->frame &&
	       a->live == b->live && a->pointers == b->pointers && a->slots_live == b->slots_live &&
	       a->slots_pointers == b->slots_pointers;
}

static void canonical(struct ij_point *point, unsigned have)
{
	const unsigned groups[] = {IJ_POINTS_REGS, IJ_POINTS_FRAME, IJ_POINTS_SLOTS};

	for (size_t i = 0; i < IJ_COUNT(groups); i++) {
		/* What no point of the module tells is not marked at each. */
		if (!(have & groups[i]))
			point->unknown &= (uint8_t)~groups[i];
		else if (point->unknown & groups[i])
			point->unknown |= (uint8_t)groups[i];
	}
	point->live &= IJ_POINT_REGS;
	point->pointers &= IJ_POINT_GPRS;
	if (point->unknown & IJ_POINTS_LIVE || !(have & IJ_POINTS_LIVE))
		point->live = 0;
	if (point->unknown & IJ_POINTS_POINTERS || !(have & IJ_POINTS_POINTERS))
		point->pointers = 0;
	if (point->unknown & IJ_POINTS_FRAME || !(have & IJ_POINTS_FRAME))
		point->frame = 0;
	if (point->unknown & IJ_POINTS_SLOTS_LIVE || !(have & IJ_POINTS_SLOTS_LIVE))
		point->slots_live = 0;
	if (point->unknown & IJ_POINTS_SLOTS_POINTERS || !(have & IJ_POINTS_SLOTS_POINTERS))
		point->slots_pointers = 0;
}

struct ij_error *ij_points_add(struct ij_points *points, const struct ij_point *point)
{
	struct ij_points_func *func = &points->funcs.items[points->funcs.len - 1];
	const struct ij_point *last =
		func->len ? &points->points.items[points->points.len - 1] : NULL;
	struct ij_point own = *point;

	if (point->pc - func->start >= func->size ||
	    (last ? point->pc <= last->pc : point->pc != func->start))
		return ij_error_new(BADDATA,
				    "maps: point at %#x: out of order, or outside the "
				    "function at %#x",
				    point->pc, func->start);
	canonical(&own, points->have);
	if (last && ij_point_same(last, &own))
		return NULL;
	IJ_TRY(ij_vec_push(&points->points, own));
	func->len++;
	return NULL;
}

static uint64_t hash_set(int32_t lo, const uint64_t *words, size_t len)
{
	uint64_t hash = (uint64_t)(uint32_t)lo * 0x9e3779b97f4a7c15u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15u + (hash >> 29);
	return hash ^ hash >> 32;
}

static bool set_is(const struct ij_slot_sets *sets, uint32_t idx, int32_t lo, const uint64_t *words,
		   size_t len)
{
	const struct ij_slot_set *set = &sets->items.items[idx];

	return set->lo == lo && set->len == len &&
	       (!len || !memcmp(sets->words.items + set->idx, words, len * sizeof(*words)));
}

static struct ij_error *table_grow(struct ij_slot_sets *sets)
{
	size_t cap = sets->cap ? sets->cap * 2 : 64;
	uint32_t *table;

	if ((sets->items.len + 1) * 2 <= sets->cap)
		return NULL;
	table = calloc(cap, sizeof(*table));
	if (!table)
		return ij_error_nomem();
	for (uint32_t i = 0; i < sets->items.len; i++) {
		const struct ij_slot_set *set = &sets->items.items[i];
		size_t at = hash_set(set->lo, sets->words.items + set->idx, set->len) & (cap - 1);

		while (table[at])
			at = (at + 1) & (cap - 1);
		table[at] = i + 1;
	}
	free(sets->table);
	sets->table = table;
	sets->cap = cap;
	return NULL;
}

static struct ij_error *set_intern(struct ij_slot_sets *sets, int32_t lo, const uint64_t *words,
				   size_t len, uint32_t *ret)
{
	struct ij_slot_set set = {.lo = lo, .idx = (uint32_t)sets->words.len, .len = (uint32_t)len};
	size_t at;

	IJ_TRY(table_grow(sets));
	at = hash_set(lo, words, len) & (sets->cap - 1);
	for (; sets->table[at]; at = (at + 1) & (sets->cap - 1)) {
		if (set_is(sets, sets->table[at] - 1, lo, words, len)) {
			*ret = sets->table[at] - 1;
			return NULL;
		}
	}
	if (sets->items.len >= UINT32_MAX / 4 || sets->words.len >= UINT32_MAX / 4)
		return ij_error_new(LIMIT, "maps: too many sets of stack slots");
	IJ_TRY(ij_vec_reserve(&sets->words, len));
	IJ_TRY(ij_vec_push(&sets->items, set));
	if (len)
		memcpy(sets->words.items + set.idx, words, len * sizeof(*words));
	sets->words.len += len;
	*ret = (uint32_t)sets->items.len - 1;
	sets->table[at] = *ret + 1;
	return NULL;
}

struct ij_error *ij_slot_sets_add(struct ij_slot_sets *sets, int32_t lo, const uint64_t *words,
				  size_t len, uint32_t *ret)
{
	uint32_t empty;

	if (!sets->items.len)
		IJ_TRY(set_intern(sets, 0, NULL, 0, &empty));
	for (; len && !words[len - 1]; len--)
		;
	for (; len && !*words; len--, words++, lo++)
		;
	if (len && (lo < -SET_WORDS_MAX || lo > SET_WORDS_MAX || len > SET_WORDS_MAX))
		return ij_error_new(LIMIT, "maps: a stack slot lies too far from its frame");
	return set_intern(sets, len ? lo : 0, words, len, ret);
}

struct ij_error *ij_slot_sets_xor(struct ij_slot_sets *sets, uint32_t a, uint32_t b, uint32_t *ret)
{
	struct ij_slot_set x, y;
	int32_t lo, end;
	uint64_t *words;
	struct ij_error *err;

	if (a == b || !sets->items.len)
		return ij_slot_sets_add(sets, 0, NULL, 0, ret);
	x = sets->items.items[a];
	y = sets->items.items[b];
	if (!x.len || !y.len) {
		*ret = x.len ? a : b;
		return NULL;
	}
	lo = x.lo < y.lo ? x.lo : y.lo;
	end = x.lo + (int32_t)x.len > y.lo + (int32_t)y.len ? x.lo + (int32_t)x.len
							    : y.lo + (int32_t)y.len;
	words = calloc((size_t)(end - lo), sizeof(*words));
	if (!words)
		return ij_error_nomem();
	for (uint32_t i = 0; i < x.len; i++)
		words[x.lo - lo + (int32_t)i] ^= sets->words.items[x.idx + i];
	for (uint32_t i = 0; i < y.len; i++)
		words[y.lo - lo + (int32_t)i] ^= sets->words.items[y.idx + i];
	err = ij_slot_sets_add(sets, lo, words, (size_t)(end - lo), ret);
	free(words);
	return err;
}

bool ij_slot_sets_has(const struct ij_slot_sets *sets, uint32_t set, int64_t slot)
{
	const struct ij_slot_set *it = set < sets->items.len ? &sets->items.items[set] : NULL;
	int64_t word = (slot >= 0 ? slot / 64 : -((-slot + 63) / 64));

	return it && word >= it->lo && word - it->lo < it->len &&
	       sets->words.items[it->idx + (uint64_t)(word - it->lo)] >> (slot - word * 64) & 1;
}

uint32_t ij_slot_sets_count(const struct ij_slot_sets *sets, uint32_t set)
{
	const struct ij_slot_set *it = set < sets->items.len ? &sets->items.items[set] : NULL;
	uint32_t count = 0;

	for (uint32_t i = 0; it && i < it->len; i++)
		count += (uint32_t)__builtin_popcountll(sets->words.items[it->idx + i]);
	return count;
}

uint32_t ij_slot_sets_rank(const struct ij_slot_sets *sets, uint32_t set, int64_t slot)
{
	const struct ij_slot_set *it = &sets->items.items[set];
	uint32_t rank = 0;

	for (uint32_t i = 0; i < it->len; i++) {
		int64_t first = ((int64_t)it->lo + i) * 64;
		uint64_t bits = sets->words.items[it->idx + i];

		if (first >= slot)
			break;
		if (slot - first < 64)
			bits &= (1ull << (slot - first)) - 1;
		rank += (uint32_t)__builtin_popcountll(bits);
	}
	return rank;
}

void ij_slot_sets_deinit(struct ij_slot_sets *sets)
{
	ij_vec_deinit(&sets->items);
	ij_vec_deinit(&sets->words);
	free(sets->table);
	*sets = (struct ij_slot_sets){0};
}

const struct ij_points_func *ij_points_func(const struct ij_points *points, uint64_t pc)
{
	size_t lo = 0, hi = points->funcs.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (points->funcs.items[mid].start <= pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && pc - points->funcs.items[lo - 1].start < points->funcs.items[lo - 1].size
		       ? &points->funcs.items[lo - 1]
		       : NULL;
}

const struct ij_point *ij_points_at(const struct ij_points *points,
				    const struct ij_points_func *func, uint64_t pc)
{
	const struct ij_point *items = &points->points.items[func->first];
	size_t lo = 1, hi = func->len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (items[mid].pc <= pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return &items[lo - 1];
}
