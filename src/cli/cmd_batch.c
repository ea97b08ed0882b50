/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject batch: run a script of commands in each target. */
#include <string.h>

#include "cli/commands.h"
#include "cli/scripts.h"
#include "repl/batch.h"
#include "repl/file.h"

int ij_cmd_batch(const struct ij_options *options)
{
	struct ij_vars vars = {0};
	struct ij_error *err = NULL;
	const char *name;
	char *text = NULL;
	int status;

	if (!options->exprs_len)
		return ij_commands_fail(ij_error_create(
			IJ_ERR_USAGE, "no script: give a file, or - for standard input; see "
				      "interject batch --help"));
	for (size_t i = 1; i < options->exprs_len && !err; i++)
		err = ij_batch_assign(options->exprs[i], &vars);
	name = options->exprs[0];
	if (!err && options->targets && !strcmp(name, "-") && !strcmp(options->targets, "-"))
		err = ij_error_create(IJ_ERR_USAGE,
				      "script and targets cannot both be standard input");
	if (!err)
		err = ij_file_load(name, &text);
	if (err)
		status = ij_commands_fail(err);
	else
		status = ij_scripts_run(options, strcmp(name, "-") ? name : "stdin", text, &vars);
	free(text);
	ij_vars_deinit(&vars);
	return status;
}
