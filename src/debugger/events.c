/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What happens while the program runs, up to what stops it for a person. */
#include "debugger/debugger.h"
#include "session/target.h"

bool ij_step_hits(struct ij_debugger *d, uint64_t pc, struct ij_debugger_event *event)
{
	event->hits_len = 0;
	/* The list may change while it is asked. */
	for (size_t i = 0; i < d->breaks.len; i++) {
		unsigned id = d->breaks.items[i].id;
		bool known = false;

		if (d->breaks.items[i].addr != pc)
			continue;
		for (unsigned j = 0; j < event->hits_len; j++)
			known = known || event->hits[j] == id;
		if (!known && event->hits_len < IJ_DEBUGGER_HITS_MAX &&
		    (!d->hooks.hit || d->hooks.hit(d->hooks.ctx, id)))
			event->hits[event->hits_len++] = id;
	}
	return event->hits_len;
}

/* A call that was given up has come to its end. */
static bool is_dummy_end(struct ij_debugger *d, const struct user_regs_struct *gp)
{
	const struct ij_dummy *last = d->dummies.len ? &d->dummies.items[d->dummies.len - 1] : NULL;

	return last && gp->rip == last->addr && d->current == last->tid && gp->rsp >= last->sp;
}

static struct ij_error *executed(struct ij_debugger *d)
{
	/* Its tracer has let go of it. */
	if (d->target) {
		ij_inferior_destroy(d->inf);
		ij_debugger_forget(d);
		return NULL;
	}
	IJ_TRY(ij_session_bare_process(d->names, d->inf->pid));
	/* Addresses of the old program mean nothing now. */
	d->breaks.len = d->watches.len = 0;
	IJ_VEC_EACH (&d->dummies, it)
		free(it->xstate);
	d->dummies.len = 0;
	return NULL;
}

static bool is_internal(uint64_t pc, const uint64_t *internal, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (internal[i] == pc)
			return true;
	return false;
}

struct ij_error *ij_step_run(struct ij_debugger *d, bool step, bool alone, const uint64_t *internal,
			     size_t internal_len, bool *hit_ret, struct ij_debugger_event *ret)
{
	*hit_ret = false;
	*ret = (struct ij_debugger_event){.kind = IJ_DEBUGGER_STEPPED};
	for (;;) {
		struct ij_inferior_event met;
		struct ij_inferior_thread *thread;
		struct user_regs_struct gp;

		ij_stack_forget(d);
		IJ_TRY(ij_inferior_resume(d->inf, d->current, step, alone, &met));
		if (met.kind == IJ_INFERIOR_EXITED || met.kind == IJ_INFERIOR_KILLED) {
			ret->kind = met.kind == IJ_INFERIOR_EXITED ? IJ_DEBUGGER_EXITED
								   : IJ_DEBUGGER_KILLED;
			ret->status = met.status;
			ret->signo = met.signo;
			ret->tid = met.tid;
			ij_inferior_destroy(d->inf);
			ij_debugger_forget(d);
			return NULL;
		}
		if (ij_inferior_thread(d->inf, met.tid))
			d->current = met.tid;
		ret->tid = d->current;
		switch (met.kind) {
		case IJ_INFERIOR_EXECUTED:
			ret->kind = IJ_DEBUGGER_EXECUTED;
			return executed(d);
		case IJ_INFERIOR_SIGNAL:
			ret->kind = IJ_DEBUGGER_SIGNALLED;
			ret->signo = met.signo;
			thread = ij_inferior_thread(d->inf, met.tid);
			if (thread && d->signals[met.signo].pass)
				thread->deliver = met.signo;
			if (ij_catch_hits(d, &met, ret) || d->signals[met.signo].stop)
				return NULL;
			if (d->signals[met.signo].print)
				ij_debugger_told(d, met.signo);
			continue;
		case IJ_INFERIOR_FORKED:
		case IJ_INFERIOR_VFORKED:
		case IJ_INFERIOR_CALLS:
		case IJ_INFERIOR_CALLED:
			if (ij_catch_hits(d, &met, ret))
				return NULL;
			continue;
		default:
			break;
		}
		IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
		if (is_internal(gp.rip, internal, internal_len)) {
			*hit_ret = true;
			return NULL;
		}
		if (is_dummy_end(d, &gp)) {
			ret->kind = IJ_DEBUGGER_CALL_ENDED;
			return ij_infcall_restore(d);
		}
		ret->hits_len = 0;
		if (ij_watch_hits(d, &met, ret)) {
			ret->kind = IJ_DEBUGGER_BREAKPOINT;
			return NULL;
		}
		if (met.kind == IJ_INFERIOR_WATCHED && !step)
			continue;
		/* Where a step ends a breakpoint may be, too. */
		if (ij_step_hits(d, gp.rip, ret)) {
			ret->kind = IJ_DEBUGGER_BREAKPOINT;
			return NULL;
		}
		if ((met.kind == IJ_INFERIOR_STEPPED || met.kind == IJ_INFERIOR_WATCHED) && step)
			return NULL;
	}
}

bool ij_debugger_died(struct ij_debugger *d, struct ij_debugger_event *ret)
{
	pid_t pid = ij_debugger_pid(d);

	if (!pid || (!d->inf && !ij_target_ended(pid)))
		return false;
	if (d->inf)
		IJ_VEC_EACH (&d->inf->threads, it)
			if (!ij_target_thread_ended(it->tid))
				return false;
	/* Whose threads all stand does nothing by itself, and takes no other signal. How one ended
	 * that ran is its parent's to know. */
	*ret = (struct ij_debugger_event){
		.kind = IJ_DEBUGGER_KILLED, .signo = d->inf ? SIGKILL : 0, .tid = d->current};
	ij_inferior_destroy(d->inf);
	ij_debugger_forget(d);
	return true;
}
