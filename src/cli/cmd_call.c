/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject call: evaluate each expression in each target, in order. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/report.h"
#include "cli/targets.h"
#include "session/status.h"

struct run {
	const struct ij_options *options;
	IJ_VEC(struct ij_call) calls; /* n expressions */
	bool many;
	int status; /* the worst so far */
	struct ij_strbuf out, diag;
};

/* Write what is ready. */
static void flush(struct run *run)
{
	struct ij_error *err = ij_report_flush(&run->out, &run->diag);

	if (err)
		run->status = ij_status_worse(run->status, ij_commands_fail(err));
}

static void report(struct run *run, const struct ij_report *r)
{
	run->status = ij_status_worse(run->status, ij_report_status(r));
	if (run->options->json) {
		ij_report_json(r, &run->out);
		if (run->options->explain && !run->options->quiet && r->result)
			ij_report_explain(run->options, r, &run->diag);
	} else {
		ij_report_text(run->options, r, &run->out, &run->diag);
	}
	flush(run);
}

/* Say that the expressions from @from on were not attempted. */
static void report_skipped(struct run *run, const struct ij_target *target, size_t from)
{
	size_t left = run->options->exprs_len - from;

	if (!left || run->options->quiet)
		return;
	ij_strbuf_printf(&run->diag,
			 "interject: %d: after this failure %zu expression%s not evaluated\n",
			 target->pid, left, left == 1 ? " was" : "s were");
	flush(run);
}

/* The expressions from @from on in one target, with the same @error; NULL: not attempted. */
static void report_rest(struct run *run, const struct ij_target *target, size_t from,
			const struct ij_error *error)
{
	struct ij_report r = {
		.pid = target->pid, .session = target->session, .error = error, .many = run->many};

	if (run->options->json) {
		for (size_t i = from; i < run->options->exprs_len; i++) {
			r.expr = run->options->exprs[i];
			report(run, &r);
		}
	} else if (error) {
		report(run, &r);
	} else {
		report_skipped(run, target, from);
	}
}

/* Parse all expressions; false after reporting those that are wrong. */
static bool parse_all(struct run *run)
{
	struct ij_prototypes *protos;
	struct ij_error *err = ij_commands_prototypes(run->options, &protos);
	bool good = true;

	if (err) {
		run->status = ij_status_worse(run->status, ij_commands_fail(err));
		return false;
	}
	for (size_t i = 0; i < run->options->exprs_len; i++) {
		struct ij_call call;

		err = ij_call_parse(protos, run->options->exprs[i], &call);
		if (!err && (err = ij_vec_push(&run->calls, call)))
			ij_call_deinit(&call);
		if (err) {
			report(run,
			       &(struct ij_report){.expr = run->options->exprs[i], .error = err});
			ij_error_free(err);
			good = false;
		}
	}
	ij_prototypes_destroy(protos);
	return good;
}

/* Whether @call may bring new modules. */
static bool is_dlopen(const struct ij_call *call)
{
	return call->func && (!strcmp(call->func, "dlopen") || !strcmp(call->func, "dlmopen"));
}

/*
 * Find everything that the expressions name; false after reporting what is not there. What follows
 * a dlopen may be there only when its turn comes.
 */
static bool prepare_all(struct run *run, const struct ij_target *target)
{
	bool good = true, loading = false;

	for (size_t i = 0; i < run->calls.len; i++) {
		struct ij_error *err =
			ij_session_prepare(target->session, &run->calls.items[i], NULL);

		loading = loading || is_dlopen(&run->calls.items[i]);
		if (!err || (loading && err->code == IJ_ERR_NOTFOUND)) {
			ij_error_free(err);
			continue;
		}
		good = false;
		report(run, &(struct ij_report){.pid = target->pid,
						.session = target->session,
						.expr = run->options->exprs[i],
						.call = &run->calls.items[i],
						.error = err,
						.many = run->many});
		ij_error_free(err);
	}
	return good;
}

/* One expression; false if the target is to be left alone from now on. @ended: no session is left.
 */
static bool call_one(struct run *run, const struct ij_target *target, size_t idx, bool *ended)
{
	struct ij_call_options options = run->options->call;
	struct ij_call *call = &run->calls.items[idx];
	struct ij_report r = {
		.pid = target->pid,
		.session = target->session,
		.expr = run->options->exprs[idx],
		.call = call,
		.many = run->many,
	};
	struct ij_call_result result;
	struct ij_error *err;
	bool good;

	options.last = idx + 1 == run->calls.len;
	err = ij_session_call(target->session, call, &options, &result);
	if (!err)
		r.result = &result;
	r.error = err ? err : result.error;
	report(run, &r);
	good = !r.error;
	*ended = r.error && (r.error->code == IJ_ERR_GONE || r.error->code == IJ_ERR_INTERRUPTED ||
			     r.error->code == IJ_ERR_PROTOCOL || (err && err->code == IJ_ERR_LEFT));
	if (err)
		ij_error_free(err);
	else
		ij_call_result_deinit(&result);
	return good;
}

/* Whether something is left in the target that nobody has spoken of yet. */
static void end_session(struct run *run, const struct ij_target *target)
{
	struct ij_wire_ended ended;
	struct ij_error *err = ij_session_close(target->session, &ended);

	if (!err && ended.leaked && run->status != 8)
		err = ij_error_new(
			LEFT,
			"%u mapping%s of ours could not be removed from process %d: no "
			"safe-point was found for it; it does no harm, and the next session "
			"removes it",
			ended.leaked, ended.leaked == 1 ? "" : "s", target->pid);
	if (err)
		run->status = ij_status_worse(run->status, ij_commands_fail(err));
}

static void run_target(struct run *run, const struct ij_target *target)
{
	bool ended = false;

	if (target->error) {
		report_rest(run, target, 0, target->error);
		return;
	}
	if (prepare_all(run, target)) {
		for (size_t i = 0; i < run->calls.len; i++) {
			if (!call_one(run, target, i, &ended)) {
				report_rest(run, target, i + 1, NULL);
				break;
			}
		}
	}
	if (!ended)
		end_session(run, target);
}

int ij_cmd_call(const struct ij_options *options)
{
	struct run run = {.options = options};
	struct ij_targets targets;
	struct ij_error *err;

	if (!options->exprs_len)
		return ij_commands_fail(ij_error_new(
			USAGE, "nothing to call: give an expression, as 'getpid()'; see interject "
			       "call --help"));
	if (options->call.force)
		fputs("interject: --force: calling even where it is not safe; this can deadlock, "
		      "corrupt or kill the target\n",
		      stderr);
	err = ij_targets_start(options, &targets);
	if (err)
		return ij_commands_fail(err);
	run.many = targets.list.len > 1;
	if (parse_all(&run))
		IJ_VEC_EACH (&targets.list, target)
			run_target(&run, target);
	ij_targets_deinit(&targets);
	IJ_VEC_EACH (&run.calls, call)
		ij_call_deinit(call);
	ij_vec_deinit(&run.calls);
	return run.status;
}
