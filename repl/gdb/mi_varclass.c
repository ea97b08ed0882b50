/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Variable objects of classes of C++: base classes, then what is public, private and protected,
 * each with its members (gdb/c-varobj.c, cplus_describe_child). */
#include <string.h>

#include "repl/gdb/mi.h"

enum { LABELS = 3 };

static const char *const labels[LABELS] = {"public", "private", "protected"};

/* Their number by access; the bases. */
static size_t count(const struct ij_datum *value, size_t by_label[LABELS])
{
	struct ij_datum_member member;
	size_t bases = 0;

	memset(by_label, 0, LABELS * sizeof(*by_label));
	for (size_t i = 0; ij_datum_member(value, i, &member); i++) {
		if (member.is_base)
			bases++;
		else if (!member.is_hidden)
			by_label[member.access]++;
	}
	return bases;
}

struct ij_mi_var *ij_mi_var_holder(struct ij_mi_var *var)
{
	return var->label ? var->parent : var;
}

bool ij_mi_var_is_class(struct ij_mi_var *var)
{
	return ij_mi_var_root(var)->is_cxx && ij_mi_var_holder(var)->value &&
	       ij_datum_is_class(ij_mi_var_holder(var)->value);
}

size_t ij_mi_var_class_parts(const struct ij_datum *value)
{
	size_t by_label[LABELS], sum = count(value, by_label);

	for (size_t i = 0; i < LABELS; i++)
		sum += by_label[i] != 0;
	return sum;
}

/* Make @var label number @idx among those that have members. */
static struct ij_error *make_label(struct ij_mi_var *var, size_t idx)
{
	size_t by_label[LABELS];

	(void)count(var->parent->value, by_label);
	for (size_t i = 0; i < LABELS; i++) {
		if (!by_label[i] || idx--)
			continue;
		var->label = labels[i];
		var->kind = IJ_DATUM_PLAIN;
		var->scalar = true;
		var->parts = by_label[i];
		var->exp = strdup(labels[i]);
		var->path = strdup("");
		return var->exp && var->path &&
				       asprintf(&var->name, "%s.%s", var->parent->name,
						labels[i]) >= 0
			       ? NULL
			       : ij_cli_nomem();
	}
	return IJ_GDB_TEXT(NOTFOUND, "there is no such part");
}

/* Which member part @idx of @parent is; false: it is a label, the number of which @idx becomes. */
static bool member_of(struct ij_mi_var *parent, size_t *idx, struct ij_datum_member *ret,
		      size_t *member_ret)
{
	const struct ij_datum *value = ij_mi_var_holder(parent)->value;
	size_t left = *idx, bases = 0;

	for (size_t i = 0; ij_datum_member(value, i, ret); i++) {
		bool own = parent->label ? !ret->is_base && !ret->is_hidden &&
						   !strcmp(parent->label, labels[ret->access])
					 : ret->is_base;

		bases += ret->is_base;
		if (!own || left--)
			continue;
		*member_ret = i;
		return true;
	}
	*idx -= bases;
	return false;
}

struct ij_error *ij_mi_var_class_value(struct ij_mi *mi, struct ij_mi_var *parent, size_t idx,
				       struct ij_datum **ret)
{
	struct ij_datum_member member;
	size_t at;

	*ret = NULL;
	if (!ij_mi_var_is_class(parent) || !member_of(parent, &idx, &member, &at))
		return NULL;
	return ij_datum_member_value(mi->g->debugger, ij_mi_var_holder(parent)->value, at, ret);
}

/* The expression that a member or base @name of @holder is. */
static struct ij_error *path_of(struct ij_mi_var *holder, const struct ij_datum_member *member,
				char **ret)
{
	bool pointer = holder->kind == IJ_DATUM_POINTER;
	struct ij_mi_var *above = holder;
	struct ij_text path = {0};

	while ((above->nameless || above->label) && above->parent)
		above = above->parent;
	if (member->is_base)
		ij_text_printf(&path, "(%s(class %s%s) %s)", pointer ? "*" : "", member->name,
			       pointer ? "*" : "", above->path);
	else
		ij_text_printf(&path, "((%s)%s%s)", above->path, pointer ? "->" : ".",
			       member->name);
	return ij_text_take(&path, ret);
}

/* Name @var, which is @member. */
static struct ij_error *name_member(struct ij_mi_var *var, const struct ij_datum_member *member)
{
	struct ij_mi_var *parent = var->parent;

	var->nameless = !member->name;
	if (member->name)
		IJ_CLI_TRY(path_of(ij_mi_var_holder(parent), member, &var->path));
	else
		var->path = strdup("");
	var->exp = strdup(member->name                  ? member->name
			  : var->kind == IJ_DATUM_UNION ? "<anonymous union>"
							: "<anonymous struct>");
	if (!var->exp || !var->path)
		return ij_cli_nomem();
	if (member->name ? asprintf(&var->name, "%s.%s", parent->name, var->exp) < 0
			 : asprintf(&var->name, "%s.%zu_anonymous", parent->name, var->idx) < 0)
		return ij_cli_nomem();
	return NULL;
}

struct ij_error *ij_mi_var_class_part(struct ij_mi *mi, struct ij_mi_var *var)
{
	struct ij_mi_var *parent = var->parent;
	struct ij_datum_member member;
	struct ij_datum *value;
	struct ij_error *err;
	size_t idx = var->idx, at;
	bool changed;

	if (!member_of(parent, &idx, &member, &at))
		return make_label(var, idx);
	IJ_CLI_TRY(ij_datum_member_value(mi->g->debugger, ij_mi_var_holder(parent)->value, at,
					 &value));
	err = ij_mi_var_take_type(var, value);
	if (!err)
		err = name_member(var, &member);
	if (err) {
		ij_datum_free(value);
		return err;
	}
	return ij_mi_var_install(mi, var, value, true, &changed);
}
