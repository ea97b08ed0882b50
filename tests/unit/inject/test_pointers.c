/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a client says of pointers in scratch memory: true, and hostile. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inject/pointers.h"

static void test_check(void **state)
{
	static const struct {
		const char *name;
		uint32_t len, flags, size, room;
		uint16_t at;
		uint64_t target;
		bool good;
	} rows[] = {
		{"none", 0, 0, 0, 0, 0, 0, true},
		{"none, of a call", 0, 0, 16, 16, 9, 99, true},
		{"the first word", 1, IJ_WIRE_CALL_SYSCALL, 16, 16, 0, 8, true},
		{"the last word, to the end", 1, IJ_WIRE_CALL_SYSCALL, 16, 32, 1, 32, true},
		{"of a call of a function", 1, 0, 16, 16, 0, 8, false},
		{"behind what was sent", 1, IJ_WIRE_CALL_SYSCALL, 16, 32, 2, 0, false},
		{"half of it behind", 1, IJ_WIRE_CALL_SYSCALL, 12, 16, 1, 0, false},
		{"nothing was sent", 1, IJ_WIRE_CALL_SYSCALL, 0, 16, 0, 0, false},
		{"far behind", 1, IJ_WIRE_CALL_SYSCALL, 16, 16, UINT16_MAX, 0, false},
		{"leads out", 1, IJ_WIRE_CALL_SYSCALL, 16, 16, 0, 17, false},
		{"leads below", 1, IJ_WIRE_CALL_SYSCALL, 16, 16, 0, UINT64_MAX, false},
		{"as many as may be", IJ_WIRE_POINTERS, IJ_WIRE_CALL_SYSCALL, 16, 16, 0, 8, true},
		{"more", IJ_WIRE_POINTERS + 1, IJ_WIRE_CALL_SYSCALL, 16, 16, 0, 8, false},
		{"most", UINT32_MAX, IJ_WIRE_CALL_SYSCALL, 16, 16, 0, 8, false},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_wire_call call = {.pointers_len = rows[i].len,
					    .flags = rows[i].flags,
					    .scratch_size = rows[i].size,
					    .scratch_room = rows[i].room};
		uint64_t scratch[2] = {0};

		for (size_t k = 0; k < IJ_WIRE_POINTERS; k++)
			call.pointers[k] = rows[i].at;
		if (rows[i].at < IJ_COUNT(scratch))
			scratch[rows[i].at] = rows[i].target;
		if (ij_pointers_check(&call, (const uint8_t *)scratch) != rows[i].good)
			fail_msg("%s: not %d", rows[i].name, rows[i].good);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_check)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
