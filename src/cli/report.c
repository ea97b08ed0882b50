/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing results as text, and the story of a call. */
#include "cli/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "session/duration.h"
#include "session/verdict.h"

#define WHERE_SIZE 256

int ij_report_status(const struct ij_report *report)
{
	return report->error ? ij_error_exit_status(report->error->code) : 0;
}

void ij_diag(struct ij_strbuf *diag, const struct ij_error *err)
{
	ij_strbuf_printf(diag, "interject: %s\n", err->msg);
}

/* @bytes as a C string literal; trailing zeros are left out. */
static void add_literal(struct ij_strbuf *out, const uint8_t *bytes, size_t size)
{
	static const char letters[] = "abtnvfr"; /* from \a, 7 */

	while (size && !bytes[size - 1])
		size--;
	ij_strbuf_puts(out, "\"");
	for (size_t i = 0; i < size; i++) {
		uint8_t c = bytes[i];

		if (c == '"' || c == '\\')
			ij_strbuf_printf(out, "\\%c", c);
		else if (c >= 7 && c <= 13)
			ij_strbuf_printf(out, "\\%c", letters[c - 7]);
		else if (c >= 0x20 && c < 0x7f)
			ij_strbuf_printf(out, "%c", c);
		else
			ij_strbuf_printf(out, "\\%03o", c);
	}
	ij_strbuf_puts(out, "\"");
}

static void add_result(const struct ij_report *r, struct ij_strbuf *out)
{
	if (r->many)
		ij_strbuf_printf(out, "%d: ", r->pid);
	ij_value_print(&r->call->ret, &r->result->regs, r->result->string, out);
	if (r->result->string && r->result->string_cut)
		ij_strbuf_puts(out, "...");
	ij_strbuf_puts(out, "\n");
	for (size_t i = 0; i < r->call->args.len && i < r->result->offs.list.len; i++) {
		const struct ij_arg *arg = &r->call->args.items[i];
		size_t off = r->result->offs.list.items[i];

		if (!arg->buffer || off > r->result->scratch_size ||
		    arg->bytes_size > r->result->scratch_size - off)
			continue;
		ij_strbuf_printf(out, "  arg %zu: ", i + 1);
		add_literal(out, r->result->scratch + off, arg->bytes_size);
		ij_strbuf_puts(out, "\n");
	}
}

void ij_report_text(const struct ij_options *options, const struct ij_report *report,
		    struct ij_strbuf *out, struct ij_strbuf *diag)
{
	if (report->result && !report->error)
		add_result(report, out);
	if (report->error) {
		ij_strbuf_puts(diag, "interject: ");
		if (report->many)
			ij_strbuf_printf(diag, "%d: ", report->pid);
		/* What cannot be parsed is quoted by the message itself. */
		if (report->call && options->exprs_len > 1)
			ij_strbuf_printf(diag, "%s: ", report->expr);
		ij_strbuf_printf(diag, "%s\n", report->error->msg);
	}
	if (options->explain && !options->quiet && report->result)
		ij_report_explain(options, report, diag);
}

static void explain_stop(const struct ij_report *r, struct ij_strbuf *out)
{
	const struct ij_wire_verdict *v = &r->result->outcome.verdict;
	struct ij_modules *mods = ij_session_modules(r->session);
	char where[WHERE_SIZE];

	ij_modules_describe(mods, v->pc, where, sizeof(where));
	ij_strbuf_printf(out, "  thread %d (%s) stood in %s", v->tid, v->comm, where);
	if (v->syscall >= 0)
		ij_strbuf_printf(out, ", in system call %d", v->syscall);
	ij_strbuf_puts(out, "\n");
	for (size_t i = 0; i < r->result->frames_len; i++) {
		if (i == 0 && r->result->frames[0] == v->pc)
			continue;
		ij_modules_describe(mods, r->result->frames[i], where, sizeof(where));
		ij_strbuf_printf(out, "    called from %s\n", where);
	}
}

static void explain_verdict(const struct ij_options *options, const struct ij_report *r,
			    struct ij_strbuf *out)
{
	const struct ij_wire_verdict *v = &r->result->outcome.verdict;
	const char *callee = r->call->func ? r->call->func : r->call->text;

	if (v->reason != IJ_WIRE_REASON_NONE) {
		ij_strbuf_puts(out, "  verdict: unsafe: ");
		ij_verdict_sentence(r->session, v, callee, out);
		if (options->call.force)
			ij_strbuf_puts(out, "; forced");
	} else if (r->result->need == IJ_CLASSES_ALL) {
		ij_strbuf_printf(
			out, "  verdict: safe: %s may need anything, and the stop holds nothing",
			callee);
	} else {
		ij_strbuf_printf(out, "  verdict: safe: %s needs %s, and the stop holds none of it",
				 callee, ij_classes_text(r->result->need));
	}
	ij_strbuf_puts(out, "\n");
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
		ij_strbuf_printf(out, "  errno after the call: %d%s%s\n", o->callee_errno,
				 o->callee_errno ? " " : "",
				 o->callee_errno ? strerrorname_np(o->callee_errno) : "");
	ij_strbuf_printf(out, "  %s; target %s%s%s\n", ij_outcome_status_name(o->status),
			 ij_touch_name(o->touch), o->text[0] ? ": " : "", o->text);
}

void ij_report_explain(const struct ij_options *options, const struct ij_report *report,
		       struct ij_strbuf *diag)
{
	ij_strbuf_printf(diag, "%d (%s): %s\n", report->pid, ij_session_comm(report->session),
			 report->expr);
	explain_stop(report, diag);
	explain_verdict(options, report, diag);
	explain_times(report, diag);
}

static struct ij_error *write_out(struct ij_strbuf *buf, FILE *file)
{
	IJ_TRY(ij_strbuf_error(buf));
	if (buf->len && (fwrite(buf->str, 1, buf->len, file) != buf->len || fflush(file)))
		return ij_error_os(OS, errno, "cannot write the output: %s", strerror(errno));
	ij_strbuf_deinit(buf);
	*buf = (struct ij_strbuf){0};
	return NULL;
}

struct ij_error *ij_report_flush(struct ij_strbuf *out, struct ij_strbuf *diag)
{
	struct ij_error *err = write_out(out, stdout);

	if (err)
		return err;
	return write_out(diag, stderr);
}
