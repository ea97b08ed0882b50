/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The monotonic clock, nanoseconds. Deadlines are absolute times of this clock. */
#ifndef IJ_BASE_CLOCK_H
#define IJ_BASE_CLOCK_H

#include <time.h>

#include "base/types.h"

#define IJ_NS_PER_US 1000ull
#define IJ_NS_PER_MS 1000000ull
#define IJ_NS_PER_S  1000000000ull
#define IJ_NEVER     UINT64_MAX

static inline uint64_t ij_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * IJ_NS_PER_S + (uint64_t)ts.tv_nsec;
}

/** The deadline @span_ns from now; IJ_NEVER if that overflows. */
static inline uint64_t ij_deadline_ns(uint64_t span_ns)
{
	uint64_t now = ij_now_ns();

	return span_ns > IJ_NEVER - now ? IJ_NEVER : now + span_ns;
}

static inline struct timespec ij_timespec(uint64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / IJ_NS_PER_S),
				 .tv_nsec = (long)(ns % IJ_NS_PER_S)};
}

#endif
