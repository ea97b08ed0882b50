/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of the linker as people write them, and names that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "obj/demangle.h"

static const struct {
	const char *name, *want; /* NULL: the name itself */
} rows[] = {
	{"_ZN4shop5totalEii", "shop::total(int, int)"},
	{"_ZTVN4shop5FruitE", "vtable for shop::Fruit"},
	{"_Z4textB5cxx11", "text[abi:cxx11]"},
	{"_ZNSt6vectorIiSaIiEE9push_backERKi",
	 "std::vector<int, std::allocator<int> >::push_back(int const&)"},
	{"_ZN7program3geo4area17h0123456789abcdefE", "program::geo::area"},
	{"_RNvNtCs9ltgdHTiPiY_7program3geo4area", "program::geo::area"},
	{"malloc", NULL},
	{"", NULL},
	{"_", NULL},
	{"_Z", NULL},
	{"_R", NULL},
	{"_ZN4shop5total", NULL},
	{"_ZZZZZZZZZZ", NULL},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		IJ_STRBUF_AUTO text = {0};
		const char *want = rows[i].want ? rows[i].want : rows[i].name;

		ij_demangle(rows[i].name, &text);
#ifndef IJ_HAVE_IBERTY
		want = rows[i].name;
#endif
		if (strcmp(ij_strbuf_get(&text), want))
			fail_msg("%s: %s", rows[i].name, ij_strbuf_get(&text));
	}
}

/* Names that would take for ever, or a stack without end. */
static void test_hostile(void **state)
{
	static const char *const parts[] = {"P", "S_", "I", "N1a", "X", "K"};
	char name[8192];

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(parts); i++)
		for (size_t max = 100; max < sizeof(name); max = max * 2 + 1) {
			IJ_STRBUF_AUTO text = {0};

			strcpy(name, "_Z1f");
			while (strlen(name) + 8 < max)
				strcat(name, parts[i]);
			strcat(name, "i");
			ij_demangle(name, &text);
			assert_false(text.failed);
			assert_in_range(text.len, 1, 65536);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
