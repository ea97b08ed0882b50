/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recipes: what they say of themselves, and their parameters. */
#include "repl/recipe.h"

#include <string.h>

#include "repl/batch.h"

/* Names and texts, one after the other, each with a NUL; an empty name ends them
 * (recipes_builtin.S). */
extern const char ij_recipes_builtin[];

bool ij_recipe_builtin(size_t idx, const char **name_ret, const char **text_ret)
{
	const char *at = ij_recipes_builtin;

	for (; *at; idx--) {
		const char *text = at + strlen(at) + 1;

		if (!idx) {
			*name_ret = at;
			*text_ret = text;
			return true;
		}
		at = text + strlen(text) + 1;
	}
	return false;
}

static struct ij_error *copy(const char *text, size_t len, char **ret)
{
	*ret = strndup(text, len);
	return *ret ? NULL : ij_cli_nomem();
}

static void add_words(struct ij_text *out, const char *text, size_t len)
{
	if (out->len)
		ij_text_puts(out, " ");
	ij_text_add(out, text, len);
}

/* "NAME[=DEFAULT]: TEXT", @len bytes. */
static struct ij_error *parse_param(struct ij_recipe *recipe, const char *text, size_t len)
{
	size_t name = ij_var_name_len(text);
	const char *colon = memmem(text, len, ": ", 2);
	struct ij_recipe_param param = {0};
	struct ij_error *err;

	if (!name || !colon || (text[name] != '=' && text + name != colon))
		return ij_error_create(IJ_ERR_SYNTAX, "\"%.*s\": write param NAME[=DEFAULT]: TEXT",
				       (int)len, text);
	err = copy(text, name, &param.name);
	if (!err && text[name] == '=')
		err = copy(text + name + 1, (size_t)(colon - text) - name - 1, &param.fallback);
	if (!err)
		err = copy(colon + 2, len - (size_t)(colon - text) - 2, &param.text);
	if (!err)
		err = ij_list_push(&recipe->params, param);
	if (err) {
		free(param.name);
		free(param.fallback);
		free(param.text);
	}
	return err;
}

/* Whether @text begins with @word; moves behind it and the blanks that follow. */
static bool skip_word(const char **text, size_t *len, const char *word)
{
	size_t word_len = strlen(word), blanks;

	if (*len < word_len || memcmp(*text, word, word_len) != 0)
		return false;
	blanks = strspn(*text + word_len, " \t");
	*text += word_len + blanks;
	*len -= word_len + blanks;
	return true;
}

struct ij_error *ij_recipe_parse(const char *name, const char *text, struct ij_recipe *ret)
{
	struct ij_recipe recipe = {.text = text};
	struct ij_text *section = &recipe.about;
	struct ij_error *err = copy(name, strlen(name), &recipe.name);

	for (const char *line = text; !err && line[0] == '#' && line[1] == ' ';) {
		const char *at = line + 2;
		size_t len = strcspn(at, "\n");

		line = at + len + (at[len] == '\n');
		if (!recipe.summary) {
			err = copy(at, len, &recipe.summary);
			continue;
		}
		if (skip_word(&at, &len, "param ")) {
			err = parse_param(&recipe, at, len);
			continue;
		}
		if (skip_word(&at, &len, "needs:"))
			section = &recipe.needs;
		else if (skip_word(&at, &len, "risks:"))
			section = &recipe.risks;
		add_words(section, at, len);
	}
	if (!err && (!recipe.summary || !recipe.needs.len || !recipe.risks.len))
		err = ij_error_create(IJ_ERR_SYNTAX,
				      "recipe %s does not say what it is for, needs and risks",
				      name);
	if (err) {
		ij_recipe_deinit(&recipe);
		return err;
	}
	*ret = recipe;
	return NULL;
}

struct ij_error *ij_recipe_find(const char *name, struct ij_recipe *ret)
{
	const char *each, *text;

	for (size_t i = 0; ij_recipe_builtin(i, &each, &text); i++)
		if (!strcmp(each, name))
			return ij_recipe_parse(name, text, ret);
	return ij_error_create(IJ_ERR_NOTFOUND,
			       "there is no recipe \"%.60s\"; interject recipe list shows them",
			       name);
}

void ij_recipe_deinit(struct ij_recipe *recipe)
{
	free(recipe->name);
	free(recipe->summary);
	ij_text_deinit(&recipe->about);
	ij_text_deinit(&recipe->needs);
	ij_text_deinit(&recipe->risks);
	IJ_LIST_EACH (&recipe->params, param) {
		free(param->name);
		free(param->fallback);
		free(param->text);
	}
	ij_list_deinit(&recipe->params);
}

static const struct ij_recipe_param *find_param(const struct ij_recipe *recipe, const char *name,
						size_t len)
{
	IJ_LIST_EACH (&recipe->params, param)
		if (!strncmp(param->name, name, len) && !param->name[len])
			return param;
	return NULL;
}

struct ij_error *ij_recipe_bind(const struct ij_recipe *recipe, char *const *words,
				size_t words_len, bool partial, struct ij_vars *vars)
{
	IJ_LIST_EACH (&recipe->params, param) {
		struct ij_value value;

		if (!param->fallback)
			continue;
		IJ_CLI_TRY(ij_batch_param(param->fallback, &value));
		IJ_CLI_TRY(ij_vars_set(vars, param->name, strlen(param->name), &value));
	}
	for (size_t i = 0; i < words_len; i++) {
		size_t len = strcspn(words[i], "=");

		if (words[i][len] && !find_param(recipe, words[i], len))
			return ij_error_create(IJ_ERR_USAGE,
					       "recipe %s has no parameter %.*s; interject recipe "
					       "show %s lists them",
					       recipe->name, (int)len, words[i], recipe->name);
		IJ_CLI_TRY(ij_batch_assign(words[i], vars));
	}
	IJ_LIST_EACH (&recipe->params, param)
		if (!partial && !ij_vars_get(vars, param->name, strlen(param->name)))
			return ij_error_create(IJ_ERR_USAGE, "recipe %s wants %s=VALUE: %s",
					       recipe->name, param->name, param->text);
	return NULL;
}

static void list_json(const struct ij_recipe *recipe, struct ij_text *out)
{
	ij_text_puts(out, "{\"name\":");
	ij_text_json(out, recipe->name);
	ij_text_puts(out, ",\"summary\":");
	ij_text_json(out, recipe->summary);
	ij_text_puts(out, ",\"about\":");
	ij_text_json(out, ij_text_get(&recipe->about));
	ij_text_puts(out, ",\"needs\":");
	ij_text_json(out, ij_text_get(&recipe->needs));
	ij_text_puts(out, ",\"risks\":");
	ij_text_json(out, ij_text_get(&recipe->risks));
	ij_text_puts(out, ",\"parameters\":[");
	for (size_t i = 0; i < recipe->params.len; i++) {
		const struct ij_recipe_param *param = &recipe->params.items[i];

		ij_text_puts(out, i ? ",{\"name\":" : "{\"name\":");
		ij_text_json(out, param->name);
		ij_text_puts(out, ",\"default\":");
		ij_text_json(out, param->fallback);
		ij_text_puts(out, ",\"text\":");
		ij_text_json(out, param->text);
		ij_text_puts(out, "}");
	}
	ij_text_puts(out, "]}");
}

void ij_recipe_list_line(const struct ij_recipe *recipe, bool json, struct ij_text *out)
{
	if (json)
		list_json(recipe, out);
	else
		ij_text_printf(out, "%-24s %s", recipe->name, recipe->summary);
}

/* @text in lines of at most 78 columns, behind @head. */
static void fold(const char *head, const char *text, struct ij_text *out)
{
	size_t column = strlen(head);

	ij_text_puts(out, head);
	while (*text) {
		size_t len = strcspn(text, " ");

		if (column + 1 + len > 78) {
			ij_text_puts(out, "\n         ");
			column = 9;
		} else if (column > 9 || column == strlen(head)) {
			ij_text_puts(out, " ");
			column++;
		}
		ij_text_add(out, text, len);
		column += len;
		text += len + strspn(text + len, " ");
	}
	ij_text_puts(out, "\n");
}

void ij_recipe_show(const struct ij_recipe *recipe, struct ij_text *out)
{
	const char *body = recipe->text;

	ij_text_printf(out, "%s: %s\n", recipe->name, recipe->summary);
	if (recipe->about.len)
		fold("        ", ij_text_get(&recipe->about), out);
	fold("needs:  ", ij_text_get(&recipe->needs), out);
	fold("risks:  ", ij_text_get(&recipe->risks), out);
	IJ_LIST_EACH (&recipe->params, param) {
		if (param->fallback)
			ij_text_printf(out, "%s=VALUE (%s): %s\n", param->name, param->fallback,
				       param->text);
		else
			ij_text_printf(out, "%s=VALUE: %s\n", param->name, param->text);
	}
	while (*body == '#')
		body += strcspn(body, "\n") + 1;
	ij_text_printf(out, "\n%s", body);
}
