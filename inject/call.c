/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call: which threads to try in which order, how often, and what to say when none will do. */
#include <string.h>

#include "base/clock.h"
#include "inject/attempt.h"
#include "inject/go/go.h"
#include "inject/pick.h"
#include "inject/retry.h"
#include "inject/sweep.h"

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
	struct ij_candidate candidates[IJ_PICK_MAX];
	size_t len;
	struct ij_wire_verdict first; /* of the first choice: the thread a person would ask about */
	bool first_known;
	size_t permanent;
	size_t blocked;
	bool running;  /* some thread that was tried was not in the kernel */
	unsigned lost; /* times in a row that there was no goroutine, or no place in it */
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
	round->running = round->running || out->verdict.syscall < 0;
	return NULL;
}

static bool is_over(const struct ij_injector *inj, const struct round *round)
{
	return round->result->outcome.status != IJ_WIRE_UNSAFE || inj->stray ||
	       inj->waiter.cancelled || ij_now_ns() >= round->deadline_ns;
}

/*
 * A thread that was to be stopped, is attached and runs: until it has stopped and was let go of,
 * nothing else is begun. One that only lacks a CPU gets one; who waits in the kernel for what
 * cannot be interrupted may come back, too. Whether there is none now.
 */
static bool await_stray(struct ij_injector *inj, const struct round *round)
{
	struct ij_wire_outcome *out = &round->result->outcome;

	if (ij_injector_recover(inj, round->deadline_ns))
		return true;
	out->status = IJ_WIRE_UNSAFE;
	out->verdict = (struct ij_wire_verdict){.tid = inj->stray_thread.tid, .syscall = -1};
	ij_attempt_refuse(&out->verdict, IJ_WIRE_REASON_NOSTOP, "");
	return false;
}

/* No thread was tried. */
static void nobody(struct round *round)
{
	begin_attempt(&round->result->outcome);
	round->result->outcome.status = IJ_WIRE_UNSAFE;
}

/* For a goroutine to go on, before all is looked at again. */
#define PARKED_NS (200 * IJ_NS_PER_MS)

/* Until a goroutine comes to @place, with a stack pointer in [@sp_min, @sp_max]; for a while. Only
 * breakpoints tell of that. */
static struct ij_error *await_at(struct ij_injector *inj, struct round *round, ij_addr place,
				 ij_addr sp_min, ij_addr sp_max)
{
	uint64_t slice = ij_deadline_ns(PARKED_NS);
	const struct ij_attempt at = {
		.call = round->call,
		.scratch = round->scratch,
		.arrive = place,
		.sp_min = sp_min,
		.sp_max = sp_max,
		.deadline_ns = slice < round->deadline_ns ? slice : round->deadline_ns,
		.patient = true};

	if (inj->events_fd < 0)
		return NULL;
	begin_attempt(&round->result->outcome);
	return ij_attempt_call(inj, &at, round->result);
}

/* A Go program in which nobody runs: one thread may be woken. */
static struct ij_error *idle_round(struct ij_injector *inj, struct round *round)
{
	const ij_addr known = inj->go_return;

	inj->go_return = 0;
	if (round->call->walkers & IJ_WIRE_WALKER_BIT(WAKE))
		round->len = ij_pick_idle(inj, round->call->tid, round->candidates);
	round->first_known = false;
	for (size_t i = 0; i < round->len && (!i || !is_over(inj, round)); i++)
		IJ_TRY(attempt_on(inj, round, i, true));
	if (!round->len)
		nobody(round);
	if (inj->go_return && !is_over(inj, round))
		IJ_TRY(await_at(inj, round, inj->go_return, inj->go_return_sp, inj->go_return_hi));
	/* The last round may have had no time for the thread of which it is said. */
	if (!inj->go_return && is_over(inj, round))
		inj->go_return = known;
	if (round->result->outcome.status == IJ_WIRE_UNSAFE)
		ij_go_idle(inj, &round->result->outcome.verdict);
	return NULL;
}

/* One that works is seen now and then while it parks or its stack moves, by words that do not fit.
 */
#define LOST_MAX 10

/* It may be woken, if it waits for the network; else it is waited for where it will go on. */
static struct ij_error *await_parked(struct ij_injector *inj, struct round *round,
				     const struct ij_conflict *where,
				     const struct ij_go_stack *stack)
{
	if (round->call->walkers & IJ_WIRE_WALKER_BIT(WAKE))
		round->len = ij_pick_idle(inj, 0, round->candidates);
	/* The scheduler's thread comes first, and no other knows of it. */
	if (round->len && ij_pick_is_scheduler(&round->candidates[0])) {
		IJ_TRY(attempt_on(inj, round, 0, true));
		if (is_over(inj, round))
			return NULL;
	}
	return where->return_addr ? await_at(inj, round, where->return_addr, where->cfa, stack->hi)
				  : NULL;
}

/* Only the goroutine that is wanted makes the call. */
static struct ij_error *goroutine_round(struct ij_injector *inj, struct round *round,
					bool *hopeless_ret)
{
	struct ij_wire_outcome *out = &round->result->outcome;
	struct ij_conflict where;
	struct ij_go_stack stack;
	enum ij_go_where found;
	pid_t tid;

	round->len = 0;
	found = ij_go_find_wanted(inj, round->call, &tid, &where, &stack);
	if (found == IJ_GO_WHERE_THREAD) {
		round->candidates[0] = (struct ij_candidate){.tid = tid};
		round->len = 1;
		inj->go_return = 0;
		IJ_TRY(attempt_on(inj, round, 0, false));
		if (!is_over(inj, round))
			IJ_TRY(attempt_on(inj, round, 0, true));
		/* In a system call that nobody makes again. */
		if (inj->go_return && !is_over(inj, round))
			return await_at(inj, round, inj->go_return, inj->go_return_sp,
					inj->go_return_hi);
		return NULL;
	}
	nobody(round);
	if (found == IJ_GO_WHERE_PARKED)
		IJ_TRY(await_parked(inj, round, &where, &stack));
	if (out->status == IJ_WIRE_UNSAFE)
		ij_go_elsewhere(found, &out->verdict);
	/* It has ended, or is one of the runtime's own, which has no place for a call. */
	if (found == IJ_GO_WHERE_GONE || (found == IJ_GO_WHERE_PARKED && !where.return_addr))
		round->lost++;
	else
		round->lost = 0;
	*hopeless_ret = round->lost >= LOST_MAX;
	return NULL;
}

/*
 * All candidates once: first as they are, walking from where that is quick; then, if none will do,
 * those that stand in a system call are waited for.
 */
static struct ij_error *round_of(struct ij_injector *inj, struct round *round, bool *hopeless_ret)
{
	uint32_t walkers = round->call->walkers;
	bool go = round->call->flags & IJ_WIRE_CALL_GO;

	IJ_TRY(ij_injector_refresh(inj));
	if (!inj->swept)
		IJ_TRY(ij_sweep(inj));
	*hopeless_ret = false;
	if (go && !ij_go_turn_take(inj)) {
		nobody(round);
		ij_go_busy(&round->result->outcome.verdict);
		return NULL;
	}
	if (round->call->goroutine)
		return goroutine_round(inj, round, hopeless_ret);
	round->len = ij_pick(inj, round->call->tid, go, round->candidates);
	if (!(walkers & IJ_WIRE_WALKER_BIT(PICK)) && round->len)
		round->len = 1;
	if (go && !round->len)
		return idle_round(inj, round);
	round->permanent = round->blocked = 0;
	round->first_known = false;
	for (size_t i = 0; i < round->len && (!i || !is_over(inj, round)); i++)
		IJ_TRY(attempt_on(inj, round, i, false));
	for (size_t i = 0; i < round->len && !is_over(inj, round); i++)
		if (round->permanent < round->len)
			IJ_TRY(attempt_on(inj, round, i, true));
	if (round->first_known && round->result->outcome.status == IJ_WIRE_UNSAFE)
		round->result->outcome.verdict = round->first;
	/* All of them wait in the kernel with what the callee needs: they will not arrive. */
	*hopeless_ret = round->permanent >= round->len || (round->blocked == round->len && !go) ||
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
		IJ_TRY(ij_sweep(inj));
	begin_attempt(&round->result->outcome);
	return ij_attempt_call(inj, &at, round->result);
}

static struct ij_error *make_call(struct ij_injector *inj, const struct ij_wire_call *call,
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
	if (call->flags & IJ_WIRE_CALL_GO && !inj->go_known)
		return ij_error_new(PROTOCOL, "a call in Go in a target without it");
	memset(out, 0, sizeof(*out));
	inj->stopped_ns = inj->safe_ns = 0;
	for (unsigned i = 0; await_stray(inj, &round); i++) {
		bool hopeless = false;

		round.running = false;
		if (call->at)
			IJ_TRY(at_place(inj, &round, call->at));
		else
			IJ_TRY(round_of(inj, &round, &hopeless));
		if (out->status == IJ_WIRE_UNSAFE && !hopeless && !inj->stray && call->until &&
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
		IJ_TRY(ij_retry_wait(inj, i, round.running, round.deadline_ns));
	}
	out->wait_ns = (inj->safe_ns ? inj->safe_ns : ij_now_ns()) -
		       (inj->stopped_ns ? inj->stopped_ns : start);
	return NULL;
}

struct ij_error *ij_injector_call(struct ij_injector *inj, const struct ij_wire_call *call,
				  const uint8_t *scratch, struct ij_call_result *ret)
{
	const bool mapped = inj->pages.base;
	struct ij_error *err = make_call(inj, call, scratch, ret);

	ij_go_turn_end(inj);
	/* Our pages came, though nothing was called in the end. */
	if (!mapped && inj->pages.base && ret->outcome.touch == IJ_TOUCH_UNTOUCHED)
		ret->outcome.touch = IJ_TOUCH_RESTORED;
	return err;
}
