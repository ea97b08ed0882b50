/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times as people write them: 2s, 500ms, 100us. */
#ifndef IJ_SESSION_DURATION_H
#define IJ_SESSION_DURATION_H

#include "base/error.h"
#include "interject/interject.h"

/** One day: no wait is longer. */
#define IJ_DURATION_MAX_NS ((uint64_t)86400 * 1000000000u)

/** Write "2 s", "1.5 ms", "310 us": three digits, the largest unit that is not over the value. */
void ij_duration_format(uint64_t ns, char *buf, size_t size);

#endif
