/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* -var-* of GDB/MI (gdb/mi/mi-cmd-var.c). */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/mi.h"

static const struct {
	char letter;
	const char *name;
} formats[] = {{0, "natural"},       {'t', "binary"}, {'d', "decimal"},
	       {'x', "hexadecimal"}, {'o', "octal"},  {'z', "zero-hexadecimal"}};

static struct ij_error *format_of(const char *text, char *ret)
{
	for (size_t i = 0; *text && i < IJ_CLI_COUNT(formats); i++) {
		if (strncmp(formats[i].name, text, strlen(text)) != 0)
			continue;
		*ret = formats[i].letter;
		return NULL;
	}
	return IJ_MI_USAGE("Must specify the format as: \"natural\", \"binary\", \"decimal\", "
			   "\"hexadecimal\", \"octal\" or \"zero-hexadecimal\"");
}

static const char *format_name(char letter)
{
	for (size_t i = 0; i < IJ_CLI_COUNT(formats); i++)
		if (formats[i].letter == letter)
			return formats[i].name;
	return formats[0].name;
}

static struct ij_error *value_field(struct ij_mi *mi, const struct ij_mi_var *var, char format)
{
	char *text;

	IJ_CLI_TRY(ij_mi_var_text(mi, var, format, &text));
	ij_mi_field(mi, "value", text);
	free(text);
	return NULL;
}

static bool tells_value(const struct ij_mi_var *var, enum ij_mi_values values)
{
	return values == IJ_MI_ALL_VALUES || (values == IJ_MI_SIMPLE_VALUES && var->scalar);
}

/* All that is told of an object. @child: with what it shows. */
static struct ij_error *fields(struct ij_mi *mi, const struct ij_mi_var *var,
			       enum ij_mi_values values, bool child)
{
	const struct ij_mi_var *root = var;

	while (root->parent)
		root = root->parent;
	ij_mi_field(mi, "name", var->name);
	if (child)
		ij_mi_field(mi, "exp", var->exp);
	ij_mi_fieldf(mi, "numchild", "%zu", var->parts);
	if (tells_value(var, values))
		IJ_CLI_TRY(value_field(mi, var, var->format));
	if (!var->label)
		ij_mi_field(mi, "type", var->type);
	if (root->bound)
		ij_mi_fieldf(mi, "thread-id", "%u", root->thread);
	if (var->frozen)
		ij_mi_field(mi, "frozen", "1");
	return NULL;
}

/* Look at the frame whose address is @cfa. */
static struct ij_error *select_frame(struct ij_mi *mi, uint64_t cfa)
{
	struct ij_debugger_frame frame;
	struct ij_error *err = NULL;

	for (unsigned i = 0; !(err = ij_debugger_frame(mi->g->debugger, i, &frame)); i++)
		if (frame.cfa == cfa)
			return ij_debugger_select(mi->g->debugger, i);
	ij_error_free(err);
	return IJ_GDB_TEXT(NOTFOUND, "Failed to find the specified frame");
}

IJ_MI_DO(var_create)
{
	static const char type_words[] = "Attempt to use a type";
	const unsigned level = ij_debugger_selected(mi->g->debugger);
	struct ij_mi_var *var;
	struct ij_error *err;
	const char *name, *frame;

	if (call->argc != 3)
		return IJ_MI_USAGE("-var-create: Usage: NAME FRAME EXPRESSION.");
	name = call->argv[0];
	frame = call->argv[1];
	if (!strcmp(name, "-"))
		name = NULL;
	else if (!isalpha((unsigned char)*name))
		return IJ_MI_USAGE("-var-create: name of object must begin with a letter");
	if (strcmp(frame, "*") != 0 && strcmp(frame, "@") != 0)
		IJ_CLI_TRY(select_frame(mi, strtoull(frame, NULL, 0)));
	err = ij_mi_var_new(mi, name, call->argv[2], *frame == '@', &var);
	ij_error_free(ij_debugger_select(mi->g->debugger, level));
	if (err) {
		bool own = ij_error_code_of(err) == IJ_ERR_USAGE ||
			   ij_error_code_of(err) == IJ_ERR_NOMEM;

		if (!strncmp(ij_error_message(err), type_words, strlen(type_words)))
			fprintf(stderr, "Attempt to use a type name as an expression.\n");
		if (own)
			return err;
		ij_error_free(err);
		return IJ_GDB_TEXT(NOTFOUND, "-var-create: unable to create variable object");
	}
	IJ_CLI_TRY(fields(mi, var, IJ_MI_ALL_VALUES, false));
	ij_mi_field(mi, "has_more", "0");
	return NULL;
}

IJ_MI_DO(var_delete)
{
	bool children = call->argc == 2;
	struct ij_mi_var *var;

	if (call->argc < 1 || call->argc > 2)
		return IJ_MI_USAGE("-var-delete: Usage: [-c] EXPRESSION.");
	if (!children && !strcmp(call->argv[0], "-c"))
		return IJ_MI_USAGE("-var-delete: Missing required argument after '-c': variable "
				   "object name");
	if (!children && *call->argv[0] == '-')
		return IJ_MI_USAGE("-var-delete: Illegal variable object name");
	if (children && strcmp(call->argv[0], "-c") != 0)
		return IJ_MI_USAGE("-var-delete: Invalid option.");
	IJ_CLI_TRY(ij_mi_var_find(mi, call->argv[children], &var));
	ij_mi_fieldf(mi, "ndeleted", "%u", ij_mi_var_delete(mi, var, children));
	return NULL;
}

/* The object that @call names, which is its only argument but for @more others. */
static struct ij_error *only(struct ij_mi *mi, const struct ij_mi_call *call, size_t more,
			     const char *usage, struct ij_mi_var **ret)
{
	if (call->argc != 1 + more)
		return IJ_MI_USAGE("-%s: Usage: %s.", call->name, usage);
	return ij_mi_var_find(mi, call->argv[0], ret);
}

IJ_MI_DO(var_set_format)
{
	struct ij_mi_var *var;
	char format;

	IJ_CLI_TRY(only(mi, call, 1, "NAME FORMAT", &var));
	IJ_CLI_TRY(format_of(call->argv[1], &format));
	IJ_CLI_TRY(ij_mi_var_format(mi, var, format));
	ij_mi_field(mi, "format", format_name(format));
	return value_field(mi, var, format);
}

IJ_MI_DO(var_show_format)
{
	struct ij_mi_var *var;

	IJ_CLI_TRY(only(mi, call, 0, "NAME", &var));
	ij_mi_field(mi, "format", format_name(var->format));
	return NULL;
}

IJ_MI_DO(var_set_frozen)
{
	struct ij_mi_var *var;
	const char *flag;

	IJ_CLI_TRY(only(mi, call, 1, "NAME FROZEN_FLAG", &var));
	flag = call->argv[1];
	if (strcmp(flag, "0") != 0 && strcmp(flag, "1") != 0)
		return IJ_MI_USAGE("Invalid flag value");
	return ij_mi_var_freeze(mi, var, *flag == '1');
}

IJ_MI_DO(var_set_update_range)
{
	struct ij_mi_var *var;

	IJ_CLI_TRY(only(mi, call, 2, "VAROBJ FROM TO", &var));
	return ij_mi_var_expand(mi, var, strtoul(call->argv[2], NULL, 10));
}

IJ_MI_DO(var_info_num_children)
{
	struct ij_mi_var *var;

	IJ_CLI_TRY(only(mi, call, 0, "NAME", &var));
	ij_mi_fieldf(mi, "numchild", "%zu", var->parts);
	return NULL;
}

IJ_MI_DO(var_info_type)
{
	struct ij_mi_var *var;

	IJ_CLI_TRY(only(mi, call, 0, "NAME", &var));
	ij_mi_field(mi, "type", var->label ? "" : var->type);
	return NULL;
}

IJ_MI_DO(var_info_expression)
{
	struct ij_mi_var *var;

	IJ_CLI_TRY(only(mi, call, 0, "NAME", &var));
	ij_mi_field(mi, "lang", ij_mi_var_root(var)->is_cxx ? "C++" : "C");
	ij_mi_field(mi, "exp", var->exp);
	return NULL;
}

IJ_MI_DO(var_info_path_expression)
{
	struct ij_mi_var *var;

	IJ_CLI_TRY(only(mi, call, 0, "NAME", &var));
	ij_mi_field(mi, "path_expr", var->path);
	return NULL;
}

IJ_MI_DO(var_show_attributes)
{
	struct ij_mi_var *var;

	IJ_CLI_TRY(only(mi, call, 0, "NAME", &var));
	ij_mi_field(mi, "attr", ij_mi_var_editable(var) ? "editable" : "noneditable");
	return NULL;
}

IJ_MI_DO(var_list_children)
{
	enum ij_mi_values values = IJ_MI_NO_VALUES;
	struct ij_mi_var *var;
	size_t from = 0, to;
	bool range = call->argc > 2;

	if (call->argc < 1 || call->argc > 4)
		return IJ_MI_USAGE("-var-list-children: Usage: [PRINT_VALUES] NAME [FROM TO]");
	IJ_CLI_TRY(ij_mi_var_find(mi, call->argv[call->argc % 2 ? 0 : 1], &var));
	if (call->argc % 2 == 0)
		IJ_CLI_TRY(ij_mi_values(call->argv[0], &values));
	to = var->parts;
	if (range && *call->argv[call->argc - 1] != '-') {
		from = strtoul(call->argv[call->argc - 2], NULL, 10);
		to = strtoul(call->argv[call->argc - 1], NULL, 10);
		to = to < var->parts ? to : var->parts;
		from = from < to ? from : to;
	}
	IJ_CLI_TRY(ij_mi_var_expand(mi, var, to));
	to = to < var->children.len ? to : var->children.len;
	from = from < to ? from : to;
	ij_mi_fieldf(mi, "numchild", "%zu", to - from);
	if (from < to) {
		ij_mi_open(mi, "children", '[');
		for (size_t i = from; i < to; i++) {
			ij_mi_open(mi, "child", '{');
			IJ_CLI_TRY(fields(mi, var->children.items[i], values, true));
			ij_mi_close(mi, '{');
		}
		ij_mi_close(mi, '[');
	}
	ij_mi_field(mi, "has_more", to < var->parts && range ? "1" : "0");
	return NULL;
}

IJ_MI_DO(var_evaluate_expression)
{
	static const char *const names[] = {"f:", NULL};
	const char *arg = NULL;
	struct ij_mi_var *var;
	bool given = false;
	char format = 0;
	int idx;

	for (;;) {
		IJ_CLI_TRY(ij_mi_option(call, names, &idx, &arg));
		if (idx < 0)
			break;
		if (given)
			return IJ_MI_USAGE("Cannot specify format more than once");
		IJ_CLI_TRY(format_of(arg, &format));
		given = true;
	}
	if (call->at >= call->argc)
		return IJ_MI_USAGE("Usage: [-f FORMAT] NAME");
	if (call->at + 1 < call->argc)
		return IJ_MI_USAGE("Garbage at end of command");
	IJ_CLI_TRY(ij_mi_var_find(mi, call->argv[call->at], &var));
	return value_field(mi, var, given ? format : var->format);
}

IJ_MI_DO(var_assign)
{
	struct ij_mi_var *var;
	struct ij_error *err;

	IJ_CLI_TRY(only(mi, call, 1, "NAME EXPRESSION", &var));
	if (!ij_mi_var_editable(var))
		return IJ_MI_USAGE("-var-assign: Variable object is not editable");
	err = ij_mi_var_assign(mi, var, call->argv[1]);
	if (err) {
		fprintf(stderr, "%s\n", ij_error_message(err));
		ij_error_free(err);
		return IJ_MI_USAGE("-var-assign: Could not assign expression to variable object");
	}
	return value_field(mi, var, var->format);
}

static struct ij_error *tell(struct ij_mi *mi, const struct ij_mi_var_change *change,
			     enum ij_mi_values values)
{
	const struct ij_mi_var *var = change->var;

	ij_mi_open(mi, NULL, '{');
	ij_mi_field(mi, "name", var->name);
	if (change->in_scope && tells_value(var, values))
		IJ_CLI_TRY(value_field(mi, var, var->format));
	ij_mi_field(mi, "in_scope",
		    change->invalid    ? "invalid"
		    : change->in_scope ? "true"
				       : "false");
	if (!change->invalid)
		ij_mi_field(mi, "type_changed", change->type_changed ? "true" : "false");
	if (change->type_changed) {
		ij_mi_field(mi, "new_type", var->type);
		ij_mi_fieldf(mi, "new_num_children", "%zu", var->parts);
	}
	ij_mi_field(mi, "has_more", "0");
	ij_mi_close(mi, '{');
	return NULL;
}

IJ_MI_DO(var_update)
{
	enum ij_mi_values values = IJ_MI_NO_VALUES;
	struct ij_mi_var_changes changes = {{0}};
	struct ij_error *err = NULL;
	struct ij_mi_var *var;
	const char *name;

	if (call->argc != 1 && call->argc != 2)
		return IJ_MI_USAGE("-var-update: Usage: [PRINT_VALUES] NAME.");
	name = call->argv[call->argc - 1];
	if (call->argc == 2)
		IJ_CLI_TRY(ij_mi_values(call->argv[0], &values));
	if (!strcmp(name, "*") || !strcmp(name, "@")) {
		/* The newest one first. */
		for (size_t i = mi->vars.roots.len; i-- > 0 && !err;)
			if (*name == '*' || mi->vars.roots.items[i]->floating)
				err = ij_mi_var_update(mi, mi->vars.roots.items[i], false,
						       &changes);
	} else {
		IJ_CLI_TRY(ij_mi_var_find(mi, name, &var));
		err = ij_mi_var_update(mi, var, true, &changes);
	}
	ij_mi_open(mi, "changelist", '[');
	IJ_LIST_EACH (&changes.list, it)
		if (!err)
			err = tell(mi, it, values);
	ij_mi_close(mi, '[');
	ij_list_deinit(&changes.list);
	return err;
}
