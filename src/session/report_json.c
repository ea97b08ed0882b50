/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing results as JSON: one object an expression. */
#include "session/report.h"

#include <stdio.h>

#include "session/verdict.h"

void ij_report_json_place(struct ij_json *json, const char *key, struct ij_session *session,
			  ij_addr addr)
{
	struct ij_modules *mods = session ? ij_session_modules(session) : NULL;
	const struct ij_module *module = NULL;
	const char *func = NULL;
	uint64_t off = 0;
	char text[24];

	if (!addr || !mods) {
		ij_json_null(json, key);
		return;
	}
	ij_modules_locate(mods, addr, &func, &off, &module);
	ij_json_object(json, key);
	ij_json_string(json, "module", module ? module->name : NULL);
	ij_json_string(json, "function", func);
	ij_json_uint(json, "offset", off);
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)addr);
	ij_json_string(json, "address", text);
	ij_json_object_end(json);
}

static void add_value(struct ij_json *json, const struct ij_report *r)
{
	IJ_STRBUF_AUTO value = {0};

	if (r->value_json && !r->error) {
		ij_json_raw(json, "value", r->value_json);
		return;
	}
	if (!r->result || r->error) {
		ij_json_null(json, "value");
		return;
	}
	if (r->result->go_json) {
		ij_json_raw(json, "value", r->result->go_json);
		return;
	}
	ij_value_json(&r->call->ret, &r->result->regs, r->result->string, &value);
	ij_json_raw(json, "value", ij_strbuf_get(&value));
}

static void add_buffer(struct ij_json *json, size_t number, const uint8_t *bytes, size_t size)
{
	ij_json_object(json, NULL);
	ij_json_uint(json, "arg", number);
	ij_json_bytes(json, bytes, size);
	ij_json_object_end(json);
}

static void add_buffers(struct ij_json *json, const struct ij_report *r)
{
	ij_json_array(json, "buffers");
	if (r->buffers_json && *r->buffers_json && !r->error)
		ij_json_raw(json, NULL, r->buffers_json);
	for (size_t i = 0; r->result && !r->error && i < r->call->args.len; i++) {
		size_t size;
		const uint8_t *bytes = ij_call_result_buffer(r->call, r->result, i, &size);

		if (bytes)
			add_buffer(json, i + 1, bytes, size);
	}
	ij_json_array_end(json);
}

void ij_report_json_seccomp(struct ij_json *json, const struct ij_wire_verdict *v)
{
	IJ_STRBUF_AUTO text = {0};

	if (!v->seccomp) {
		ij_json_null(json, "seccomp");
		return;
	}
	ij_verdict_seccomp(v, &text);
	ij_json_object(json, "seccomp");
	ij_json_string(json, "mode",
		       v->seccomp & IJ_WIRE_SECCOMP_STRICT ? "strict"
		       : v->seccomp & IJ_WIRE_SECCOMP_ON   ? "filter"
							   : "none");
	ij_json_uint(json, "filters", v->filters);
	ij_json_bool(json, "suspended", v->seccomp & IJ_WIRE_SECCOMP_SUSPENDED);
	ij_json_bool(json, "cave", v->seccomp & IJ_WIRE_SECCOMP_CAVE);
	ij_json_bool(json, "breakpoint",
		     v->seccomp & IJ_WIRE_SECCOMP_SILENT && !(v->seccomp & IJ_WIRE_SECCOMP_LINGER));
	ij_json_bool(json, "looked_for", v->seccomp & IJ_WIRE_SECCOMP_LINGER);
	ij_json_bool(json, "signals_blocked", !(v->seccomp & IJ_WIRE_SECCOMP_UNMASKED));
	ij_json_bool(json, "errors", v->seccomp & IJ_WIRE_SECCOMP_ERRNO);
	ij_json_string(json, "text", ij_strbuf_get(&text));
	ij_json_object_end(json);
}

void ij_report_json_stack(struct ij_json *json, const struct ij_wire_verdict *v)
{
	IJ_STRBUF_AUTO text = {0};

	ij_verdict_stack(v, &text);
	ij_json_object(json, "stack");
	ij_json_string(json, "kind", v->stack == IJ_WIRE_STACK_OWN ? "own" : "foreign");
	ij_json_string(json, "reason", text.len ? ij_strbuf_get(&text) : NULL);
	ij_json_uint(json, "room", v->stack_room);
	ij_json_object_end(json);
}

static void add_verdict(struct ij_json *json, const struct ij_report *r)
{
	const struct ij_wire_verdict *v = &r->result->outcome.verdict;
	IJ_STRBUF_AUTO reason = {0};

	ij_verdict_reason(r->session, v, &reason);
	ij_json_object(json, "verdict");
	ij_json_bool(json, "safe", v->reason == IJ_WIRE_REASON_NONE);
	ij_json_string(json, "reason", reason.len ? ij_strbuf_get(&reason) : NULL);
	ij_json_object_end(json);
}

static void add_walk_entry(struct ij_json *json, const struct ij_report *r,
			   const struct ij_wire_walk *walk)
{
	static const char *const ends[] = {
		[IJ_WALK_MOVED] = "moved",     [IJ_WALK_UNFIT] = "unfit", [IJ_WALK_LATE] = "late",
		[IJ_WALK_BLOCKED] = "blocked", [IJ_WALK_GONE] = "gone",
	};

	ij_json_object(json, NULL);
	ij_json_string(json, "method", ij_walker_name(walk->walker));
	ij_json_int(json, "tid", walk->tid);
	ij_json_string(json, "end", walk->end < IJ_COUNT(ends) ? ends[walk->end] : NULL);
	ij_json_bool(json, "safe", walk->end != IJ_WALK_GONE && !walk->after);
	ij_json_uint(json, "steps", walk->steps);
	ij_json_double(json, "us", (double)walk->ns / 1000);
	ij_report_json_place(json, "from", r->session, walk->from);
	ij_report_json_place(json, "to", r->session, walk->to);
	ij_json_string(json, "text", walk->text[0] ? walk->text : NULL);
	ij_json_object_end(json);
}

/* How the safe-point was reached: the last walker, the stops, the time; and each walk. */
static void add_walk(struct ij_json *json, const struct ij_report *r)
{
	const struct ij_wire_outcome *o = &r->result->outcome;

	ij_json_object(json, "walk");
	ij_json_string(json, "method", ij_walker_name(o->method));
	ij_json_uint(json, "steps", o->walks_len ? o->walks[o->walks_len - 1].steps : 0);
	ij_json_uint(json, "attempts", o->attempts);
	ij_json_double(json, "us", (double)o->wait_ns / 1000);
	ij_json_array(json, "walks");
	for (uint32_t i = 0; i < o->walks_len; i++)
		add_walk_entry(json, r, &o->walks[i]);
	ij_json_array_end(json);
	ij_json_object_end(json);
}

/* What the callee was taken to need: names of classes; null: anything. */
static void add_needs(struct ij_json *json, const struct ij_report *r)
{
	if (r->result->need == IJ_CLASSES_ALL) {
		ij_json_null(json, "needs");
		return;
	}
	ij_json_array(json, "needs");
	for (unsigned bit = 0; ij_class_name(bit); bit++)
		if (r->result->need >> bit & 1)
			ij_json_string(json, NULL, ij_class_name(bit));
	ij_json_array_end(json);
}

static void add_outcome(struct ij_json *json, const struct ij_report *r)
{
	const struct ij_wire_outcome *o = &r->result->outcome;

	ij_report_json_place(json, "stop", r->session, o->verdict.pc);
	add_needs(json, r);
	add_verdict(json, r);
	ij_report_json_stack(json, &o->verdict);
	ij_report_json_seccomp(json, &o->verdict);
	add_walk(json, r);
	ij_json_double(json, "pause_us", (double)(r->pause_ns + o->pause_ns) / 1000);
	ij_json_double(json, "call_us", (double)(r->call_ns + o->call_ns) / 1000);
	if (o->errno_known && o->status == IJ_WIRE_DONE)
		ij_json_int(json, "errno", o->callee_errno);
	else
		ij_json_null(json, "errno");
}

static void add_no_outcome(struct ij_json *json)
{
	static const char *const keys[] = {"stop", "needs",    "verdict", "stack", "seccomp",
					   "walk", "pause_us", "call_us", "errno"};

	for (size_t i = 0; i < IJ_COUNT(keys); i++)
		ij_json_null(json, keys[i]);
}

static void add_error(struct ij_json *json, const struct ij_error *err)
{
	if (!err) {
		ij_json_null(json, "error");
		return;
	}
	ij_json_object(json, "error");
	ij_json_string(json, "code", ij_error_code_name(err->code));
	ij_json_string(json, "message", err->msg);
	ij_json_object_end(json);
}

enum ij_touch ij_report_touch(const struct ij_report *r)
{
	if (r->error && (!r->result || r->error->touch > r->result->outcome.touch))
		return r->error->touch;
	return r->result ? r->result->outcome.touch : IJ_TOUCH_UNTOUCHED;
}

void ij_report_json(const struct ij_report *report, struct ij_strbuf *out)
{
	const struct ij_wire_outcome *o = report->result ? &report->result->outcome : NULL;
	enum ij_touch touch = ij_report_touch(report);
	struct ij_json json;

	ij_json_init(&json, out);
	ij_json_object(&json, NULL);
	if (report->pid)
		ij_json_int(&json, "pid", report->pid);
	else
		ij_json_null(&json, "pid");
	if (o && o->verdict.tid)
		ij_json_int(&json, "tid", o->verdict.tid);
	else
		ij_json_null(&json, "tid");
	ij_json_string(&json, "expr", report->expr);
	if (o && !(report->error && o->status == IJ_WIRE_DONE))
		ij_json_string(&json, "status", ij_outcome_status(o, report->error));
	else
		ij_json_string(&json, "status",
			       report->error        ? ij_error_code_name(report->error->code)
			       : report->value_text ? "done"
						    : "skipped");
	ij_json_int(&json, "exit_status", ij_error_exit_status(ij_error_code_of(report->error)));
	add_value(&json, report);
	if (report->value_type)
		ij_json_string(&json, "type", report->value_type);
	else
		ij_json_string(&json, "type",
			       report->call && report->call->ret_known ? report->call->ret.text
								       : NULL);
	add_buffers(&json, report);
	if (o)
		add_outcome(&json, report);
	else
		add_no_outcome(&json);
	if (report->syscall)
		ij_report_json_syscall(&json, report);
	ij_report_json_rehearsal(&json, report);
	ij_report_json_kept(&json, report);
	ij_captured_json(report->result ? &report->result->captured : NULL,
			 report->result && report->result->capture, &json);
	ij_json_bool(&json, "restored", touch != IJ_TOUCH_DIRTY);
	ij_json_bool(&json, "untouched", touch == IJ_TOUCH_UNTOUCHED);
	add_error(&json, report->error);
	ij_json_object_end(&json);
}
