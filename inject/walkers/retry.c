/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The walker that lets go: the thread moves on by itself, and is stopped again. */
#include "inject/retry.h"

#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"

/* Between rounds: exponential with jitter, so that we do not beat with the target's own rhythm. */
#define BACKOFF_MIN_NS (200 * IJ_NS_PER_US)
#define BACKOFF_MAX_NS (8 * IJ_NS_PER_MS)

struct ij_error *ij_retry_wait(struct ij_injector *inj, unsigned round, uint64_t deadline_ns)
{
	struct pollfd pfd = {.fd = inj->waiter.cancel_fd, .events = POLLIN | POLLRDHUP};
	uint64_t span = BACKOFF_MIN_NS << (round < 8 ? round : 8), now = ij_now_ns();
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
