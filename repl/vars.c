/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Variables of a script, and putting them into text. */
#include <ctype.h>
#include <string.h>

#include "interject/stop.h"
#include "repl/value.h"

static struct ij_var *find(const struct ij_vars *vars, const char *name, size_t len)
{
	IJ_LIST_EACH (&vars->list, var)
		if (!strncmp(var->name, name, len) && !var->name[len])
			return var;
	return NULL;
}

const struct ij_value *ij_vars_get(const struct ij_vars *vars, const char *name, size_t len)
{
	const struct ij_var *var = find(vars, name, len);

	return var ? &var->value : NULL;
}

struct ij_error *ij_vars_set(struct ij_vars *vars, const char *name, size_t len,
			     struct ij_value *value)
{
	struct ij_var *var = find(vars, name, len);
	struct ij_var fresh = {.value = *value};
	struct ij_error *err;

	if (var) {
		ij_value_deinit(&var->value);
		var->value = *value;
		return NULL;
	}
	fresh.name = strndup(name, len);
	err = fresh.name ? ij_list_push(&vars->list, fresh) : ij_cli_nomem();
	if (err) {
		free(fresh.name);
		ij_value_deinit(value);
	}
	return err;
}

struct ij_error *ij_vars_copy(const struct ij_vars *from, struct ij_vars *to)
{
	if (!from)
		return NULL;
	IJ_LIST_EACH (&from->list, var) {
		struct ij_value value;

		IJ_CLI_TRY(ij_value_dup(&var->value, &value));
		IJ_CLI_TRY(ij_vars_set(to, var->name, strlen(var->name), &value));
	}
	return NULL;
}

void ij_vars_deinit(struct ij_vars *vars)
{
	IJ_LIST_EACH (&vars->list, var) {
		free(var->name);
		ij_value_deinit(&var->value);
	}
	ij_list_deinit(&vars->list);
}

size_t ij_var_name_len(const char *at)
{
	size_t len = 0;

	if (*at == '?')
		return 1;
	if (!isalpha((unsigned char)*at) && *at != '_')
		return 0;
	while (isalnum((unsigned char)at[len]) || at[len] == '_')
		len++;
	return len;
}

bool ij_vars_is_register(const struct ij_vars *vars, const char *name, size_t len)
{
	char text[16];
	struct ij_error *err;
	size_t idx;

	if (!vars->registers || len >= sizeof(text) || ij_vars_get(vars, name, len))
		return false;
	memcpy(text, name, len);
	text[len] = 0;
	err = ij_stop_register_find(text, &idx);
	ij_error_free(err);
	return !err;
}

static struct ij_error *lookup(const struct ij_vars *vars, const char *name, size_t len,
			       const struct ij_value **ret)
{
	*ret = ij_vars_get(vars, name, len);
	if (!*ret)
		return ij_error_create(IJ_ERR_NOTFOUND, "no variable $%.*s", (int)len, name);
	if ((*ret)->kind == IJ_KIND_VOID)
		return ij_error_create(IJ_ERR_TYPE, "variable $%.*s has no value", (int)len, name);
	return NULL;
}

struct ij_error *ij_vars_expand(const struct ij_vars *vars, const char *text, size_t len,
				char **ret, unsigned *column_ret)
{
	struct ij_text out = {0};
	char quote = 0;

	for (size_t i = 0; i < len; i++) {
		size_t name = !quote && text[i] == '$' ? ij_var_name_len(text + i + 1) : 0;
		const struct ij_value *value;
		struct ij_error *err;

		if (name && !ij_vars_is_register(vars, text + i + 1, name)) {
			err = lookup(vars, text + i + 1, name, &value);
			if (err) {
				*column_ret = (unsigned)i + 1;
				ij_text_deinit(&out);
				return err;
			}
			ij_value_literal(value, &out);
			i += name;
			continue;
		}
		if (quote && text[i] == '\\' && i + 1 < len)
			ij_text_add(&out, text + i++, 1);
		else if (text[i] == quote)
			quote = 0;
		else if (!quote && (text[i] == '"' || text[i] == '\''))
			quote = text[i];
		ij_text_add(&out, text + i, 1);
	}
	return ij_text_take(&out, ret);
}

/* The variable at @at, which is a $; 0: none. Sets where its name begins, and bytes of all of it.
 */
static size_t braced_len(const char *at, const char **name_ret, size_t *whole_ret)
{
	bool braced = at[1] == '{';
	size_t len = ij_var_name_len(at + 1 + braced);

	if (braced && at[2 + len] != '}')
		len = 0;
	*name_ret = at + 1 + braced;
	*whole_ret = len + 1 + 2 * (size_t)braced;
	return len;
}

static void add_escape(char c, struct ij_text *out)
{
	if (c == 'n')
		ij_text_puts(out, "\n");
	else if (c == 't')
		ij_text_puts(out, "\t");
	else
		ij_text_add(out, &c, 1);
}

/* Whether @text is one string in quotes, all of it. */
static bool is_quoted(const char *text, size_t len)
{
	if (len < 2 || *text != '"' || text[len - 1] != '"')
		return false;
	for (size_t i = 1; i < len - 1; i++) {
		if (text[i] == '"')
			return false;
		i += text[i] == '\\';
		if (i == len - 1)
			return false;
	}
	return true;
}

struct ij_error *ij_vars_format(const struct ij_vars *vars, const char *text, char **ret,
				unsigned *column_ret)
{
	size_t len = strlen(text);
	size_t start = is_quoted(text, len), end = len - start;
	struct ij_text out = {0};

	for (size_t i = start; i < end; i++) {
		const struct ij_value *value;
		const char *name;
		size_t whole, name_len = 0;
		struct ij_error *err;

		if (text[i] == '$')
			name_len = braced_len(text + i, &name, &whole);
		if (name_len) {
			err = lookup(vars, name, name_len, &value);
			if (err) {
				*column_ret = (unsigned)i + 1;
				ij_text_deinit(&out);
				return err;
			}
			ij_script_value_print(value, &out);
			i += whole - 1;
		} else if (text[i] == '\\' && i + 1 < end && strchr("nt$\"\\", text[i + 1])) {
			add_escape(text[++i], &out);
		} else {
			ij_text_add(&out, text + i, 1);
		}
	}
	return ij_text_take(&out, ret);
}
