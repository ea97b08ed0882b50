/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A process that was attached to, and that the tracer of its session holds for a person: nothing is
 * written to it but what is asked for, and breakpoints are those of perf, so that it goes on
 * unharmed should we or the tracer die.
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "debugger/inferior.h"
#include "session/stop.h"

struct held {
	struct ij_inferior inf; /* first */
	struct ij_stop *stop;
};

static struct held *of(struct ij_inferior *inf)
{
	return (struct held *)inf;
}

static void let_go(struct ij_inferior *inf)
{
	ij_stop_release(of(inf)->stop);
	ij_inferior_free(inf);
}

/* Who is held now, and the signals that they go on with. */
static struct ij_error *take_threads(struct held *held)
{
	const struct ij_stop_thread *list;
	size_t len;

	list = ij_stop_threads(held->stop, &len);
	held->inf.threads.len = 0;
	for (size_t i = 0; i < len; i++)
		if (list[i].stopped)
			IJ_TRY(ij_vec_push(&held->inf.threads,
					   ((struct ij_inferior_thread){
						   .tid = list[i].tid, .deliver = list[i].signo})));
	return NULL;
}

/* ---- Going on ---- */

/* Signals that are neither told nor kept from the program. */
static uint64_t passed(const struct ij_inferior *inf)
{
	uint64_t mask = 0;

	for (int i = 1; i < IJ_DEBUGGER_SIGNALS; i++)
		if (!inf->signals[i].stop && !inf->signals[i].print && inf->signals[i].pass)
			mask |= UINT64_C(1) << (i - 1);
	return mask & ~inf->caught_signals;
}

/* What the threads are to receive that do not go first. */
static struct ij_error *set_signals(struct held *held, pid_t first)
{
	size_t len;
	const struct ij_stop_thread *list = ij_stop_threads(held->stop, &len);

	for (size_t i = 0; i < len; i++) {
		struct ij_inferior_thread *thread = ij_inferior_thread(&held->inf, list[i].tid);

		if (!thread || thread->tid == first || thread->deliver == list[i].signo)
			continue;
		IJ_TRY(ij_stop_select(held->stop, thread->tid));
		IJ_TRY(ij_stop_signal_set(held->stop, thread->deliver));
	}
	return NULL;
}

/* How many breakpoints in code the processor has room for, beside what is watched. */
static size_t hardware(const struct held *held)
{
	size_t left = IJ_BREAKPOINTS_AT_ONCE - held->inf.watches.len;

	return held->inf.breaks.len < left ? held->inf.breaks.len : left;
}

static struct ij_error *arm(struct held *held, struct ij_stop_breakpoint *list, uint64_t *traps,
			    struct ij_stop_options *options)
{
	const size_t breaks = hardware(held), len = breaks + held->inf.watches.len;

	options->traps_len = held->inf.breaks.len - breaks;
	if (options->traps_len && (!held->inf.may_trap || options->traps_len > IJ_TRAPS_AT_ONCE))
		return ij_error_new(LIMIT, "Could not insert hardware breakpoints:\n"
					   "You may have requested too many hardware "
					   "breakpoints/watchpoints.");
	for (size_t i = 0; i < breaks; i++)
		list[i] = (struct ij_stop_breakpoint){.addr = held->inf.breaks.items[i].addr,
						      .on = IJ_BREAKPOINT_ON_EXECUTE};
	for (size_t i = 0; i < options->traps_len; i++)
		traps[i] = held->inf.breaks.items[breaks + i].addr;
	options->breakpoints = list;
	options->breakpoints_len = len;
	options->traps = traps;
	for (size_t i = breaks; i < len; i++) {
		const struct ij_inferior_watch *it = &held->inf.watches.items[i - breaks];

		list[i] = (struct ij_stop_breakpoint){.addr = it->addr,
						      .size = it->size,
						      .on = it->reads ? IJ_BREAKPOINT_ON_ACCESS
								      : IJ_BREAKPOINT_ON_WRITE};
	}
	return NULL;
}

static struct ij_error *go(struct held *held, pid_t tid, bool step, bool alone,
			   struct ij_stop_report *ret)
{
	struct ij_inferior_thread *thread = ij_inferior_thread(&held->inf, tid);
	struct ij_stop_breakpoint list[IJ_BREAKPOINTS_AT_ONCE];
	uint64_t traps[IJ_TRAPS_AT_ONCE];
	struct ij_stop_options options;

	if (!thread)
		return ij_error_new(GONE, "No thread selected");
	ij_stop_options_init(&options, sizeof(options));
	if (!step)
		IJ_TRY(arm(held, list, traps, &options));
	IJ_TRY(set_signals(held, tid));
	IJ_TRY(ij_stop_select(held->stop, tid));
	options.alone = alone;
	options.signo = thread->deliver;
	options.pass = passed(&held->inf);
	return step ? ij_stop_step(held->stop, &options, ret)
		    : ij_stop_continue(held->stop, &options, ret);
}

static void ended(int status, struct ij_inferior_event *ret)
{
	/* Whose status nobody knows has not died of a signal that was told of. */
	ret->kind = status != -1 && WIFSIGNALED(status) ? IJ_INFERIOR_KILLED : IJ_INFERIOR_EXITED;
	ret->status = status != -1 && WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	ret->signo = ret->kind == IJ_INFERIOR_KILLED ? WTERMSIG(status) : 0;
}

/* False: it was nothing for a person, and the threads go on. */
static bool take(struct held *held, const struct ij_stop_report *report,
		 struct ij_inferior_event *ret)
{
	struct ij_inferior_thread *thread = ij_inferior_thread(&held->inf, report->tid);

	*ret = (struct ij_inferior_event){.tid = report->tid};
	switch (report->event) {
	case IJ_STOP_BREAKPOINT:
		ret->kind = IJ_INFERIOR_BREAK;
		if (report->breakpoint >= hardware(held) &&
		    report->breakpoint - hardware(held) < held->inf.watches.len) {
			ret->kind = IJ_INFERIOR_WATCHED;
			ret->addr =
				held->inf.watches.items[report->breakpoint - hardware(held)].addr;
		}
		return true;
	case IJ_STOP_ASKED:
	case IJ_STOP_LATE:
	case IJ_STOP_STEPPED:
		ret->kind = IJ_INFERIOR_STEPPED;
		return true;
	case IJ_STOP_CANCELLED:
		/* Who typed it meant the program. */
		ret->kind = IJ_INFERIOR_SIGNAL;
		ret->signo = SIGINT;
		return true;
	case IJ_STOP_SIGNAL: {
		const struct ij_debugger_signal *how = &held->inf.signals[report->signo];

		if (thread)
			thread->deliver = how->pass ? report->signo : 0;
		ret->kind = IJ_INFERIOR_SIGNAL;
		ret->signo = report->signo;
		if (how->stop || held->inf.caught_signals >> (report->signo - 1) & 1)
			return true;
		if (how->print && held->inf.told)
			held->inf.told(held->inf.told_ctx, report->signo);
		return false;
	}
	case IJ_STOP_EXECUTED:
		ret->kind = IJ_INFERIOR_EXECUTED;
		return true;
	case IJ_STOP_EXITED:
		ended(report->exit_status, ret);
		return true;
	case IJ_STOP_JOB:
	case IJ_STOP_GONE:
		break;
	}
	return false;
}

/* ---- Memory and registers ---- */

static struct ij_error *held_read(struct ij_inferior *inf, uint64_t addr, void *buf, size_t size)
{
	return ij_stop_read(of(inf)->stop, addr, buf, size);
}

static struct ij_error *held_write(struct ij_inferior *inf, uint64_t addr, const void *bytes,
				   size_t size)
{
	return ij_stop_write(of(inf)->stop, addr, bytes, size);
}

static struct ij_error *look_at(struct ij_inferior *inf, pid_t tid)
{
	IJ_TRY(ij_stop_select(of(inf)->stop, tid));
	return ij_stop_need_regs(of(inf)->stop);
}

static struct ij_error *held_regs(struct ij_inferior *inf, pid_t tid, struct user_regs_struct *ret)
{
	IJ_TRY(look_at(inf, tid));
	*ret = of(inf)->stop->regs.general.gp;
	return NULL;
}

static struct ij_error *held_regs_set(struct ij_inferior *inf, pid_t tid,
				      const struct user_regs_struct *regs)
{
	const struct ij_regs all = {.gp = *regs};

	IJ_TRY(ij_stop_select(of(inf)->stop, tid));
	return ij_stop_general_set(of(inf)->stop, &all);
}

static struct ij_error *held_xstate(struct ij_inferior *inf, pid_t tid, uint8_t **ret,
				    size_t *size_ret)
{
	const struct ij_regfile *regs = &of(inf)->stop->regs;
	uint8_t *bytes;

	IJ_TRY(look_at(inf, tid));
	bytes = malloc(regs->xstate_size + 1);
	if (!bytes)
		return ij_error_nomem();
	memcpy(bytes, regs->xstate, regs->xstate_size);
	*ret = bytes;
	*size_ret = regs->xstate_size;
	return NULL;
}

static struct ij_error *held_xstate_set(struct ij_inferior *inf, pid_t tid, uint8_t *xstate,
					size_t size)
{
	IJ_TRY(ij_stop_select(of(inf)->stop, tid));
	return ij_stop_xstate_set(of(inf)->stop, xstate, size);
}

/* ---- Going on, until something happens ---- */

/* It stands at a breakpoint in its code, which is not to be met before it went on. */
static struct ij_error *leave_trap(struct held *held, pid_t tid, struct ij_stop_report *report,
				   bool *over_ret)
{
	struct user_regs_struct gp;
	struct ij_inferior_break *at;

	*over_ret = false;
	if (held->inf.breaks.len <= hardware(held))
		return NULL;
	IJ_TRY(held_regs(&held->inf, tid, &gp));
	at = ij_inferior_break_at(&held->inf, gp.rip);
	if (!at || (size_t)(at - held->inf.breaks.items) < hardware(held))
		return NULL;
	IJ_TRY(go(held, tid, true, true, report));
	IJ_TRY(take_threads(held));
	if (report->event != IJ_STOP_STEPPED) {
		*over_ret = true;
		return NULL;
	}
	IJ_TRY(held_regs(&held->inf, tid, &gp));
	*over_ret = ij_inferior_break_at(&held->inf, gp.rip);
	return NULL;
}

static struct ij_error *held_resume(struct ij_inferior *inf, pid_t tid, bool step, bool alone,
				    struct ij_inferior_event *ret)
{
	struct held *held = of(inf);
	struct ij_stop_report report;
	bool over;

	do {
		over = false;
		if (!step && !*inf->interrupted)
			IJ_TRY(leave_trap(held, tid, &report, &over));
		if (over && report.event == IJ_STOP_STEPPED)
			report.event = IJ_STOP_BREAKPOINT;
		else if (over)
			;
		else if (*inf->interrupted)
			report = (struct ij_stop_report){.event = IJ_STOP_CANCELLED, .tid = tid};
		else
			IJ_TRY(go(held, tid, step, alone, &report));
		IJ_TRY(take_threads(held));
		if (report.event == IJ_STOP_GONE)
			return ij_error_new(GONE, "No unwaited-for children left.");
	} while (!take(held, &report, ret));
	return NULL;
}

static const struct ij_inferior_ops held_ops = {
	.destroy = let_go,
	.release = let_go,
	.resume = held_resume,
	.read = held_read,
	.write = held_write,
	.regs = held_regs,
	.regs_set = held_regs_set,
	.xstate = held_xstate,
	.xstate_set = held_xstate_set,
};

struct ij_error *ij_inferior_caller(struct ij_inferior *inf, pid_t tid)
{
	return ij_stop_select(of(inf)->stop, tid);
}

struct ij_error *ij_inferior_renew(struct ij_inferior *inf)
{
	return take_threads(of(inf));
}

struct ij_error *ij_inferior_hold(struct ij_session *session, struct ij_inferior **ret)
{
	struct held *held = calloc(1, sizeof(*held));
	struct ij_error *err;

	if (!held)
		return ij_error_nomem();
	held->inf.ops = &held_ops;
	held->inf.pid = session->pid;
	held->inf.mem = -1;
	err = ij_session_hold(session, 0, &held->stop);
	if (!err)
		err = take_threads(held);
	if (err) {
		let_go(&held->inf);
		return err;
	}
	*ret = &held->inf;
	return NULL;
}
