/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tracer's CPU and priority (sched(7)). Where the system refuses, all works, only slower. */
#include "inject/place.h"

void ij_place_join(struct ij_place *place, int cpu)
{
	const struct sched_param first = {.sched_priority = 1};
	cpu_set_t one;

	if (place->joined || cpu < 0 || cpu >= CPU_SETSIZE ||
	    sched_getaffinity(0, sizeof(place->before), &place->before))
		return;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	place->cpu = cpu;
	place->joined = true;
	/* First: whoever arrives on a busy CPU without it waits there, for seconds at worst. */
	sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first);
	sched_setaffinity(0, sizeof(one), &one);
}

void ij_place_part(struct ij_place *place)
{
	cpu_set_t others = place->before;

	if (!place->joined)
		return;
	place->joined = false;
	place->first = true;
	CPU_CLR(place->cpu, &others);
	if (CPU_COUNT(&others))
		sched_setaffinity(0, sizeof(others), &others);
	sched_setaffinity(0, sizeof(place->before), &place->before);
}

void ij_place_leave(struct ij_place *place)
{
	const struct sched_param normal = {0};

	ij_place_part(place);
	if (place->first)
		sched_setscheduler(0, SCHED_OTHER, &normal);
	place->first = false;
}
