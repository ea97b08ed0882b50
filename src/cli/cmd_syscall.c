/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject syscall: make system calls in each target, in order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/print.h"
#include "cli/targets.h"

#define NUMBERS 1024 /* more than Linux has */

struct run {
	const struct ij_options *options;
	struct ij_syscall **calls;
	size_t calls_len;
	bool many;
	int status; /* the worst so far */
};

/* Tell of @call, and free @result. */
static void report(struct run *run, const struct ij_target *target, const struct ij_syscall *call,
		   struct ij_result *result)
{
	const struct ij_printed printed = {
		.pid = target->pid,
		.expr = ij_syscall_text(call),
		.parsed = true,
		.many = run->many,
		.result = result,
	};

	run->status = ij_status_worse(run->status, ij_print_result(run->options, &printed));
	ij_result_free(result);
}

/* The system calls from @from on in one target, with the same @error; NULL: not attempted. */
static void report_rest(struct run *run, const struct ij_target *target, size_t from,
			const struct ij_error *error)
{
	if (run->options->json)
		for (size_t i = from; i < run->calls_len; i++)
			report(run, target, run->calls[i],
			       ij_syscall_result(target->pid, run->calls[i], error));
	else if (error)
		run->status =
			ij_status_worse(run->status, ij_print_error(target->pid, run->many, error));
}

/* One system call; false if the target is to be left alone from now on. @ended: no session is left.
 */
static bool call_one(struct run *run, const struct ij_target *target, size_t idx, bool *ended)
{
	struct ij_call_options options = run->options->call;
	struct ij_result *result;
	enum ij_error_code code;

	options.last = idx + 1 == run->calls_len;
	result = ij_session_run_syscall(target->session, run->calls[idx], &options);
	code = ij_error_code_of(ij_result_error(result));
	report(run, target, run->calls[idx], result);
	*ended = code == IJ_ERR_GONE || code == IJ_ERR_INTERRUPTED || code == IJ_ERR_PROTOCOL ||
		 !ij_session_alive(target->session);
	return !code;
}

static void run_target(struct run *run, const struct ij_target *target)
{
	struct ij_error *err = NULL;
	bool ended = false;

	if (target->error) {
		report_rest(run, target, 0, target->error);
		return;
	}
	for (size_t i = 0; i < run->calls_len; i++) {
		if (!call_one(run, target, i, &ended)) {
			report_rest(run, target, i + 1, NULL);
			break;
		}
	}
	if (!ended)
		err = ij_session_close(target->session, NULL);
	if (err)
		run->status = ij_status_worse(run->status, ij_commands_fail(err));
}

/* Several expressions, or one system call in words of its own. */
static struct ij_error *parse_all(struct run *run)
{
	const struct ij_options *options = run->options;
	size_t step = strchr(options->exprs[0], '(') ? 1 : options->exprs_len;

	run->calls = calloc(options->exprs_len, sizeof(*run->calls));
	if (!run->calls)
		return ij_cli_nomem();
	for (size_t i = 0; i < options->exprs_len; i += step) {
		struct ij_error *err =
			ij_syscall_create(options->exprs + i, step, &run->calls[run->calls_len]);

		if (err)
			return err;
		run->calls_len++;
	}
	return NULL;
}

static int run_all(struct run *run)
{
	struct ij_targets targets;
	struct ij_error *err = ij_targets_start(run->options, NULL, &targets);

	if (err)
		return ij_commands_fail(err);
	run->many = targets.list.len > 1;
	/* Only now, for the words of a person are parsed without privileges too. */
	err = parse_all(run);
	if (err)
		run->status = ij_commands_fail(err);
	else
		IJ_LIST_EACH (&targets.list, target)
			run_target(run, target);
	ij_targets_deinit(&targets);
	return run->status;
}

/* For completion, too. */
static int list_names(void)
{
	for (int nr = 0; nr < NUMBERS; nr++)
		if (ij_syscall_name(nr))
			puts(ij_syscall_name(nr));
	return 0;
}

int ij_cmd_syscall(const struct ij_options *options)
{
	struct run run = {.options = options};
	int status;

	if (options->list)
		return list_names();
	if (!options->exprs_len)
		return ij_commands_fail(ij_error_create(
			IJ_ERR_USAGE,
			"no system call: give its name and arguments, as close 5; see "
			"interject syscall --help"));
	if (options->call.force)
		fputs("interject: --force: making it even where it is refused; this can kill the "
		      "target\n",
		      stderr);
	status = run_all(&run);
	for (size_t i = 0; i < run.calls_len; i++)
		ij_syscall_destroy(run.calls[i]);
	free(run.calls);
	return status;
}
