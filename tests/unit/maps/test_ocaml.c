/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * OCaml's frametables, as its compiler wrote them (frames.ml), with and without debug information,
 * at a fixed address and relocated: each descriptor against what stands in frames.s.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "maps/points_show.h"
#include "maps/points_source.h"

enum { RAX = 1 << 0, RBX = 1 << 3, SLOTS_MAX = 2 };

static const struct place {
	const char *func;
	uint32_t off; /* of the return address */
	int32_t frame;
	uint64_t pointers;
	int64_t slots[SLOTS_MAX]; /* 0: none */
} places[] = {
	{"camlFrames__code_begin", 0x13, 8, 0, {0}}, /* length */
	{"camlFrames__keep_", 0x1d, 24, 0, {-3, -2}},
	{"camlFrames__keep_", 0x45, 24, 0, {-3, -2}},
	{"camlFrames__keep_", 0x91, 24, 0, {-3, -2}},   /* allocation lengths follow */
	{"camlFrames__pair_", 0x44, 8, RAX | RBX, {0}}, /* registers 0 and 1 */
	{"camlFrames__stamp_", 0x19, 8, 0, {-2}},
	{"camlFrames__stamp_", 0x4a, 8, RAX, {-2}},
};

/* The function whose name begins so: the compiler's numbers follow. */
static const struct ij_points_func *func_of(struct ij_object *obj, const struct ij_points *points,
					    const char *prefix)
{
	IJ_VEC_EACH (&points->funcs, func) {
		struct ij_strbuf name = {0};
		bool match;

		ij_points_func_name(obj, points, func, &name);
		match = !strncmp(ij_strbuf_get(&name), prefix, strlen(prefix));
		ij_strbuf_deinit(&name);
		if (match)
			return func;
	}
	fail_msg("no function %s", prefix);
	return NULL;
}

static void place_check(struct ij_object *obj, const struct ij_points *points,
			const struct place *place)
{
	const struct ij_points_func *func = func_of(obj, points, place->func);
	const struct ij_point *point = ij_points_at(points, func, func->start + place->off);
	uint32_t count = 0;

	assert_int_equal(point->pc, func->start + place->off);
	assert_int_equal(point->why, IJ_WHY_SAFE);
	assert_int_equal(point->frame, place->frame);
	assert_int_equal(point->pointers, place->pointers);
	for (int i = 0; i < SLOTS_MAX && place->slots[i]; i++, count++)
		assert_true(
			ij_slot_sets_has(&points->sets, point->slots_pointers, place->slots[i]));
	assert_int_equal(ij_slot_sets_count(&points->sets, point->slots_pointers), count);
	assert_int_equal(ij_points_at(points, func, point->pc - 1)->why, IJ_WHY_NOTCALL);
}

/* So many return addresses have maps. */
static size_t safe_count(const struct ij_points *points)
{
	size_t count = 0;

	IJ_VEC_EACH (&points->points, point)
		count += !point->why;
	return count;
}

static void programs(void **state)
{
	static const char *const paths[] = {OCAML_FIXED, OCAML_MOVED, OCAML_DEBUG};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(paths); i++) {
		int fd = open(paths[i], O_RDONLY | O_CLOEXEC);
		struct ij_object *obj;
		struct ij_points points;

		assert_true(fd >= 0);
		assert_null(ij_object_open_fd(fd, paths[i], &obj));
		assert_null(ij_points_read(obj, NULL, &points));
		assert_string_equal(points.source, "ocaml");
		for (size_t j = 0; j < IJ_COUNT(places); j++)
			place_check(obj, &points, &places[j]);
		/* The call at the end of `get` returns to nothing that is its own. */
		assert_int_equal(safe_count(&points), IJ_COUNT(places));
		ij_points_deinit(&points);
		ij_object_close(obj);
		close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
