/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shared mappings of a copy, as /proc/PID/maps lists them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "inject/shared.h"
#include "mem/vmas.h"

static struct ij_shared shared;

static void clear(void)
{
	memset(&shared, 0, sizeof(shared));
}

static void feed(const char *text)
{
	ij_shared_feed(&shared, text, strlen(text));
}

enum { NONE = -1, PLAIN, DEVICE };

static void test_lines(void **state)
{
	static const struct {
		const char *line;
		int kind;
		uint32_t flags;
	} cases[] = {
		{"1000-2000 rw-p 00000000 00:00 0 \n", NONE, 0},
		{"1000-2000 rw-s 00000000 00:01 7                          /dev/zero (deleted)\n",
		 PLAIN, IJ_VMA_READ | IJ_VMA_WRITE},
		{"1000-2000 r-xs 00000000 00:01 7                          /usr/lib/x\n", PLAIN,
		 IJ_VMA_READ | IJ_VMA_EXEC},
		{"1000-2000 -w-s 00000000 00:01 7                          /dev/shm/a b\n", PLAIN,
		 IJ_VMA_WRITE},
		{"1000-2000 rw-s 00000000 00:01 7                          /SYSV00000000 "
		 "(deleted)\n",
		 PLAIN, IJ_VMA_READ | IJ_VMA_WRITE},
		{"1000-2000 rw-s 00000000 00:05 7                          /dev/dri/card0\n",
		 DEVICE, IJ_VMA_READ | IJ_VMA_WRITE},
		{"1000-2000 rw-s 00000000 00:0d 7                          anon_inode:[io_uring]\n",
		 DEVICE, IJ_VMA_READ | IJ_VMA_WRITE},
		{"1000-2000 ---s 00000000 00:05 7                          /dev/mem\n", DEVICE, 0},
		/* Not the kernel's format. */
		{"2000-1000 rw-s 00000000 00:00 0 \n", NONE, 0},
		{"1000-2000 rw-s", NONE, 0},
		{"1000-2000\n", NONE, 0},
		{"1000 rw-s 00000000 00:00 0 \n", NONE, 0},
		{"\n", NONE, 0},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		print_message("%s", cases[i].line);
		clear();
		feed(cases[i].line);
		assert_int_equal(shared.len, cases[i].kind != NONE);
		if (!shared.len)
			continue;
		assert_int_equal(shared.ranges[0].lo, 0x1000);
		assert_int_equal(shared.ranges[0].hi, 0x2000);
		assert_int_equal(shared.ranges[0].flags, cases[i].flags);
		assert_int_equal(shared.ranges[0].device, cases[i].kind == DEVICE);
	}
}

/* Whatever the pieces, and however long a name. */
static void test_pieces(void **state)
{
	char text[2048];
	int len = snprintf(text, sizeof(text),
			   "1000-2000 rw-s 00000000 00:01 7 %01000d\n"
			   "3000-4000 rw-p 00000000 00:00 0 \n"
			   "5000-7000 rw-s 00000000 00:01 7 /b\n",
			   1);

	(void)state;
	for (size_t piece = 1; piece < (size_t)len; piece += 7) {
		clear();
		for (size_t at = 0; at < (size_t)len; at += piece)
			ij_shared_feed(&shared, text + at,
				       (size_t)len - at < piece ? (size_t)len - at : piece);
		assert_int_equal(shared.len, 2);
		assert_int_equal(shared.ranges[1].lo, 0x5000);
		assert_int_equal(shared.ranges[1].hi, 0x7000);
	}
}

static void test_find(void **state)
{
	(void)state;
	clear();
	feed("1000-2000 rw-s 00000000 00:01 7 /a\n5000-7000 rw-s 00000000 00:01 7 /b\n");
	assert_null(ij_shared_find(&shared, 0xfff));
	assert_ptr_equal(ij_shared_find(&shared, 0x1000), &shared.ranges[0]);
	assert_ptr_equal(ij_shared_find(&shared, 0x6fff), &shared.ranges[1]);
	assert_null(ij_shared_find(&shared, 0x7000));
	assert_false(ij_shared_meets(&shared, 0, 0x1000));
	assert_true(ij_shared_meets(&shared, 0, 0x1001));
	assert_false(ij_shared_meets(&shared, 0x2000, 0x3000));
	assert_true(ij_shared_meets(&shared, 0x2000, 0x3001));
	assert_true(ij_shared_meets(&shared, 0x6fff, 1));
	assert_true(ij_shared_meets(&shared, 0x5000, 0));
	assert_true(ij_shared_meets(&shared, 0x2000, UINT64_MAX));
	assert_false(ij_shared_meets(&shared, 0x7000, UINT64_MAX));
}

static void test_too_many(void **state)
{
	char line[64];

	(void)state;
	clear();
	for (unsigned i = 1; i <= IJ_SHARED_MAX + 1; i++) {
		assert_false(shared.overflow);
		snprintf(line, sizeof(line), "%x000-%x800 rw-s 0 0:0 7 /a\n", i, i);
		feed(line);
	}
	assert_true(shared.overflow);
	assert_int_equal(shared.len, IJ_SHARED_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
