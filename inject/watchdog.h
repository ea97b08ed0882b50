/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A timer that kills the tracer when a transaction overruns: SIGKILL is the safe release of the
 * target. */
#ifndef IJ_INJECT_WATCHDOG_H
#define IJ_INJECT_WATCHDOG_H

#include <time.h>

#include "base/error.h"

struct ij_watchdog {
	timer_t timer;
};

/** Errors: OS. */
struct ij_error *ij_watchdog_init(struct ij_watchdog *watchdog) IJ_WARN_UNUSED;
void ij_watchdog_deinit(struct ij_watchdog *watchdog);

/** Kill this process in @span_ns unless armed anew or disarmed before. Works while we are stopped,
 * too. */
void ij_watchdog_arm(struct ij_watchdog *watchdog, uint64_t span_ns);
void ij_watchdog_disarm(struct ij_watchdog *watchdog);

#endif
