/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the gap victim shares with the benchmark. */
#ifndef IJ_BENCH_GAP_PAGE_H
#define IJ_BENCH_GAP_PAGE_H

#include <stdatomic.h>
#include <stdint.h>

#define GAP_PAGE_FD 3

struct gap_page {
	_Atomic uint64_t readings; /* of the clock, so far */
	_Atomic uint64_t gap_ns;   /* the longest gap between two of them since the last reset */
	_Atomic uint64_t reset;    /* set by the benchmark, cleared by the victim */
};

#endif
