/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Prints the points of a file for scripts to compare: "F ADDRESS SIZE NAME" a function; "P ADDRESS
 * REASON UNKNOWN FRAME POINTERS SLOT..." a point, where POINTERS is a mask by DWARF number and SLOT
 * the bytes from the CFA.
 *
 * usage: dump_points FILE SOURCE
 */
#include <fcntl.h>
#include <stdio.h>

#include "maps/points_source.h"

static void slots_print(const struct ij_points *points, uint32_t idx)
{
	const struct ij_slot_set *set = &points->sets.items.items[idx];

	for (uint32_t w = 0; w < set->len; w++)
		for (int bit = 0; bit < 64; bit++)
			if (points->sets.words.items[set->idx + w] >> bit & 1)
				printf(" %lld", (((long long)set->lo + w) * 64 + bit) * 8);
}

static void func_print(const struct ij_points *points, const struct ij_points_func *func)
{
	printf("F %llx %u %s\n", (unsigned long long)(points->base + func->start), func->size,
	       func->name ? points->names.items + func->name : "-");
	for (uint32_t i = 0; i < func->len; i++) {
		const struct ij_point *point = &points->points.items[func->first + i];

		printf("P %llx %s %u %d %llx", (unsigned long long)(points->base + point->pc),
		       ij_why_name(point->why), point->unknown, point->frame,
		       (unsigned long long)point->pointers);
		if (points->sets.items.len)
			slots_print(points, point->slots_pointers);
		putchar('\n');
	}
}

int main(int argc, char **argv)
{
	int fd = argc == 3 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	struct ij_object *obj;
	struct ij_points points;
	struct ij_error *err;

	if (fd < 0) {
		fprintf(stderr, "usage: dump_points FILE SOURCE\n");
		return 2;
	}
	err = ij_object_open_fd(fd, argv[1], &obj);
	if (!err)
		err = ij_points_read(obj, argv[2], &points);
	if (err) {
		fprintf(stderr, "%s\n", ij_error_message(err));
		return 1;
	}
	IJ_VEC_EACH (&points.funcs, func)
		func_print(&points, func);
	ij_points_deinit(&points);
	ij_object_close(obj);
	return 0;
}
