/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The run of one call: entering the stub, and what may happen until it reports its end. */
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "inject/attempt.h"
#include "inject/deadlock.h"
#include "inject/entry.h"
#include "inject/hold/hold.h"
#include "inject/run_impl.h"

/* A client that goes away leaves a running call so long to finish by itself. */
#define CANCEL_GRACE_NS (50 * IJ_NS_PER_MS)
/* Between looks at a running call: for a self-deadlock at first, then for an escape. */
#define LOOK_FIRST_NS (1 * IJ_NS_PER_MS)
#define LOOK_MAX_NS   (20 * IJ_NS_PER_MS)
/* Between looks whether a call is over that cannot tell. The stub waits ten times as long. */
#define PEEK_FIRST_NS (20 * IJ_NS_PER_US)
#define PEEK_MAX_NS   (1 * IJ_NS_PER_MS)

static struct ij_error *interrupt(struct ij_running *r)
{
	r->interrupting = true;
	return ij_thread_interrupt(r->thread);
}

static struct ij_error *resume(struct ij_running *r, int signo)
{
	/* Any other stop that came first has cancelled ours (kernel/signal.c, ptrace_stop). */
	if (r->interrupting)
		IJ_TRY(ij_thread_interrupt(r->thread));
	return r->watch || r->inj->capturing ? ij_thread_resume_syscall(r->thread, signo)
					     : ij_thread_resume(r->thread, signo);
}

/* From now on the call, or the next one of a ring, has its time. */
static void allow(struct ij_running *r)
{
	uint64_t timeout_ns = r->run->call->timeout_ns;

	r->deadline_ns = ij_deadline_ns(timeout_ns);
	r->look_ns = LOOK_FIRST_NS;
	r->next_look_ns = ij_deadline_ns(r->look_ns);
	r->peek_ns = PEEK_FIRST_NS;
	ij_watchdog_arm(&r->inj->watchdog, timeout_ns + IJ_HOLD_MAX_NS);
}

/*
 * One register write sends the thread into the stub, which from then on restores it by itself: the
 * mask, too, where filters let it, so that it is changed after. Where they do not, the mask must be
 * the program's own by then; what remote system calls blocked, their own frame still puts back.
 */
static struct ij_error *enter(struct ij_running *r)
{
	bool unmasked = !r->run->stop->means.mask;
	struct ij_regs regs;

	IJ_TRY(ij_entry_stack(r->inj, &r->inj->process, ij_regs_pc(&r->inj->saved.by_hand), &regs));
	if (unmasked)
		IJ_TRY(ij_thread_sigmask_set(r->thread, ij_run_blocked(r)));
	IJ_TRY(ij_thread_regs_set(r->thread, &regs));
	if (!unmasked)
		IJ_TRY(ij_thread_sigmask_set(r->thread, ij_run_blocked(r)));
	r->start_ns = ij_now_ns();
	allow(r);
	return resume(r, 0);
}

/* The stub has reported its end: take what the call left. */
static struct ij_error *collect(struct ij_running *r)
{
	ij_run_finish(r, IJ_WIRE_DONE, IJ_TOUCH_RESTORED, IJ_RUN_STOPPED);
	if (r->ring.on)
		return ij_ring_collect(&r->ring, r->inj, r->run->call, r->run->result);
	return ij_entry_collect(r->inj->now, &r->inj->process, r->run->call, &r->desc,
				r->run->result);
}

/* A look from outside at a call that takes its time. */
static struct ij_error *look(struct ij_running *r)
{
	const struct ij_status *status = &r->run->stop->status;
	struct ij_blocked blocked;
	struct ij_deadlock deadlock;

	r->look_ns = r->look_ns * 2 < LOOK_MAX_NS ? r->look_ns * 2 : LOOK_MAX_NS;
	r->next_look_ns = ij_now_ns() + r->look_ns;
	/* Of the whole process, perhaps, whose other threads are held. */
	if (r->exiting && r->inj->hold)
		ij_hold_let_end(r->inj->hold, r->thread);
	ij_process_blocked(&r->inj->process, r->thread->tid, &blocked);
	/* A futex that a bare system call waits for is what it was asked to wait for. */
	if (!r->run->stop->bare && ij_deadlock_find(&r->inj->process, &blocked, status->inner_pid,
						    status->threads, &deadlock)) {
		r->outcome->lock_addr = deadlock.lock;
		r->outcome->lock_owner = deadlock.owner ? r->thread->tid : 0;
		return interrupt(r);
	}
	if (blocked.known && !blocked.running && blocked.nr >= 0 &&
	    ij_run_is_above_us(r, blocked.sp))
		return interrupt(r);
	return NULL;
}

/* What the stub says now. */
static struct ij_error *read_desc(struct ij_running *r, struct ij_stub_desc *ret)
{
	return ij_pages_read(r->inj->now, &r->inj->process, ij_pages_desc(r->inj->now), ret,
			     sizeof(*ret));
}

/* Is a call over that cannot tell? The thread runs: it is asked again in the stop. */
static bool seems_over(struct ij_running *r)
{
	struct ij_stub_desc desc = {0};
	IJ_ERROR_AUTO err = read_desc(r, &desc);

	return !err && desc.state == IJ_STUB_STATE_DONE;
}

/*
 * We came too late: the stub has waited for us, and restored the thread. What the call left is
 * still there unless it was on the stack.
 */
static struct ij_error *missed(struct ij_running *r, const struct ij_regs *regs)
{
	struct ij_regs again = *regs;

	if (r->inj->now == &r->inj->cave) {
		snprintf(r->outcome->text, sizeof(r->outcome->text), "or its end was missed");
		return ij_run_escaped(r);
	}
	IJ_TRY(collect(r));
	if (ij_regs_restart(&again) == IJ_RESTART_EINTR) {
		ij_regs_restart_by_kernel(&again);
		IJ_TRY(ij_thread_regs_set(r->thread, &again));
	}
	ij_thread_detach(r->thread, 0);
	r->end = IJ_RUN_RELEASED;
	return NULL;
}

/* One call of a ring has returned: into the next, from where the thread stands. */
static struct ij_error *step_done(struct ij_running *r, const struct ij_regs *regs)
{
	const struct ij_pages *pages = r->inj->now;
	struct ij_regs again = *regs;

	if (!ij_ring_next(&r->ring, &r->desc, r->run->result) || r->cancelled)
		return collect(r);
	IJ_TRY(ij_pages_write(pages, &r->inj->process, ij_pages_desc(pages), &r->desc,
			      sizeof(r->desc)));
	ij_regs_set_pc(&again, ij_pages_code(pages, ij_stub_code_again));
	IJ_TRY(ij_thread_regs_set(r->thread, &again));
	allow(r);
	return resume(r, 0);
}

/* A call has returned, and the thread stands in the stub behind it. */
static struct ij_error *returned(struct ij_running *r, const struct ij_regs *regs)
{
	return r->ring.steps ? step_done(r, regs) : collect(r);
}

/* In a stop of a call that cannot tell of its end: is it there? */
static struct ij_error *look_for_end(struct ij_running *r, const struct ij_regs *regs,
				     bool *found_ret)
{
	const struct ij_pages *pages = r->inj->now;
	ij_addr done = ij_pages_code(pages, ij_stub_code_done);
	bool inside = ij_regs_pc(regs) - done < (ij_addr)(ij_stub_code_left - ij_stub_code_done);
	struct ij_stub_desc desc;

	*found_ret = false;
	if (!inside && !ij_run_is_above_us(r, ij_regs_sp(regs)))
		return NULL;
	IJ_TRY(read_desc(r, &desc));
	if (desc.state != IJ_STUB_STATE_DONE)
		return NULL;
	r->desc = desc;
	*found_ret = true;
	return inside ? returned(r, regs) : missed(r, regs);
}

static bool is_fatal(int signo)
{
	return IJ_SIGNAL_BIT(signo) & (IJ_SIGNALS_SYNCHRONOUS | IJ_SIGNAL_BIT(SIGABRT));
}

/* A signal stop that is not the marker's: a fault of the call, or somebody's signal. */
static struct ij_error *other_signal(struct ij_running *r, int signo)
{
	struct ij_regs regs;
	siginfo_t info;

	IJ_TRY(ij_thread_siginfo_get(r->thread, &info));
	if (!is_fatal(signo)) {
		r->handled |= (r->run->stop->status.sig_caught & IJ_SIGNAL_BIT(signo)) != 0;
		return resume(r, signo);
	}
	IJ_TRY(ij_thread_regs_get(r->thread, &regs));
	r->outcome->signo = (uint32_t)signo;
	r->outcome->sigcode = info.si_code;
	r->outcome->fault_pc = ij_regs_pc(&regs);
	r->outcome->fault_addr = info.si_code > 0 ? (ij_addr)(uintptr_t)info.si_addr : 0;
	/* Sent by another process: it is the program's own and reaches it after the restore. */
	if (info.si_code <= 0 && (uint32_t)info.si_pid != r->desc.pid &&
	    info.si_pid != r->inj->process.pid)
		r->run->signo = signo;
	return ij_run_roll_back(r, IJ_WIRE_FAULT);
}

static struct ij_error *on_signal(struct ij_running *r, int signo)
{
	const struct ij_pages *pages = r->inj->now;
	struct ij_regs regs;
	bool ours;

	IJ_TRY(ij_thread_regs_get(r->thread, &regs));
	IJ_TRY(ij_through_stop(&r->through, r->inj, r->thread, &regs, &ours));
	if (ours)
		return resume(r, 0);
	if ((uint32_t)signo == r->desc.marker &&
	    ij_regs_pc(&regs) == ij_pages_code(pages, ij_stub_code_marked)) {
		struct ij_stub_desc desc;

		IJ_TRY(ij_pages_read(pages, &r->inj->process, ij_pages_desc(pages), &desc,
				     sizeof(desc)));
		if (desc.state == IJ_STUB_STATE_DONE) {
			r->desc = desc;
			return returned(r, &regs);
		}
	}
	return other_signal(r, signo);
}

/* An interrupt of ours arrived: by an overrun, a deadlock or an escape. */
static struct ij_error *on_stop(struct ij_running *r)
{
	struct ij_regs regs;

	r->interrupting = false;
	IJ_TRY(ij_thread_regs_get(r->thread, &regs));
	if (r->lingers) {
		bool found;

		IJ_TRY(look_for_end(r, &regs, &found));
		if (found)
			return NULL;
	}
	if (r->outcome->lock_addr) {
		/* Interrupted in the same wait: nobody can have released the lock. */
		if (ij_regs_syscall(&regs) == SYS_futex) {
			r->block_lost |= ij_regs_restart(&regs) == IJ_RESTART_BLOCK;
			return ij_run_roll_back(r, IJ_WIRE_DEADLOCK);
		}
		r->outcome->lock_addr = 0;
	}
	if (ij_now_ns() >= r->deadline_ns || ij_run_is_above_us(r, ij_regs_sp(&regs)))
		IJ_TRY(ij_run_overdue(r, &regs));
	return r->over ? NULL : resume(r, 0);
}

/*
 * While watching, a sleep of the callee must not take the thread's restart block over; while
 * capturing, what it writes is copied.
 */
static struct ij_error *on_syscall(struct ij_running *r)
{
	if (r->inj->capturing)
		IJ_TRY(ij_capture_step(&r->capture, r->inj, r->thread));
	if (r->watch)
		IJ_TRY(ij_sleep_step(&r->sleep, r->inj, r->thread));
	return resume(r, 0);
}

/* Where there are more threads than processors a stop comes when the thread's turn does: as long as
 * it is about to run it is waited for. */
static bool awaits_its_turn(struct ij_running *r)
{
	struct ij_blocked blocked;

	if (ij_now_ns() > r->deadline_ns + IJ_RUN_STOP_WAIT_MAX_NS)
		return false;
	ij_process_blocked(&r->inj->process, r->thread->tid, &blocked);
	if (!blocked.known || !blocked.running)
		return false;
	ij_watchdog_arm(&r->inj->watchdog, IJ_HOLD_MAX_NS);
	r->next_look_ns = ij_deadline_ns(IJ_RUN_STOP_WAIT_NS);
	return true;
}

static void cancel(struct ij_running *r)
{
	r->cancelled = true;
	if (r->deadline_ns > ij_deadline_ns(CANCEL_GRACE_NS))
		r->deadline_ns = ij_deadline_ns(CANCEL_GRACE_NS);
}

static struct ij_error *dispatch(struct ij_running *r, const struct ij_event *event)
{
	switch (event->kind) {
	case IJ_EVENT_SIGNAL:
		return on_signal(r, event->signo);
	case IJ_EVENT_STOP:
		return on_stop(r);
	case IJ_EVENT_SYSCALL:
		return on_syscall(r);
	case IJ_EVENT_GROUP_STOP:
		/* The call is finished first; a stop that we ask for is one of these then. */
		return r->interrupting ? on_stop(r) : resume(r, 0);
	case IJ_EVENT_EXITING:
		r->exiting = true;
		return ij_thread_resume(r->thread, 0);
	case IJ_EVENT_CLONE:
		return ij_thread_resume(r->thread, 0);
	case IJ_EVENT_EXEC:
		ij_thread_detach(r->thread, 0);
		ij_run_executed(r);
		return NULL;
	case IJ_EVENT_ENDED:
		ij_run_ended(r, event);
		return NULL;
	case IJ_EVENT_CANCELLED:
		cancel(r);
		return NULL;
	case IJ_EVENT_DEADLINE:
		break;
	}
	if (r->lingers && !r->interrupting && seems_over(r))
		return interrupt(r);
	if (!r->cancelled && ij_ring_moves(&r->ring, r->inj))
		allow(r);
	if (ij_now_ns() < r->deadline_ns)
		return ij_now_ns() < r->next_look_ns ? NULL : look(r);
	/* Ask for a stop; if even that does not come, the thread is in the kernel for good. */
	if (ij_now_ns() > r->deadline_ns + IJ_RUN_STOP_WAIT_NS) {
		if (!awaits_its_turn(r))
			ij_run_strand(r);
		return NULL;
	}
	r->next_look_ns = r->deadline_ns + IJ_RUN_STOP_WAIT_NS + 1;
	return interrupt(r);
}

/* Where the filters let the stub send no signal: a breakpoint, or else it has to be looked for. */
static struct ij_error *watch_end(struct ij_running *r)
{
	struct ij_error *err;

	r->end_bp.fd = -1;
	if (!(r->desc.flags & IJ_STUB_FLAG_SILENT))
		return NULL;
	err = ij_breakpoint_set(&r->end_bp, r->thread->tid,
				ij_pages_code(r->inj->now, ij_stub_code_marked),
				IJ_BREAKPOINT_EXECUTE, (int)r->desc.marker);
	if (!err || err->code != IJ_ERR_UNSUPPORTED)
		return err;
	ij_error_free(err);
	r->desc.flags |= IJ_STUB_FLAG_LINGER;
	r->lingers = true;
	return NULL;
}

/* Until when to wait for an event before something is looked at. */
static uint64_t next_time(struct ij_running *r)
{
	uint64_t until = r->next_look_ns < r->deadline_ns || ij_now_ns() >= r->deadline_ns
				 ? r->next_look_ns
				 : r->deadline_ns;

	if (r->lingers && until > ij_now_ns() + r->peek_ns)
		until = ij_now_ns() + r->peek_ns;
	r->peek_ns = r->peek_ns * 2 < PEEK_MAX_NS ? r->peek_ns * 2 : PEEK_MAX_NS;
	return until;
}

static struct ij_error *follow(struct ij_running *r)
{
	IJ_TRY(enter(r));
	/* It came while the thread was being stopped or prepared, and is told of once. */
	if (r->inj->waiter.cancelled)
		cancel(r);
	while (!r->over) {
		struct ij_event event;

		IJ_TRY(ij_thread_wait(r->thread, next_time(r), &event));
		IJ_TRY(dispatch(r, &event));
	}
	return NULL;
}

struct ij_error *ij_run_call(struct ij_injector *inj, struct ij_run *run, const uint8_t *scratch,
			     enum ij_run_end *ret)
{
	struct ij_running r = {.inj = inj,
			       .run = run,
			       .thread = run->stop->thread,
			       .outcome = &run->result->outcome};
	int marker = ij_judge_marker(&run->stop->status, inj->saved.sigmask);
	struct ij_error *err;

	r.watch =
		(run->call->flags & IJ_WIRE_CALL_TIMED || (run->call->need && !run->stop->bare)) &&
		ij_regs_restart(&inj->saved.regs) == IJ_RESTART_BLOCK;
	/* A sleep that no other call may be made for destroys it. */
	if (!run->stop->means.sleep) {
		r.block_lost = r.watch;
		r.watch = false;
	}
	ij_entry_describe(inj, run->call, run->stop, marker, &r.desc);
	if (run->call->flags & IJ_WIRE_CALL_RING) {
		ij_ring_begin(&r.ring, inj, run->call, scratch, &r.desc, run->result);
		scratch = run->result->scratch;
	}
	IJ_TRY(watch_end(&r));
	err = ij_through_arm(&r.through, inj, run, &r.desc);
	if (!err)
		err = ij_entry_fill(inj->now, &inj->process, run->call, &r.desc, scratch);
	if (!err)
		err = follow(&r);
	ij_through_disarm(&r.through, inj);
	ij_breakpoint_clear(&r.end_bp);
	if (err)
		return err;
	ij_run_salvage(&r);
	run->result->outcome.call_ns = ij_now_ns() - r.start_ns;
	run->put_back = r.handled      ? IJ_PUT_BACK_EINTR
			: r.block_lost ? IJ_PUT_BACK_BY_HAND
				       : IJ_PUT_BACK_KERNEL;
	*ret = r.end;
	return NULL;
}
