/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The walker that lets go: the thread moves on by itself, and is stopped again. Wholly, for it may
 * be long; and before that, where no breakpoint can be had, for moments in which we stay attached:
 * what runs will be elsewhere soon, and to attach anew costs ten times as much.
 */
#include "inject/retry.h"

#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "inject/walk.h"

/* Between rounds: exponential with jitter, so that we do not beat with the target's own rhythm. */
#define BACKOFF_MIN_NS (200 * IJ_NS_PER_US)
#define BACKOFF_MAX_NS (8 * IJ_NS_PER_MS)
/* Moments, and how long they are: with jitter, too. */
#define MOMENTS_MAX   12
#define MOMENT_MIN_NS (5 * IJ_NS_PER_US)
#define MOMENT_NS     (30 * IJ_NS_PER_US)
/* Some of them; all that leads there by a known way is better. */
#define COST_NS (500 * IJ_NS_PER_US)
/* What runs is elsewhere the next moment: so many rounds before the wait grows. */
#define RUNNING_ROUNDS 8

struct ij_error *ij_retry_wait(struct ij_injector *inj, unsigned round, bool running,
			       uint64_t deadline_ns)
{
	struct pollfd pfd = {.fd = inj->waiter.cancel_fd, .events = POLLIN | POLLRDHUP};
	unsigned doublings = running ? round / RUNNING_ROUNDS : round;
	uint64_t span = BACKOFF_MIN_NS << (doublings < 8 ? doublings : 8), now = ij_now_ns();
	struct timespec ts;

	if (span > BACKOFF_MAX_NS)
		span = BACKOFF_MAX_NS;
	span = span / 2 + (uint64_t)rand_r(&inj->seed) % span;
	if (now + span > deadline_ns)
		span = deadline_ns > now ? deadline_ns - now : 0;
	ts = ij_timespec(span);
	if (ppoll(&pfd, 1, &ts, NULL) > 0)
		inj->waiter.cancelled = true;
	if (inj->waiter.cancelled)
		return ij_error_new(INTERRUPTED, "interrupted; nothing was called");
	return NULL;
}

/* In a place that it will leave by itself, as far as can be told. */
static uint64_t fit(struct ij_walk *walk)
{
	const struct ij_stop *stop = walk->stop;

	if (walk->breakpoints || walk->moments >= MOMENTS_MAX ||
	    ij_regs_restart(&stop->regs) != IJ_RESTART_NONE)
		return IJ_NEVER;
	switch (walk->verdict->reason) {
	case IJ_WIRE_REASON_FRAME:
	case IJ_WIRE_REASON_UNWIND:
		return COST_NS;
	case IJ_WIRE_REASON_GO:
		return stop->conflict.module || stop->go_kind != IJ_MAP_GO_NONE ? COST_NS
										: IJ_NEVER;
	default:
		return IJ_NEVER;
	}
}

static struct ij_error *go(struct ij_walk *walk, enum ij_walk_end *ret)
{
	*ret = IJ_WALK_UNFIT;
	while (walk->moments < MOMENTS_MAX && ij_now_ns() < walk->deadline_ns) {
		uint64_t span = MOMENT_MIN_NS + (uint64_t)rand_r(&walk->inj->seed) % MOMENT_NS;

		IJ_TRY(ij_walk_let_run(walk, span, ret));
		walk->steps++;
		walk->moments++;
		if (*ret != IJ_WALK_MOVED || ij_walk_judge(walk) ||
		    ij_regs_restart(&walk->stop->regs) != IJ_RESTART_NONE)
			return NULL;
	}
	return NULL;
}

const struct ij_walker ij_walker_retry = {IJ_WIRE_WALKER_RETRY, fit, go};
