/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The run of one call: entering the stub, and what may happen until it reports its end. */
#include "inject/run.h"

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "inject/deadlock.h"
#include "inject/sleep.h"

/* A client that goes away leaves a running call so long to finish by itself. */
#define CANCEL_GRACE_NS (50 * IJ_NS_PER_MS)
/* Between looks at a running call: for a self-deadlock at first, then for an escape. */
#define LOOK_FIRST_NS (1 * IJ_NS_PER_MS)
#define LOOK_MAX_NS   (20 * IJ_NS_PER_MS)
/* For a stop that we asked for to arrive. */
#define STOP_WAIT_NS (200 * IJ_NS_PER_MS)

/* The state of one run between its events. */
struct running {
	struct ij_injector *inj;
	struct ij_run *run;
	struct ij_thread *thread;
	struct ij_wire_outcome *outcome;
	struct ij_stub_desc desc;
	uint64_t start_ns;
	uint64_t deadline_ns;
	uint64_t next_look_ns;
	uint64_t look_ns;
	bool watch;            /* follow its system calls: the thread has a restart block to lose */
	struct ij_sleep sleep; /* of the callee, while watching */
	bool block_lost;       /* the callee destroyed it */
	bool interrupting;     /* a stop of ours is asked for and has not come yet */
	bool handled;          /* a signal was delivered on top of the call */
	bool over;
	enum ij_run_end end;
};

static uint64_t signals_to_block(const struct running *r)
{
	uint64_t marker = IJ_SIGNAL_BIT(r->desc.marker);

	if (r->run->call->flags & IJ_WIRE_CALL_PASS_SIGNALS)
		return r->inj->saved.sigmask & ~marker;
	return ~(IJ_SIGNALS_SYNCHRONOUS | marker);
}

static ij_addr scratch_address(const struct running *r, uint64_t offset)
{
	return ij_pages_scratch(&r->inj->pages) + offset;
}

/* The descriptor for this call; scratch offsets become addresses. */
static void describe(struct running *r, int marker)
{
	const struct ij_wire_call *call = r->run->call;
	const struct ij_saved *saved = &r->inj->saved;
	enum ij_restart restart = ij_regs_restart(&saved->regs);
	struct ij_stub_desc *desc = &r->desc;

	*desc = (struct ij_stub_desc){
		.func = call->func,
		.sse_len = call->sse_len,
		.stack_len = call->stack_len,
		.errno_location = r->inj->target.errno_location,
		.sigmask = saved->sigmask,
		.caught = r->run->stop->status.sig_caught,
		.pid = (uint32_t)r->run->stop->inner_tgid,
		.tid = (uint32_t)r->run->stop->status.inner_pid,
		.marker = (uint32_t)marker,
		.state = IJ_STUB_STATE_READY,
	};
	ij_stub_xsave(saved->xstate, saved->xstate_size, &desc->xsave_size, &desc->xsave_mask,
		      &desc->flags);
	if (restart == IJ_RESTART_NOHAND || restart == IJ_RESTART_BLOCK ||
	    restart == IJ_RESTART_EINTR)
		desc->flags |= IJ_STUB_FLAG_EINTR;
	memcpy(desc->int_args, call->int_args, sizeof(desc->int_args));
	memcpy(desc->sse_args, call->sse_args, sizeof(desc->sse_args));
	memcpy(desc->stack_args, call->stack_args, sizeof(desc->stack_args));
	for (unsigned i = 0; i < IJ_WIRE_INT_ARGS; i++)
		if (call->scratch_mask >> i & 1)
			desc->int_args[i] = scratch_address(r, call->int_args[i]);
	for (unsigned i = 0; i < 64 - IJ_WIRE_INT_ARGS; i++)
		if (call->scratch_mask >> (IJ_WIRE_INT_ARGS + i) & 1)
			desc->stack_args[i] = scratch_address(r, call->stack_args[i]);
}

static struct ij_error *fill_pages(struct running *r, const uint8_t *scratch)
{
	static const uint8_t zeros[IJ_PAGE_SIZE];
	const struct ij_wire_call *call = r->run->call;
	const struct ij_process *process = &r->inj->process;
	struct ij_pages *pages = &r->inj->pages;

	IJ_TRY(ij_pages_write(pages, process, ij_pages_desc(pages), &r->desc, sizeof(r->desc)));
	IJ_TRY(ij_pages_write(pages, process, ij_pages_scratch(pages), scratch,
			      call->scratch_size));
	for (uint64_t off = call->scratch_size; off < call->scratch_room;) {
		uint64_t chunk = call->scratch_room - off;

		if (chunk > sizeof(zeros))
			chunk = sizeof(zeros);
		IJ_TRY(ij_pages_write(pages, process, scratch_address(r, off), zeros, chunk));
		off += chunk;
	}
	return NULL;
}

static struct ij_error *interrupt(struct running *r)
{
	r->interrupting = true;
	return ij_thread_interrupt(r->thread);
}

static struct ij_error *resume(struct running *r, int signo)
{
	/* Any other stop that came first has cancelled ours (kernel/signal.c, ptrace_stop). */
	if (r->interrupting)
		IJ_TRY(ij_thread_interrupt(r->thread));
	return r->watch ? ij_thread_resume_syscall(r->thread, signo)
			: ij_thread_resume(r->thread, signo);
}

/* One register write sends the thread into the stub, which from then on restores it by itself. */
static struct ij_error *enter(struct running *r)
{
	struct ij_regs regs = r->inj->saved.by_hand;
	ij_addr sp = ij_stub_entry_sp(ij_regs_sp(&regs));
	const uint64_t entry[2] = {ij_pages_desc(&r->inj->pages), ij_regs_pc(&regs)};

	_Static_assert(sizeof(entry) == IJ_STUB_ENTRY_SIZE, "descriptor and resume address");
	IJ_TRY(ij_process_write(&r->inj->process, sp, entry, sizeof(entry)));
	ij_regs_set_pc(&regs, ij_pages_code(&r->inj->pages, ij_stub_code));
	ij_regs_set_sp(&regs, sp);
	IJ_TRY(ij_thread_regs_set(r->thread, &regs));
	IJ_TRY(ij_thread_sigmask_set(r->thread, signals_to_block(r)));
	r->start_ns = ij_now_ns();
	r->deadline_ns = ij_deadline_ns(r->run->call->timeout_ns);
	r->look_ns = LOOK_FIRST_NS;
	r->next_look_ns = r->start_ns + r->look_ns;
	return resume(r, 0);
}

static void finish(struct running *r, enum ij_wire_status status, enum ij_touch touch,
		   enum ij_run_end end)
{
	r->outcome->status = status;
	r->outcome->touch = touch;
	r->over = true;
	r->end = end;
}

/* The stub has reported its end: take what the call left. */
static struct ij_error *collect(struct running *r)
{
	const struct ij_process *process = &r->inj->process;
	struct ij_wire_outcome *out = r->outcome;
	struct ij_pages *pages = &r->inj->pages;

	out->rax = r->desc.rax;
	out->rdx = r->desc.rdx;
	memcpy(out->xmm0, r->desc.xmm0, sizeof(out->xmm0));
	memcpy(out->xmm1, r->desc.xmm1, sizeof(out->xmm1));
	memcpy(out->st0, r->desc.st0, sizeof(out->st0));
	out->errno_known = r->desc.errno_addr != 0;
	out->callee_errno = (int32_t)r->desc.callee_errno;
	out->scratch_size = r->run->call->scratch_room;
	finish(r, IJ_WIRE_DONE, IJ_TOUCH_RESTORED, IJ_RUN_STOPPED);
	return ij_pages_read(pages, process, ij_pages_scratch(pages), r->run->result->scratch,
			     out->scratch_size);
}

/* The stub saves errno itself, but a call that is rolled back never comes to put it back. */
static struct ij_error *restore_errno(struct running *r)
{
	const struct ij_process *process = &r->inj->process;

	IJ_TRY(ij_pages_read(&r->inj->pages, process, ij_pages_desc(&r->inj->pages), &r->desc,
			     sizeof(r->desc)));
	if (!r->desc.errno_addr || r->desc.state != IJ_STUB_STATE_RUNNING)
		return NULL;
	return ij_process_write(process, r->desc.errno_addr, &r->desc.saved_errno,
				sizeof(r->desc.saved_errno));
}

static struct ij_error *roll_back(struct running *r, enum ij_wire_status status)
{
	IJ_ERROR_AUTO err = restore_errno(r);

	finish(r, status, err ? IJ_TOUCH_DIRTY : IJ_TOUCH_RESTORED, IJ_RUN_STOPPED);
	if (err)
		snprintf(r->outcome->text, sizeof(r->outcome->text),
			 "errno of the thread could not be put back");
	return NULL;
}

/* The thread has left the call by longjmp: there is nothing to go back to, it goes on from there.
 */
static struct ij_error *escaped(struct running *r)
{
	uint64_t mask;

	IJ_TRY(ij_thread_sigmask_get(r->thread, &mask));
	if (mask == signals_to_block(r))
		IJ_TRY(ij_thread_sigmask_set(r->thread, r->inj->saved.sigmask));
	ij_thread_detach(r->thread, 0);
	finish(r, IJ_WIRE_ESCAPED, IJ_TOUCH_DIRTY, IJ_RUN_RELEASED);
	return NULL;
}

static bool is_above_us(const struct running *r, ij_addr sp)
{
	ij_addr limit = ij_stub_entry_sp(ij_regs_sp(&r->inj->saved.regs));

	/* Far away is another stack, which a callee may well switch to. */
	return sp > limit && sp - limit < 64ull << 20;
}

/* Its time is up: roll back if it holds nothing, else let it finish and restore the thread by
 * itself. */
static struct ij_error *overdue(struct running *r, const struct ij_regs *regs)
{
	struct ij_blocked blocked;
	struct ij_wire_verdict held;
	bool clean;

	if (is_above_us(r, ij_regs_sp(regs)))
		return escaped(r);
	ij_process_blocked(&r->inj->process, r->thread->tid, &blocked);
	clean = ij_judge_callee(r->inj, regs, (pid_t)r->desc.tid, &held);
	/* A thread that waits to take a mutex does not hold it yet. */
	if (!clean && held.reason == IJ_WIRE_REASON_FRAME && held.classes == IJ_CLASS(THREADS) &&
	    ij_deadlock_is_lock_wait(&blocked))
		clean = true;
	if (ij_regs_restart(regs) == IJ_RESTART_BLOCK)
		r->block_lost = true;
	if (clean)
		return roll_back(r, IJ_WIRE_TIMEOUT);
	r->outcome->verdict.reason = held.reason;
	r->outcome->verdict.addr = held.addr;
	r->outcome->verdict.classes = held.classes;
	memcpy(r->outcome->verdict.text, held.text, sizeof(held.text));
	if (ij_regs_restart(regs) == IJ_RESTART_EINTR) {
		struct ij_regs again = *regs;

		ij_regs_restart_by_kernel(&again);
		IJ_TRY(ij_thread_regs_set(r->thread, &again));
	}
	ij_thread_detach(r->thread, 0);
	/* The call goes on in them: they must stay, and the next call needs others. */
	ij_pages_forget(&r->inj->pages);
	r->inj->leaked++;
	r->outcome->leaked = 1;
	finish(r, IJ_WIRE_LEFT, IJ_TOUCH_DIRTY, IJ_RUN_RELEASED);
	return NULL;
}

/* A look from outside at a call that takes its time. */
static struct ij_error *look(struct running *r)
{
	const struct ij_status *status = &r->run->stop->status;
	struct ij_blocked blocked;
	struct ij_deadlock deadlock;

	r->look_ns = r->look_ns * 2 < LOOK_MAX_NS ? r->look_ns * 2 : LOOK_MAX_NS;
	r->next_look_ns = ij_now_ns() + r->look_ns;
	ij_process_blocked(&r->inj->process, r->thread->tid, &blocked);
	if (ij_deadlock_find(&r->inj->process, &blocked, status->inner_pid, status->threads,
			     &deadlock)) {
		r->outcome->lock_addr = deadlock.lock;
		r->outcome->lock_owner = deadlock.owner ? r->thread->tid : 0;
		return interrupt(r);
	}
	if (blocked.known && !blocked.running && blocked.nr >= 0 && is_above_us(r, blocked.sp))
		return interrupt(r);
	return NULL;
}

static bool is_fatal(int signo)
{
	return IJ_SIGNAL_BIT(signo) & (IJ_SIGNALS_SYNCHRONOUS | IJ_SIGNAL_BIT(SIGABRT));
}

/* A signal stop that is not the marker's: a fault of the call, or somebody's signal. */
static struct ij_error *other_signal(struct running *r, int signo)
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
	return roll_back(r, IJ_WIRE_FAULT);
}

static struct ij_error *on_signal(struct running *r, int signo)
{
	struct ij_pages *pages = &r->inj->pages;
	struct ij_regs regs;

	IJ_TRY(ij_thread_regs_get(r->thread, &regs));
	if ((uint32_t)signo == r->desc.marker &&
	    ij_regs_pc(&regs) == ij_pages_code(pages, ij_stub_code_marked)) {
		struct ij_stub_desc desc;

		IJ_TRY(ij_pages_read(pages, &r->inj->process, ij_pages_desc(pages), &desc,
				     sizeof(desc)));
		if (desc.state == IJ_STUB_STATE_DONE) {
			r->desc = desc;
			return collect(r);
		}
	}
	return other_signal(r, signo);
}

/* An interrupt of ours arrived: by an overrun, a deadlock or an escape. */
static struct ij_error *on_stop(struct running *r)
{
	struct ij_regs regs;

	r->interrupting = false;
	IJ_TRY(ij_thread_regs_get(r->thread, &regs));
	if (r->outcome->lock_addr) {
		/* Interrupted in the same wait, nothing has changed: nobody can have released the
		 * lock. */
		if (ij_regs_syscall(&regs) == SYS_futex) {
			r->block_lost |= ij_regs_restart(&regs) == IJ_RESTART_BLOCK;
			return roll_back(r, IJ_WIRE_DEADLOCK);
		}
		r->outcome->lock_addr = 0;
	}
	if (ij_now_ns() >= r->deadline_ns || is_above_us(r, ij_regs_sp(&regs)))
		return overdue(r, &regs);
	return resume(r, 0);
}

/* Only while watching: a sleep of the callee must not take the thread's restart block over. */
static struct ij_error *on_syscall(struct running *r)
{
	IJ_TRY(ij_sleep_step(&r->sleep, r->inj, r->thread));
	return resume(r, 0);
}

/* The thread is gone: with the whole process, or alone? */
static void ended(struct running *r, const struct ij_event *event)
{
	struct ij_status status;
	IJ_ERROR_AUTO err = NULL;
	uint64_t deadline = ij_deadline_ns(STOP_WAIT_NS);

	err = ij_process_status(&r->inj->process, 0, &status);
	while (!err && status.threads <= 1 && ij_process_is_alive(&r->inj->process) &&
	       ij_now_ns() < deadline)
		ij_process_await_exit(&r->inj->process, IJ_NS_PER_MS);
	r->outcome->exit_status = (uint32_t)event->status;
	if (ij_process_is_alive(&r->inj->process))
		finish(r, IJ_WIRE_THREAD_ENDED, IJ_TOUCH_DIRTY, IJ_RUN_RELEASED);
	else
		finish(r, IJ_WIRE_EXITED, IJ_TOUCH_DIRTY, IJ_RUN_RELEASED);
}

static struct ij_error *dispatch(struct running *r, const struct ij_event *event)
{
	switch (event->kind) {
	case IJ_EVENT_SIGNAL:
		return on_signal(r, event->signo);
	case IJ_EVENT_STOP:
		return on_stop(r);
	case IJ_EVENT_SYSCALL:
		return on_syscall(r);
	case IJ_EVENT_GROUP_STOP:
		/* The process was stopped meanwhile: the call is finished first, then it stops. */
		return resume(r, 0);
	case IJ_EVENT_EXITING:
		return ij_thread_resume(r->thread, 0);
	case IJ_EVENT_EXEC:
		ij_thread_detach(r->thread, 0);
		ij_pages_forget(&r->inj->pages);
		snprintf(r->outcome->text, sizeof(r->outcome->text), "it executed another program");
		finish(r, IJ_WIRE_EXITED, IJ_TOUCH_DIRTY, IJ_RUN_RELEASED);
		return NULL;
	case IJ_EVENT_ENDED:
		ended(r, event);
		return NULL;
	case IJ_EVENT_CANCELLED:
		if (r->deadline_ns > ij_deadline_ns(CANCEL_GRACE_NS))
			r->deadline_ns = ij_deadline_ns(CANCEL_GRACE_NS);
		return NULL;
	case IJ_EVENT_DEADLINE:
		break;
	}
	if (ij_now_ns() < r->deadline_ns)
		return look(r);
	/* Ask for a stop; if even that does not come, the thread is in the kernel for good. */
	if (ij_now_ns() > r->deadline_ns + STOP_WAIT_NS) {
		ij_injector_strand(r->inj, r->thread);
		r->inj->leaked++;
		r->outcome->leaked = 1;
		ij_pages_forget(&r->inj->pages);
		finish(r, IJ_WIRE_LEFT, IJ_TOUCH_DIRTY, IJ_RUN_RELEASED);
		return NULL;
	}
	r->next_look_ns = r->deadline_ns + STOP_WAIT_NS + 1;
	return interrupt(r);
}

struct ij_error *ij_run_call(struct ij_injector *inj, struct ij_run *run, const uint8_t *scratch,
			     enum ij_run_end *ret)
{
	struct running r = {.inj = inj,
			    .run = run,
			    .thread = run->stop->thread,
			    .outcome = &run->result->outcome};
	int marker = ij_judge_marker(&run->stop->status, inj->saved.sigmask);

	/* A callee that is known to be a plain system call or arithmetic takes no restart block
	 * over. */
	r.watch = run->call->need && ij_regs_restart(&inj->saved.regs) == IJ_RESTART_BLOCK;
	describe(&r, marker);
	IJ_TRY(fill_pages(&r, scratch));
	IJ_TRY(enter(&r));
	while (!r.over) {
		uint64_t until = r.next_look_ns < r.deadline_ns || ij_now_ns() >= r.deadline_ns
					 ? r.next_look_ns
					 : r.deadline_ns;
		struct ij_event event;

		IJ_TRY(ij_thread_wait(r.thread, until, &event));
		IJ_TRY(dispatch(&r, &event));
	}
	run->result->outcome.call_ns = ij_now_ns() - r.start_ns;
	run->put_back = r.handled      ? IJ_PUT_BACK_EINTR
			: r.block_lost ? IJ_PUT_BACK_BY_HAND
				       : IJ_PUT_BACK_KERNEL;
	*ret = r.end;
	return NULL;
}
