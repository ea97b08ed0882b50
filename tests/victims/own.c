/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * own: a program that nothing but its symbols describes, one of whose functions has the name of the
 * C library's; linked to libraries with thread-local variables.
 */
#include "victim.h"

double nice(double x, double y);
long shelf_sum(void);
long drawer_sum(void);

double nice(double x, double y)
{
	return x * y;
}

int main(void)
{
	victim_init();
	victim_ready();
	while (!victim_stopping() && nice(shelf_sum(), 1) > 0 && drawer_sum() > 0)
		victim_round();
	return victim_verdict();
}
