/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject check: each thread's verdict, injecting nothing. */
#include <stdio.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/report.h"
#include "cli/targets.h"
#include "session/status.h"
#include "session/verdict.h"

struct check {
	const struct ij_options *options;
	const struct ij_call *call; /* the callee; NULL: one that needs everything */
	bool many;
	struct ij_strbuf out, diag;
};

static void print_text(struct check *check, struct ij_session *s, const struct ij_wire_verdict *v)
{
	bool safe = v->reason == IJ_WIRE_REASON_NONE;
	IJ_STRBUF_AUTO reason = {0};
	char where[256] = "-";

	if (v->pc)
		ij_modules_describe(ij_session_modules(s), v->pc, where, sizeof(where));
	ij_verdict_reason(s, v, &reason);
	if (check->many)
		ij_strbuf_printf(&check->out, "%d: ", ij_session_pid(s));
	ij_strbuf_printf(&check->out, "%7d  %-15s  %-6s  %s%s%s\n", v->tid, v->comm,
			 safe ? "safe" : "unsafe", where, safe ? "" : ": ",
			 safe ? "" : ij_strbuf_get(&reason));
}

static void print_json(struct check *check, struct ij_session *s, const struct ij_wire_verdict *v)
{
	IJ_STRBUF_AUTO reason = {0};
	struct ij_json json;

	ij_verdict_reason(s, v, &reason);
	ij_json_init(&json, &check->out);
	ij_json_object(&json, NULL);
	ij_json_int(&json, "pid", ij_session_pid(s));
	ij_json_int(&json, "tid", v->tid);
	ij_json_string(&json, "comm", v->comm);
	ij_json_string(&json, "expr", check->options->exprs_len ? check->options->exprs[0] : NULL);
	ij_report_json_place(&json, "stop", s, v->pc);
	ij_json_object(&json, "verdict");
	ij_json_bool(&json, "safe", v->reason == IJ_WIRE_REASON_NONE);
	ij_json_string(&json, "reason", reason.len ? ij_strbuf_get(&reason) : NULL);
	ij_json_object_end(&json);
	if (v->syscall >= 0)
		ij_json_int(&json, "syscall", v->syscall);
	else
		ij_json_null(&json, "syscall");
	ij_json_uint(&json, "frames", v->frames);
	ij_json_object_end(&json);
	ij_strbuf_puts(&check->out, "\n");
}

static struct ij_error *check_session(struct check *check, struct ij_session *s)
{
	struct ij_verdicts verdicts;
	struct ij_wire_ended ended;
	ij_classes need = IJ_CLASSES_ALL;

	if (check->call)
		IJ_TRY(ij_session_prepare(s, check->call, &need));
	IJ_TRY(ij_session_check(s, need, check->options->call.tid, &verdicts));
	IJ_VEC_EACH (&verdicts.list, v) {
		if (check->options->json)
			print_json(check, s, v);
		else
			print_text(check, s, v);
	}
	if (verdicts.more)
		ij_strbuf_printf(&check->diag, "interject: %u more threads of %d are not shown\n",
				 verdicts.more, ij_session_pid(s));
	ij_vec_deinit(&verdicts.list);
	return ij_session_close(s, &ended);
}

/* A target that cannot be judged. */
static int report_error(struct check *check, pid_t pid, const struct ij_error *err)
{
	const struct ij_report r = {
		.pid = pid,
		.expr = check->options->exprs_len ? check->options->exprs[0] : NULL,
		.error = err,
	};

	if (check->options->json)
		ij_report_json(&r, &check->out);
	else
		ij_diag(&check->diag, err);
	return ij_report_status(&r);
}

static int check_target(struct check *check, const struct ij_target *target)
{
	struct ij_error *err;
	int status;

	if (target->error)
		return report_error(check, target->pid, target->error);
	err = check_session(check, target->session);
	if (!err)
		return 0;
	status = report_error(check, target->pid, err);
	ij_error_free(err);
	return status;
}

static struct ij_error *parse(const struct ij_options *options, struct ij_call *ret)
{
	struct ij_prototypes *protos;
	struct ij_error *err;

	IJ_TRY(ij_commands_prototypes(options, &protos));
	err = ij_call_parse(protos, options->exprs[0], ret);
	ij_prototypes_destroy(protos);
	return ij_error_wrap(err, "%s", options->exprs[0]);
}

static int run(struct check *check, struct ij_targets *targets)
{
	struct ij_error *err;
	int status = 0;

	check->many = targets->list.len > 1;
	IJ_VEC_EACH (&targets->list, target)
		status = ij_status_worse(status, check_target(check, target));
	err = ij_report_flush(&check->out, &check->diag);
	return err ? ij_status_worse(status, ij_commands_fail(err)) : status;
}

int ij_cmd_check(const struct ij_options *options)
{
	struct check check = {.options = options};
	struct ij_targets targets;
	struct ij_error *err;
	struct ij_call call;
	int status;

	if (options->exprs_len > 1)
		return ij_commands_fail(ij_error_new(USAGE, "check takes one expression, not %zu",
						     options->exprs_len));
	err = ij_targets_start(options, &targets);
	if (err)
		return ij_commands_fail(err);
	if (options->exprs_len) {
		err = parse(options, &call);
		check.call = &call;
	}
	status = err ? ij_commands_fail(err) : run(&check, &targets);
	if (!err && check.call)
		ij_call_deinit(&call);
	ij_targets_deinit(&targets);
	return status;
}
