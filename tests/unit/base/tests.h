/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The groups of tests of src/base; each returns the number of failures. */
#ifndef IJ_TESTS_BASE_TESTS_H
#define IJ_TESTS_BASE_TESTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_base(void);
int test_json(void);
int test_glob(void);
int test_shared(void);

#endif
