// SPDX-License-Identifier: LGPL-2.1-or-later
// A header that gdb_sources.c has code of.
static int inner(int n)
{
	return n + 1;
}
