/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Combining exit statuses: of several, the worst counts. */
#include "base/types.h"
#include "interject/interject.h"

static const int order[] = {8, 7, 6, 5, 4, 9, 3, 130, 2, 1, 0};

static size_t rank_of(int status)
{
	for (size_t i = 0; i < IJ_COUNT(order); i++)
		if (order[i] == status)
			return i;
	return 0;
}

int ij_status_worse(int a, int b)
{
	return rank_of(a) <= rank_of(b) ? a : b;
}
