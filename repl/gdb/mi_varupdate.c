/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Variable objects: what changes, and what they are given (gdb/varobj.c, varobj_update). */
#include <string.h>

#include "repl/gdb/mi.h"

static struct ij_error *tell(struct ij_mi_var_changes *ret, struct ij_mi_var *var, bool type,
			     bool in_scope, bool invalid)
{
	const struct ij_mi_var_change change = {var, type, in_scope, invalid};

	return ij_list_push(&ret->list, change);
}

/* What part @var is now; NULL: it has no value. */
static struct ij_error *value_of(struct ij_mi *mi, struct ij_mi_var *var, struct ij_datum **ret)
{
	const char *member;

	*ret = NULL;
	if (ij_mi_var_is_class(var->parent))
		return ij_mi_var_class_value(mi, var->parent, var->idx, ret);
	if (!var->parent->value)
		return NULL;
	return ij_datum_part(mi->g->debugger, var->parent->value, var->idx, &member, ret);
}

static struct ij_error *update_parts(struct ij_mi *mi, struct ij_mi_var *var,
				     struct ij_mi_var_changes *ret)
{
	IJ_LIST_EACH (&var->children, it) {
		struct ij_mi_var *part = *it;
		struct ij_datum *value;
		bool changed = false;

		if (part->frozen)
			continue;
		if (!part->label) {
			IJ_CLI_TRY(value_of(mi, part, &value));
			IJ_CLI_TRY(ij_mi_var_install(mi, part, value, false, &changed));
		}
		if (changed)
			IJ_CLI_TRY(tell(ret, part, false, true, false));
		IJ_CLI_TRY(update_parts(mi, part, ret));
	}
	return NULL;
}

static struct ij_error *update_root(struct ij_mi *mi, struct ij_mi_var *var,
				    struct ij_mi_var_changes *ret)
{
	struct ij_datum *value = NULL;
	bool changed = false, type_changed = false;
	struct ij_error *err;
	char *type;

	err = ij_mi_var_evaluate(mi, var, var->exp, &value);
	/* That it has no value now is nothing to complain of. */
	if (err &&
	    (ij_error_code_of(err) == IJ_ERR_NOMEM || ij_error_code_of(err) == IJ_ERR_INTERRUPTED))
		return err;
	ij_error_free(err);
	if (value && var->floating) {
		err = ij_datum_type(value, &type);
		type_changed = !err && strcmp(type, var->type) != 0;
		if (!err)
			free(type);
		if (!err && type_changed) {
			(void)ij_mi_var_delete(mi, var, true);
			err = ij_mi_var_take_type(var, value);
		}
		if (err) {
			ij_datum_free(value);
			return err;
		}
	}
	IJ_CLI_TRY(ij_mi_var_install(mi, var, value, false, &changed));
	if (changed || type_changed)
		IJ_CLI_TRY(tell(ret, var, type_changed, var->value, false));
	return var->value ? update_parts(mi, var, ret) : NULL;
}

struct ij_error *ij_mi_var_update(struct ij_mi *mi, struct ij_mi_var *var, bool named,
				  struct ij_mi_var_changes *ret)
{
	struct ij_datum *value;
	bool changed;

	if (var->frozen && !named)
		return NULL;
	if (ij_mi_var_root(var)->invalid)
		return tell(ret, var, false, false, true);
	if (!var->parent)
		return update_root(mi, var, ret);
	if (var->label)
		return update_parts(mi, var, ret);
	IJ_CLI_TRY(value_of(mi, var, &value));
	IJ_CLI_TRY(ij_mi_var_install(mi, var, value, false, &changed));
	if (changed)
		IJ_CLI_TRY(tell(ret, var, false, true, false));
	return update_parts(mi, var, ret);
}

struct ij_error *ij_mi_var_freeze(struct ij_mi *mi, struct ij_mi_var *var, bool frozen)
{
	(void)mi;
	var->frozen = frozen;
	return NULL;
}

struct ij_error *ij_mi_var_format(struct ij_mi *mi, struct ij_mi_var *var, char format)
{
	char *shown = NULL;

	if (var->value && ij_mi_var_is_value(var) && !var->unread)
		IJ_CLI_TRY(ij_mi_var_text(mi, var, format, &shown));
	var->format = format;
	free(var->shown);
	var->shown = shown;
	return NULL;
}

bool ij_mi_var_editable(const struct ij_mi_var *var)
{
	uint64_t addr;

	return var->value && ij_mi_var_is_value(var) && var->kind != IJ_DATUM_FUNCTION &&
	       *var->path &&
	       (ij_datum_address(var->value, &addr) || var->path[0] == '$' || !var->parent);
}

struct ij_error *ij_mi_var_assign(struct ij_mi *mi, struct ij_mi_var *var, const char *expr)
{
	struct ij_mi_var *root = ij_mi_var_root(var);
	struct ij_text text = {0};
	struct ij_datum *datum = NULL;
	struct ij_error *err;
	bool changed;

	ij_text_printf(&text, "%s = %s", var->path, expr);
	err = ij_mi_var_evaluate(mi, root, ij_text_get(&text), &datum);
	ij_text_deinit(&text);
	/* A number for a pointer is meant so here. */
	if (ij_error_code_of(err) == IJ_ERR_TYPE && var->kind == IJ_DATUM_POINTER) {
		ij_error_free(err);
		ij_text_printf(&text, "%s = (%s)(%s)", var->path, var->type, expr);
		err = ij_mi_var_evaluate(mi, root, ij_text_get(&text), &datum);
		ij_text_deinit(&text);
	}
	ij_datum_free(datum);
	IJ_CLI_TRY(err);
	IJ_CLI_TRY(ij_mi_var_evaluate(mi, root, var->path, &datum));
	IJ_CLI_TRY(ij_mi_var_install(mi, var, datum, false, &changed));
	var->assigned = changed;
	return NULL;
}

void ij_mi_vars_forget(struct ij_mi *mi)
{
	IJ_LIST_EACH (&mi->vars.roots, it)
		(*it)->invalid = (*it)->invalid || (*it)->bound;
}
