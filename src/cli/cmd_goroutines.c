/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject goroutines: what each goroutine of a Go program does, injecting nothing. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/print.h"
#include "cli/targets.h"
#include "interject/goroutines.h"

static struct ij_error *list(const struct ij_options *options, const struct ij_target *target,
			     bool many)
{
	struct ij_goroutines *lines;
	struct ij_error *err = ij_session_goroutines(target->session, &lines);
	unsigned long long more;

	if (err)
		return err;
	for (size_t i = 0; i < ij_goroutines_len(lines); i++) {
		if (options->json)
			puts(ij_goroutines_json(lines, i));
		else
			ij_print_line(target->pid, many, ij_goroutines_text(lines, i));
	}
	more = ij_goroutines_more(lines);
	ij_goroutines_free(lines);
	if (more) {
		ij_print_flush();
		fprintf(stderr, "interject: %llu more goroutines of %d are not shown\n", more,
			target->pid);
	}
	return ij_session_close(target->session, NULL);
}

int ij_cmd_goroutines(const struct ij_options *options)
{
	struct ij_targets targets;
	struct ij_error *err = ij_targets_start(options, NULL, &targets);
	int status = 0;

	if (err)
		return ij_commands_fail(err);
	IJ_LIST_EACH (&targets.list, target) {
		struct ij_error *own =
			target->error ? NULL : list(options, target, targets.list.len > 1);

		if (target->error)
			status = ij_status_worse(
				status, ij_commands_report(options, target->pid, target->error));
		if (own)
			status = ij_status_worse(status,
						 ij_commands_report(options, target->pid, own));
		ij_error_free(own);
	}
	status = ij_status_worse(status, ij_print_flush());
	ij_targets_deinit(&targets);
	return status;
}
