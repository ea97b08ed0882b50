/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inject/go/astray.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
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
	out->touch = IJ_TOUCH_RESTORED;
	out->verdict.reason = IJ_WIRE_REASON_GO;
	out->verdict.addr = m->stop->go_goal;
	snprintf(out->verdict.text, sizeof(out->verdict.text), "not where it was to come to");
}

/* Where the two parts of a session's pages lie that the handler uses. */
struct parts {
	ij_addr base; /* struct ij_gocall */
	ij_addr desc; /* struct ij_stub_desc */
};

/*
 * By one system call of the thread's, whose frame has no trap flag. Should we be killed right after
 * it, sessions after us must not take the thread to be in our pages: the kernel itself says so,
 * since the old action that it writes over the state begins with the handler's address, which is
 * none of IJ_STUB_STATE_*. It says it to us, too, if a signal came before we saw the call's end.
 *
 * @back_ret: whether it was done, also if this fails.
 */
static struct ij_error *take_back(struct ij_injector *inj, const struct parts *at, bool *back_ret)
{
	const uint32_t ready = IJ_STUB_STATE_READY;
	const ij_addr state = at->desc + offsetof(struct ij_stub_desc, state);
	const uint64_t args[6] = {SIGTRAP, at->base + offsetof(struct ij_gocall, old_action), state,
				  sizeof(uint64_t)};
	struct ij_error *err, *late;
	uint32_t now;
	long result = 0;

	IJ_TRY(ij_remote_enter(&inj->remote));
	err = ij_remote_syscall(&inj->remote, SYS_rt_sigaction, args, &result);
	ij_remote_leave(&inj->remote);
	if (!err && result)
		err = ij_error_os(REFUSED, (int)-result, "rt_sigaction in the target failed: %s",
				  strerror((int)-result));
	late = ij_pages_read(&inj->pages, &inj->process, state, &now, sizeof(now));
	*back_ret = late || now != IJ_STUB_STATE_HANDLER;
	if (!late && *back_ret)
		late = ij_pages_write(&inj->pages, &inj->process, state, &ready, sizeof(ready));
	if (!err)
		return late;
	ij_error_free(late);
	return err;
}

/* On with what it did before, step by step. */
static void leave_stepping(struct ij_injector *inj, uint64_t sigmask)
{
	inj->saved.regs = ij_gocall_stepping(&inj->saved.regs);
	inj->saved.by_hand = ij_gocall_stepping(&inj->saved.by_hand);
	inj->saved.sigmask = sigmask;
}

/* @signo_ret: what the thread is about to receive. */
static struct ij_error *call_back(struct ij_injector *inj, struct ij_stop *stop,
				  const struct parts *at, bool *back_ret, int *signo_ret)
{
	struct ij_error *err, *late;
	uint64_t mask, before;

	IJ_TRY(ij_pages_read(&inj->pages, &inj->process,
			     at->base + offsetof(struct ij_gocall, sigmask), &mask, sizeof(mask)));
	(void)ij_gocall_is_stepping(&stop->regs);
	(void)ij_gocall_is_stepping(&stop->resume);
	IJ_TRY(ij_prepare_take(inj, stop));
	before = inj->saved.sigmask;
	inj->saved.sigmask &= ~IJ_SIGNAL_BIT(SIGURG) | mask;
	err = take_back(inj, at, back_ret);
	if (!stop->thread->stopped) {
		ij_injector_strand(inj, stop->thread);
		return err;
	}
	if (err && err->code == IJ_ERR_INTERRUPTED)
		*signo_ret = err->os;
	/* With the flag set and no handler it would be killed. */
	if (!*back_ret)
		leave_stepping(inj, before);
	/* It is looked at again. */
	if (err && ij_prepare_is_transient(err)) {
		ij_error_free(err);
		err = NULL;
	}
	late = ij_saved_put_back(stop->thread, &inj->saved,
				 ij_limit_put_back(&stop->limit, ij_stop_put_back(stop)));
	if (!late)
		ij_limit_leave(&stop->limit, stop->thread, &inj->saved.regs);
	if (!err)
		return late;
	ij_error_free(late);
	return err;
}

/*
 * Is it stepping, and still in its system call? One that has just taken a step may be about to get
 * the signal of that. In a handler the flag is cleared: it is set again when that returns.
 */
static bool can_be_called_back(const struct ij_injector *inj, struct ij_stop *stop)
{
	struct ij_regs regs = stop->regs;

	return ij_gocall_is_stepping(&regs) && ij_regs_restart(&regs) != IJ_RESTART_NONE &&
	       ij_go_find_below(inj, stop);
}

static struct ij_error *stop_and_call_back(struct ij_injector *inj, pid_t tid,
					   const struct parts *at, bool *back_ret)
{
	struct ij_wire_verdict verdict;
	struct ij_thread thread;
	struct ij_stop stop = {0};
	struct ij_error *err;
	int signo = 0;

	*back_ret = false;
	ij_watchdog_arm(&inj->watchdog, IJ_HOLD_MAX_NS);
	err = ij_attempt_stop(inj, tid, &thread, &stop, &verdict);
	if (!err && thread.stopped) {
		if (can_be_called_back(inj, &stop)) {
			err = call_back(inj, &stop, at, back_ret, &signo);
			if (thread.stopped)
				ij_thread_detach(&thread, signo);
		} else {
			ij_attempt_let_go(&stop);
		}
	}
	ij_place_leave(&inj->place);
	return err;
}

struct ij_error *ij_go_call_back(struct ij_go_making *m, bool *back_ret)
{
	const struct parts at = {m->base, ij_pages_desc(&m->inj->pages)};
	struct ij_error *err =
		stop_and_call_back(m->inj, m->stop->thread->tid, &at, &m->called_back);

	ij_watchdog_arm(&m->inj->watchdog, m->call->timeout_ns + IJ_HOLD_MAX_NS);
	if (m->called_back)
		ij_go_not_arrived(m);
	*back_ret = m->called_back;
	return err;
}

struct ij_error *ij_go_free_left(struct ij_injector *inj, pid_t tid, struct ij_leftover *left,
				 bool *free_ret)
{
	const struct parts at = {left->entered - offsetof(struct ij_gocall, old_action[3]),
				 left->base + IJ_PAGE_SIZE};
	struct ij_mem *mem = &inj->process.mem.mem;
	struct ij_gocall go;
	struct ij_error *err;
	bool back;

	IJ_TRY(ij_mem_read(mem, at.base, &go, sizeof(go)));
	*free_ret = go.old_action[3] == IJ_GOCALL_NOT_ENTERED;
	if (*free_ret || !(go.flags & IJ_GOCALL_STEPS) || !tid || !inj->go_known)
		return NULL;
	err = stop_and_call_back(inj, tid, &at, &back);
	ij_watchdog_disarm(&inj->watchdog);
	left->busy = !back;
	*free_ret = back;
	return err;
}
