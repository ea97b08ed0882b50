/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject call: evaluate each expression in each target, in order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/print.h"
#include "cli/targets.h"

struct run {
	const struct ij_options *options;
	struct ij_prototypes *protos;
	struct ij_call **calls; /* n expressions; NULL: it is wrong */
	bool many;
	int status; /* the worst so far */
};

static void add_status(struct run *run, int status)
{
	run->status = ij_status_worse(run->status, status);
}

/* Tell of expression @idx, and free @result. @pid: 0 if it is about no process. */
static void report(struct run *run, pid_t pid, size_t idx, struct ij_result *result)
{
	const struct ij_printed printed = {
		.pid = pid,
		.expr = run->options->exprs[idx],
		.parsed = run->calls[idx],
		.many = run->many && pid,
		.result = result,
	};

	add_status(run, ij_print_result(run->options, &printed));
	ij_result_free(result);
}

/* Say that the expressions from @from on were not attempted. */
static void report_skipped(struct run *run, const struct ij_target *target, size_t from)
{
	size_t left = run->options->exprs_len - from;

	if (left && !run->options->quiet)
		fprintf(stderr,
			"interject: %d: after this failure %zu expression%s not evaluated\n",
			target->pid, left, left == 1 ? " was" : "s were");
}

/* The expressions from @from on in one target, with the same @error; NULL: not attempted. */
static void report_rest(struct run *run, const struct ij_target *target, size_t from,
			const struct ij_error *error)
{
	if (run->options->json) {
		for (size_t i = from; i < run->options->exprs_len; i++)
			report(run, target->pid, i,
			       ij_result_create(target->pid, run->options->exprs[i], NULL, error));
	} else if (error) {
		add_status(run, ij_print_error(target->pid, run->many, error));
	} else {
		report_skipped(run, target, from);
	}
}

/* Parse all expressions; false after reporting those that are wrong. */
static bool parse_all(struct run *run)
{
	bool good = true;

	for (size_t i = 0; i < run->options->exprs_len; i++) {
		const char *text = run->options->exprs[i];

		struct ij_error *err = ij_call_create(run->protos, text, &run->calls[i]);

		if (err) {
			report(run, 0, i, ij_result_create(0, text, NULL, err));
			ij_error_free(err);
			good = false;
		}
	}
	return good;
}

/* Whether @call may bring new modules. */
static bool is_dlopen(const struct ij_call *call)
{
	const char *name = ij_call_function(call);

	return name && (!strcmp(name, "dlopen") || !strcmp(name, "dlmopen"));
}

/*
 * Find everything that the expressions name; false after reporting what is not there. What follows
 * a dlopen may be there only when its turn comes.
 */
static bool prepare_all(struct run *run, const struct ij_target *target)
{
	bool good = true, loading = false;

	for (size_t i = 0; i < run->options->exprs_len; i++) {
		struct ij_call *call = run->calls[i];
		struct ij_error *err = ij_session_prepare(target->session, call);

		loading = loading || is_dlopen(call);
		if (err && !(loading && ij_error_code_of(err) == IJ_ERR_NOTFOUND)) {
			good = false;
			report(run, target->pid, i,
			       ij_result_create(target->pid, run->options->exprs[i], call, err));
		}
		ij_error_free(err);
	}
	return good;
}

/* Whether no session is left after @code. */
static bool is_over(const struct ij_target *target, enum ij_error_code code)
{
	return code == IJ_ERR_GONE || code == IJ_ERR_INTERRUPTED || code == IJ_ERR_PROTOCOL ||
	       !ij_session_alive(target->session);
}

/* One expression; false if the target is to be left alone from now on. @ended: no session is left.
 */
static bool call_one(struct run *run, const struct ij_target *target, size_t idx, bool *ended)
{
	struct ij_call_options options = run->options->call;
	struct ij_result *result;
	enum ij_error_code code;

	options.last = idx + 1 == run->options->exprs_len;
	result = ij_session_run(target->session, run->calls[idx], &options);
	code = ij_error_code_of(ij_result_error(result));
	report(run, target->pid, idx, result);
	*ended = is_over(target, code);
	return !code;
}

/* All expressions in one stop. @ended: no session is left. */
static void call_series(struct run *run, const struct ij_target *target, bool *ended)
{
	struct ij_call_options options = run->options->call;
	size_t len = run->options->exprs_len, told = 0;
	struct ij_result **results = calloc(len, sizeof(*results));
	enum ij_error_code code = 0;

	if (!results) {
		add_status(run, ij_commands_fail(ij_error_create(IJ_ERR_NOMEM, "out of memory")));
		return;
	}
	options.last = true;
	ij_session_run_series(target->session, run->calls, len, &options, results);
	while (told < len && !code) {
		code = ij_error_code_of(ij_result_error(results[told]));
		report(run, target->pid, told, results[told]);
		told++;
	}
	for (size_t i = told; i < len; i++)
		ij_result_free(results[i]);
	free(results);
	report_rest(run, target, told, NULL);
	*ended = is_over(target, code);
}

/* Whether something is left in the target that nobody has spoken of yet. */
static void end_session(struct run *run, const struct ij_target *target)
{
	unsigned left = 0;
	struct ij_error *err = ij_session_close(target->session, &left);

	if (!err && left && run->status != 8)
		err = ij_error_create(
			IJ_ERR_LEFT,
			"%u mapping%s of ours could not be removed from process %d: no "
			"safe-point was found for it; it does no harm, and the next session "
			"removes it",
			left, left == 1 ? "" : "s", target->pid);
	if (err)
		add_status(run, ij_commands_fail(err));
}

static void run_target(struct run *run, const struct ij_target *target)
{
	bool ended = false;

	if (target->error) {
		report_rest(run, target, 0, target->error);
		return;
	}
	if (prepare_all(run, target)) {
		bool one_stop = run->options->one_stop;

		if (one_stop)
			call_series(run, target, &ended);
		for (size_t i = 0; i < run->options->exprs_len && !one_stop; i++) {
			if (!call_one(run, target, i, &ended)) {
				report_rest(run, target, i + 1, NULL);
				break;
			}
		}
	}
	if (!ended)
		end_session(run, target);
}

/* All expressions in all targets. */
static struct ij_error *run_targets(struct run *run)
{
	size_t len = run->options->exprs_len;
	struct ij_targets targets;
	struct ij_error *err;

	run->calls = calloc(len, sizeof(*run->calls));
	if (!run->calls)
		return ij_cli_nomem();
	err = ij_targets_start(run->options, run->protos, &targets);
	if (err) {
		free(run->calls);
		return err;
	}
	run->many = targets.list.len > 1;
	if (parse_all(run))
		IJ_LIST_EACH (&targets.list, target)
			run_target(run, target);
	ij_targets_deinit(&targets);
	for (size_t i = 0; i < len; i++)
		ij_call_destroy(run->calls[i]);
	free(run->calls);
	return NULL;
}

int ij_cmd_call(const struct ij_options *options)
{
	struct run run = {.options = options};
	struct ij_error *err;

	if (!options->exprs_len)
		return ij_commands_fail(ij_error_create(
			IJ_ERR_USAGE,
			"nothing to call: give an expression, as 'getpid()'; see interject "
			"call --help"));
	if (options->call.force)
		fputs("interject: --force: calling even where it is not safe; this can deadlock, "
		      "corrupt or kill the target\n",
		      stderr);
	/* Files are read before privileges are dropped. */
	err = ij_commands_prototypes(options, &run.protos);
	if (err)
		return ij_commands_fail(err);
	err = run_targets(&run);
	ij_prototypes_destroy(run.protos);
	return err ? ij_commands_fail(err) : run.status;
}
