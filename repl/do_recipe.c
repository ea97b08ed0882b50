/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command that runs a recipe. */
#include <string.h>

#include "repl/do.h"
#include "repl/recipe.h"
#include "repl/scan.h"
#include "repl/tell.h"

enum { WORDS_MAX = 32 };

static struct ij_error *list(struct ij_interp *interp)
{
	const char *name, *text;

	for (size_t i = 0; ij_recipe_builtin(i, &name, &text); i++) {
		struct ij_text line = {0};
		struct ij_recipe recipe;

		IJ_CLI_TRY(ij_recipe_parse(name, text, &recipe));
		ij_recipe_list_line(&recipe, interp->json, &line);
		puts(ij_text_get(&line));
		ij_text_deinit(&line);
		ij_recipe_deinit(&recipe);
	}
	return NULL;
}

/* The words of @text, which is changed: NAME=VALUE, where a value may be in quotes. */
static struct ij_error *split(char *text, char **words, size_t *len_ret)
{
	size_t len = 0;
	char *to;

	while (*(text += strspn(text, " \t\n"))) {
		if (len == WORDS_MAX)
			return ij_error_create(IJ_ERR_LIMIT, "more than %d words", WORDS_MAX);
		words[len++] = to = text;
		while (*text && !strchr(" \t\n", *text)) {
			size_t quoted = *text == '"' ? ij_scan_quoted(text) : 0;

			for (size_t i = 1; i + 1 < quoted; i++) {
				i += text[i] == '\\' && strchr("\"\\", text[i + 1]);
				*to++ = text[i];
			}
			text += quoted;
			if (!quoted)
				*to++ = *text++;
		}
		text += *text != 0;
		*to = 0;
	}
	*len_ret = len;
	return NULL;
}

static struct ij_error *run(struct ij_interp *interp, const struct ij_recipe *recipe)
{
	struct ij_script script;

	IJ_CLI_TRY(ij_script_parse(&ij_dialect_native, recipe->name, recipe->text, NULL, &script));
	ij_interp_run(interp, &script);
	ij_script_deinit(&script);
	return NULL;
}

struct ij_error *ij_do_recipe(struct ij_interp *interp, const char *operand)
{
	char *words[WORDS_MAX], *text;
	struct ij_recipe recipe;
	unsigned column = 1;
	size_t len = 0;
	struct ij_error *err;

	if (!*operand)
		return list(interp);
	err = ij_vars_format(&interp->vars, operand, &text, &column);
	if (err)
		return ij_interp_wrong(interp, column, err);
	err = split(text, words, &len);
	if (!err)
		err = ij_recipe_find(words[0], &recipe);
	if (err) {
		free(text);
		return ij_interp_wrong(interp, 1, err);
	}
	err = ij_interp_wrong(interp, 1,
			      ij_recipe_bind(&recipe, words + 1, len - 1, false, &interp->vars));
	free(text);
	if (!err)
		err = run(interp, &recipe);
	ij_recipe_deinit(&recipe);
	return err;
}
