/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Of several exit statuses, the worst counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/error.h"
#include "interject/interject.h"

static void test_order(void **state)
{
	static const int order[] = {8, 7, 6, 5, 4, 9, 3, 130, 2, 1, 0};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(order); i++) {
		for (size_t j = i; j < IJ_COUNT(order); j++) {
			assert_int_equal(ij_status_worse(order[i], order[j]), order[i]);
			assert_int_equal(ij_status_worse(order[j], order[i]), order[i]);
		}
	}
}

/* Each status that an error stands for has a place in the order. */
static void test_errors_known(void **state)
{
	(void)state;
	for (int code = 1; code < (int)IJ_ERR_COUNT; code++) {
		int status = ij_error_exit_status((enum ij_error_code)code);

		if (status != 8)
			assert_int_equal(ij_status_worse(status, 8), 8);
		assert_int_equal(ij_status_worse(status, 0), status);
		if (status != 1)
			assert_int_equal(ij_status_worse(1, status), status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_errors_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
