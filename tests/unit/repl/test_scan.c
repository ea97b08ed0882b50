/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members that are being typed: what they are a member of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "repl/scan.h"

static const struct {
	const char *text;
	const char *object, *prefix; /* NULL: it is no member */
} cases[] = {
	{"obj.fi", "obj", "fi"},
	{"obj.", "obj", ""},
	{"p->", "p", ""},
	{"p->next->na", "p->next", "na"},
	{"f(1 + 2, g(3)).x", "f(1 + 2, g(3))", "x"},
	{"a[i + 1][2].x", "a[i + 1][2]", "x"},
	{"1 + obj.x", "obj", "x"},
	{"f(obj.x", "obj", "x"},
	{"f(y, p->x", "p", "x"},
	{"((struct s *)p)->x", "((struct s *)p)", "x"},
	/* A cast is of the member. */
	{"(long)p->x", "p", "x"},
	{"*p.x", "p", "x"},
	{"libx.so.6!obj.x", "libx.so.6!obj", "x"},
	{"'dir/file.c'::obj.x", "'dir/file.c'::obj", "x"},
	{"ns::obj.x", "ns::obj", "x"},
	{"$1.x", "$1", "x"},
	{"(*p).next->x", "(*p).next", "x"},
	{"obj", NULL, NULL},
	{"", NULL, NULL},
	{".x", NULL, NULL},
	{"->x", NULL, NULL},
	{"a - b", NULL, NULL},
	{"a > b", NULL, NULL},
	{"f(1).x + y", NULL, NULL},
	{").x", NULL, NULL},
};

static void finds_members(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ij_scan_member at;

		if (ij_scan_member(cases[i].text, &at) != !!cases[i].object)
			fail_msg("%s", cases[i].text);
		if (cases[i].object && (strlen(cases[i].object) != at.object_len ||
					memcmp(cases[i].object, at.object, at.object_len) != 0 ||
					strcmp(cases[i].prefix, at.prefix) != 0))
			fail_msg("%s: %.*s, %s", cases[i].text, (int)at.object_len, at.object,
				 at.prefix);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
