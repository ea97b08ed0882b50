/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * LLVM's stack maps, as it wrote them (stackmaps.ll), linked at a fixed address and as a library
 * whose functions are bound by name: each place against what llvm-readobj --stackmap prints of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "maps/points_show.h"
#include "maps/points_source.h"
#include "maps/verify.h"

enum { RAX = 1 << 0, RBX = 1 << 3, R14 = 1 << 14, NO_FRAME = -1 };

static const struct place {
	const char *func;
	uint32_t off; /* "instruction offset" */
	int32_t frame;
	uint64_t live, pointers;
	int64_t slot; /* the one that holds a pointer; 0: none */
} places[] = {
	/* R#3, R#14, Indirect [R#7 + 0]; 24 bytes below the return address, that is slot -4 */
	{"maps_statepoint", 19, 24, RBX | R14, RBX | R14, -4},
	{"maps_statepoint", 29, 24, RBX | R14, RBX | R14, -4},
	/* (R#3, R#3) and (R#3, R#14): a base and what was derived from it */
	{"maps_derived", 16, 24, RBX | R14, RBX | R14, 0},
	/* R#0, Constant 42, ConstantIndex #0, Direct R#6 - 32: the register alone holds a value */
	{"maps_places", 15, 40, RAX, 0, 0},
	/* R#3; live-outs R#0, R#3 and the stack pointer */
	{"maps_patchpoint", 9, 24, RAX | RBX, 0, 0},
	/* R#3 in a frame without a fixed size */
	{"maps_variable", 32, NO_FRAME, RBX, 0, 0},
};

static void place_check(struct ij_object *obj, const struct ij_points *points,
			const struct place *place)
{
	const struct ij_points_func *func;
	const struct ij_point *point, *before;

	assert_null(ij_points_find(obj, points, place->func, &func));
	point = ij_points_at(points, func, func->start + place->off);
	assert_int_equal(point->pc, func->start + place->off);
	assert_int_equal(point->why, IJ_WHY_SAFE);
	assert_int_equal(point->live, place->live);
	assert_int_equal(point->pointers, place->pointers);
	if (place->frame == NO_FRAME)
		assert_true(point->unknown & IJ_POINTS_FRAME);
	else
		assert_int_equal(point->frame, place->frame);
	assert_int_equal(ij_slot_sets_count(&points->sets, point->slots_pointers),
			 place->slot ? 1 : 0);
	assert_int_equal(ij_slot_sets_count(&points->sets, point->slots_live), place->slot ? 1 : 0);
	if (place->slot)
		assert_true(ij_slot_sets_has(&points->sets, point->slots_pointers, place->slot));
	before = ij_points_at(points, func, point->pc - 1);
	assert_int_equal(before->why, IJ_WHY_NOTCALL);
	assert_true(before->unknown & IJ_POINTS_REGS);
}

static void file_check(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct ij_object *obj;
	struct ij_points points;
	struct ij_verify verify;

	assert_true(fd >= 0);
	assert_null(ij_object_open_fd(fd, path, &obj));
	assert_null(ij_points_read(obj, NULL, &points));
	assert_string_equal(points.source, "llvm");
	assert_int_equal(points.funcs.len, 5);
	for (size_t i = 0; i < IJ_COUNT(places); i++)
		place_check(obj, &points, &places[i]);
	assert_null(ij_verify(obj, &points, &verify));
	for (unsigned check = 0; check < IJ_VERIFY_CHECKS; check++)
		assert_int_equal(verify.found[check], 0);
	assert_true(verify.checked[IJ_VERIFY_BOUNDARY] >= IJ_COUNT(places));
	ij_verify_deinit(&verify);
	ij_points_deinit(&points);
	ij_object_close(obj);
	close(fd);
}

static void fixed_program(void **state)
{
	(void)state;
	file_check(LLVM_FIXED);
}

static void moved_library(void **state)
{
	(void)state;
	file_check(LLVM_MOVED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixed_program),
		cmocka_unit_test(moved_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
