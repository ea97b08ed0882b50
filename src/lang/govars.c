/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Variables of the session, `$name`. They are kept here, as is what make and new give: a call that
 * takes one gets new memory with what it holds, and what the call leaves there comes back.
 */
#include <stdio.h>
#include <string.h>

#include "lang/goeval.h"

enum { NAME_SIZE = 128 };

/* "$name"; false: there is none. */
static bool take_name(struct ij_go_reader *r, char *name)
{
	size_t len;

	ij_go_skip_space(r);
	len = *r->pos == '$' ? ij_go_ident_len(r->pos + 1) : 0;
	if (!len || len >= NAME_SIZE)
		return false;
	snprintf(name, NAME_SIZE, "%.*s", (int)len, r->pos + 1);
	r->pos += 1 + len;
	return true;
}

struct ij_error *ij_go_variable_rest(struct ij_go_reader *r, struct ij_go_value *ret)
{
	struct ij_go_value *found;
	char name[NAME_SIZE];

	if (!take_name(r, name))
		return ij_go_syntax(r, "the name of a variable is expected");
	found = r->host->variable(r->host, name);
	if (!found)
		return ij_error_new(NOTFOUND, "$%s has no value yet; $%s = ... gives it one", name,
				    name);
	*ret = *found;
	if (ret->is_kept)
		ret->origin = found;
	return NULL;
}

bool ij_go_take_target(struct ij_go_reader *r, char *name, size_t size)
{
	const char *from = r->pos;
	char found[NAME_SIZE];

	if (take_name(r, found) && (ij_go_take(r, ":=") || ij_go_take(r, "=")) && *r->pos != '=') {
		snprintf(name, size, "%s", found);
		return true;
	}
	r->pos = from;
	return false;
}

/* A constant gets the type that it would have by default; all that can be is read now. */
struct ij_error *ij_go_keep(struct ij_go_host *host, const char *name, struct ij_go_value *value)
{
	static const char *const names[] = {[IJ_GO_CONST_INT] = "int",
					    [IJ_GO_CONST_FLOAT] = "float64",
					    [IJ_GO_CONST_BOOL] = "bool",
					    [IJ_GO_CONST_STRING] = "string"};
	const struct ij_ctype *type;

	if (value->tuple || value->tuple_len || (value->func && !value->type))
		return ij_error_new(TYPE, "$%s holds one value: %s", name,
				    value->func ? "not a function" : "not several results");
	if (!value->type && value->con.kind == IJ_GO_CONST_NIL)
		return ij_error_new(TYPE, "nil says no type for $%s: convert it", name);
	if (!value->type) {
		const char *text = names[value->con.kind];

		IJ_TRY(ij_go_type_basic(host, text, strlen(text), &type));
		IJ_TRY(ij_go_assign_to(host, value, type, "the value", value));
	}
	IJ_TRY(ij_go_value_load(host, value));
	value->in_target = false;
	value->is_kept = true;
	return host->plan ? NULL : host->set_variable(host, name, value);
}

/* ---- What a call left ---- */

struct ij_go_left ij_go_left_of(struct ij_go_value *arg)
{
	struct ij_go_left left = {.size = 0};
	enum ij_go_class class = arg->type ? ij_go_class_of(arg->type) : IJ_GO_CLASS_NONE;

	if (!arg->is_kept || arg->unknown)
		return left;
	/* Nobody would keep alive what it leads to. */
	if (!ij_go_type_elem(arg->type) || ij_go_leads(ij_go_type_elem(arg->type)))
		return left;
	if (class == IJ_GO_CLASS_SLICE && arg->held && !arg->made) {
		left.to = (uint8_t *)(uintptr_t)arg->held;
		left.size = arg->held_size;
	} else if (class == IJ_GO_CLASS_POINTER && arg->holds && arg->made) {
		left.to = arg->holds->bytes;
		left.size = (size_t)ij_ctype_strip(arg->holds->type)->size;
		left.off = ij_go_value_word(arg, 0);
	}
	return left;
}
