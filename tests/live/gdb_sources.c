// SPDX-License-Identifier: LGPL-2.1-or-later
// A program of two files, and no others whose names were the machine's.
#include "gdb_sources.h"

int outer(int n)
{
	return inner(n) * 2;
}

int main(void)
{
	return outer(inner(1)) != 6;
}
