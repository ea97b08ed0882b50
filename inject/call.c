/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call: which threads to try in which order, how often, and what to say when none will do. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "inject/attempt.h"

/* Between rounds: exponential with jitter, so that we do not beat with the target's own rhythm. */
#define BACKOFF_MIN_NS (200 * IJ_NS_PER_US)
#define BACKOFF_MAX_NS (8 * IJ_NS_PER_MS)
/* Threads tried in one round; a thousand would take the whole wait. */
#define ROUND_MAX 64

struct candidate {
	pid_t tid;
	unsigned rank; /* lower is better */
};

/*
 * What a stop costs the thread's own system call, seen before anything is stopped: nothing in user
 * mode; little where the kernel restarts the call by itself; most where a timeout may start anew.
 */
static unsigned rank_of(const struct ij_blocked *blocked)
{
	if (!blocked->known || blocked->running || blocked->nr < 0)
		return 0;
	switch (blocked->nr) {
	case SYS_nanosleep:
	case SYS_clock_nanosleep:
	case SYS_poll:
	case SYS_restart_syscall:
		return 3;
	case SYS_futex:
		return blocked->args[3] ? 3 : 1;
	case SYS_select:
	case SYS_pselect6:
	case SYS_ppoll:
	case SYS_pause:
	case SYS_rt_sigsuspend:
		return 2;
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
		return (int)blocked->args[3] < 0 ? 4 : 5;
	case SYS_epoll_pwait2:
	case SYS_rt_sigtimedwait:
	case SYS_semtimedop:
	case SYS_io_getevents:
	case SYS_io_uring_enter:
		return 5;
	/* A write may have been done in part, which a stop makes visible as a short count. */
	case SYS_write:
	case SYS_writev:
	case SYS_sendto:
	case SYS_sendmsg:
	case SYS_connect:
		return 6;
	default:
		return 1;
	}
}

static int by_rank(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return x->rank != y->rank ? (x->rank < y->rank ? -1 : 1) : 0;
}

static size_t choose(struct ij_injector *inj, pid_t only, struct candidate *candidates)
{
	size_t len = 0;

	if (only) {
		candidates[0] = (struct candidate){.tid = only};
		return 1;
	}
	for (size_t i = 0; i < inj->tids.list.len && len < ROUND_MAX; i++) {
		struct ij_blocked blocked;
		pid_t tid = inj->tids.list.items[i];

		ij_process_blocked(&inj->process, tid, &blocked);
		/* Twice the rank and one more: the main thread goes first among its equals. */
		candidates[len++] = (struct candidate){
			.tid = tid, .rank = rank_of(&blocked) * 2 + (tid != inj->process.pid)};
	}
	qsort(candidates, len, sizeof(candidates[0]), by_rank);
	return len;
}

/* Wait a little, or until the client goes away. */
static struct ij_error *back_off(struct ij_injector *inj, unsigned round, uint64_t deadline_ns)
{
	struct pollfd pfd = {.fd = inj->waiter.cancel_fd, .events = POLLRDHUP};
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
		return ij_error_new(INTERRUPTED, "the client has gone");
	return NULL;
}

/* Remove what killed sessions left behind; what is still in use stays. */
static struct ij_error *sweep(struct ij_injector *inj)
{
	inj->swept = true;
	for (size_t i = 0; i < inj->vmas.list.len; i++) {
		const struct ij_vma *vma = &inj->vmas.list.items[i];
		struct ij_leftover left;
		pid_t tid = inj->process.pid;
		bool done = false;

		if (!ij_leftover_recognise(&inj->process, &inj->vmas, vma, &left) || left.busy)
			continue;
		/* Only the thread that was in these pages can still be: it must be the one that is
		 * stopped. */
		IJ_VEC_EACH (&inj->tids.list, each) {
			struct ij_status status;
			IJ_ERROR_AUTO err = ij_process_status(&inj->process, *each, &status);

			if (!err && left.inner_tid && status.inner_pid == left.inner_tid)
				tid = *each;
		}
		for (unsigned tries = 0; tries < 10 && !done; tries++)
			IJ_TRY(ij_attempt_unmap(inj, tid, left.base, left.size, &done));
		inj->removed += done;
	}
	return NULL;
}

/* All candidates once. *@refusals counts those that will never do. */
static struct ij_error *round_of(struct ij_injector *inj, const struct ij_wire_call *call,
				 const uint8_t *scratch, struct ij_call_result *ret,
				 uint64_t deadline_ns, bool *hopeless_ret)
{
	struct candidate candidates[ROUND_MAX];
	struct ij_wire_outcome *out = &ret->outcome;
	struct ij_wire_verdict first = {0};
	size_t len, permanent = 0;

	IJ_TRY(ij_injector_refresh(inj));
	if (!inj->swept)
		IJ_TRY(sweep(inj));
	len = choose(inj, call->tid, candidates);
	for (size_t i = 0; i < len; i++) {
		uint32_t attempts = out->attempts;

		memset(out, 0, sizeof(*out));
		out->attempts = attempts + 1;
		IJ_TRY(ij_attempt_call(inj, call, scratch, candidates[i].tid, ret));
		if (out->status != IJ_WIRE_UNSAFE)
			return NULL;
		permanent += ij_judge_is_permanent(out->verdict.reason);
		if (!i)
			first = out->verdict;
		if (ij_now_ns() >= deadline_ns || inj->stray)
			break;
	}
	/* The first choice is the thread that a person would ask about. */
	out->verdict = first;
	*hopeless_ret = permanent == len || inj->stray ||
			(call->tid && first.reason == IJ_WIRE_REASON_THREAD_GONE);
	return NULL;
}

struct ij_error *ij_injector_call(struct ij_injector *inj, const struct ij_wire_call *call,
				  const uint8_t *scratch, struct ij_call_result *ret)
{
	uint64_t start = ij_now_ns(), deadline = ij_deadline_ns(call->wait_ns);
	struct ij_wire_outcome *out = &ret->outcome;

	if (!inj->target_known)
		return ij_error_new(PROTOCOL, "a call before the target was described");
	memset(out, 0, sizeof(*out));
	for (unsigned round = 0;; round++) {
		bool hopeless = false;

		IJ_TRY(round_of(inj, call, scratch, ret, deadline, &hopeless));
		if (out->status != IJ_WIRE_UNSAFE || hopeless || ij_now_ns() >= deadline)
			break;
		IJ_TRY(back_off(inj, round, deadline));
	}
	out->wait_ns = ij_now_ns() - start;
	if (out->status != IJ_WIRE_UNSAFE)
		out->wait_ns -= out->pause_ns < out->wait_ns ? out->pause_ns : out->wait_ns;
	return NULL;
}
