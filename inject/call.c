/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call: which threads to try in which order, how often, and what to say when none will do. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "inject/attempt.h"
#include "inject/cave.h"
#include "inject/go/go.h"
#include "inject/reap.h"

/* Between rounds: exponential with jitter, so that we do not beat with the target's own rhythm. */
#define BACKOFF_MIN_NS (200 * IJ_NS_PER_US)
#define BACKOFF_MAX_NS (8 * IJ_NS_PER_MS)
/* Threads tried in one round; a thousand would take the whole wait. */
#define ROUND_MAX 64
/* For the thread that can remove what was left to stand where it may. */
#define SWEEP_TRIES    10
#define SWEEP_PAUSE_NS (1 * IJ_NS_PER_MS)

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
		/* What sleeps in Go is the scheduler, or has let go of its goroutine. */
		if (inj->go_known && blocked.known && !blocked.running)
			continue;
		/* Twice the rank and one more: the main thread goes first among its equals. */
		candidates[len++] = (struct candidate){
			.tid = tid, .rank = rank_of(&blocked) * 2 + (tid != inj->process.pid)};
	}
	qsort(candidates, len, sizeof(candidates[0]), by_rank);
	return len;
}

/* Wait a little, or until the client gives up or goes away. */
static struct ij_error *back_off(struct ij_injector *inj, unsigned round, uint64_t deadline_ns)
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

/*
 * Only the thread that was in these pages can still be, and so must be the one that is stopped; 0:
 * it has ended, and any will do.
 */
static pid_t owner_of(const struct ij_injector *inj, const struct ij_leftover *left)
{
	pid_t owner = 0;

	IJ_VEC_EACH (&inj->tids.list, each) {
		struct ij_status status;
		IJ_ERROR_AUTO err = ij_process_status(&inj->process, *each, &status);

		if (!err && status.inner_pid == left->inner_tid)
			owner = *each;
	}
	return owner;
}

/* Remove what killed sessions left behind; what is still in use stays. */
static struct ij_error *sweep(struct ij_injector *inj)
{
	inj->swept = true;
	ij_reap_leftovers(inj);
	IJ_TRY(ij_cave_sweep(inj));
	for (size_t i = 0; i < inj->vmas.list.len; i++) {
		const struct ij_vma *vma = &inj->vmas.list.items[i];
		struct ij_leftover left;
		pid_t owner;
		bool done = false;

		if (!ij_leftover_recognise(&inj->process, &inj->vmas, vma, &left) || left.busy)
			continue;
		owner = left.inner_tid ? owner_of(inj, &left) : 0;
		for (unsigned tries = 0; tries < SWEEP_TRIES && !done; tries++) {
			/* A thread that waits for its vfork child, say, soon stands elsewhere. */
			if (tries)
				ij_process_await_exit(&inj->process, SWEEP_PAUSE_NS);
			for (size_t t = 0; t < inj->tids.list.len && t < ROUND_MAX && !done; t++)
				if (!owner || inj->tids.list.items[t] == owner)
					IJ_TRY(ij_attempt_unmap(inj, inj->tids.list.items[t], &left,
								&done));
		}
		inj->removed += done;
	}
	inj->stopped_ns = 0;
	return NULL;
}

/* What is told of the attempts so far stays; all else is of the next one. */
static void begin_attempt(struct ij_wire_outcome *out)
{
	struct ij_wire_outcome next = {
		.attempts = out->attempts + 1,
		.method = IJ_WIRE_WALKERS,
		.walks_len = out->walks_len,
		.walks_more = out->walks_more,
	};

	memcpy(next.walks, out->walks, sizeof(next.walks));
	*out = next;
}

/* What one round of attempts found. */
struct round {
	const struct ij_wire_call *call;
	const uint8_t *scratch;
	struct ij_call_result *result;
	uint64_t deadline_ns;
	struct candidate candidates[ROUND_MAX];
	size_t len;
	struct ij_wire_verdict first; /* of the first choice: the thread a person would ask about */
	bool first_known;
	size_t permanent;
	size_t blocked;
};

static struct ij_error *attempt_on(struct ij_injector *inj, struct round *round, size_t idx,
				   bool patient)
{
	const struct ij_wire_call *call = round->call;
	struct ij_wire_outcome *out = &round->result->outcome;
	const struct ij_attempt at = {.call = call,
				      .scratch = round->scratch,
				      .tid = round->candidates[idx].tid,
				      .deadline_ns = round->deadline_ns,
				      .patient = patient};

	begin_attempt(out);
	IJ_TRY(ij_attempt_call(inj, &at, round->result));
	if (out->status != IJ_WIRE_UNSAFE) {
		if (out->method == IJ_WIRE_WALKERS && idx)
			out->method = IJ_WIRE_WALKER_PICK;
		return NULL;
	}
	if (!idx || !round->first_known)
		round->first = out->verdict;
	round->first_known = true;
	round->permanent += ij_judge_is_permanent(out->verdict.reason);
	round->blocked += out->verdict.blocked;
	return NULL;
}

static bool is_over(const struct ij_injector *inj, const struct round *round)
{
	return round->result->outcome.status != IJ_WIRE_UNSAFE || inj->stray ||
	       inj->waiter.cancelled || ij_now_ns() >= round->deadline_ns;
}

/*
 * All candidates once: first as they are, walking from where that is quick; then, if none will do,
 * those that stand in a system call are waited for.
 */
static struct ij_error *round_of(struct ij_injector *inj, struct round *round, bool *hopeless_ret)
{
	uint32_t walkers = round->call->walkers;

	IJ_TRY(ij_injector_refresh(inj));
	if (!inj->swept)
		IJ_TRY(sweep(inj));
	round->len = choose(inj, round->call->tid, round->candidates);
	if (!(walkers & IJ_WIRE_WALKER_BIT(PICK)) && round->len)
		round->len = 1;
	round->permanent = round->blocked = 0;
	round->first_known = false;
	for (size_t i = 0; i < round->len && (!i || !is_over(inj, round)); i++)
		IJ_TRY(attempt_on(inj, round, i, false));
	for (size_t i = 0; i < round->len && !is_over(inj, round); i++)
		if (round->permanent < round->len)
			IJ_TRY(attempt_on(inj, round, i, true));
	if (round->first_known)
		round->result->outcome.verdict = round->first;
	else if (inj->go_known && round->result->outcome.status == IJ_WIRE_UNSAFE)
		ij_go_idle(&round->result->outcome.verdict);
	/* All of them wait in the kernel with what the callee needs: they will not arrive. */
	*hopeless_ret = ((round->permanent >= round->len || round->blocked == round->len) &&
			 (round->len || !inj->go_known)) ||
			inj->stray ||
			(round->call->tid && round->first.reason == IJ_WIRE_REASON_THREAD_GONE);
	return NULL;
}

/* Where a person says, instead of wherever a thread is. */
static struct ij_error *at_place(struct ij_injector *inj, struct round *round, ij_addr place)
{
	const struct ij_attempt at = {.call = round->call,
				      .scratch = round->scratch,
				      .tid = round->call->tid,
				      .arrive = place,
				      .deadline_ns = round->deadline_ns,
				      .patient = true};

	IJ_TRY(ij_injector_refresh(inj));
	if (!inj->swept)
		IJ_TRY(sweep(inj));
	begin_attempt(&round->result->outcome);
	return ij_attempt_call(inj, &at, round->result);
}

struct ij_error *ij_injector_call(struct ij_injector *inj, const struct ij_wire_call *call,
				  const uint8_t *scratch, struct ij_call_result *ret)
{
	uint64_t start = ij_now_ns();
	struct ij_wire_outcome *out = &ret->outcome;
	struct round round = {.call = call,
			      .scratch = scratch,
			      .result = ret,
			      .deadline_ns = ij_deadline_ns(call->wait_ns)};
	bool retry = call->walkers & IJ_WIRE_WALKER_BIT(RETRY);

	if (!inj->target_known)
		return ij_error_new(PROTOCOL, "a call before the target was described");
	if (inj->go_known != !!(call->flags & IJ_WIRE_CALL_GO))
		return ij_error_new(PROTOCOL, "a call of the wrong kind for this target");
	memset(out, 0, sizeof(*out));
	inj->stopped_ns = inj->safe_ns = 0;
	for (unsigned i = 0;; i++) {
		bool hopeless = false;

		if (call->at)
			IJ_TRY(at_place(inj, &round, call->at));
		else
			IJ_TRY(round_of(inj, &round, &hopeless));
		if (out->status == IJ_WIRE_UNSAFE && !hopeless && call->until &&
		    call->walkers & IJ_WIRE_WALKER_BIT(UNTIL) && ij_now_ns() < round.deadline_ns) {
			IJ_TRY(at_place(inj, &round, call->until));
			if (out->method == IJ_WIRE_WALKERS)
				out->method = IJ_WIRE_WALKER_UNTIL;
		}
		if (out->method == IJ_WIRE_WALKERS && i)
			out->method = IJ_WIRE_WALKER_RETRY;
		if (out->status != IJ_WIRE_UNSAFE || hopeless || !retry ||
		    ij_now_ns() >= round.deadline_ns)
			break;
		IJ_TRY(back_off(inj, i, round.deadline_ns));
	}
	out->wait_ns = (inj->safe_ns ? inj->safe_ns : ij_now_ns()) -
		       (inj->stopped_ns ? inj->stopped_ns : start);
	return NULL;
}
