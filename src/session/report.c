/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing results as text, and the story of a call. */
#include "session/report.h"

#include <stdio.h>
#include <string.h>

#include "lang/text.h"
#include "session/duration.h"
#include "session/rehearsal.h"
#include "session/verdict.h"

#define WHERE_SIZE 256

void ij_report_value(const struct ij_report *r, struct ij_strbuf *out)
{
	if (r->error || (!r->result && !r->value_text))
		return;
	if (r->syscall) {
		ij_report_syscall(r, out);
		return;
	}
	if (r->result && r->result->go_text) {
		ij_strbuf_puts(out, r->result->go_text);
		return;
	}
	if (r->value_text)
		ij_strbuf_puts(out, r->value_text);
	else
		ij_value_print(&r->call->ret, &r->result->regs, r->result->string, out);
	if (!r->value_text && r->result->string && r->result->string_cut)
		ij_strbuf_puts(out, "...");
	for (size_t i = 0; r->result && i < r->call->args.len; i++) {
		size_t size;
		const uint8_t *bytes = ij_call_result_buffer(r->call, r->result, i, &size);

		if (!bytes)
			continue;
		ij_strbuf_printf(out, "\n  arg %zu: ", i + 1);
		ij_text_literal(bytes, size, out);
	}
	ij_report_kept(r, out);
}

static void explain_stop(const struct ij_report *r, struct ij_strbuf *out)
{
	const struct ij_wire_verdict *v = &r->result->outcome.verdict;
	struct ij_modules *mods = ij_session_modules(r->session);
	char where[WHERE_SIZE];

	if (!v->pc)
		return;
	ij_modules_describe(mods, v->pc, where, sizeof(where));
	ij_strbuf_printf(out, "  thread %d (%s) stood in %s", v->tid, v->comm, where);
	if (ij_syscall_name(v->syscall))
		ij_strbuf_printf(out, ", in %s(2)", ij_syscall_name(v->syscall));
	else if (v->syscall >= 0)
		ij_strbuf_printf(out, ", in system call %d", v->syscall);
	ij_strbuf_puts(out, "\n");
	ij_report_labels(r->session, v->pc, "    ", out);
	for (size_t i = 0; i < r->result->frames_len; i++) {
		if (i == 0 && r->result->frames[0] == v->pc)
			continue;
		ij_modules_describe(mods, r->result->frames[i], where, sizeof(where));
		ij_strbuf_printf(out, "    called from %s\n", where);
	}
}

static void explain_walks(const struct ij_report *r, struct ij_strbuf *out)
{
	const struct ij_wire_outcome *o = &r->result->outcome;

	if (o->walks_more)
		ij_strbuf_printf(out, "  (%u walks before these)\n", o->walks_more);
	for (uint32_t i = 0; i < o->walks_len; i++) {
		ij_strbuf_printf(out, "  thread %d: walk by ", o->walks[i].tid);
		ij_walk_sentence(r->session, &o->walks[i], out);
		ij_strbuf_puts(out, "\n");
	}
}

/* What the policy has to say of the frame that stands in the way. */
static void explain_policy(const struct ij_report *r, const struct ij_wire_verdict *v,
			   struct ij_strbuf *out)
{
	const char *why;

	if (v->reason != IJ_WIRE_REASON_FRAME || !v->addr)
		return;
	/* A return address may lie behind the end of its function. */
	why = ij_session_reason(r->session, v->addr == v->pc ? v->addr : v->addr - 1, v->classes);
	if (why)
		ij_strbuf_printf(out, "\n    by the policy: %s", why);
}

static void explain_verdict(const struct ij_report *r, struct ij_strbuf *out)
{
	const struct ij_wire_verdict *v = &r->result->outcome.verdict;
	const char *callee = r->call->func ? r->call->func : r->call->text;
	char need[WHERE_SIZE];

	if (v->reason != IJ_WIRE_REASON_NONE) {
		ij_strbuf_puts(out, "  verdict: unsafe: ");
		ij_verdict_sentence(r->session, v, callee, out);
		if (r->forced && v->reason != IJ_WIRE_REASON_REHEARSAL)
			ij_strbuf_puts(out, "; forced");
		explain_policy(r, v, out);
	} else if (r->syscall) {
		ij_strbuf_puts(out, "  verdict: safe: a system call runs no code of the program");
	} else if (r->call->go) {
		ij_strbuf_puts(out,
			       "  verdict: safe: Go's own maps know every pointer there, and its "
			       "runtime takes a call");
	} else if (r->result->need == IJ_CLASSES_ALL) {
		ij_strbuf_printf(
			out, "  verdict: safe: %s may need anything, and the stop holds nothing",
			callee);
	} else if (r->result->need == IJ_CLASS(OTHER)) {
		ij_strbuf_printf(out, "  verdict: safe: %s reaches no library state by its code",
				 callee);
	} else {
		ij_classes_describe(r->result->need, need, sizeof(need));
		ij_strbuf_printf(out, "  verdict: safe: %s needs %s, and the stop holds none of it",
				 callee, need);
	}
	ij_strbuf_puts(out, "\n");
}

static void explain_seccomp(const struct ij_report *r, struct ij_strbuf *out)
{
	if (!r->result->outcome.verdict.seccomp)
		return;
	ij_strbuf_puts(out, "  ");
	ij_verdict_seccomp(&r->result->outcome.verdict, out);
	ij_strbuf_puts(out, "\n");
}

static void explain_stack(const struct ij_report *r, struct ij_strbuf *out)
{
	const struct ij_wire_verdict *v = &r->result->outcome.verdict;

	/* Where it is refused, the verdict says so. */
	if (v->stack == IJ_WIRE_STACK_OWN || v->reason == IJ_WIRE_REASON_STACK)
		return;
	ij_strbuf_puts(out, "  stack: ");
	ij_verdict_stack(v, out);
	ij_strbuf_puts(out, "\n");
}

static void explain_errno(int callee_errno, struct ij_strbuf *out)
{
	/* A program may put any number there. */
	const char *name = callee_errno ? strerrorname_np(callee_errno) : NULL;

	ij_strbuf_printf(out, "  errno after the call: %d%s%s\n", callee_errno, name ? " " : "",
			 name ? name : "");
}

static void explain_times(const struct ij_report *r, struct ij_strbuf *out)
{
	const struct ij_wire_outcome *o = &r->result->outcome;
	char wait[32], pause[32], call[32];

	ij_duration_format(o->wait_ns, wait, sizeof(wait));
	ij_duration_format(o->pause_ns, pause, sizeof(pause));
	ij_duration_format(o->call_ns, call, sizeof(call));
	ij_strbuf_printf(out,
			 "  %u stop%s in %s; the thread was paused for %s, %s of it in the call\n",
			 o->attempts, o->attempts == 1 ? "" : "s", wait, pause, call);
	if (o->errno_known && o->status == IJ_WIRE_DONE)
		explain_errno(o->callee_errno, out);
	ij_strbuf_printf(out, "  %s; target %s%s%s\n", ij_outcome_status(o, r->error),
			 ij_touch_name(o->touch), o->text[0] ? ": " : "", o->text);
}

void ij_report_explain(const struct ij_report *r, struct ij_strbuf *out)
{
	if (!r->result || !r->explain)
		return;
	ij_strbuf_printf(out, "%d (%s): %s\n", r->pid, ij_session_comm(r->session), r->expr);
	explain_walks(r, out);
	explain_stop(r, out);
	explain_verdict(r, out);
	explain_stack(r, out);
	explain_seccomp(r, out);
	if (r->made)
		ij_report_explain_syscall(r, out);
	ij_report_explain_rehearsal(r, out);
	explain_times(r, out);
}
