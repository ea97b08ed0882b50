/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject check: each thread's verdict, injecting nothing. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/print.h"
#include "cli/targets.h"

struct check {
	const struct ij_options *options;
	const struct ij_call *call; /* the callee; NULL: one that needs everything */
	bool many;
};

static void print_verdicts(const struct check *check, pid_t pid, const struct ij_verdicts *verdicts)
{
	for (size_t i = 0; i < ij_verdicts_len(verdicts); i++) {
		if (check->options->json)
			puts(ij_verdicts_json(verdicts, i));
		else
			ij_print_line(pid, check->many, ij_verdicts_text(verdicts, i));
	}
}

static struct ij_error *check_session(const struct check *check, const struct ij_target *target)
{
	struct ij_verdicts *verdicts;
	unsigned more;
	struct ij_error *err =
		ij_session_check(target->session, check->call, &check->options->call, &verdicts);

	if (err)
		return err;
	print_verdicts(check, target->pid, verdicts);
	more = ij_verdicts_more(verdicts);
	ij_verdicts_free(verdicts);
	if (more) {
		ij_print_flush();
		fprintf(stderr, "interject: %u more threads of %d are not shown\n", more,
			target->pid);
	}
	return ij_session_close(target->session, NULL);
}

static int check_target(const struct check *check, const struct ij_target *target)
{
	struct ij_error *err;
	int status;

	if (target->error)
		return ij_commands_report(check->options, target->pid, target->error);
	err = check_session(check, target);
	if (!err)
		return 0;
	status = ij_commands_report(check->options, target->pid, err);
	ij_error_free(err);
	return status;
}

static struct ij_error *parse(const struct ij_options *options, struct ij_call **ret)
{
	struct ij_prototypes *protos;
	struct ij_error *err = ij_commands_prototypes(options, &protos), *told;

	if (err)
		return err;
	err = ij_call_create(protos, options->exprs[0], ret);
	ij_prototypes_destroy(protos);
	if (!err)
		return NULL;
	told = ij_error_create(ij_error_code_of(err), "%s: %s", options->exprs[0],
			       ij_error_message(err));
	ij_error_free(err);
	return told;
}

static int run(struct check *check, struct ij_targets *targets)
{
	int status = 0;

	check->many = targets->list.len > 1;
	IJ_LIST_EACH (&targets->list, target)
		status = ij_status_worse(status, check_target(check, target));
	return ij_status_worse(status, ij_print_flush());
}

int ij_cmd_check(const struct ij_options *options)
{
	struct check check = {.options = options};
	struct ij_targets targets;
	struct ij_error *err;
	struct ij_call *call = NULL;
	int status;

	if (options->exprs_len > 1)
		return ij_commands_fail(ij_error_create(
			IJ_ERR_USAGE, "check takes one expression, not %zu", options->exprs_len));
	err = ij_targets_start(options, NULL, &targets);
	if (err)
		return ij_commands_fail(err);
	if (options->exprs_len)
		err = parse(options, &call);
	check.call = call;
	status = err ? ij_commands_fail(err) : run(&check, &targets);
	ij_call_destroy(call);
	ij_targets_deinit(&targets);
	return status;
}
