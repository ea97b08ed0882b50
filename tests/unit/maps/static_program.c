/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A statically linked program, with names and stripped, for test_static.c to compile containers of.
 */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
	free(malloc(1));
	return puts("static") < 0;
}
