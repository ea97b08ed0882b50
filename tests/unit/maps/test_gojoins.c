/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where branches meet in a function, from its bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "maps/gojoins.h"

enum { START = 0x401000, JOINS_MAX = 4 };

static const struct {
	const char *label;
	uint8_t code[16];
	size_t size;
	uint8_t joins[JOINS_MAX]; /* offsets */
	size_t joins_len;
} cases[] = {
	{"straight", {0x48, 0x89, 0xc3, 0xc3}, 4, {0}, 0},
	/* 0: test; 3: je 8; 5: mov; 8: ret */
	{"forward", {0x48, 0x85, 0xc0, 0x74, 0x03, 0x48, 0x89, 0xc3, 0xc3}, 9, {8}, 1},
	/* 0: inc; 3: jne 0; 5: ret: the first instruction is a join like any */
	{"backward", {0x48, 0xff, 0xc0, 0x75, 0xfb, 0xc3}, 6, {0}, 1},
	/* 0: jmp 3; 2: nop; 3: je 2; 5: js 2; 7: ret: what follows the branches that are joins */
	{"branches", {0xeb, 0x01, 0x90, 0x74, 0xfd, 0x78, 0xfb, 0xc3}, 8, {2, 3, 5, 7}, 4},
	/* 0: je 3; 2: nop; 3: jmp 2; nothing follows a jump */
	{"jumps", {0x74, 0x01, 0x90, 0xeb, 0xfd, 0xc3}, 6, {2, 3}, 2},
	/* 0: jmp *%rax; 2: jmp out of it; 7: call 12; 12: ret */
	{"elsewhere",
	 {0xff, 0xe0, 0xe9, 0x00, 0x10, 0x00, 0x00, 0xe8, 0, 0, 0, 0, 0xc3},
	 13,
	 {0},
	 0},
	/* 0: no instruction; 1: je 4; 3: nop; 4: a jump that is cut off */
	{"broken", {0x06, 0x74, 0x01, 0x90, 0xe9, 0x00}, 6, {4}, 1},
	/* 0: je 2; 2: a branch behind which the function ends */
	{"end", {0x74, 0x00, 0x74, 0xfc}, 4, {0, 2}, 2},
};

static void finds(void **state)
{
	struct ij_gojoins joins = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_null(ij_gojoins_find(cases[i].code, cases[i].size, START, &joins));
		if (joins.addrs.len != cases[i].joins_len)
			fail_msg("%s: %zu joins", cases[i].label, joins.addrs.len);
		for (size_t j = 0; j < joins.addrs.len; j++)
			if (joins.addrs.items[j] != (uint64_t)START + cases[i].joins[j])
				fail_msg("%s: join %zu at %#llx", cases[i].label, j,
					 (unsigned long long)joins.addrs.items[j]);
	}
	ij_vec_deinit(&joins.addrs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(finds)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
