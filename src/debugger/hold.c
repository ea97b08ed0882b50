/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a process that was attached to stands, and whose that stop is: ours, or a person's. */
#include "debugger/debugger.h"

static struct ij_error *no_process(void)
{
	return ij_error_new(NOPROC, "The program is not being run.");
}

static struct ij_error *take(struct ij_debugger *d)
{
	IJ_TRY(ij_inferior_hold(d->target, &d->inf));
	d->inf->signals = d->signals;
	d->inf->interrupted = &d->interrupted;
	d->inf->told = ij_debugger_told;
	d->inf->told_ctx = d;
	ij_catch_renew(d);
	d->inf->may_trap = d->may_trap;
	ij_stack_forget(d);
	/* The main thread is looked at first. */
	if (!ij_inferior_thread(d->inf, d->current))
		d->current = d->inf->pid;
	if (!ij_inferior_thread(d->inf, d->current) && d->inf->threads.len)
		d->current = d->inf->threads.items[0].tid;
	IJ_VEC_EACH (&d->breaks, it)
		IJ_TRY(ij_inferior_break_set(d->inf, it->addr));
	ij_watch_renew(d);
	return NULL;
}

struct ij_error *ij_debugger_hold(struct ij_debugger *d)
{
	if (!d->target)
		return d->inf ? NULL : no_process();
	d->seen = false;
	if (!d->inf)
		IJ_TRY(take(d));
	d->holds = true;
	return NULL;
}

void ij_debugger_may_trap(struct ij_debugger *d, bool may)
{
	d->may_trap = may;
	if (d->inf)
		d->inf->may_trap = may;
}

struct ij_error *ij_debugger_look(struct ij_debugger *d)
{
	if (!d->inf && !d->target)
		return no_process();
	if (!d->inf)
		IJ_TRY(ij_debugger_hold(d));
	d->seen = true;
	return NULL;
}

struct ij_error *ij_debugger_call_here(struct ij_debugger *d)
{
	return ij_inferior_caller(d->inf, d->current);
}

struct ij_error *ij_debugger_call_begin(struct ij_debugger *d)
{
	if (!d->inf)
		return NULL;
	if (d->seen)
		return ij_inferior_caller(d->inf, d->current);
	ij_inferior_destroy(d->inf);
	d->inf = NULL;
	ij_stack_forget(d);
	return NULL;
}

struct ij_error *ij_debugger_call_end(struct ij_debugger *d)
{
	const unsigned selected = d->selected;

	if (!ij_session_alive(d->target))
		return NULL;
	if (!d->inf)
		return d->holds ? ij_debugger_hold(d) : NULL;
	/* Where it stands it was called: what is known of its frames may have changed. */
	IJ_TRY(ij_inferior_renew(d->inf));
	ij_stack_forget(d);
	d->selected = selected;
	return NULL;
}
