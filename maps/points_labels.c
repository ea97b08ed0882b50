/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ranges of debug information in the order of the code, and what they say at a point. */
#include "maps/points_labels.h"

#include <stdio.h>
#include <string.h>

#include "obj/pointers.h"

#define EVENTS_MAX (1u << 24)

/* How many slots of a window lie below its register. */
static const int64_t below[] = {
	[IJ_LABELS_OF_CFA] = IJ_LABELS_SLOTS - 16,
	[IJ_LABELS_OF_BP] = IJ_LABELS_SLOTS - 16,
	[IJ_LABELS_OF_SP] = 16,
};

struct reader {
	struct ij_points_labels *labels;
	const struct ij_points *points;
};

/* The key of a place; false: it is not told. */
static bool key_of(const struct ij_label_at *at, uint16_t *ret)
{
	enum ij_labels_window window = IJ_LABELS_OF_CFA;
	int64_t slot = at->off / 8;

	if (at->place == IJ_LABEL_REGISTER) {
		*ret = (uint16_t)at->reg;
		return at->reg < 16 && at->reg != IJ_MAP_REG_SP;
	}
	if (at->place == IJ_LABEL_SLOT) {
		if (at->reg != IJ_MAP_REG_BP && at->reg != IJ_MAP_REG_SP)
			return false;
		window = at->reg == IJ_MAP_REG_BP ? IJ_LABELS_OF_BP : IJ_LABELS_OF_SP;
	}
	if (at->off % 8 || slot < -below[window] || slot >= IJ_LABELS_SLOTS - below[window])
		return false;
	*ret = (uint16_t)(16 + IJ_LABELS_SLOTS * window + slot + below[window]);
	return true;
}

static struct ij_error *range_add(void *ctx, const struct ij_pointer_range *range)
{
	struct reader *reader = ctx;
	const struct ij_points *points = reader->points;
	uint64_t lo = range->lo - points->base, hi = range->hi - points->base;
	struct ij_points_labels *labels = reader->labels;
	uint16_t key;

	if (lo >= hi || hi > points->span || hi > UINT32_MAX || !key_of(&range->at, &key))
		return NULL;
	if (labels->events.len >= EVENTS_MAX)
		return ij_error_new(LIMIT, "there are more labels than are read");
	IJ_TRY(ij_vec_push(&labels->events, ((struct ij_labels_event){(uint32_t)lo, key, 1})));
	return ij_vec_push(&labels->events, ((struct ij_labels_event){(uint32_t)hi, key, -1}));
}

static int by_pc(const void *left, const void *right)
{
	const struct ij_labels_event *a = left, *b = right;

	return (a->pc > b->pc) - (a->pc < b->pc);
}

struct ij_error *ij_points_labels_init(struct ij_points_labels *labels, struct ij_object *obj,
				       struct ij_points *points)
{
	struct reader reader = {labels, points};
	struct ij_error *err;

	memset(labels, 0, sizeof(*labels));
	labels->stale = true;
	err = ij_object_pointers(obj, range_add, &reader);
	if (err && err->code != IJ_ERR_NOMEM) {
		if (err->code != IJ_ERR_NOTFOUND)
			snprintf(points->note, sizeof(points->note),
				 "labels of pointers are incomplete: %s", ij_error_message(err));
		ij_error_free(err);
		err = NULL;
	}
	if (labels->events.len)
		qsort(labels->events.items, labels->events.len, sizeof(*labels->events.items),
		      by_pc);
	return err;
}

void ij_points_labels_deinit(struct ij_points_labels *labels)
{
	ij_vec_deinit(&labels->events);
	ij_vec_deinit(&labels->slots.list);
}

/* Begin and end what does up to @pc. Where ranges meet one count may be below 0 for a while. */
static void pass(struct ij_points_labels *labels, uint32_t pc)
{
	for (; labels->next < labels->events.len; labels->next++) {
		const struct ij_labels_event *event = &labels->events.items[labels->next];

		if (event->pc > pc)
			return;
		labels->counts[event->key] += (uint32_t)event->by;
		labels->stale |= event->key >= 16;
	}
}

/* Bytes from the CFA to the register of each window; false: not known. */
static void moved_fill(const struct ij_map_rule *rule, const int32_t *sp,
		       int64_t ret[IJ_LABELS_WINDOWS], bool known[IJ_LABELS_WINDOWS])
{
	bool is_reg = rule->cfa_kind == IJ_MAP_CFA_REG;

	memset(ret, 0, IJ_LABELS_WINDOWS * sizeof(*ret));
	known[IJ_LABELS_OF_CFA] = true;
	known[IJ_LABELS_OF_BP] = is_reg && rule->cfa_reg == IJ_MAP_REG_BP;
	known[IJ_LABELS_OF_SP] = sp || (is_reg && rule->cfa_reg == IJ_MAP_REG_SP);
	if (known[IJ_LABELS_OF_BP])
		ret[IJ_LABELS_OF_BP] = -(int64_t)rule->cfa_off;
	if (sp)
		ret[IJ_LABELS_OF_SP] = *sp;
	else if (known[IJ_LABELS_OF_SP])
		ret[IJ_LABELS_OF_SP] = -(int64_t)rule->cfa_off;
}

/* The set of slots that are labelled now. */
static struct ij_error *set_make(struct ij_points_labels *labels, const int64_t *moved,
				 const bool *known, struct ij_points *points)
{
	bool good;

	for (unsigned window = 0; window < IJ_LABELS_WINDOWS; window++) {
		const uint32_t *counts = labels->counts + 16 + IJ_LABELS_SLOTS * window;

		if (!known[window] || moved[window] % 8)
			continue;
		for (int64_t i = 0; i < IJ_LABELS_SLOTS; i++)
			if (counts[i])
				IJ_TRY(ij_vec_push(&labels->slots.list,
						   moved[window] + 8 * (i - below[window])));
	}
	return ij_points_slots_take(&labels->slots, points, &labels->set, &good);
}

struct ij_error *ij_points_labels_set(struct ij_points_labels *labels,
				      const struct ij_map_rule *rule, const int32_t *sp,
				      struct ij_points *points, struct ij_point *point)
{
	int64_t moved[IJ_LABELS_WINDOWS];
	bool known[IJ_LABELS_WINDOWS];

	if (!(points->have & IJ_POINTS_LABELS))
		return NULL;
	pass(labels, point->pc);
	for (unsigned reg = 0; reg < 16; reg++)
		point->pointers |= (ij_point_regs)(labels->counts[reg] != 0) << reg;
	moved_fill(rule, sp, moved, known);
	for (unsigned window = 0; window < IJ_LABELS_WINDOWS; window++)
		if (!known[window])
			moved[window] = INT64_MAX;
	if (labels->stale || memcmp(moved, labels->moved, sizeof(moved)) != 0) {
		IJ_TRY(set_make(labels, moved, known, points));
		memcpy(labels->moved, moved, sizeof(moved));
		labels->stale = false;
	}
	point->slots_pointers = labels->set;
	return NULL;
}
