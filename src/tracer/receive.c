/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for the client, and meanwhile for threads that owe a stop. */
#include "tracer/receive.h"

#include "base/clock.h"

/* While a stop is held: between feedings of the watchdog, and what it allows, also for a request.
 */
#define FEED_NS       (100 * IJ_NS_PER_MS)
#define HELD_WATCH_NS (10 * IJ_NS_PER_S)

struct ij_error *ij_tracer_receive(struct ij_tracer *tracer, uint64_t idle_ns,
				   struct ij_wire_msg *ret)
{
	uint64_t deadline = tracer->patient ? IJ_NEVER : ij_deadline_ns(idle_ns);
	struct ij_waiter *waiter = &tracer->inj.waiter;
	struct ij_error *err = NULL;
	bool again = true;

	/* One that was to be stopped is let go of when it stops. What comes first is a request. */
	if (tracer->bound && !tracer->hold.on)
		(void)!ij_injector_recover(&tracer->inj, deadline);
	waiter->cancelled = false;

	while (again) {
		uint64_t now = ij_now_ns(), left = now < deadline ? deadline - now : 0;

		if (tracer->hold.on) {
			ij_watchdog_arm(&tracer->inj.watchdog, HELD_WATCH_NS);
			ij_hold_meet_ends(&tracer->hold);
			(void)!ij_injector_recover(&tracer->inj, now);
		}
		ij_error_free(err);
		err = ij_wire_recv(tracer->sock, tracer->buf,
				   tracer->hold.on && FEED_NS < left ? FEED_NS
				   : deadline == IJ_NEVER            ? IJ_NEVER
								     : left,
				   ret);
		again = err && err->code == IJ_ERR_TIMEOUT && tracer->hold.on &&
			ij_now_ns() < deadline;
	}
	return err;
}
