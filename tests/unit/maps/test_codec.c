/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Encodings of points: what was encoded is what is decoded, as a whole and for single PCs; made of
 * random modules, of extreme ones, and of this program's own maps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "maps/encode.h"
#include "maps/encode_stream.h"
#include "maps/points_source.h"

#define MODULES 60
#define SPAN    0x100000u

static uint64_t seed = 88172645463325252u;

static uint64_t random_get(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static uint32_t below(uint32_t limit)
{
	return (uint32_t)(random_get() >> 20) % limit;
}

/* How wild a module is. */
struct kind {
	unsigned have;
	uint32_t funcs, points; /* at most */
	uint32_t slots;         /* sets reach so far from the CFA; 0: no sets */
	uint64_t regs;          /* that may be in a map */
	bool repeats;           /* functions that say the same */
};

static uint32_t set_random(struct ij_points *points, const struct kind *kind)
{
	uint64_t words[4];
	uint32_t ret;

	if (!kind->slots)
		return 0;
	for (size_t i = 0; i < IJ_COUNT(words); i++)
		words[i] = random_get() & random_get() & (below(3) ? random_get() : UINT64_MAX);
	/* Neighbours, over words, too. */
	if (!below(3))
		for (size_t i = 0; i < IJ_COUNT(words); i++)
			words[i] = i ? (1ull << below(24)) - 1 : UINT64_MAX << (32 + below(32));
	assert_null(ij_slot_sets_add(&points->sets, (int32_t)below(kind->slots) - 2, words,
				     1 + below(4), &ret));
	return ret;
}

static struct ij_point point_random(struct ij_points *points, const struct kind *kind,
				    const struct ij_point *last, uint32_t pc)
{
	struct ij_point point = *last;

	point.pc = pc;
	switch (below(8)) {
	case 0:
		point.unknown ^= IJ_POINTS_REGS;
		point.why = point.unknown & IJ_POINTS_REGS ? IJ_WHY_MARKED : IJ_WHY_SAFE;
		break;
	case 1:
		point.frame = (int32_t)below(2048) - 16;
		point.unknown &= (uint8_t)~IJ_POINTS_FRAME;
		break;
	case 2:
		point.slots_live = set_random(points, kind);
		point.slots_pointers = set_random(points, kind);
		point.unknown &= (uint8_t)~IJ_POINTS_SLOTS;
		break;
	case 3:
		point.unknown = (uint8_t)(1u << below(5));
		point.why = (uint8_t)below(IJ_WHY_COUNT);
		break;
	default:
		point.live ^= kind->regs & (1ull << below(64) | 1ull << below(16));
		point.pointers ^= kind->regs & 1ull << below(16);
		break;
	}
	return point;
}

static void module_random(const struct kind *kind, struct ij_points *ret)
{
	uint32_t start = below(100), funcs = 1 + below(kind->funcs);

	ij_points_init(ret, "random", kind->have, 0x400000, SPAN);
	for (uint32_t i = 0; i < funcs; i++) {
		uint32_t len = 1 + below(kind->points), pc = start;
		uint32_t size = len * 8 + 1;
		struct ij_point point = {.pc = pc, .live = kind->regs & 0xff};
		uint64_t keep = seed;

		if (kind->repeats)
			seed = 1 + i % 3;
		assert_null(ij_points_begin(ret, start, size));
		for (uint32_t j = 0; j < len; j++) {
			assert_null(ij_points_add(ret, &point));
			pc += 1 + below(8);
			point = point_random(ret, kind, &point, pc);
		}
		if (kind->repeats)
			seed = keep;
		start += size + (below(3) ? 0 : below(300));
	}
}

static void slots_equal(const struct ij_points *points, uint32_t set,
			const struct ij_codec_set *found)
{
	uint32_t count = 0, expected = 0;

	for (uint32_t i = 0; i < found->len; i++) {
		for (uint64_t bits = found->words[i].bits; bits; bits &= bits - 1, count++)
			assert_true(ij_slot_sets_has(&points->sets, set,
						     (int64_t)found->words[i].word * 64 +
							     __builtin_ctzll(bits)));
	}
	for (uint32_t i = 0; set && i < points->sets.items.items[set].len; i++)
		expected += (uint32_t)__builtin_popcountll(
			points->sets.words.items[points->sets.items.items[set].idx + i]);
	assert_int_equal(count, expected);
}

static void lookup_equals(const struct ij_points *points, const struct ij_codec *codec, uint32_t pc,
			  struct ij_codec_state *state)
{
	const struct ij_points_func *func = ij_points_func(points, pc);
	const struct ij_point *expected = func ? ij_points_at(points, func, pc) : NULL;
	uint64_t touched = 0;
	enum ij_codec_end end = ij_codec_find(codec, pc, state, &touched);
	struct ij_point found = state->point;

	assert_int_equal(end, func ? IJ_CODEC_FOUND : IJ_CODEC_NONE);
	if (!func)
		return;
	found.slots_live = expected->slots_live;
	found.slots_pointers = expected->slots_pointers;
	assert_true(ij_point_same(&found, expected));
	assert_true(state->end > pc);
	assert_true(touched > 0);
	if (points->have & IJ_POINTS_SLOTS_LIVE && !(expected->unknown & IJ_POINTS_SLOTS))
		slots_equal(points, expected->slots_live, &state->slots[0]);
	if (points->have & IJ_POINTS_SLOTS_POINTERS && !(expected->unknown & IJ_POINTS_SLOTS))
		slots_equal(points, expected->slots_pointers, &state->slots[1]);
}

static void sets_equal(const struct ij_points *a, uint32_t x, const struct ij_points *b, uint32_t y)
{
	struct ij_slot_set s = {0}, t = {0};

	if (x < a->sets.items.len)
		s = a->sets.items.items[x];
	if (y < b->sets.items.len)
		t = b->sets.items.items[y];
	assert_int_equal(s.len, t.len);
	assert_int_equal(s.lo, t.lo);
	if (s.len)
		assert_memory_equal(a->sets.words.items + s.idx, b->sets.words.items + t.idx,
				    s.len * sizeof(uint64_t));
}

static void points_equal(const struct ij_points *a, const struct ij_points *b)
{
	assert_int_equal(a->have, b->have);
	assert_int_equal(a->base, b->base);
	assert_int_equal(a->span, b->span);
	assert_int_equal(a->funcs.len, b->funcs.len);
	assert_int_equal(a->points.len, b->points.len);
	for (size_t i = 0; i < a->funcs.len; i++) {
		assert_int_equal(a->funcs.items[i].start, b->funcs.items[i].start);
		assert_int_equal(a->funcs.items[i].size, b->funcs.items[i].size);
		assert_int_equal(a->funcs.items[i].len, b->funcs.items[i].len);
	}
	for (size_t i = 0; i < a->points.len; i++) {
		struct ij_point x = a->points.items[i], y = b->points.items[i];

		assert_int_equal(x.pc, y.pc);
		sets_equal(a, x.slots_live, b, y.slots_live);
		sets_equal(a, x.slots_pointers, b, y.slots_pointers);
		x.slots_live = y.slots_live;
		x.slots_pointers = y.slots_pointers;
		assert_true(ij_point_same(&x, &y));
	}
}

static void round_trip(const struct ij_points *points, uint32_t lookups)
{
	struct ij_codec_state *state = calloc(1, sizeof(*state));

	for (unsigned id = 0; id < IJ_CODEC_COUNT; id++) {
		struct ij_encode_sizes sizes;
		struct ij_codec codec;
		struct ij_points decoded;
		void *bytes;
		size_t size;

		assert_null(ij_encode(points, (enum ij_codec_id)id, &bytes, &size, &sizes));
		assert_int_equal(size, sizes.total);
		assert_null(ij_codec_open(bytes, size, &codec));
		assert_null(ij_codec_decode(&codec, points->source, &decoded));
		points_equal(points, &decoded);
		ij_points_deinit(&decoded);
		for (uint32_t i = 0; i < lookups; i++)
			lookup_equals(points, &codec, below((uint32_t)points->span), state);
		free(bytes);
	}
	free(state);
}

static void random_modules(void **state)
{
	static const struct kind kinds[] = {
		{IJ_POINTS_LIVE | IJ_POINTS_FRAME, 20, 40, 0, 0xffff00000f37, false},
		{IJ_POINTS_POINTERS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS_POINTERS, 20, 40, 3, 0xff,
		 false},
		{IJ_POINTS_REGS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS, 10, 200, 5, UINT64_MAX, false},
		{IJ_POINTS_FRAME, 30, 20, 0, 0, true},
		{IJ_POINTS_SLOTS_LIVE, 5, 10, 40, 0, false},
		{IJ_POINTS_SLOTS | IJ_POINTS_FRAME, 8, 60, 2000, 0, true},
		{IJ_POINTS_LIVE, 3, 2500, 0, 0xff, false},
		{0, 3, 4, 0, 0, false},
		{IJ_POINTS_POINTERS | IJ_POINTS_SLOTS_POINTERS | IJ_POINTS_FRAME, 60, 12, 2, 0x7,
		 true},
	};

	(void)state;
	for (int i = 0; i < MODULES; i++) {
		struct ij_points points;

		module_random(&kinds[(size_t)i % IJ_COUNT(kinds)], &points);
		round_trip(&points, 2000);
		ij_points_deinit(&points);
	}
}

static void extremes(void **state)
{
	struct ij_points points;
	struct ij_point point = {.frame = -(1 << 30), .live = UINT64_MAX & ~0xffff0000ull};
	const uint64_t word = 1ull << 63 | 1;

	(void)state;
	/* No function at all. */
	ij_points_init(&points, "empty", IJ_POINTS_LIVE, 0, 1);
	round_trip(&points, 10);
	ij_points_deinit(&points);
	/* The largest frame, the farthest slots, the last byte. */
	ij_points_init(&points, "far", IJ_POINTS_REGS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS,
		       UINT64_MAX - 4096, 0xffffffff);
	assert_null(ij_points_begin(&points, 0, 1));
	assert_null(ij_points_add(&points, &point));
	assert_null(ij_points_begin(&points, 0x10, 0xffffffef));
	point.pc = 0x10;
	point.frame = 1 << 20;
	assert_null(ij_slot_sets_add(&points.sets, -131072, &word, 1, &point.slots_live));
	assert_null(ij_slot_sets_add(&points.sets, 131072, &word, 1, &point.slots_pointers));
	assert_null(ij_points_add(&points, &point));
	point.pc = 0xfffffffe;
	point.live = 0;
	assert_null(ij_points_add(&points, &point));
	round_trip(&points, 10);
	ij_points_deinit(&points);
}

/* Values that end in the padding: more than they are is read of the last one. */
static void values_in_the_padding(void **state)
{
	static const struct kind kind = {IJ_POINTS_REGS | IJ_POINTS_FRAME, 20, 40, 0, 0xff, false};
	struct ij_points points;

	(void)state;
	module_random(&kind, &points);
	for (unsigned id = IJ_CODEC_HUFFMAN; id < IJ_CODEC_COUNT; id++) {
		struct ij_encode_sizes sizes;
		struct ij_codec codec;
		unsigned tried = 0;
		void *bytes;
		size_t size;

		assert_null(ij_encode(&points, (enum ij_codec_id)id, &bytes, &size, &sizes));
		assert_null(ij_codec_open(bytes, size, &codec));
		for (unsigned i = 0; i < IJ_CODEC_KINDS; i++) {
			struct ij_codec_dict *dict = (void *)(uintptr_t)&codec.dicts[i];
			uint32_t off = dict->values_off, item = dict->regs_size + dict->rest_size;
			struct ij_error *err;

			if (!dict->tables_len || !dict->len || !item)
				continue;
			dict->values_off = (uint32_t)size - dict->len * item;
			err = ij_codec_open(bytes, size, &codec);
			assert_non_null(err);
			assert_int_equal(err->code, IJ_ERR_BADDATA);
			ij_error_free(err);
			dict->values_off = off;
			tried++;
		}
		assert_true(tried > 0);
		assert_null(ij_codec_open(bytes, size, &codec));
		free(bytes);
	}
	ij_points_deinit(&points);
}

/* Frames of large buffers, which come and go above and below other slots. */
static void buffers(void **state)
{
	static uint64_t all[1800];
	static const uint64_t few[] = {0xff00ff, 0, 1};
	struct ij_points points;
	struct ij_point point = {.frame = 1 << 20};
	uint32_t large, larger, small;

	(void)state;
	memset(all, 0xff, sizeof(all));
	all[700] = 5;
	ij_points_init(&points, "buffers", IJ_POINTS_REGS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS, 0,
		       0x10000);
	assert_null(ij_slot_sets_add(&points.sets, -1700, all, 600, &large));
	assert_null(ij_slot_sets_add(&points.sets, -1750, all, 1750, &larger));
	assert_null(ij_slot_sets_add(&points.sets, -1, few, 3, &small));
	for (uint32_t f = 0; f < 4; f++) {
		const uint32_t sets[] = {0, small, large, larger, small, larger, large, 0, larger};

		assert_null(ij_points_begin(&points, f * 0x1000, 0x1000));
		for (uint32_t i = 0; i < IJ_COUNT(sets); i++) {
			point.pc = f * 0x1000 + i * 16;
			point.slots_live = sets[(i + f) % IJ_COUNT(sets)];
			point.slots_pointers = f & 1 ? sets[(i * 2 + f) % IJ_COUNT(sets)] : 0;
			assert_null(ij_points_add(&points, &point));
		}
	}
	round_trip(&points, 100);
	ij_points_deinit(&points);
}

/* A few bytes that stand for very much, or for something else than they say, are not decoded. */
static void bombs(void **state)
{
	static uint64_t all[1800];
	struct ij_points points, decoded;
	struct ij_point point = {.frame = 1 << 20};
	struct ij_codec codec;
	struct ij_encode_sizes sizes;
	uint32_t large, larger;
	void *bytes;
	size_t size;

	(void)state;
	memset(all, 0xff, sizeof(all));
	ij_points_init(&points, "bomb", IJ_POINTS_REGS | IJ_POINTS_FRAME | IJ_POINTS_SLOTS, 0,
		       0x100000);
	assert_null(ij_slot_sets_add(&points.sets, -1700, all, 1700, &large));
	assert_null(ij_slot_sets_add(&points.sets, -1750, all, 1750, &larger));
	for (uint32_t f = 0; f < 0x100; f++) {
		assert_null(ij_points_begin(&points, f * 0x1000, 0x1000));
		for (uint32_t i = 0; i < 24; i++) {
			point.pc = f * 0x1000 + i * 16;
			point.slots_live = i & 1 ? larger : large;
			assert_null(ij_points_add(&points, &point));
		}
	}
	for (unsigned id = 0; id < IJ_CODEC_COUNT; id++) {
		const struct {
			uint32_t points_len;
			enum ij_error_code code;
			const char *says;
		} rows[] = {
			{6144, IJ_ERR_LIMIT, "stack slots"},
			{3, IJ_ERR_BADDATA, "more points"},
			{UINT32_MAX, IJ_ERR_LIMIT, "4294967295 points"},
		};

		assert_null(ij_encode(&points, (enum ij_codec_id)id, &bytes, &size, &sizes));
		for (size_t i = 0; i < IJ_COUNT(rows); i++) {
			struct ij_error *err;

			((struct ij_codec_header *)bytes)->points_len = rows[i].points_len;
			assert_null(ij_codec_open(bytes, size, &codec));
			err = ij_codec_decode(&codec, "bomb", &decoded);
			assert_non_null(err);
			assert_int_equal(err->code, rows[i].code);
			assert_non_null(strstr(err->msg, rows[i].says));
			ij_error_free(err);
		}
		free(bytes);
	}
	ij_points_deinit(&points);
}

static void own_maps(void **state)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct ij_object *obj;
	struct ij_points points;

	(void)state;
	assert_null(ij_object_open_fd(fd, "self", &obj));
	assert_null(ij_points_read(obj, NULL, &points));
	assert_true(points.points.len > 1000);
	round_trip(&points, 20000);
	ij_points_deinit(&points);
	ij_object_close(obj);
	close(fd);
}

/* Costs are compared by these; the last digits of libm's (glibc 2.36). */
static void logarithms(void **state)
{
	static const struct {
		double value, log;
	} rows[] = {
		{1, 0},
		{2, 1},
		{0.5, -1},
		{4096, 12},
		{3, 1.5849625007211561},
		{10, 3.3219280948873622},
		{1e9, 29.897352853986263},
		{0.7, -0.51457317282975834},
		{0.71, -0.49410907027004275},
		{1.4142135623730951, 0.5},
		{1.0000001, 1.4426949695965583e-07},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		double off = ij_encode_log2(rows[i].value) - rows[i].log;

		if (off > 1e-14 || off < -1e-14)
			fail_msg("%g: %.17g off", rows[i].value, off);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_modules),
		cmocka_unit_test(extremes),
		cmocka_unit_test(values_in_the_padding),
		cmocka_unit_test(buffers),
		cmocka_unit_test(bombs),
		cmocka_unit_test(own_maps),
		cmocka_unit_test(logarithms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
