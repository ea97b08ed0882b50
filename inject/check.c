/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every thread's verdict, and nothing written. */
#include <string.h>

#include "base/clock.h"
#include "inject/arrive.h"
#include "inject/plan.h"

static struct ij_error *check_thread(struct ij_injector *inj, const struct ij_wire_check *check,
				     pid_t tid, struct ij_wire_verdict *verdict)
{
	struct ij_thread thread;
	struct ij_stop stop = {0};
	struct ij_error *err;
	const struct ij_arrival goal = {
		.addr = check->at, .only = tid, .deadline_ns = ij_deadline_ns(check->wait_ns)};

	if (check->at)
		err = ij_arrive(inj, &goal, &thread, &stop, verdict);
	else
		err = ij_attempt_stop(inj, tid, &thread, &stop, verdict);
	if (!err && thread.stopped) {
		stop.callee = &check->callee;
		stop.flags = check->flags & IJ_WIRE_CALL_GO;
		ij_judge(inj, &stop, check->need, verdict);
		verdict->walkers = ij_plan_exits(inj, &stop, check->need, verdict);
		ij_attempt_let_go(&stop);
	}
	ij_place_leave(&inj->place);
	ij_watchdog_disarm(&inj->watchdog);
	return err;
}

struct ij_error *ij_injector_check(struct ij_injector *inj, const struct ij_wire_check *check,
				   struct ij_wire_verdict *verdicts, struct ij_wire_verdicts *ret)
{
	if (!inj->target_known)
		return ij_error_new(PROTOCOL, "a check before the target was described");
	*ret = (struct ij_wire_verdicts){0};
	IJ_TRY(ij_injector_refresh(inj));
	if (check->tid || check->at) {
		IJ_TRY(check_thread(inj, check, check->tid, &verdicts[0]));
		ret->len = 1;
		return NULL;
	}
	IJ_VEC_EACH (&inj->tids.list, tid) {
		if (ret->len == IJ_WIRE_VERDICTS_MAX || inj->stray) {
			ret->more++;
			continue;
		}
		IJ_TRY(check_thread(inj, check, *tid, &verdicts[ret->len]));
		/* A thread that ended meanwhile is not worth a line. */
		if (verdicts[ret->len].reason != IJ_WIRE_REASON_THREAD_GONE)
			ret->len++;
	}
	return NULL;
}
