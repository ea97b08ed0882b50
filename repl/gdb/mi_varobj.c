/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Variable objects: their making, and their values (gdb/varobj.c, c-varobj.c). */
#include <string.h>

#include "repl/gdb/mi.h"

enum { CHILDREN_MAX = 1 << 20 };

/* ---- The list ---- */

unsigned ij_mi_var_free(struct ij_mi_var *var)
{
	unsigned count = 1;

	IJ_LIST_EACH (&var->children, it)
		count += ij_mi_var_free(*it);
	ij_list_deinit(&var->children);
	ij_datum_free(var->value);
	free(var->name);
	free(var->exp);
	free(var->path);
	free(var->shown);
	free(var->type);
	free(var);
	return count;
}

void ij_mi_vars_deinit(struct ij_mi_vars *vars)
{
	IJ_LIST_EACH (&vars->roots, it)
		(void)ij_mi_var_free(*it);
	ij_list_deinit(&vars->roots);
}

static struct ij_mi_var *find_below(struct ij_mi_var *var, const char *name)
{
	if (!strcmp(var->name, name))
		return var;
	IJ_LIST_EACH (&var->children, it) {
		struct ij_mi_var *found = find_below(*it, name);

		if (found)
			return found;
	}
	return NULL;
}

static struct ij_mi_var *find(struct ij_mi *mi, const char *name)
{
	IJ_LIST_EACH (&mi->vars.roots, it) {
		struct ij_mi_var *found = find_below(*it, name);

		if (found)
			return found;
	}
	return NULL;
}

struct ij_error *ij_mi_var_find(struct ij_mi *mi, const char *name, struct ij_mi_var **ret)
{
	*ret = find(mi, name);
	return *ret ? NULL : IJ_GDB_TEXT(NOTFOUND, "Variable object not found");
}

unsigned ij_mi_var_delete(struct ij_mi *mi, struct ij_mi_var *var, bool children_only)
{
	unsigned count = 0;

	if (children_only) {
		IJ_LIST_EACH (&var->children, it)
			count += ij_mi_var_free(*it);
		ij_list_deinit(&var->children);
		return count;
	}
	for (size_t i = 0; !var->parent && i < mi->vars.roots.len; i++) {
		if (mi->vars.roots.items[i] != var)
			continue;
		memmove(mi->vars.roots.items + i, mi->vars.roots.items + i + 1,
			(mi->vars.roots.len - i - 1) * sizeof(*mi->vars.roots.items));
		mi->vars.roots.len--;
	}
	for (size_t i = 0; var->parent && i < var->parent->children.len; i++) {
		struct ij_mi_var **items = var->parent->children.items;

		if (items[i] != var)
			continue;
		memmove(items + i, items + i + 1,
			(var->parent->children.len - i - 1) * sizeof(*items));
		var->parent->children.len--;
	}
	return ij_mi_var_free(var);
}

/* ---- Values ---- */

struct ij_mi_var *ij_mi_var_root(struct ij_mi_var *var)
{
	while (var->parent)
		var = var->parent;
	return var;
}

bool ij_mi_var_is_value(const struct ij_mi_var *var)
{
	return var->kind != IJ_DATUM_STRUCT && var->kind != IJ_DATUM_UNION &&
	       var->kind != IJ_DATUM_ARRAY;
}

struct ij_error *ij_mi_var_text(struct ij_mi *mi, const struct ij_mi_var *var, char format,
				char **ret)
{
	struct ij_datum_how how;
	struct ij_text text = {0};

	if (!ij_mi_var_is_value(var) || !var->value || var->unread) {
		if (var->kind == IJ_DATUM_ARRAY)
			ij_text_printf(&text, "[%zu]", var->parts);
		else if (!ij_mi_var_is_value(var))
			ij_text_puts(&text, "{...}");
		return ij_text_take(&text, ret);
	}
	if (var->shown && format == var->format) {
		*ret = strdup(var->shown);
		return *ret ? NULL : ij_cli_nomem();
	}
	ij_gdb_how(mi->g, format, &how);
	how.bare = how.through = true;
	how.pretty = false;
	return ij_datum_text(mi->g->debugger, var->value, &how, ret);
}

static bool is_frozen(const struct ij_mi_var *var)
{
	for (; var; var = var->parent)
		if (var->frozen)
			return true;
	return false;
}

struct ij_error *ij_mi_var_take_type(struct ij_mi_var *var, const struct ij_datum *value)
{
	char *type;

	IJ_CLI_TRY(ij_datum_type(value, &type));
	free(var->type);
	var->type = type;
	var->kind = ij_datum_kind(value);
	var->parts = ij_mi_var_root(var)->is_cxx && ij_datum_is_class(value)
			     ? ij_mi_var_class_parts(value)
			     : ij_datum_parts(value);
	var->scalar = ij_mi_var_is_value(var);
	return NULL;
}

struct ij_error *ij_mi_var_install(struct ij_mi *mi, struct ij_mi_var *var, struct ij_datum *value,
				   bool first, bool *changed_ret)
{
	bool had = var->value, was_unread = var->unread;
	char *was = var->shown, *shown = NULL;
	struct ij_error *err = NULL;

	ij_datum_free(var->value);
	var->value = value;
	var->shown = NULL;
	var->unread = first && value && ij_mi_var_is_value(var) && is_frozen(var);
	if (value && ij_mi_var_is_value(var) && !var->unread) {
		err = ij_mi_var_text(mi, var, var->format, &shown);
		/* What cannot be read has no value. */
		if (ij_error_code_of(err) == IJ_ERR_FAULT) {
			ij_error_free(err);
			err = NULL;
			ij_datum_free(var->value);
			var->value = NULL;
		}
	}
	if (ij_mi_var_is_value(var) && had && var->value)
		*changed_ret = was_unread || !shown || !was || strcmp(shown, was) != 0;
	else
		*changed_ret = had != (var->value != NULL);
	if (ij_mi_var_is_value(var) && var->assigned)
		*changed_ret = true;
	var->assigned = false;
	free(was);
	var->shown = shown;
	return err;
}

/* Look at the frame that @root is of. False: it is no more. */
static bool select_frame(struct ij_mi *mi, const struct ij_mi_var *root)
{
	struct ij_debugger *d = mi->g->debugger;
	struct ij_debugger_frame frame;
	struct ij_error *err = NULL;
	pid_t tid;

	if (!root->bound)
		return true;
	tid = ij_mi_thread_tid(mi, root->thread);
	if (!tid)
		return false;
	err = ij_debugger_select_thread(d, tid);
	for (unsigned i = 0; !err && !(err = ij_debugger_frame(d, i, &frame)); i++) {
		if (frame.cfa != root->cfa || frame.function_start != root->function)
			continue;
		err = ij_debugger_select(d, i);
		ij_error_free(err);
		return !err;
	}
	ij_error_free(err);
	return false;
}

struct ij_error *ij_mi_var_evaluate(struct ij_mi *mi, const struct ij_mi_var *root,
				    const char *expr, struct ij_datum **ret)
{
	struct ij_debugger *d = mi->g->debugger;
	pid_t tid = ij_debugger_current(d);
	unsigned level = ij_debugger_selected(d);
	struct ij_error *err = NULL;

	*ret = NULL;
	if (select_frame(mi, root))
		err = ij_gdb_eval(mi->g, expr, ret);
	else
		err = IJ_GDB_TEXT(NOTFOUND, "the frame of %s is gone", expr);
	if (root->bound && tid) {
		ij_error_free(ij_debugger_select_thread(d, tid));
		ij_error_free(ij_debugger_select(d, level));
	}
	return err;
}

/* ---- New ones ---- */

static char *name_of(struct ij_mi *mi, const char *given)
{
	char *name;

	if (given)
		return strdup(given);
	return asprintf(&name, "var%u", ++mi->vars.next) < 0 ? NULL : name;
}

static struct ij_error *fill_root(struct ij_mi *mi, struct ij_mi_var *var, bool floating)
{
	struct ij_debugger *d = mi->g->debugger;
	struct ij_debugger_frame frame;
	struct ij_datum *value;
	struct ij_error *err;
	bool changed;

	var->floating = floating;
	ij_gdb_language(mi->g);
	var->is_cxx = ij_debugger_is_cxx(d);
	err = ij_mi_var_evaluate(mi, var, var->exp, &value);
	if (ij_error_code_of(err) == IJ_ERR_FAULT) {
		/* It has a type all the same. */
		ij_error_free(err);
		IJ_CLI_TRY(ij_debugger_eval(d, var->exp, NULL, IJ_DEBUGGER_DRY, &value));
		err = ij_mi_var_take_type(var, value);
		ij_datum_free(value);
		return err;
	}
	IJ_CLI_TRY(err);
	if (!floating && ij_debugger_used_frame(d)) {
		err = ij_debugger_frame(d, ij_debugger_selected(d), &frame);
		if (!err) {
			var->bound = true;
			var->thread = ij_mi_thread_id(mi, ij_debugger_current(d));
			var->cfa = frame.cfa;
			var->function = frame.function_start;
		}
		ij_error_free(err);
	}
	err = ij_mi_var_take_type(var, value);
	if (err) {
		ij_datum_free(value);
		return err;
	}
	return ij_mi_var_install(mi, var, value, true, &changed);
}

struct ij_error *ij_mi_var_new(struct ij_mi *mi, const char *name, const char *expr, bool floating,
			       struct ij_mi_var **ret)
{
	struct ij_mi_var *var;
	struct ij_error *err;

	var = calloc(1, sizeof(*var));
	if (!var)
		return ij_cli_nomem();
	var->name = name_of(mi, name);
	var->exp = strdup(expr);
	var->path = strdup(expr);
	err = var->name && var->exp && var->path ? fill_root(mi, var, floating) : ij_cli_nomem();
	if (!err && name && find(mi, name))
		err = IJ_MI_USAGE("Duplicate variable object name");
	if (!err)
		err = ij_list_push(&mi->vars.roots, var);
	if (err) {
		(void)ij_mi_var_free(var);
		return err;
	}
	*ret = var;
	return NULL;
}

/* What a part is called, and the expression that it is. */
static struct ij_error *name_part(struct ij_mi_var *var, const char *member)
{
	const struct ij_mi_var *parent = var->parent, *above = parent;
	struct ij_text exp = {0}, path = {0}, name = {0};
	struct ij_error *err;

	/* The members of one without a name are those of what it is in. */
	while (above->nameless && above->parent)
		above = above->parent;
	var->nameless = false;
	if (parent->kind == IJ_DATUM_ARRAY) {
		ij_text_printf(&exp, "%zu", var->idx);
		ij_text_printf(&path, "(%s)[%zu]", above->path, var->idx);
	} else if (member) {
		ij_text_puts(&exp, member);
		ij_text_printf(&path, "(%s)%s%s", above->path,
			       above->kind == IJ_DATUM_POINTER ? "->" : ".", member);
	} else if (parent->kind == IJ_DATUM_POINTER && parent->parts == 1 && var->idx == 0 &&
		   ij_mi_var_is_value(var)) {
		ij_text_printf(&exp, "*%s", parent->exp);
		ij_text_printf(&path, "*(%s)", above->path);
	} else {
		ij_text_puts(&exp, var->kind == IJ_DATUM_UNION ? "<anonymous union>"
							       : "<anonymous struct>");
		var->nameless = true;
	}
	ij_text_printf(&name, "%s.%s", parent->name, ij_text_get(&exp));
	/* Two without a name are two. */
	if (var->nameless)
		for (size_t i = 0; i < parent->children.len; i++)
			if (!strcmp(parent->children.items[i]->name, ij_text_get(&name)))
				ij_text_printf(&name, "@%zu", var->idx);
	err = ij_text_take(&exp, &var->exp);
	if (!err)
		err = ij_text_take(&path, &var->path);
	if (!err)
		err = ij_text_take(&name, &var->name);
	ij_text_deinit(&path);
	ij_text_deinit(&name);
	return err;
}

static struct ij_error *new_part(struct ij_mi *mi, struct ij_mi_var *parent, size_t idx)
{
	struct ij_mi_var *var = calloc(1, sizeof(*var));
	const char *member = NULL;
	struct ij_datum *value = NULL;
	struct ij_error *err;
	bool changed;

	if (!var)
		return ij_cli_nomem();
	var->parent = parent;
	var->idx = idx;
	if (ij_mi_var_is_class(parent)) {
		err = ij_mi_var_class_part(mi, var);
		if (!err)
			err = ij_list_push(&parent->children, var);
		if (err)
			(void)ij_mi_var_free(var);
		return err;
	}
	err = ij_datum_part(mi->g->debugger, parent->value, idx, &member, &value);
	if (!err)
		err = ij_mi_var_take_type(var, value);
	if (!err)
		err = name_part(var, member);
	if (!err) {
		err = ij_mi_var_install(mi, var, value, true, &changed);
		value = NULL;
	}
	if (!err)
		err = ij_list_push(&parent->children, var);
	if (err) {
		ij_datum_free(value);
		(void)ij_mi_var_free(var);
	}
	return err;
}

struct ij_error *ij_mi_var_expand(struct ij_mi *mi, struct ij_mi_var *var, size_t len)
{
	if (len > CHILDREN_MAX)
		return IJ_GDB_TEXT(LIMIT, "more than %d children: ask for a part of them",
				   CHILDREN_MAX);
	while (ij_mi_var_holder(var)->value && var->children.len < len &&
	       var->children.len < var->parts)
		IJ_CLI_TRY(new_part(mi, var, var->children.len));
	return NULL;
}
