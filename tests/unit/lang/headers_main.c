/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The comparison with the headers happens in the compiler; this program says what was compared. */
#include <stdio.h>

int main(void)
{
	unsigned compared = 0;

#define IJ_GNU(name, ret, params)     compared++;
#define IJ_DEFAULT(name, ret, params) compared++;
#include "asserts.inc"
	printf("%u prototypes agree with the system's headers\n", compared);
	return compared < 700;
}
