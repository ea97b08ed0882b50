/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arch/ticks.h"

#include <x86intrin.h>

uint64_t ij_arch_ticks(void)
{
	return __rdtsc();
}
