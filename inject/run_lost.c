/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that do not return: rolled back, left running, escaped from, or gone with their thread. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "inject/attempt.h"
#include "inject/deadlock.h"
#include "inject/entry.h"
#include "inject/run_impl.h"

/* Looks at what holds something whether it has let go of it, the time between them, and for all. */
#define LET_GO_LOOKS   64
#define LET_GO_STEP_NS (1 * IJ_NS_PER_MS)
#define LET_GO_NS      (1 * IJ_NS_PER_S)

uint64_t ij_run_blocked(const struct ij_running *r)
{
	return ij_entry_block(r->inj, r->run->stop, (int)r->desc.marker,
			      r->run->call->flags & IJ_WIRE_CALL_PASS_SIGNALS);
}

void ij_run_finish(struct ij_running *r, enum ij_wire_status status, enum ij_touch touch,
		   enum ij_run_end end)
{
	r->outcome->status = status;
	r->outcome->touch = touch;
	r->over = true;
	r->end = end;
}

/* The stub saves errno itself, but a call that is rolled back never comes to put it back. */
static struct ij_error *restore_errno(struct ij_running *r)
{
	const struct ij_process *process = &r->inj->process;

	IJ_TRY(ij_pages_read(r->inj->now, process, ij_pages_desc(r->inj->now), &r->desc,
			     sizeof(r->desc)));
	if (!r->desc.errno_addr || (r->desc.state != IJ_STUB_STATE_RUNNING && !r->through.open))
		return NULL;
	return ij_process_write(process, r->desc.errno_addr, &r->desc.saved_errno,
				sizeof(r->desc.saved_errno));
}

struct ij_error *ij_run_roll_back(struct ij_running *r, enum ij_wire_status status)
{
	IJ_ERROR_AUTO err = restore_errno(r);

	ij_run_finish(r, status, err ? IJ_TOUCH_DIRTY : IJ_TOUCH_RESTORED, IJ_RUN_STOPPED);
	if (err)
		snprintf(r->outcome->text, sizeof(r->outcome->text),
			 "errno of the thread could not be put back");
	return NULL;
}

struct ij_error *ij_run_escaped(struct ij_running *r)
{
	uint64_t mask;

	IJ_TRY(ij_thread_sigmask_get(r->thread, &mask));
	if (mask == ij_run_blocked(r))
		IJ_TRY(ij_thread_sigmask_set(r->thread, r->inj->saved.sigmask));
	ij_thread_detach(r->thread, 0);
	ij_run_finish(r, IJ_WIRE_ESCAPED, IJ_TOUCH_DIRTY, IJ_RUN_RELEASED);
	return NULL;
}

bool ij_run_is_above_us(const struct ij_running *r, ij_addr sp)
{
	ij_addr limit = ij_stub_entry_sp(ij_regs_sp(&r->inj->saved.regs));

	if (r->inj->foreign && ij_pages_on_stack(r->inj->now, sp))
		return false;
	/* Far away is another stack, which a callee may well switch to. */
	return sp > limit && sp - limit < 64ull << 20;
}

void ij_run_salvage(struct ij_running *r)
{
	if (r->ring.on && r->outcome->status != IJ_WIRE_DONE && !r->outcome->scratch_size)
		ij_error_free(ij_ring_collect(&r->ring, r->inj, r->run->call, r->run->result));
}

void ij_run_forget(struct ij_running *r)
{
	ij_run_salvage(r);
	ij_pages_forget(r->inj->now == &r->inj->cave ? &r->inj->cave : &r->inj->pages);
}

/*
 * What the call holds it may let go of in a moment, as an allocator's caller does all the time: it
 * is looked at again a few times before it is left to itself.
 */
static bool may_let_go(struct ij_running *r, const struct ij_regs *regs)
{
	uint64_t now = ij_now_ns();

	/* One that waits in the kernel keeps it, perhaps for long. */
	if (ij_regs_syscall(regs) >= 0)
		return false;
	if (!r->overdue_looks++) {
		r->overdue_ns = now;
		ij_watchdog_arm(&r->inj->watchdog, LET_GO_NS + IJ_HOLD_MAX_NS);
	}
	if (r->overdue_looks > LET_GO_LOOKS || now - r->overdue_ns > LET_GO_NS)
		return false;
	r->deadline_ns = now + LET_GO_STEP_NS;
	return true;
}

struct ij_error *ij_run_overdue(struct ij_running *r, const struct ij_regs *regs)
{
	struct ij_blocked blocked;
	struct ij_wire_verdict held;
	bool clean;

	if (ij_run_is_above_us(r, ij_regs_sp(regs)))
		return ij_run_escaped(r);
	ij_process_blocked(&r->inj->process, r->thread->tid, &blocked);
	/* The kernel gives up what it holds before it lets a system call be interrupted. */
	clean = r->run->stop->bare || ij_judge_callee(r->inj, r->run->stop, regs, &held);
	/* A thread that waits to take a mutex does not hold it yet. */
	if (!clean && held.reason == IJ_WIRE_REASON_FRAME && held.classes == IJ_CLASS(THREADS) &&
	    ij_deadlock_is_lock_wait(&blocked))
		clean = true;
	if (ij_regs_restart(regs) == IJ_RESTART_BLOCK)
		r->block_lost = true;
	if (clean)
		return ij_run_roll_back(r, IJ_WIRE_TIMEOUT);
	if (may_let_go(r, regs))
		return NULL;
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
	ij_run_forget(r);
	r->inj->leaked++;
	r->outcome->leaked = 1;
	ij_run_finish(r, IJ_WIRE_LEFT, IJ_TOUCH_DIRTY, IJ_RUN_RELEASED);
	return NULL;
}

void ij_run_executed(struct ij_running *r)
{
	ij_run_forget(r);
	snprintf(r->outcome->text, sizeof(r->outcome->text), "it executed another program");
	ij_run_finish(r, IJ_WIRE_EXITED, IJ_TOUCH_DIRTY, IJ_RUN_RELEASED);
}

/*
 * Has another thread executed a program, which ends all the others? It goes on under the number of
 * the process: the main thread's, which else stays as a zombie (Linux, fs/exec.c, de_thread).
 */
static bool is_replaced(const struct ij_running *r)
{
	const struct ij_process *process = &r->inj->process;
	struct ij_vmas vmas = {0};
	struct ij_status status;
	IJ_ERROR_AUTO err = ij_process_status(process, 0, &status);
	bool there;

	if (!err && r->thread->tid == process->pid)
		return status.state != 'Z' && status.state != 'X';
	ij_error_free(err);
	err = ij_vmas_read(process->maps_fd, &vmas);
	there = !err && ij_vmas_find(&vmas, ij_pages_code(r->inj->now, ij_stub_code));
	ij_vmas_deinit(&vmas);
	return !there;
}

void ij_run_ended(struct ij_running *r, const struct ij_event *event)
{
	struct ij_status status;
	IJ_ERROR_AUTO err = NULL;
	uint64_t deadline = ij_deadline_ns(IJ_RUN_STOP_WAIT_NS);

	err = ij_process_status(&r->inj->process, 0, &status);
	while (!err && status.threads <= 1 && ij_process_is_alive(&r->inj->process) &&
	       ij_now_ns() < deadline)
		ij_process_await_exit(&r->inj->process, IJ_NS_PER_MS);
	r->outcome->exit_status = (uint32_t)event->status;
	if (!ij_process_is_alive(&r->inj->process)) {
		ij_run_finish(r, IJ_WIRE_EXITED, IJ_TOUCH_DIRTY, IJ_RUN_RELEASED);
	} else if (is_replaced(r)) {
		ij_run_executed(r);
	} else {
		ij_run_finish(r, IJ_WIRE_THREAD_ENDED, IJ_TOUCH_DIRTY, IJ_RUN_RELEASED);
	}
}

void ij_run_strand(struct ij_running *r)
{
	ij_injector_strand(r->inj, r->thread);
	r->inj->leaked++;
	r->outcome->leaked = 1;
	ij_run_forget(r);
	ij_run_finish(r, IJ_WIRE_LEFT, IJ_TOUCH_DIRTY, IJ_RUN_RELEASED);
}
