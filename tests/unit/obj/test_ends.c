/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The set of the ends of names: nothing that is there is ever denied, however it is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/vec.h"
#include "obj/symtab_ends.h"

/* As linkers write it: ends are shared, and versions follow their name. */
static const char strings[] =
	"\0pthread_mutex_lock\0read\0memcpy@@GLIBC_2.14\0memcpy_chk@GLIBC_2.3\0"
	"_Unwind_Backtrace\0a\0__errno_location\0@odd_name_begins\0ends_in_at@\0"
	"\0\0main.main.func1";

static const struct {
	const char *name;
	bool there;
} cases[] = {
	{"pthread_mutex_lock", true},
	{"thread_mutex_lock", true}, /* the end of a longer one */
	{"mutex_lock", true},
	{"ex_lock", true}, /* too short to tell */
	{"memcpy", true},
	{"memcpy_chk", true},
	{"_Unwind_Backtrace", true},
	{"Backtrace", true},
	{"__errno_location", true},
	{"errno_location", true},
	{"ends_in_at", true},
	{"odd_name_begins", true},
	{"main.main.func1", true},
	{"read", true},
	{"", true},
	{"absent", true},
	{"pthread_mutex_loc", false},
	{"_Unwind_Backtrac", false},
	{"__cxa_begin_catch", false},
	{"_IO_2_1_stdout_", false},
	{"main.main.func2", false},
};

/* Read in pieces of @piece bytes, each with what goes before it. */
static void gather(size_t piece, struct ij_ends *ret)
{
	size_t kept = 0;

	assert_null(ij_ends_init(ret, sizeof(strings)));
	for (size_t at = 0; at < sizeof(strings); at += piece) {
		size_t size = sizeof(strings) - at < piece ? sizeof(strings) - at : piece;

		ij_ends_add(ret, (const uint8_t *)strings + at - kept, kept + size, kept);
		kept = at + size < IJ_END_SIZE ? at + size : IJ_END_SIZE;
	}
	for (size_t i = 0; i < IJ_COUNT(cases); i++)
		assert_true(ij_ends_may_have(ret, cases[i].name));
	ret->whole = true;
}

static void test_pieces(void **state)
{
	(void)state;
	for (size_t piece = 1; piece <= sizeof(strings); piece++) {
		struct ij_ends ends;

		gather(piece, &ends);
		for (size_t i = 0; i < IJ_COUNT(cases); i++) {
			if (ij_ends_may_have(&ends, cases[i].name) == cases[i].there)
				continue;
			fail_msg("%s, in pieces of %zu bytes", cases[i].name, piece);
		}
		ij_ends_deinit(&ends);
	}
}

/* Of many names a few that are not there may pass, and all that are do. */
static void test_many(void **state)
{
	enum { NAMES = 20000 };
	struct ij_ends ends;
	unsigned passed = 0;
	char name[32];

	(void)state;
	assert_null(ij_ends_init(&ends, (uint64_t)NAMES * 16));
	for (unsigned i = 0; i < NAMES; i++) {
		int len = snprintf(name, sizeof(name), "symbol_%u", i * 7919);

		ij_ends_add(&ends, (const uint8_t *)name, (size_t)len + 1, 0);
	}
	ends.whole = true;
	for (unsigned i = 0; i < NAMES; i++) {
		snprintf(name, sizeof(name), "symbol_%u", i * 7919);
		assert_true(ij_ends_may_have(&ends, name));
		snprintf(name, sizeof(name), "absent_%u_name", i);
		passed += ij_ends_may_have(&ends, name);
	}
	assert_in_range(passed, 0, NAMES / 10);
	ij_ends_deinit(&ends);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
