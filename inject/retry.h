/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The wait between two rounds of attempts. */
#ifndef IJ_INJECT_RETRY_H
#define IJ_INJECT_RETRY_H

#include "inject/injector.h"

/**
 * Wait after round @round (from 0), longer from round to round, or until the client gives up or
 * goes away, or until @deadline_ns of the monotonic clock.
 *
 * @running: a thread that was tried did not wait in the kernel: the wait grows more slowly.
 * Errors: INTERRUPTED.
 */
struct ij_error *ij_retry_wait(struct ij_injector *inj, unsigned round, bool running,
			       uint64_t deadline_ns) IJ_WARN_UNUSED;

#endif
