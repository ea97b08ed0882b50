/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A small program, linked as PIE and as a static program, for the tests of src/obj. */
#include <stdio.h>
#include <string.h>

int fx_main_data = 5;

static __attribute__((noinline)) int fx_private(int x)
{
	return x * fx_main_data;
}

int main(int argc, char **argv)
{
	return (int)strlen(argv[argc - 1]) + fx_private(puts("fixture"));
}
