/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stopping one thread, and letting go of one that nothing was written to. */
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "inject/attempt.h"

/* A thread that has a CPU stops within a twentieth of this. */
#define CONTENDED_NS IJ_NS_PER_MS
/* Signals that may be delivered on the way to one stop. */
#define SIGNALS_MAX 64

void ij_attempt_refuse(struct ij_wire_verdict *verdict, enum ij_wire_reason reason,
		       const char *text)
{
	verdict->reason = reason;
	snprintf(verdict->text, sizeof(verdict->text), "%s", text);
}

/* Wait for our interrupt's stop; signals on the way are the program's and are passed on. */
static struct ij_error *await_stop(struct ij_injector *inj, struct ij_thread *thread,
				   struct ij_wire_verdict *verdict)
{
	uint64_t deadline = ij_deadline_ns(IJ_STOP_DEADLINE_NS);
	uint64_t last = ij_deadline_ns(IJ_HOLD_MAX_NS / 2);

	for (unsigned i = 0; i < SIGNALS_MAX; i++) {
		struct ij_event event;

		IJ_TRY(ij_thread_wait(thread, deadline, &event));
		switch (event.kind) {
		case IJ_EVENT_STOP:
			return NULL;
		case IJ_EVENT_GROUP_STOP:
			ij_thread_detach(thread, event.signo);
			ij_attempt_refuse(verdict, IJ_WIRE_REASON_STOPPED, "");
			return NULL;
		case IJ_EVENT_ENDED:
			ij_attempt_refuse(verdict, IJ_WIRE_REASON_THREAD_GONE, "");
			return NULL;
		case IJ_EVENT_DEADLINE:
			/* One that could run and lacks a CPU will stop when it has one. */
			if (ij_now_ns() < last &&
			    ij_process_thread_runs(&inj->process, thread->tid)) {
				deadline = ij_deadline_ns(IJ_STOP_DEADLINE_NS);
				break;
			}
			ij_injector_strand(inj, thread);
			ij_attempt_refuse(verdict, IJ_WIRE_REASON_NOSTOP, "");
			return NULL;
		case IJ_EVENT_SIGNAL:
		case IJ_EVENT_SYSCALL:
		case IJ_EVENT_EXEC:
		case IJ_EVENT_EXITING:
		case IJ_EVENT_CLONE:
			/* Any other stop cancels the one that was asked for (kernel/signal.c,
			 * ptrace_stop). */
			IJ_TRY(ij_thread_interrupt(thread));
			IJ_TRY(ij_thread_resume(thread, event.signo));
			break;
		case IJ_EVENT_CANCELLED:
			break;
		}
	}
	ij_injector_strand(inj, thread);
	ij_attempt_refuse(verdict, IJ_WIRE_REASON_NOSTOP, "signals without end");
	return NULL;
}

/* A thread that ends under our hands is no error: the next attempt takes another. */
static struct ij_error *tolerate_gone(struct ij_error *err, struct ij_wire_verdict *verdict)
{
	if (!err || err->code != IJ_ERR_GONE)
		return err;
	ij_error_free(err);
	ij_attempt_refuse(verdict, IJ_WIRE_REASON_THREAD_GONE, "");
	return NULL;
}

static struct ij_error *attach(struct ij_injector *inj, pid_t tid, struct ij_thread *thread,
			       struct ij_stop *stop, struct ij_wire_verdict *verdict)
{
	struct ij_blocked blocked;

	/* It may be this one, which is attached to already. */
	if (inj->stray) {
		ij_attempt_refuse(verdict, IJ_WIRE_REASON_NOSTOP, "");
		return NULL;
	}
	IJ_TRY(ij_process_status(&inj->process, tid, &stop->status));
	memcpy(verdict->comm, stop->status.comm, sizeof(verdict->comm));
	ij_process_blocked(&inj->process, tid, &blocked);
	if (stop->status.state == 'Z' || stop->status.state == 'X') {
		ij_attempt_refuse(verdict, IJ_WIRE_REASON_THREAD_GONE, "");
		return NULL;
	}
	if (stop->status.state == 'D' && blocked.known &&
	    (blocked.nr == SYS_vfork || blocked.nr == SYS_clone || blocked.nr == SYS_clone3)) {
		ij_attempt_refuse(verdict, IJ_WIRE_REASON_NOSTOP, "it waits for a vfork child");
		return NULL;
	}
	/* Whatever is changed there is changed in the parent too, and stays when the child is gone.
	 */
	if (ij_process_shares_memory(&inj->process, stop->status.parent)) {
		ij_attempt_refuse(verdict, IJ_WIRE_REASON_SHARED, "");
		snprintf(verdict->text, sizeof(verdict->text),
			 "its parent %d, until it executes a program or ends", stop->status.parent);
		return NULL;
	}
	/* A mere stop may make the kernel's own restart_syscall of its system call, which a filter
	 * may not let pass. */
	if (stop->status.seccomp == IJ_SECCOMP_FILTER && !inj->reads_filters) {
		ij_attempt_refuse(verdict, IJ_WIRE_REASON_MODE,
				  "a seccomp filter, which only CAP_SYS_ADMIN may read");
		return NULL;
	}
	ij_place_join(&inj->place, ij_process_cpu(&inj->process, tid));
	/* Until here nothing is held, and a wait for a CPU is no overrun. */
	ij_watchdog_arm(&inj->watchdog, IJ_HOLD_MAX_NS);
	IJ_TRY(ij_thread_seize(thread, inj->process.pid, tid, &inj->waiter));
	stop->thread = thread;
	ij_limit_look(inj, stop, &blocked);
	return NULL;
}

struct ij_error *ij_stop_reread(struct ij_injector *inj, struct ij_stop *stop)
{
	stop->since_ns = ij_now_ns();
	stop->frames_len = 0;
	stop->conflict.module = NULL;
	stop->go_goal = 0;
	IJ_TRY(ij_thread_regs_get(stop->thread, &stop->regs));
	ij_stop_rseq(inj, stop);
	return ij_means_find(inj, stop);
}

static struct ij_error *stop_thread(struct ij_injector *inj, pid_t tid, struct ij_thread *thread,
				    struct ij_stop *stop, struct ij_wire_verdict *verdict)
{
	uint64_t asked_ns;

	IJ_TRY(attach(inj, tid, thread, stop, verdict));
	if (verdict->reason)
		return NULL;
	asked_ns = ij_now_ns();
	IJ_TRY(ij_thread_interrupt(thread));
	IJ_TRY(await_stop(inj, thread, verdict));
	if (verdict->reason)
		return NULL;
	if (!inj->stopped_ns)
		inj->stopped_ns = ij_now_ns();
	IJ_TRY(ij_stop_reread(inj, stop));
	ij_limit_confirm(inj, stop);
	stop->contended = ij_now_ns() - asked_ns > CONTENDED_NS;
	/* From when it was asked to, on the same CPU, it did nothing of its own. */
	stop->since_ns = asked_ns;
	return NULL;
}

/* What an attempt starts from. */
static void begin(pid_t tid, struct ij_thread *thread, struct ij_wire_verdict *verdict)
{
	*thread = (struct ij_thread){.tid = tid};
	memset(verdict, 0, sizeof(*verdict));
	verdict->tid = tid;
	verdict->syscall = -1;
}

struct ij_error *ij_attempt_attach(struct ij_injector *inj, pid_t tid, struct ij_thread *thread,
				   struct ij_stop *stop, struct ij_wire_verdict *verdict)
{
	begin(tid, thread, verdict);
	return tolerate_gone(attach(inj, tid, thread, stop, verdict), verdict);
}

struct ij_error *ij_attempt_stop(struct ij_injector *inj, pid_t tid, struct ij_thread *thread,
				 struct ij_stop *stop, struct ij_wire_verdict *verdict)
{
	struct ij_error *err;

	begin(tid, thread, verdict);
	err = tolerate_gone(stop_thread(inj, tid, thread, stop, verdict), verdict);
	if (err && thread->seized && !thread->stopped)
		ij_injector_strand(inj, thread);
	if ((err || verdict->reason) && thread->stopped)
		ij_thread_detach(thread, 0);
	return err;
}

void ij_attempt_ready(struct ij_stop *stop)
{
	struct ij_regs regs = stop->regs;

	if (ij_regs_restart(&regs) == IJ_RESTART_BLOCK && stop->again_known)
		ij_error_free(ij_thread_regs_set(stop->thread, &stop->again));
	/* Traces of a mere stop that can be undone: EINTR where nothing had happened, and a limit
	 * that would begin anew. */
	if (ij_regs_restart(&regs) == IJ_RESTART_EINTR) {
		ij_regs_restart_by_kernel(&regs);
		ij_error_free(ij_thread_regs_set(stop->thread, &regs));
	}
	ij_limit_leave(&stop->limit, stop->thread, &stop->regs);
}

void ij_attempt_let_go(struct ij_stop *stop)
{
	if (stop->held)
		return;
	ij_attempt_ready(stop);
	ij_thread_detach(stop->thread, 0);
}
