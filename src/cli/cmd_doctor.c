/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject doctor: can this work here, and if not, what exactly stands in the way. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/print.h"
#include "cli/privileges.h"
#include "cli/targets.h"

static int examine(const struct ij_options *options, struct ij_session *s, bool first)
{
	struct ij_findings *findings = ij_session_diagnose(s);
	const struct ij_error *err = ij_findings_error(findings);
	int status = ij_findings_exit_status(findings);

	if (!first && !options->json)
		putchar('\n');
	if (options->json)
		puts(ij_findings_json(findings));
	else if (!err)
		puts(ij_findings_text(findings, options->verbose));
	status = ij_status_worse(status, ij_print_flush());
	if (err && !options->json)
		ij_print_error(0, false, err);
	ij_findings_free(findings);
	return status;
}

/* Tracers keep the privileges that we then give up. */
static struct ij_error *spawn(const struct ij_pids *pids, struct ij_session **sessions)
{
	struct ij_session_options session_options;

	ij_targets_session_options(&session_options);
	for (size_t i = 0; i < pids->list.len; i++)
		IJ_CLI_TRY(ij_session_spawn(pids->list.items[i], &session_options, &sessions[i]));
	return ij_privileges_drop();
}

static struct ij_error *run(const struct ij_options *options, struct ij_pids *pids, int *status)
{
	struct ij_session **sessions;
	struct ij_error *err = NULL;

	if (!pids->list.len)
		IJ_CLI_TRY(ij_list_push(&pids->list, 0));
	sessions = calloc(pids->list.len, sizeof(*sessions));
	if (!sessions)
		return ij_cli_nomem();
	err = spawn(pids, sessions);
	for (size_t i = 0; i < pids->list.len; i++) {
		if (!err)
			*status = ij_status_worse(*status, examine(options, sessions[i], i == 0));
		ij_session_destroy(sessions[i]);
	}
	free(sessions);
	return err;
}

int ij_cmd_doctor(const struct ij_options *options)
{
	struct ij_pids pids = {0};
	struct ij_error *err;
	int status = 0;

	if (options->exprs_len)
		return ij_commands_fail(ij_error_create(IJ_ERR_USAGE,
							"doctor takes no argument \"%s\"; see "
							"interject doctor --help",
							options->exprs[0]));
	err = ij_targets_select(options, &pids);
	if (!err)
		err = run(options, &pids, &status);
	ij_list_deinit(&pids.list);
	return err ? ij_status_worse(status, ij_commands_fail(err)) : status;
}
