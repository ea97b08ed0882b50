/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tracer/resident.h"

#include <sys/mman.h>
#include <sys/resource.h>

void ij_resident_make(bool *done)
{
	const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

	if (*done)
		return;
	*done = true;
	/* Under a limit only what is there now: later mappings would fail once it is reached. */
	mlockall(setrlimit(RLIMIT_MEMLOCK, &all) ? MCL_CURRENT : MCL_CURRENT | MCL_FUTURE);
}
