/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs the tests of src/base. */
#include "tests.h"

int main(void)
{
	return test_base() + test_json() + test_glob() + test_shared();
}
