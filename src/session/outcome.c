/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Outcomes that are not success, as errors that say what happened and what to do. */
#include "session/session_impl.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "session/duration.h"
#include "session/go.h"
#include "session/rehearsal.h"
#include "session/verdict.h"

struct context {
	struct ij_session *s;
	const char *callee;
	const struct ij_call_options *options;
	const struct ij_wire_outcome *o;
	struct ij_strbuf *out;
};

static void target_name(const struct context *c)
{
	ij_strbuf_printf(c->out, "%d (%s)", c->s->pid, c->s->welcome.comm);
}

static void where(const struct context *c, ij_addr addr)
{
	char text[256];

	ij_modules_describe(c->s->mods, addr, text, sizeof(text));
	ij_strbuf_puts(c->out, text);
}

/* What the tracer adds. */
static void more_text(const struct context *c)
{
	if (c->o->text[0])
		ij_strbuf_printf(c->out, " (%s)", c->o->text);
}

static const char *unsafe_remedy(uint32_t reason)
{
	switch (reason) {
	case IJ_WIRE_REASON_STOPPED:
		return "continue it first (kill -CONT)";
	case IJ_WIRE_REASON_SECCOMP:
		return "try another thread (--tid), or --force if you know better";
	case IJ_WIRE_REASON_MODE:
	case IJ_WIRE_REASON_STACK:
	case IJ_WIRE_REASON_SIGNALS:
	case IJ_WIRE_REASON_MEMORY:
		return "try another thread (--tid)";
	default:
		return "try again, or a longer --wait";
	}
}

static const char *remedy_of(const struct ij_wire_verdict *v)
{
	if (v->blocked)
		return "try another thread (--tid), or when it has got what it waits for";
	if (v->reason == IJ_WIRE_REASON_MODE && strstr(v->text, "CAP_SYS_ADMIN"))
		return "run interject as root, outside of containers and with no seccomp filter of "
		       "its own";
	return unsafe_remedy(v->reason);
}

/* At a stop that a person holds, where nobody is moved. */
static void unsafe_here(const struct context *c)
{
	ij_strbuf_printf(c->out, "%s is not safe at this stop of ", c->callee);
	target_name(c);
	ij_strbuf_puts(c->out, ": ");
	ij_verdict_sentence(c->s, &c->o->verdict, c->callee, c->out);
	more_text(c);
	ij_strbuf_printf(c->out,
			 "; target %s; go on to another place, look at another thread, or release "
			 "it first",
			 ij_touch_name(c->o->touch));
}

/* How long it was waited for; nothing if one short round of attempts was all. */
static void add_wait(const struct context *c)
{
	char wait[32];

	if (!(c->options->walkers & IJ_WIRE_WALKER_BIT(RETRY)) &&
	    c->o->wait_ns < c->options->wait_ns / 2)
		return;
	ij_duration_format(c->options->wait_ns, wait, sizeof(wait));
	ij_strbuf_printf(c->out, " within %s", wait);
}

/* A goroutine was chosen, and did not come. */
static void not_by_it(const struct context *c)
{
	ij_strbuf_printf(c->out, "goroutine %llu of ", (unsigned long long)c->options->goroutine);
	target_name(c);
	ij_strbuf_puts(c->out, " did not come to a place for a call");
	add_wait(c);
	ij_strbuf_puts(c->out, ": ");
	ij_session_go_want_told(c->s, c->options->goroutine, c->out);
	ij_strbuf_printf(c->out, "; target %s; choose another one, or a longer --wait",
			 ij_touch_name(c->o->touch));
}

static void unsafe(const struct context *c)
{
	if (c->s->stop) {
		unsafe_here(c);
		return;
	}
	if (c->options->goroutine && c->o->verdict.reason == IJ_WIRE_REASON_GOROUTINE) {
		not_by_it(c);
		return;
	}
	ij_strbuf_puts(c->out, "no safe-point in ");
	target_name(c);
	/* A thread that cannot arrive was not waited for. */
	if (!c->o->verdict.blocked)
		add_wait(c);
	ij_strbuf_puts(c->out, ": ");
	ij_verdict_sentence(c->s, &c->o->verdict, c->callee, c->out);
	more_text(c);
	ij_strbuf_printf(c->out, "; %u stop%s, target %s; %s", c->o->attempts,
			 c->o->attempts == 1 ? "" : "s", ij_touch_name(c->o->touch),
			 remedy_of(&c->o->verdict));
}

static void timed_out(const struct context *c)
{
	char timeout[32];

	ij_duration_format(c->options->timeout_ns, timeout, sizeof(timeout));
	ij_strbuf_printf(c->out, "%s did not return within %s in thread %d of ", c->callee, timeout,
			 c->o->verdict.tid);
	target_name(c);
	more_text(c);
	ij_strbuf_puts(c->out, "; the call was rolled back, target restored; give it a longer "
			       "--timeout if it may take longer");
}

static void deadlock(const struct context *c)
{
	ij_strbuf_printf(c->out, "%s waits for the lock ", c->callee);
	where(c, c->o->lock_addr);
	if (c->o->lock_owner)
		ij_strbuf_printf(c->out, " that its own thread %d holds", c->o->lock_owner);
	else
		ij_strbuf_puts(c->out, " that its own thread holds");
	more_text(c);
	ij_strbuf_puts(c->out, "; the call was rolled back, target restored; try again, or another "
			       "thread (--tid)");
}

static void faulted(const struct context *c)
{
	const char *name = sigabbrev_np((int)c->o->signo);

	ij_strbuf_printf(c->out, "%s faulted in thread %d of ", c->callee, c->o->verdict.tid);
	target_name(c);
	ij_strbuf_printf(c->out, ": SIG%s", name ? name : "?");
	if (c->o->fault_addr || c->o->signo == SIGSEGV)
		ij_strbuf_printf(c->out, " on address 0x%llx",
				 (unsigned long long)c->o->fault_addr);
	ij_strbuf_puts(c->out, " at ");
	where(c, c->o->fault_pc);
	more_text(c);
	ij_strbuf_puts(c->out,
		       "; the call was rolled back, target restored; check the arguments and "
		       "their types");
}

static void left(const struct context *c)
{
	char timeout[32];

	ij_duration_format(c->options->timeout_ns, timeout, sizeof(timeout));
	ij_strbuf_printf(c->out, "%s did not return within %s in thread %d of ", c->callee, timeout,
			 c->o->verdict.tid);
	target_name(c);
	ij_strbuf_puts(c->out, " and holds what a rollback would leave locked");
	more_text(c);
	ij_strbuf_puts(c->out,
		       "; it was left running: it goes on there and restores the thread by "
		       "itself when it returns; our code stays there until the next session");
}

static void escaped(const struct context *c)
{
	ij_strbuf_printf(c->out, "%s left the call by longjmp or an exception in thread %d of ",
			 c->callee, c->o->verdict.tid);
	target_name(c);
	more_text(c);
	ij_strbuf_puts(c->out,
		       "; the thread goes on where it went, and what it did before the call "
		       "is not resumed");
}

static void thread_ended(const struct context *c)
{
	ij_strbuf_printf(c->out, "thread %d of ", c->o->verdict.tid);
	target_name(c);
	ij_strbuf_printf(c->out, " ended inside %s", c->callee);
	more_text(c);
}

static void exited(const struct context *c)
{
	int status = (int)c->o->exit_status;

	ij_strbuf_puts(c->out, "process ");
	target_name(c);
	if (WIFSIGNALED(status))
		ij_strbuf_printf(c->out, " was killed by signal %d during %s", WTERMSIG(status),
				 c->callee);
	else
		ij_strbuf_printf(c->out, " exited with status %d during %s", WEXITSTATUS(status),
				 c->callee);
	more_text(c);
}

static void rehearsed(const struct context *c)
{
	ij_rehearsal_sentence(c->s, c->o, c->callee, c->options, c->out);
}

static void interrupted(const struct context *c)
{
	if (c->o->status == IJ_WIRE_UNSAFE) {
		ij_strbuf_puts(c->out, "interrupted; target untouched");
		return;
	}
	ij_strbuf_printf(c->out, "interrupted; %s was rolled back in thread %d of ", c->callee,
			 c->o->verdict.tid);
	target_name(c);
}

/* Whether it ended so because the user wanted it to end. */
static bool is_interrupted(const struct ij_session *s, const struct ij_wire_outcome *outcome)
{
	return s->cancelled &&
	       (outcome->status == IJ_WIRE_UNSAFE || outcome->status == IJ_WIRE_TIMEOUT);
}

static const struct {
	enum ij_error_code code;
	void (*describe)(const struct context *c);
} outcomes[] = {
	[IJ_WIRE_UNSAFE] = {IJ_ERR_UNSAFE, unsafe},
	[IJ_WIRE_TIMEOUT] = {IJ_ERR_TIMEOUT, timed_out},
	[IJ_WIRE_DEADLOCK] = {IJ_ERR_TIMEOUT, deadlock},
	[IJ_WIRE_FAULT] = {IJ_ERR_CALLFAULT, faulted},
	[IJ_WIRE_LEFT] = {IJ_ERR_LEFT, left},
	[IJ_WIRE_ESCAPED] = {IJ_ERR_LEFT, escaped},
	[IJ_WIRE_THREAD_ENDED] = {IJ_ERR_LEFT, thread_ended},
	[IJ_WIRE_EXITED] = {IJ_ERR_GONE, exited},
	[IJ_WIRE_REHEARSED] = {IJ_ERR_REFUSED, rehearsed},
};

struct ij_error *ij_outcome_error(struct ij_session *s, const struct ij_call *call,
				  const struct ij_call_options *options,
				  const struct ij_wire_outcome *outcome)
{
	IJ_STRBUF_AUTO text = {0};
	const struct context c = {
		.s = s,
		.callee = call->func ? call->func : call->text,
		.options = options,
		.o = outcome,
		.out = &text,
	};
	enum ij_error_code code;
	struct ij_error *err;

	if (outcome->status == IJ_WIRE_DONE || outcome->status >= IJ_COUNT(outcomes))
		return NULL;
	if (is_interrupted(s, outcome))
		interrupted(&c);
	else
		outcomes[outcome->status].describe(&c);
	IJ_TRY(ij_strbuf_error(&text));
	code = outcome->status == IJ_WIRE_REHEARSED ? ij_rehearsal_code(outcome)
						    : outcomes[outcome->status].code;
	if (is_interrupted(s, outcome))
		code = IJ_ERR_INTERRUPTED;
	err = ij_error_make(code, 0, __func__, "%s", ij_strbuf_get(&text));
	if (err->code != IJ_ERR_NOMEM) {
		err->touch = outcome->touch;
		err->tid = outcome->verdict.tid;
	}
	return err;
}
