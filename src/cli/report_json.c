/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing results as JSON: one object an expression. */
#include "cli/report.h"

#include <stdio.h>

#include "base/json.h"
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

	if (!r->result || r->error) {
		ij_json_null(json, "value");
		return;
	}
	ij_value_json(&r->call->ret, &r->result->regs, r->result->string, &value);
	ij_json_raw(json, "value", ij_strbuf_get(&value));
}

static void add_buffer(struct ij_json *json, size_t number, const uint8_t *bytes, size_t size)
{
	IJ_STRBUF_AUTO text = {0};
	IJ_STRBUF_AUTO hex = {0};

	for (size_t i = 0; i < size && bytes[i]; i++)
		ij_strbuf_add(&text, (const char *)bytes + i, 1);
	for (size_t i = 0; i < size; i++)
		ij_strbuf_printf(&hex, "%02x", bytes[i]);
	ij_json_object(json, NULL);
	ij_json_uint(json, "arg", number);
	ij_json_string(json, "text", ij_strbuf_get(&text));
	ij_json_string(json, "hex", ij_strbuf_get(&hex));
	ij_json_object_end(json);
}

static void add_buffers(struct ij_json *json, const struct ij_report *r)
{
	ij_json_array(json, "buffers");
	for (size_t i = 0;
	     r->result && !r->error && i < r->call->args.len && i < r->result->offs.list.len; i++) {
		const struct ij_arg *arg = &r->call->args.items[i];
		size_t off = r->result->offs.list.items[i];

		if (arg->buffer && off <= r->result->scratch_size &&
		    arg->bytes_size <= r->result->scratch_size - off)
			add_buffer(json, i + 1, r->result->scratch + off, arg->bytes_size);
	}
	ij_json_array_end(json);
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

static void add_outcome(struct ij_json *json, const struct ij_report *r)
{
	const struct ij_wire_outcome *o = &r->result->outcome;

	ij_report_json_place(json, "stop", r->session, o->verdict.pc);
	add_verdict(json, r);
	ij_json_object(json, "walk");
	ij_json_string(json, "method", o->attempts > 1 ? "retry" : "none");
	ij_json_uint(json, "steps", 0);
	ij_json_uint(json, "attempts", o->attempts);
	ij_json_double(json, "us", (double)o->wait_ns / 1000);
	ij_json_object_end(json);
	ij_json_double(json, "pause_us", (double)o->pause_ns / 1000);
	ij_json_double(json, "call_us", (double)o->call_ns / 1000);
	if (o->errno_known && o->status == IJ_WIRE_DONE)
		ij_json_int(json, "errno", o->callee_errno);
	else
		ij_json_null(json, "errno");
}

static void add_no_outcome(struct ij_json *json)
{
	static const char *const keys[] = {"stop",     "verdict", "walk",
					   "pause_us", "call_us", "errno"};

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

/* What became of the target. */
static enum ij_touch touch_of(const struct ij_report *r)
{
	if (r->error && (!r->result || r->error->touch > r->result->outcome.touch))
		return r->error->touch;
	return r->result ? r->result->outcome.touch : IJ_TOUCH_UNTOUCHED;
}

void ij_report_json(const struct ij_report *report, struct ij_strbuf *out)
{
	const struct ij_wire_outcome *o = report->result ? &report->result->outcome : NULL;
	enum ij_touch touch = touch_of(report);
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
	if (o)
		ij_json_string(&json, "status", ij_outcome_status_name(o->status));
	else
		ij_json_string(&json, "status",
			       report->error ? ij_error_code_name(report->error->code) : "skipped");
	ij_json_int(&json, "exit_status", ij_report_status(report));
	add_value(&json, report);
	ij_json_string(&json, "type",
		       report->call && report->call->ret_known ? report->call->ret.text : NULL);
	add_buffers(&json, report);
	if (o)
		add_outcome(&json, report);
	else
		add_no_outcome(&json);
	ij_json_bool(&json, "restored", touch != IJ_TOUCH_DIRTY);
	ij_json_bool(&json, "untouched", touch == IJ_TOUCH_UNTOUCHED);
	add_error(&json, report->error);
	ij_json_object_end(&json);
	ij_strbuf_puts(out, "\n");
}
