/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A library with thread-local variables, built in both ways that a library has of finding them. */

__thread int SHELF_NAME = SHELF_VALUE;
__thread long SHELF_OTHER = 7;

long SHELF_SUM(void);

long SHELF_SUM(void)
{
	return SHELF_NAME + SHELF_OTHER;
}
