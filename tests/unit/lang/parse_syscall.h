/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System calls out of words, for the tests of them. */
#ifndef IJ_TESTS_PARSE_SYSCALL_H
#define IJ_TESTS_PARSE_SYSCALL_H

#include <stdarg.h>
#include <setjmp.h>

#include <cmocka.h>

#include "lang/syscall.h"

enum { WORDS_MAX = 8 };

static struct ij_error *parse(const char *const words[WORDS_MAX], struct ij_syscall *ret)
{
	struct ij_prototypes *protos;
	struct ij_error *err = ij_prototypes_create(&protos);
	size_t len = 0;

	assert_null(err);
	while (len < WORDS_MAX && words[len])
		len++;
	err = ij_syscall_parse(protos, (char *const *)words, len, ret);
	ij_prototypes_destroy(protos);
	return err;
}

#endif
