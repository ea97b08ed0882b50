/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Verdicts of a target's threads as programs get them, whole in themselves. */
#include <stdlib.h>
#include <string.h>

#include "session/report.h"
#include "session/session_impl.h"
#include "session/verdict.h"

struct item {
	pid_t tid;
	bool safe;
	char *reason, *text, *json; /* NULL: nothing, or memory ran out */
};

struct ij_verdicts {
	IJ_VEC(struct item) list;
	unsigned more;
};

/* The walkers that may lead out of where the thread stands. */
static void add_exits(const struct ij_wire_verdict *v, struct ij_strbuf *out)
{
	const char *before = "; ways out: ";

	for (uint32_t i = 0; i < IJ_WIRE_WALKERS; i++) {
		if (!(v->walkers >> i & 1))
			continue;
		ij_strbuf_printf(out, "%s%s", before, ij_walker_name(i));
		before = ", ";
	}
}

static void add_text(struct ij_session *s, const struct ij_wire_verdict *v, const char *reason,
		     bool explain, struct ij_strbuf *out)
{
	bool safe = v->reason == IJ_WIRE_REASON_NONE;
	char where[256] = "-";

	if (v->pc)
		ij_modules_describe(ij_session_modules(s), v->pc, where, sizeof(where));
	ij_strbuf_printf(out, "%7d  %-15s  %-6s  %s%s%s", v->tid, v->comm, safe ? "safe" : "unsafe",
			 where, safe ? "" : ": ", safe ? "" : reason);
	add_exits(v, out);
	if (v->seccomp) {
		ij_strbuf_puts(out, "; ");
		ij_verdict_seccomp(v, out);
	}
	if (explain) {
		ij_strbuf_puts(out, "\n");
		ij_report_labels(s, v->pc, "         ", out);
		/* A line ends where the next begins. */
		if (out->str)
			out->str[--out->len] = 0;
	}
}

static void add_json(struct ij_session *s, const struct ij_wire_verdict *v, const char *expr,
		     const char *reason, bool explain, struct ij_strbuf *out)
{
	struct ij_json json;

	ij_json_init(&json, out);
	ij_json_object(&json, NULL);
	ij_json_int(&json, "pid", ij_session_pid(s));
	ij_json_int(&json, "tid", v->tid);
	ij_json_string(&json, "comm", v->comm);
	ij_json_string(&json, "expr", expr);
	ij_report_json_place(&json, "stop", s, v->pc);
	ij_json_object(&json, "verdict");
	ij_json_bool(&json, "safe", v->reason == IJ_WIRE_REASON_NONE);
	ij_json_string(&json, "reason", *reason ? reason : NULL);
	ij_json_object_end(&json);
	ij_report_json_seccomp(&json, v);
	ij_json_array(&json, "exits");
	for (uint32_t i = 0; i < IJ_WIRE_WALKERS; i++)
		if (v->walkers >> i & 1)
			ij_json_string(&json, NULL, ij_walker_name(i));
	ij_json_array_end(&json);
	if (v->syscall >= 0)
		ij_json_int(&json, "syscall", v->syscall);
	else
		ij_json_null(&json, "syscall");
	ij_json_uint(&json, "frames", v->frames);
	ij_report_json_labels(&json, s, explain ? v->pc : 0);
	ij_json_object_end(&json);
}

static struct ij_error *add_item(struct ij_session *s, const struct ij_wire_verdict *v,
				 const struct ij_call *call, bool explain, struct ij_verdicts *ret)
{
	struct item item = {.tid = v->tid, .safe = v->reason == IJ_WIRE_REASON_NONE};
	struct ij_strbuf reason = {0}, text = {0}, json = {0};
	struct ij_error *err;

	ij_verdict_reason(s, v, &reason);
	add_text(s, v, ij_strbuf_get(&reason), explain, &text);
	add_json(s, v, call ? call->text : NULL, ij_strbuf_get(&reason), explain, &json);
	item.reason = reason.str;
	item.text = text.str;
	item.json = json.str;
	err = reason.failed || text.failed || json.failed ? ij_error_nomem()
							  : ij_vec_push(&ret->list, item);
	if (err) {
		ij_strbuf_deinit(&reason);
		ij_strbuf_deinit(&text);
		ij_strbuf_deinit(&json);
	}
	return err;
}

struct ij_error *ij_session_check(struct ij_session *s, const struct ij_call *call,
				  const struct ij_call_options *given, struct ij_verdicts **ret)
{
	struct ij_call_options options;
	struct ij_verdicts *out;
	struct ij_judged judged;
	struct ij_error *err = NULL;

	ij_session_begin(s);
	IJ_TRY(ij_call_options_of(given, &options));
	IJ_TRY(ij_session_judge(s, call, &options, &judged));
	out = calloc(1, sizeof(*out));
	if (!out)
		err = ij_error_nomem();
	for (size_t i = 0; i < judged.list.len && !err; i++)
		err = add_item(s, &judged.list.items[i], call, options.explain, out);
	if (!err)
		out->more = judged.more;
	ij_vec_deinit(&judged.list);
	if (err) {
		ij_verdicts_free(out);
		return err;
	}
	*ret = out;
	return NULL;
}

void ij_verdicts_free(struct ij_verdicts *verdicts)
{
	if (!verdicts)
		return;
	IJ_VEC_EACH (&verdicts->list, item) {
		free(item->reason);
		free(item->text);
		free(item->json);
	}
	ij_vec_deinit(&verdicts->list);
	free(verdicts);
}

size_t ij_verdicts_len(const struct ij_verdicts *verdicts)
{
	return verdicts->list.len;
}

unsigned ij_verdicts_more(const struct ij_verdicts *verdicts)
{
	return verdicts->more;
}

pid_t ij_verdicts_tid(const struct ij_verdicts *verdicts, size_t idx)
{
	return verdicts->list.items[idx].tid;
}

bool ij_verdicts_safe(const struct ij_verdicts *verdicts, size_t idx)
{
	return verdicts->list.items[idx].safe;
}

const char *ij_verdicts_reason(const struct ij_verdicts *verdicts, size_t idx)
{
	const char *reason = verdicts->list.items[idx].reason;

	return reason ? reason : "";
}

const char *ij_verdicts_text(const struct ij_verdicts *verdicts, size_t idx)
{
	return verdicts->list.items[idx].text;
}

const char *ij_verdicts_json(const struct ij_verdicts *verdicts, size_t idx)
{
	return verdicts->list.items[idx].json;
}
