/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing pcdata: see codec_pcdata.c. */
#include <string.h>

#include "maps/builder.h"
#include "maps/encode_stream.h"

enum { TABLE_REGS, TABLE_LIVE, TABLE_POINTERS, TABLES };

/* One function's distinct maps, in the order of their first use. */
struct local {
	IJ_VEC(uint64_t) regs;
	IJ_VEC(uint64_t) slots;  /* pairs of sets: live, pointers */
	uint32_t tables[TABLES]; /* where they are stored */
};

struct pcdata {
	struct ij_encode *encode;
	struct local local;
	uint32_t *seen; /* tables that are stored: offset + 1, by hash */
	uint32_t *seen_size;
	size_t cap, len;
};

static struct ij_error *varint_put(struct ij_encode_out *out, uint64_t value)
{
	do {
		uint8_t byte = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));

		IJ_TRY(ij_vec_push(&out->bytes, byte));
		value >>= 7;
	} while (value);
	return NULL;
}

static uint64_t slots_of(const struct ij_point *point)
{
	return (uint64_t)point->slots_live << 32 | point->slots_pointers;
}

/* Values have few different ones a function, but hostile ones many: then a later one is repeated.
 */
#define LOCAL_LOOK 4096u

/* Of the packed registers what there is to tell. */
static uint64_t regs_of(const struct ij_encode *encode, const struct ij_point *point)
{
	uint64_t regs = ij_encode_regs(point);

	return encode->points->have & IJ_POINTS_LIVE ? regs : regs >> 48;
}

static struct ij_error *local_index(struct pcdata *pcdata, bool slots, uint64_t value, int64_t *ret)
{
	IJ_VEC(uint64_t) *list =
		(void *)(slots ? (void *)&pcdata->local.slots : (void *)&pcdata->local.regs);
	size_t from = list->len > LOCAL_LOOK ? list->len - LOCAL_LOOK : 0;

	for (size_t i = list->len; i-- > from;) {
		if (list->items[i] == value) {
			*ret = (int64_t)i;
			return NULL;
		}
	}
	*ret = (int64_t)list->len;
	return ij_vec_push(list, value);
}

/* Store a table once. */
static struct ij_error *table_store(struct pcdata *pcdata, const struct ij_encode_out *table,
				    uint32_t *ret)
{
	struct ij_encode_out *out = &pcdata->encode->bitmaps;
	uint64_t hash = 0;
	size_t at;

	for (size_t i = 0; i < table->bytes.len; i++)
		hash = (hash ^ table->bytes.items[i]) * 0x100000001b3u;
	hash *= ij_map_hash_factor();
	for (at = hash >> 20 & (pcdata->cap - 1); pcdata->seen[at];
	     at = (at + 1) & (pcdata->cap - 1)) {
		uint32_t off = pcdata->seen[at] - 1;

		if (pcdata->seen_size[at] == table->bytes.len &&
		    !memcmp(out->bytes.items + off, table->bytes.items, table->bytes.len)) {
			*ret = off;
			return NULL;
		}
	}
	IJ_TRY(ij_encode_append(out, table->bytes.items, table->bytes.len, 1, ret));
	pcdata->seen[at] = *ret + 1;
	pcdata->seen_size[at] = (uint32_t)table->bytes.len;
	return NULL;
}

static struct ij_error *regs_table(struct pcdata *pcdata, struct ij_encode_out *table)
{
	uint64_t all = 0;
	unsigned nbits;

	IJ_VEC_EACH (&pcdata->local.regs, regs)
		all |= *regs;
	nbits = all ? 64 - (unsigned)__builtin_clzll(all) : 0;
	IJ_TRY(varint_put(table, nbits));
	IJ_VEC_EACH (&pcdata->local.regs, regs)
		for (unsigned i = 0; i < (nbits + 7) / 8; i++)
			IJ_TRY(ij_vec_push(&table->bytes, (uint8_t)(*regs >> i * 8)));
	return NULL;
}

/* The first slot of any of the sets, and one behind the last. */
static void slots_range(const struct pcdata *pcdata, unsigned shift, int64_t *lo, int64_t *hi)
{
	const struct ij_slot_sets *sets = &pcdata->encode->points->sets;

	*lo = INT64_MAX;
	*hi = INT64_MIN;
	IJ_VEC_EACH (&pcdata->local.slots, pair) {
		uint32_t idx = (uint32_t)(*pair >> shift);
		struct ij_slot_set set = {0};
		int64_t first, last;

		if (idx < sets->items.len)
			set = sets->items.items[idx];
		if (!set.len)
			continue;
		first = (int64_t)set.lo * 64 + __builtin_ctzll(sets->words.items[set.idx]);
		last = ((int64_t)set.lo + set.len) * 64 -
		       __builtin_clzll(sets->words.items[set.idx + set.len - 1]);
		*lo = first < *lo ? first : *lo;
		*hi = last > *hi ? last : *hi;
	}
}

static struct ij_error *slots_table(struct pcdata *pcdata, unsigned shift,
				    struct ij_encode_out *table)
{
	const struct ij_slot_sets *sets = &pcdata->encode->points->sets;
	int64_t lo, hi;

	slots_range(pcdata, shift, &lo, &hi);
	if (lo > hi)
		lo = hi = 0;
	IJ_TRY(varint_put(table, ij_codec_zigzag(lo)));
	IJ_TRY(varint_put(table, (uint64_t)(hi - lo)));
	IJ_VEC_EACH (&pcdata->local.slots, pair) {
		for (int64_t at = lo; at < hi; at += 8) {
			uint8_t byte = 0;

			for (unsigned i = 0; i < 8; i++)
				if (at + i < hi &&
				    ij_slot_sets_has(sets, (uint32_t)(*pair >> shift), at + i))
					byte |= (uint8_t)(1u << i);
			IJ_TRY(ij_vec_push(&table->bytes, byte));
		}
	}
	return NULL;
}

static struct ij_error *tables_store(struct pcdata *pcdata)
{
	unsigned have = pcdata->encode->points->have;
	struct ij_encode_sizes *sizes = &pcdata->encode->sizes;
	struct ij_encode_out table = {0};
	struct ij_error *err = NULL;
	size_t before = pcdata->encode->bitmaps.bytes.len;

	if (have & IJ_POINTS_REGS) {
		err = regs_table(pcdata, &table);
		if (!err)
			err = table_store(pcdata, &table, &pcdata->local.tables[TABLE_REGS]);
		sizes->regs_bitmaps += pcdata->encode->bitmaps.bytes.len - before;
		before = pcdata->encode->bitmaps.bytes.len;
	}
	for (unsigned i = 0; i < 2 && !err; i++) {
		if (!(have & (i ? IJ_POINTS_SLOTS_POINTERS : IJ_POINTS_SLOTS_LIVE)))
			continue;
		table.bytes.len = 0;
		err = slots_table(pcdata, i ? 0 : 32, &table);
		if (!err)
			err = table_store(pcdata, &table, &pcdata->local.tables[TABLE_LIVE + i]);
	}
	sizes->slots_bitmaps += pcdata->encode->bitmaps.bytes.len - before;
	ij_vec_deinit(&table.bytes);
	return err;
}

enum { LANE_REGS, LANE_WHY, LANE_FRAME, LANE_SLOTS };

static struct ij_error *value_of(struct pcdata *pcdata, unsigned lane, const struct ij_point *point,
				 int64_t last, int64_t *ret)
{
	switch (lane) {
	case LANE_REGS:
		*ret = -1 - (int64_t)point->why;
		return point->unknown & IJ_POINTS_REGS
			       ? NULL
			       : local_index(pcdata, false, regs_of(pcdata->encode, point), ret);
	case LANE_WHY:
		/* Where registers are not known their stream tells. */
		*ret = point->unknown & IJ_POINTS_REGS ? last : point->why;
		return NULL;
	case LANE_FRAME:
		*ret = point->unknown & IJ_POINTS_FRAME
			       ? -1
			       : (int64_t)point->frame - (point->frame < 0);
		return NULL;
	default:
		*ret = -1;
		return point->unknown & IJ_POINTS_SLOTS
			       ? NULL
			       : local_index(pcdata, true, slots_of(point), ret);
	}
}

/* Pairs of a lane; @out NULL: only find what its function's tables must have. */
static struct ij_error *lane_write(struct pcdata *pcdata, const struct ij_point *points,
				   uint32_t len, uint32_t end, unsigned lane,
				   struct ij_encode_out *out)
{
	int64_t last = -1, value;
	uint32_t from = 0;

	for (uint32_t i = 0; i < len; i++) {
		IJ_TRY(value_of(pcdata, lane, &points[i], i ? last : 0, &value));
		if (i && value == last)
			continue;
		if (i && out)
			IJ_TRY(varint_put(out, points[i].pc - from));
		if (out)
			IJ_TRY(varint_put(out, ij_codec_zigzag(value - last)));
		from = points[i].pc;
		last = value;
	}
	if (!out)
		return NULL;
	IJ_TRY(varint_put(out, end - from));
	return varint_put(out, 0);
}

static bool lane_is(const struct ij_encode *encode, unsigned lane)
{
	switch (lane) {
	case LANE_WHY:
		return !(encode->flags & IJ_CODEC_KNOWN_IS_SAFE);
	case LANE_FRAME:
		return encode->points->have & IJ_POINTS_FRAME;
	case LANE_SLOTS:
		return encode->points->have & IJ_POINTS_SLOTS;
	default:
		return true;
	}
}

static struct ij_error *unit_write(struct pcdata *pcdata, struct ij_encode_unit *unit)
{
	struct ij_encode *encode = pcdata->encode;
	const struct ij_point *points = &encode->points->points.items[unit->first];
	struct ij_encode_out *out = &encode->stream;
	struct ij_encode_sizes *sizes = &encode->sizes;
	uint64_t *const parts[] = {&sizes->regs_stream, &sizes->regs_stream, &sizes->frame_stream,
				   &sizes->slots_stream};
	unsigned have = encode->points->have;
	size_t before = out->bytes.len;

	unit->stream = (uint32_t)before;
	if (have & IJ_POINTS_REGS)
		IJ_TRY(varint_put(out, pcdata->local.tables[TABLE_REGS]));
	if (have & IJ_POINTS_SLOTS_LIVE)
		IJ_TRY(varint_put(out, pcdata->local.tables[TABLE_LIVE]));
	if (have & IJ_POINTS_SLOTS_POINTERS)
		IJ_TRY(varint_put(out, pcdata->local.tables[TABLE_POINTERS]));
	sizes->refs += out->bytes.len - before;
	for (unsigned lane = 0; lane < IJ_CODEC_LANES; lane++) {
		before = out->bytes.len;
		if (lane_is(encode, lane))
			IJ_TRY(lane_write(pcdata, points, unit->len, unit->end, lane, out));
		*parts[lane] += out->bytes.len - before;
	}
	unit->size = (uint32_t)out->bytes.len - unit->stream;
	return NULL;
}

/* The distinct maps of the whole function come first, for its units share them. */
static struct ij_error *func_begin(struct pcdata *pcdata, uint32_t func_idx)
{
	const struct ij_points *points = pcdata->encode->points;
	const struct ij_points_func *func = &points->funcs.items[func_idx];

	pcdata->local.regs.len = pcdata->local.slots.len = 0;
	for (unsigned lane = 0; lane < IJ_CODEC_LANES; lane++)
		IJ_TRY(lane_write(pcdata, &points->points.items[func->first], func->len, 0, lane,
				  NULL));
	return tables_store(pcdata);
}

static struct ij_error *units_write(struct pcdata *pcdata)
{
	struct ij_encode *encode = pcdata->encode;

	for (size_t i = 0; i < encode->units.len; i++) {
		struct ij_encode_unit *unit = &encode->units.items[i];

		if (unit->same != i)
			continue;
		if (!unit->goes_on)
			IJ_TRY(func_begin(pcdata, unit->func));
		IJ_TRY(unit_write(pcdata, unit));
	}
	return NULL;
}

struct ij_error *ij_encode_pcdata(struct ij_encode *encode)
{
	struct pcdata pcdata = {.encode = encode, .cap = 1024};
	struct ij_error *err;

	while (pcdata.cap < encode->points->funcs.len * TABLES * 2)
		pcdata.cap *= 2;
	pcdata.seen = calloc(pcdata.cap, sizeof(uint32_t));
	pcdata.seen_size = calloc(pcdata.cap, sizeof(uint32_t));
	err = pcdata.seen && pcdata.seen_size ? units_write(&pcdata) : ij_error_nomem();
	free(pcdata.seen);
	free(pcdata.seen_size);
	ij_vec_deinit(&pcdata.local.regs);
	ij_vec_deinit(&pcdata.local.slots);
	return err;
}
