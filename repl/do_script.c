/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands about commands: source, help, quit. */
#include <ctype.h>
#include <string.h>

#include "repl/do.h"
#include "repl/file.h"
#include "repl/tell.h"

enum { SOURCE_DEPTH_MAX = 16 };

struct ij_error *ij_do_source(struct ij_interp *interp, const char *operand)
{
	struct ij_script script;
	unsigned column = 1;
	char *path, *text;
	struct ij_error *err;

	if (interp->depth == SOURCE_DEPTH_MAX)
		return ij_interp_wrong(interp, 1,
				       ij_error_create(IJ_ERR_LIMIT,
						       "scripts run each other more than %d deep",
						       SOURCE_DEPTH_MAX));
	err = ij_vars_format(&interp->vars, operand, &path, &column);
	if (err)
		return ij_interp_wrong(interp, column, err);
	err = ij_file_load(path, &text);
	if (!err) {
		err = ij_script_parse(interp->dialect, path, text, NULL, &script);
		free(text);
	} else {
		err = ij_interp_wrong(interp, 1, err);
	}
	free(path);
	if (err)
		return err;
	interp->depth++;
	ij_interp_run(interp, &script);
	interp->depth--;
	ij_script_deinit(&script);
	return NULL;
}

static void help_line(struct ij_interp *interp, const struct ij_verb_row *command)
{
	struct ij_text text = {0};
	struct ij_text usage = {0};

	ij_text_printf(&usage, "%s%s%s", command->name, *command->usage ? " " : "", command->usage);
	ij_text_printf(&text, "%-32s %s", ij_text_get(&usage), command->summary);
	ij_tell_echo(interp, ij_text_get(&text));
	ij_text_deinit(&usage);
	ij_text_deinit(&text);
}

struct ij_error *ij_do_help(struct ij_interp *interp, const char *operand)
{
	const struct ij_word *word;

	if (*operand) {
		IJ_CLI_TRY(ij_interp_wrong(
			interp, 1, ij_word_find(interp->dialect, operand, strlen(operand), &word)));
		help_line(interp, ij_verb_get(word->verb));
		return NULL;
	}
	for (size_t i = 0; i < interp->dialect->len; i++)
		help_line(interp, ij_verb_get(interp->dialect->words[i].verb));
	return NULL;
}

struct ij_error *ij_do_quit(struct ij_interp *interp, const char *operand)
{
	(void)operand;
	interp->quit = true;
	return NULL;
}
