/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands about variables and settings: set, show. */
#include <string.h>

#include "repl/do.h"
#include "repl/settings.h"
#include "repl/tell.h"

/* `$name = EXPR`. */
static struct ij_error *set_variable(struct ij_interp *interp, const char *operand)
{
	size_t len = ij_var_name_len(operand + 1);
	const char *pos = operand + 1 + len;
	struct ij_value value;

	pos += strspn(pos, " \t");
	if (!len || operand[1] == '?' || pos[0] != '=' || pos[1] == '=')
		return ij_interp_wrong(
			interp, 1, ij_error_create(IJ_ERR_SYNTAX, "write set $NAME = EXPRESSION"));
	pos += 1 + strspn(pos + 1, " \t");
	IJ_CLI_TRY(ij_interp_eval(interp, pos, (size_t)(pos - operand), NULL, &value));
	return ij_vars_set(&interp->vars, operand + 1, len, &value);
}

struct ij_error *ij_do_set(struct ij_interp *interp, const char *operand)
{
	size_t len = strcspn(operand, " \t=");
	const char *pos = operand + len + strspn(operand + len, " \t");
	unsigned column = 1;
	struct ij_error *err;
	char *value;

	if (*operand == '$')
		return set_variable(interp, operand);
	if (*pos == '=')
		pos += 1 + strspn(pos + 1, " \t");
	err = ij_vars_format(&interp->vars, pos, &value, &column);
	if (err)
		return ij_interp_wrong(interp, (unsigned)(pos - operand) + column, err);
	err = ij_setting_set(interp, operand, len, value);
	free(value);
	return ij_interp_wrong(interp, 1, err);
}

static void show_setting(struct ij_interp *interp, size_t idx)
{
	struct ij_text text = {0};

	ij_setting_print(interp, idx, &text);
	ij_tell_echo(interp, ij_text_get(&text));
	ij_text_deinit(&text);
}

static void show_variable(struct ij_interp *interp, const struct ij_var *var)
{
	struct ij_text text = {0};

	ij_text_printf(&text, "$%s = ", var->name);
	if (var->value.kind == IJ_KIND_STRING)
		ij_text_quoted(&text, var->value.str, strlen(var->value.str));
	else
		ij_script_value_print(&var->value, &text);
	ij_tell_echo(interp, ij_text_get(&text));
	ij_text_deinit(&text);
}

struct ij_error *ij_do_show(struct ij_interp *interp, const char *operand)
{
	const char *wanted = *operand == '$' ? operand + 1 : operand;
	bool found = !*operand;

	for (size_t i = 0; ij_setting_name(i); i++) {
		if (*operand && strcmp(operand, ij_setting_name(i)) != 0)
			continue;
		show_setting(interp, i);
		found = true;
	}
	IJ_LIST_EACH (&interp->vars.list, var) {
		if (*operand && (*operand != '$' || strcmp(wanted, var->name) != 0))
			continue;
		show_variable(interp, var);
		found = true;
	}
	if (found)
		return NULL;
	return ij_interp_wrong(
		interp, 1,
		ij_error_create(IJ_ERR_NOTFOUND, "no setting or variable \"%.40s\"", operand));
}
