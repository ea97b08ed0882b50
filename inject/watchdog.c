/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A POSIX timer whose signal is SIGKILL (timer_create(2); Linux, kernel/time/posix-timers.c). */
#include "inject/watchdog.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"

struct ij_error *ij_watchdog_init(struct ij_watchdog *watchdog)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};

	if (timer_create(CLOCK_MONOTONIC, &event, &watchdog->timer))
		return ij_error_os(OS, errno, "cannot create the watchdog's timer: %s",
				   strerror(errno));
	return NULL;
}

void ij_watchdog_deinit(struct ij_watchdog *watchdog)
{
	timer_delete(watchdog->timer);
}

void ij_watchdog_arm(struct ij_watchdog *watchdog, uint64_t span_ns)
{
	struct itimerspec spec = {.it_value = ij_timespec(span_ns)};

	timer_settime(watchdog->timer, 0, &spec, NULL);
}

void ij_watchdog_disarm(struct ij_watchdog *watchdog)
{
	ij_watchdog_arm(watchdog, 0);
}
