/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tiny library that comes and goes. */
int plugin_answer(int x);

static int calls;

/* Counts its calls, so that a library that was not loaded anew gives itself away. */
int plugin_answer(int x)
{
	return 3 * x + 1 + 1000 * calls++;
}
