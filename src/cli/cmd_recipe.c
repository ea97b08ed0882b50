/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject recipe: list, show and run the scripts that come with the program. */
#include <string.h>

#include "cli/commands.h"
#include "cli/print.h"
#include "cli/scripts.h"
#include "repl/recipe.h"

static int usage(const char *what)
{
	return ij_commands_fail(
		ij_error_create(IJ_ERR_USAGE, "%s; see interject recipe --help", what));
}

static struct ij_error *print_one(const struct ij_options *o, const char *name, const char *text)
{
	struct ij_text line = {0};
	struct ij_recipe recipe;

	IJ_CLI_TRY(ij_recipe_parse(name, text, &recipe));
	ij_recipe_list_line(&recipe, o->json, &line);
	puts(ij_text_get(&line));
	ij_text_deinit(&line);
	ij_recipe_deinit(&recipe);
	return NULL;
}

static int list(const struct ij_options *o)
{
	const char *name, *text;

	if (o->exprs_len > 1)
		return usage("list takes no operand");
	for (size_t i = 0; ij_recipe_builtin(i, &name, &text); i++) {
		struct ij_error *err = print_one(o, name, text);

		if (err)
			return ij_commands_fail(err);
	}
	return ij_print_flush();
}

static int show(const struct ij_options *o)
{
	struct ij_text text = {0};
	struct ij_recipe recipe;
	struct ij_error *err;

	if (o->exprs_len != 2)
		return usage("show wants the name of one recipe");
	err = ij_recipe_find(o->exprs[1], &recipe);
	if (err)
		return ij_commands_fail(err);
	if (o->json) {
		ij_recipe_list_line(&recipe, true, &text);
		ij_text_puts(&text, "\n");
	} else {
		ij_recipe_show(&recipe, &text);
	}
	fputs(ij_text_get(&text), stdout);
	ij_text_deinit(&text);
	ij_recipe_deinit(&recipe);
	return ij_print_flush();
}

static int run(const struct ij_options *o)
{
	struct ij_vars vars = {0};
	struct ij_recipe recipe;
	struct ij_error *err;
	int status;

	if (o->exprs_len < 2)
		return usage("run wants the name of a recipe");
	if (!o->pids.list.len && !o->names.len && !o->call.tid && !o->targets)
		return usage("no target: give --pid, --name, --tid or --targets");
	err = ij_recipe_find(o->exprs[1], &recipe);
	if (err)
		return ij_commands_fail(err);
	err = ij_recipe_bind(&recipe, o->exprs + 2, o->exprs_len - 2, o->targets, &vars);
	status = err ? ij_commands_fail(err) : ij_scripts_run(o, recipe.name, recipe.text, &vars);
	ij_vars_deinit(&vars);
	ij_recipe_deinit(&recipe);
	return status;
}

int ij_cmd_recipe(const struct ij_options *options)
{
	const char *word = options->exprs_len ? options->exprs[0] : "";

	if (!strcmp(word, "list"))
		return list(options);
	if (!strcmp(word, "show"))
		return show(options);
	if (!strcmp(word, "run"))
		return run(options);
	return usage(*word ? "recipe knows list, show and run" : "say list, show or run");
}
