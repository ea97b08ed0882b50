/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encoding: cutting functions into units, finding equal ones, the index, and putting all together.
 */
#include "maps/encode.h"

#include <string.h>

#include "maps/builder.h"
#include "maps/encode_stream.h"

/* Words of slots that change in a unit, unless a single point has more. */
enum { WORDS_MAX = 1024 };

/* Points a unit: so many must be decoded at most for one PC. Varints are quick. */
static uint32_t unit_max(const struct ij_encode *encode)
{
	if (encode->codec == IJ_CODEC_PCDATA)
		return 256;
	if (encode->codec != IJ_CODEC_BEST)
		return 64;
	/* Of machine code there is more to say at each. */
	return encode->points->have & IJ_POINTS_LIVE ? 32 : 40;
}

struct ij_error *ij_encode_append(struct ij_encode_out *out, const void *bytes, size_t size,
				  size_t align, uint32_t *off_ret)
{
	size_t pad = (align - out->bytes.len % align) % align;

	if (size > UINT32_MAX / 2 || out->bytes.len > UINT32_MAX / 2)
		return ij_error_new(LIMIT, "maps: an encoding of over 2 GiB");
	IJ_TRY(ij_vec_reserve(&out->bytes, pad + size));
	if (pad)
		memset(out->bytes.items + out->bytes.len, 0, pad);
	out->bytes.len += pad;
	*off_ret = (uint32_t)out->bytes.len;
	if (size)
		memcpy(out->bytes.items + out->bytes.len, bytes, size);
	out->bytes.len += size;
	return NULL;
}

/* How much there is to say of a unit that begins here. */
static uint32_t weight_of(const struct ij_points *points, uint32_t idx)
{
	const struct ij_point *point = &points->points.items[idx];

	return (uint32_t)__builtin_popcountll(point->pointers) + (point->why != 0) +
	       ij_slot_sets_count(&points->sets, point->slots_live) +
	       ij_slot_sets_count(&points->sets, point->slots_pointers);
}

static uint64_t word_of(const struct ij_slot_sets *sets, const struct ij_slot_set *set,
			int64_t word)
{
	return word >= set->lo && word - set->lo < set->len
		       ? sets->words.items[set->idx + (uint32_t)(word - set->lo)]
		       : 0;
}

/* Words of slots from the first that changes between the sets @a and @b to the last. */
static uint32_t words_between(const struct ij_slot_sets *sets, uint32_t a, uint32_t b)
{
	const struct ij_slot_set *x, *y;
	int64_t lo, hi;

	if (a == b)
		return 0;
	x = &sets->items.items[a];
	y = &sets->items.items[b];
	lo = !x->len || (y->len && y->lo < x->lo) ? y->lo : x->lo;
	hi = x->len ? x->lo + (int64_t)x->len : lo;
	hi = y->len && y->lo + (int64_t)y->len > hi ? y->lo + (int64_t)y->len : hi;
	while (lo < hi && word_of(sets, x, lo) == word_of(sets, y, lo))
		lo++;
	while (lo < hi && word_of(sets, x, hi - 1) == word_of(sets, y, hi - 1))
		hi--;
	return (uint32_t)(hi - lo);
}

/* Of at most @max points from @first on, how many do not change too many words of slots: large
 * buffers that come and go are what a look-up takes longest for. */
static uint32_t unit_fit(const struct ij_encode *encode, uint32_t first, uint32_t max)
{
	const struct ij_points *points = encode->points;
	const struct ij_point *point = &points->points.items[first];
	uint32_t words = 0, len = 0;

	while (len < max && (words <= WORDS_MAX || !len)) {
		uint32_t live = len ? point[len - 1].slots_live : 0;
		uint32_t pointers = len ? point[len - 1].slots_pointers : 0;

		words += words_between(&points->sets, live, point[len].slots_live);
		words += words_between(&points->sets, pointers, point[len].slots_pointers);
		len++;
	}
	return words > WORDS_MAX && len > 1 ? len - 1 : len;
}

/* Of @left points from @first on, how many the unit takes: where the next has least to begin with.
 */
static uint32_t unit_len(const struct ij_encode *encode, uint32_t first, uint32_t left)
{
	uint32_t max = unit_max(encode), best = max, least = UINT32_MAX, fit;

	if (encode->codec == IJ_CODEC_PCDATA)
		return left <= max ? left : max;
	fit = unit_fit(encode, first, left < max ? left : max);
	if (left <= max || fit < max)
		return fit;
	for (uint32_t len = max; len > max / 2; len--) {
		/* Each point that is given up costs a part of another unit. */
		uint32_t weight = weight_of(encode->points, first + len) * 4 + (max - len);

		if (weight < least) {
			least = weight;
			best = len;
		}
	}
	return best;
}

static struct ij_error *units_cut(struct ij_encode *encode)
{
	const struct ij_points *points = encode->points;

	for (uint32_t f = 0; f < points->funcs.len; f++) {
		const struct ij_points_func *func = &points->funcs.items[f];

		for (uint32_t at = 0, len; at < func->len; at += len) {
			uint32_t first = func->first + at;
			bool last;
			struct ij_encode_unit unit;

			len = unit_len(encode, first, func->len - at);
			last = func->len - at == len;
			unit = (struct ij_encode_unit){
				.start = points->points.items[first].pc,
				.end = last ? func->start + func->size
					    : points->points.items[first + len].pc,
				.first = first,
				.len = len,
				.func = f,
				.same = (uint32_t)encode->units.len,
				.goes_on = at != 0,
			};

			IJ_TRY(ij_vec_push(&encode->units, unit));
		}
	}
	return NULL;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

/* In pcdata the last distance reaches to the end, and tables are whole functions'. */
static bool is_whole(const struct ij_encode *encode)
{
	return encode->codec == IJ_CODEC_PCDATA;
}

static uint64_t unit_hash(const struct ij_encode *encode, const struct ij_encode_unit *unit)
{
	const struct ij_point *points = &encode->points->points.items[unit->first];
	uint64_t hash = is_whole(encode) ? unit->end - unit->start : 0;

	for (uint32_t i = 0; i < unit->len; i++) {
		hash = mix(hash, points[i].pc - unit->start);
		hash = mix(hash, points[i].live ^ points[i].pointers << 17);
		hash = mix(hash, (uint64_t)(uint32_t)points[i].frame << 32 | points[i].why << 8 |
					 points[i].unknown);
		hash = mix(hash, (uint64_t)points[i].slots_live << 32 | points[i].slots_pointers);
	}
	return hash * ij_map_hash_factor() >> 8;
}

static bool units_same(const struct ij_encode *encode, const struct ij_encode_unit *a,
		       const struct ij_encode_unit *b)
{
	const struct ij_point *x = &encode->points->points.items[a->first];
	const struct ij_point *y = &encode->points->points.items[b->first];

	if (a->len != b->len || a->goes_on != b->goes_on ||
	    (is_whole(encode) &&
	     (a->end - a->start != b->end - b->start || a->goes_on || b->goes_on)))
		return false;
	for (uint32_t i = 0; i < a->len; i++)
		if (x[i].pc - a->start != y[i].pc - b->start || !ij_point_same(&x[i], &y[i]))
			return false;
	if (!is_whole(encode))
		return true;
	/* Both must be the whole of their functions. */
	return a->len == encode->points->funcs.items[a->func].len &&
	       b->len == encode->points->funcs.items[b->func].len;
}

static struct ij_error *units_share(struct ij_encode *encode)
{
	size_t cap = 64, at;
	uint32_t *table;

	while (cap < encode->units.len * 2)
		cap *= 2;
	table = calloc(cap, sizeof(*table));
	if (!table)
		return ij_error_nomem();
	for (uint32_t i = 0; i < encode->units.len; i++) {
		struct ij_encode_unit *unit = &encode->units.items[i];

		at = unit_hash(encode, unit) & (cap - 1);
		for (; table[at]; at = (at + 1) & (cap - 1)) {
			const struct ij_encode_unit *other = &encode->units.items[table[at] - 1];

			if (!units_same(encode, unit, other))
				continue;
			unit->same = table[at] - 1;
			encode->sizes.shared++;
			break;
		}
		if (unit->same == i)
			table[at] = i + 1;
	}
	free(table);
	return NULL;
}

/* Registers that most units begin with. */
static uint64_t regs_usual(const struct ij_encode *encode)
{
	uint64_t counts[64] = {0}, known = 0, ret = 0;

	IJ_VEC_EACH (&encode->units, unit) {
		const struct ij_point *point = &encode->points->points.items[unit->first];
		uint64_t regs = ij_encode_regs(point);

		known += !(point->unknown & IJ_POINTS_REGS);
		for (; regs; regs &= regs - 1)
			counts[__builtin_ctzll(regs)]++;
	}
	for (unsigned i = 0; i < 64; i++)
		ret |= (uint64_t)(counts[i] * 2 > known) << i;
	return ret;
}

/* What all points have in common, and the classes of safety that there are. */
static struct ij_error *facts_find(struct ij_encode *encode)
{
	bool follow = encode->points->have & IJ_POINTS_SLOTS, safe = true;
	/* What is pushed is live, and what a compiler tells a collector of are variables. */
	bool sp = encode->codec == IJ_CODEC_BEST && encode->points->have & IJ_POINTS_SLOTS_LIVE;

	IJ_VEC_EACH (&encode->points->points, point) {
		bool unknown = point->unknown & IJ_POINTS_REGS;
		uint32_t i = 0;

		follow &= unknown == !!(point->unknown & IJ_POINTS_SLOTS);
		safe &= unknown || !point->why;
		while (i < encode->classes_len &&
		       (encode->classes[i][0] != point->why ||
			encode->classes[i][1] != (point->unknown & IJ_POINTS_REGS)))
			i++;
		if (i < encode->classes_len)
			continue;
		if (i == IJ_CODEC_CLASSES)
			return ij_error_new(LIMIT, "maps: too many reasons");
		encode->classes[i][0] = point->why;
		encode->classes[i][1] = point->unknown & IJ_POINTS_REGS;
		encode->classes_len++;
	}
	encode->flags =
		(uint8_t)((follow ? IJ_CODEC_SLOTS_FOLLOW : 0) |
			  (safe ? IJ_CODEC_KNOWN_IS_SAFE : 0) | (sp ? IJ_CODEC_SLOTS_FROM_SP : 0));
	return NULL;
}

static struct ij_error *varint_put(struct ij_encode_out *out, uint64_t value)
{
	do {
		uint8_t byte = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));

		IJ_TRY(ij_vec_push(&out->bytes, byte));
		value >>= 7;
	} while (value);
	return NULL;
}

struct index {
	struct ij_encode_out entries, groups;
};

static struct ij_error *index_make(const struct ij_encode *encode, struct index *ret)
{
	uint32_t end = 0, stream = 0, off;

	for (uint32_t i = 0; i < encode->units.len; i++) {
		const struct ij_encode_unit *unit = &encode->units.items[i];
		const struct ij_encode_unit *own = &encode->units.items[unit->same];
		bool shared = unit->same != i;

		if (i % IJ_CODEC_GROUP == 0) {
			struct ij_codec_group group = {
				.pc = unit->start,
				.index = (uint32_t)ret->entries.bytes.len,
				.stream = stream,
			};

			IJ_TRY(ij_encode_append(&ret->groups, &group, sizeof(group), 4, &off));
			end = unit->start;
		}
		IJ_TRY(varint_put(&ret->entries,
				  (uint64_t)(unit->end - unit->start) << 3 |
					  (unit->goes_on ? IJ_CODEC_UNIT_GOES_ON : 0) |
					  (shared ? IJ_CODEC_UNIT_SHARED : 0) |
					  (unit->start != end ? IJ_CODEC_UNIT_GAP : 0)));
		if (unit->start != end)
			IJ_TRY(varint_put(&ret->entries, unit->start - end));
		IJ_TRY(varint_put(&ret->entries, shared ? own->stream : own->size));
		end = unit->end;
		stream += shared ? 0 : own->size;
	}
	return NULL;
}

static struct ij_error *all_append(struct ij_encode *encode, struct index *index,
				   struct ij_codec_header *header, struct ij_encode_out *out)
{
	static const uint8_t padding[IJ_CODEC_PADDING];
	uint32_t off;
	size_t from = out->bytes.len;

	if (encode->codec == IJ_CODEC_PCDATA) {
		IJ_TRY(ij_encode_pcdata(encode));
		IJ_TRY(ij_encode_append(out, encode->bitmaps.bytes.items, encode->bitmaps.bytes.len,
					1, &header->bitmaps_off));
		header->bitmaps_size = (uint32_t)encode->bitmaps.bytes.len;
		encode->sizes.bitmaps = encode->bitmaps.bytes.len;
	} else {
		IJ_TRY(ij_encode_lower(encode));
		IJ_TRY(ij_encode_streams(encode, out, &header->dicts_off));
		encode->sizes.tables = out->bytes.len - from;
	}
	IJ_TRY(index_make(encode, index));
	IJ_TRY(ij_encode_append(out, index->groups.bytes.items, index->groups.bytes.len, 4,
				&header->groups_off));
	header->groups_len = (uint32_t)(index->groups.bytes.len / sizeof(struct ij_codec_group));
	IJ_TRY(ij_encode_append(out, index->entries.bytes.items, index->entries.bytes.len, 1,
				&header->index_off));
	header->index_size = (uint32_t)index->entries.bytes.len;
	IJ_TRY(ij_encode_append(out, encode->classes, encode->classes_len * 2, 1,
				&header->classes_off));
	IJ_TRY(ij_encode_append(out, encode->stream.bytes.items, encode->stream.bytes.len, 1,
				&header->stream_off));
	header->stream_size = (uint32_t)encode->stream.bytes.len;
	encode->sizes.index = index->groups.bytes.len + index->entries.bytes.len;
	encode->sizes.stream = encode->stream.bytes.len;
	return ij_encode_append(out, padding, sizeof(padding), 1, &off);
}

static struct ij_error *build(struct ij_encode *encode, struct ij_encode_out *out)
{
	struct ij_codec_header header = {
		.magic = IJ_CODEC_MAGIC,
		.codec = (uint8_t)encode->codec,
		.have = (uint8_t)encode->points->have,
		.base = encode->points->base,
		.span = encode->points->span,
		.funcs_len = (uint32_t)encode->points->funcs.len,
		.points_len = (uint32_t)encode->points->points.len,
	};
	struct index index = {0};
	struct ij_error *err;
	uint32_t off;

	IJ_TRY(facts_find(encode));
	IJ_TRY(units_cut(encode));
	IJ_TRY(units_share(encode));
	if (encode->codec != IJ_CODEC_PCDATA)
		header.regs = encode->regs = regs_usual(encode);
	header.flags = encode->flags;
	header.units_len = (uint32_t)encode->units.len;
	header.classes_len = encode->classes_len;
	IJ_TRY(ij_encode_append(out, &header, sizeof(header), 8, &off));
	err = all_append(encode, &index, &header, out);
	ij_vec_deinit(&index.entries.bytes);
	ij_vec_deinit(&index.groups.bytes);
	IJ_TRY(err);
	header.size = (uint32_t)out->bytes.len;
	memcpy(out->bytes.items, &header, sizeof(header));
	encode->sizes.total = header.size;
	encode->sizes.units = header.units_len;
	return NULL;
}

struct ij_error *ij_encode(const struct ij_points *points, enum ij_codec_id codec, void **ret,
			   size_t *size_ret, struct ij_encode_sizes *sizes)
{
	struct ij_encode encode = {.points = points, .codec = codec};
	struct ij_encode_out out = {0};
	struct ij_error *err = build(&encode, &out);

	ij_encode_dicts_free(encode.dicts);
	ij_vec_deinit(&encode.patterns.symbols);
	ij_vec_deinit(&encode.patterns.counts);
	free(encode.patterns.table);
	ij_vec_deinit(&encode.units);
	ij_vec_deinit(&encode.tokens);
	ij_vec_deinit(&encode.token_ends);
	ij_vec_deinit(&encode.stream.bytes);
	ij_vec_deinit(&encode.bitmaps.bytes);
	if (err) {
		ij_vec_deinit(&out.bytes);
		return err;
	}
	*ret = out.bytes.items;
	*size_ret = out.bytes.len;
	if (sizes)
		*sizes = encode.sizes;
	return NULL;
}
