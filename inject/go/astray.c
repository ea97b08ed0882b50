/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inject/go/astray.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "inject/go/go.h"
#include "inject/prepare.h"

bool ij_go_is_astray(struct ij_go_making *m)
{
	uint32_t flags = 0;
	IJ_ERROR_AUTO err =
		ij_pages_read(&m->inj->pages, &m->inj->process,
			      m->base + offsetof(struct ij_gocall, flags), &flags, sizeof(flags));

	return !err && flags & IJ_GOCALL_STEPS &&
	       ij_process_waits(&m->inj->process, m->stop->thread->tid, &m->looks);
}

void ij_go_not_arrived(struct ij_go_making *m)
{
	struct ij_wire_outcome *out = &m->result->outcome;

	out->status = IJ_WIRE_UNSAFE;
	out->verdict.reason = IJ_WIRE_REASON_GO;
	out->verdict.addr = m->stop->go_goal;
	snprintf(out->verdict.text, sizeof(out->verdict.text), "not where it was to come to");
}

/* By one system call of the thread's, whose frame has no trap flag. */
static struct ij_error *take_back(struct ij_go_making *m)
{
	struct ij_injector *inj = m->inj;
	const uint32_t state = IJ_STUB_STATE_READY;
	const uint64_t args[6] = {SIGTRAP, m->base + offsetof(struct ij_gocall, old_action), 0,
				  sizeof(uint64_t)};
	struct ij_error *err;
	long result;

	IJ_TRY(ij_remote_enter(&inj->remote));
	err = ij_remote_syscall(&inj->remote, SYS_rt_sigaction, args, &result);
	ij_remote_leave(&inj->remote);
	IJ_TRY(err);
	return ij_pages_write(&inj->pages, &inj->process,
			      ij_pages_desc(&inj->pages) + offsetof(struct ij_stub_desc, state),
			      &state, sizeof(state));
}

static struct ij_error *call_back(struct ij_go_making *m, struct ij_stop *stop)
{
	struct ij_injector *inj = m->inj;
	uint64_t mask;

	IJ_TRY(ij_pages_read(&inj->pages, &inj->process,
			     m->base + offsetof(struct ij_gocall, sigmask), &mask, sizeof(mask)));
	IJ_TRY(ij_saved_take(stop->thread, &inj->process, &stop->resume, &inj->saved));
	inj->saved.sigmask &= ~IJ_SIGNAL_BIT(SIGURG) | mask;
	ij_prepare_remote(inj, stop, stop->below);
	IJ_TRY(take_back(m));
	m->called_back = true;
	return ij_saved_put_back(stop->thread, &inj->saved, ij_stop_put_back(stop));
}

struct ij_error *ij_go_call_back(struct ij_go_making *m, bool *back_ret)
{
	struct ij_injector *inj = m->inj;
	struct ij_wire_verdict verdict;
	struct ij_thread thread;
	struct ij_stop stop = {0};
	struct ij_error *err;

	*back_ret = false;
	ij_watchdog_arm(&inj->watchdog, IJ_HOLD_MAX_NS);
	err = ij_attempt_stop(inj, m->stop->thread->tid, &thread, &stop, &verdict);
	if (!err && thread.stopped) {
		/* In a handler the flag is cleared: it is set again when that returns. */
		if (ij_gocall_is_stepping(&stop.regs) && ij_gocall_is_stepping(&stop.resume) &&
		    ij_go_find_below(inj, &stop))
			err = call_back(m, &stop);
		if (thread.stopped)
			ij_thread_detach(&thread, 0);
	}
	ij_place_leave(&inj->place);
	ij_watchdog_arm(&inj->watchdog, m->call->timeout_ns + IJ_HOLD_MAX_NS);
	if (m->called_back)
		ij_go_not_arrived(m);
	*back_ret = m->called_back;
	return err;
}
