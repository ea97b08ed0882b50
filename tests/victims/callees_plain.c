/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions of which there are the names and nothing else: this file is compiled without -g. */
#include "callees.h"

int f_plain(int a, int b)
{
	return a + b;
}
