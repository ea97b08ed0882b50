/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Libraries that are loaded late. */
#include "tests.h"

#include <string.h>

#include "base/shared.h"

#define LIBC_SYMBOLS(X) X(strlen) X(strchr)
IJ_SHARED(libc, "libc.so.6", "libc6", LIBC_SYMBOLS)

static void test_load(void **state)
{
	struct libc lib;

	(void)state;
	for (unsigned n = 0; n < 2; n++) {
		assert_null(libc_load(&lib));
		assert_int_equal(lib.strlen("four"), 4);
		assert_ptr_equal(lib.strchr("four", 'u'), strchr("four", 'u'));
	}
}

static void test_missing(void **state)
{
	static const struct {
		const char *soname, *names, *parts[2];
	} rows[] = {
		{"libij-none.so.1", "strlen\0", {"libij-none.so.1", "package ij-none"}},
		{"libc.so.6", "ij_none\0", {"libc.so.6", "ij_none"}},
		{"libc.so.6", "strlen\0ij_none\0", {"libc.so.6", "ij_none"}},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		void *table[2] = {NULL};

		/* What failed fails again. */
		for (unsigned n = 0; n < 2; n++) {
			struct ij_error *err =
				ij_shared_load(rows[i].soname, "ij-none", rows[i].names, table);

			assert_non_null(err);
			assert_int_equal(err->code, IJ_ERR_UNSUPPORTED);
			assert_non_null(strstr(err->msg, rows[i].parts[0]));
			assert_non_null(strstr(err->msg, rows[i].parts[1]));
			ij_error_free(err);
		}
	}
}

int test_shared(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
