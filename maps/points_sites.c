/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Points from a list of return addresses. */
#include "maps/points_sites.h"

#include <string.h>

#include "arch/decode.h"
#include "maps/compile_unwind.h"

#define WORDS_MAX 4096 /* of 64 slots, that one site's reach over */

static bool pair_add(void *ctx, uint64_t slot, int64_t addend)
{
	struct ij_points_words *words = ctx;
	struct ij_error *err = ij_vec_reserve(&words->pairs, 2);

	if (!err) {
		words->pairs.items[words->pairs.len++] = slot;
		words->pairs.items[words->pairs.len++] = (uint64_t)addend;
	}
	ij_error_free(err);
	return !err;
}

static int pair_compare(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

struct ij_error *ij_points_words_init(struct ij_points_words *words, struct ij_object *obj)
{
	*words = (struct ij_points_words){.obj = obj};
	IJ_TRY(ij_object_relocs_relative(obj, pair_add, words));
	if (words->pairs.len)
		qsort(words->pairs.items, words->pairs.len / 2, 2 * sizeof(uint64_t), pair_compare);
	return NULL;
}

void ij_points_words_deinit(struct ij_points_words *words)
{
	ij_vec_deinit(&words->pairs);
}

uint64_t ij_points_words_at(const struct ij_points_words *words, uint64_t vaddr, uint64_t raw)
{
	size_t lo = 0, hi = words->pairs.len / 2;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (words->pairs.items[mid * 2] < vaddr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < words->pairs.len / 2 && words->pairs.items[lo * 2] == vaddr
		       ? words->pairs.items[lo * 2 + 1]
		       : raw;
}

struct ij_error *ij_points_slots_take(struct ij_points_slots *slots, struct ij_points *points,
				      uint32_t *ret, bool *good_ret)
{
	int64_t lo = INT64_MAX, hi = INT64_MIN;
	struct ij_error *err;
	uint64_t *words;

	*good_ret = true;
	IJ_VEC_EACH (&slots->list, slot) {
		*good_ret &= *slot % 8 == 0;
		lo = *slot / 8 < lo ? *slot / 8 : lo;
		hi = *slot / 8 > hi ? *slot / 8 : hi;
	}
	if (!slots->list.len)
		return ij_slot_sets_add(&points->sets, 0, NULL, 0, ret);
	lo >>= 6;
	hi >>= 6;
	*good_ret &= hi - lo < WORDS_MAX;
	if (!*good_ret) {
		slots->list.len = 0;
		return NULL;
	}
	words = calloc((size_t)(hi - lo + 1), sizeof(*words));
	if (!words)
		return ij_error_nomem();
	IJ_VEC_EACH (&slots->list, slot)
		words[(*slot / 8 >> 6) - lo] |= 1ull << (*slot / 8 & 63);
	err = ij_slot_sets_add(&points->sets, (int32_t)lo, words, (size_t)(hi - lo + 1), ret);
	free(words);
	slots->list.len = 0;
	return err;
}

static int site_compare(const void *left, const void *right)
{
	const struct ij_points_site *a = left, *b = right;

	if (a->point.pc != b->point.pc)
		return a->point.pc < b->point.pc ? -1 : 1;
	return (a->inside > b->inside) - (a->inside < b->inside);
}

/* Where the map of the site at @pc ends: with the instruction there. */
static uint32_t site_end(struct ij_object *obj, const struct ij_points *points, uint32_t pc,
			 uint32_t limit)
{
	uint8_t code[IJ_INSN_SIZE_MAX];
	size_t size = limit - pc < sizeof(code) ? limit - pc : sizeof(code);
	struct ij_error *err = ij_object_read(obj, points->base + pc, code, size);
	struct ij_insn insn;
	uint32_t step =
		!err && ij_insn_decode(code, size, points->base + pc, &insn) ? insn.size : 1;

	ij_error_free(err);
	return pc + step;
}

static struct ij_error *func_write(struct ij_object *obj, const struct ij_map_func *func,
				   const struct ij_points_site *sites, size_t len,
				   struct ij_points *points)
{
	struct ij_point none = {.pc = func->start,
				.why = IJ_WHY_NOTCALL,
				.unknown = IJ_POINTS_REGS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS};
	uint32_t limit = func->start + func->size;

	IJ_TRY(ij_points_begin(points, func->start, func->size));
	for (size_t i = 0; i < len; i++) {
		struct ij_point site = sites[i].point;

		if (site.pc >= limit)
			break;
		if (none.pc < site.pc)
			IJ_TRY(ij_points_add(points, &none));
		/* Several records of one place, as of code that was duplicated and joined again. */
		while (i + 1 < len && sites[i + 1].point.pc == site.pc) {
			const struct ij_point *other = &sites[++i].point;

			site.live |= other->live;
			site.pointers |= other->pointers;
			site.unknown |= other->unknown;
			if (other->slots_live != site.slots_live ||
			    other->slots_pointers != site.slots_pointers)
				site.unknown |= IJ_POINTS_SLOTS;
		}
		IJ_TRY(ij_points_add(points, &site));
		none.pc = site_end(obj, points, site.pc, limit);
		/* The next may stand in the middle of what was taken for an instruction. */
		if (i + 1 < len && sites[i + 1].point.pc < none.pc)
			none.pc = sites[i + 1].point.pc;
	}
	return none.pc < limit ? ij_points_add(points, &none) : NULL;
}

static struct ij_error *funcs_write(struct ij_object *obj, struct ij_points_sites *sites,
				    const struct ij_map_builder *builder, struct ij_points *points,
				    size_t *lost)
{
	size_t at = 0;

	IJ_VEC_EACH (&builder->funcs, func) {
		size_t first;

		for (; at < sites->list.len && sites->list.items[at].inside < func->start; at++)
			++*lost;
		first = at;
		while (at < sites->list.len &&
		       sites->list.items[at].inside - func->start < func->size)
			at++;
		if (at > first)
			IJ_TRY(func_write(obj, func, &sites->list.items[first], at - first,
					  points));
	}
	*lost += sites->list.len - at;
	return NULL;
}

struct ij_error *ij_points_sites_write(struct ij_object *obj, struct ij_points_sites *sites,
				       struct ij_points *points, size_t *lost_ret)
{
	struct ij_map_builder builder;
	struct ij_error *err;

	*lost_ret = 0;
	if (points->span > 0x100000000ull)
		return ij_error_new(LIMIT, "its segments span over 4 GiB");
	if (sites->list.len)
		qsort(sites->list.items, sites->list.len, sizeof(*sites->list.items), site_compare);
	ij_map_builder_init(&builder, points->span);
	err = ij_compile_unwind(obj, &builder);
	if (!err)
		err = funcs_write(obj, sites, &builder, points, lost_ret);
	ij_map_builder_deinit(&builder);
	return err;
}
