/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operators of classes: calls, where the program has a function for them (C++17, 16.5). */
#include <stdio.h>
#include <string.h>

#include "lang/eval_call.h"

enum { OPERATOR_MAX = 512 }; /* bytes of "ns::operator+" */

/* "ns::" of the class that @val is of, to @ret. */
static void scope_of(const struct ij_val *val, char *ret, size_t size)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	const char *name = ij_ctype_is_aggregate(type) && type->name ? type->name : "";
	size_t len = strcspn(name, "<");

	while (len && name[len - 1] != ':')
		len--;
	snprintf(ret, size, "%.*s", (int)len, name);
}

/* A function outside of classes: in the namespaces of the operands, or in none. */
static struct ij_error *outside(struct ij_eval *ev, const char *op, const struct ij_val *operands,
				size_t len, struct ij_callee *callee, bool *found)
{
	char scope[OPERATOR_MAX], name[OPERATOR_MAX + 32];

	for (size_t i = 0; i <= len && !*found; i++) {
		const struct ij_host_name host_name = {.name = name};

		scope[0] = 0;
		if (i < len)
			scope_of(&operands[i], scope, sizeof(scope));
		if (i < len && !scope[0])
			continue;
		snprintf(name, sizeof(name), "%soperator%s", scope, op);
		IJ_TRY(ev->host->overload(ev->host, &host_name, operands, len, ev->arena,
					  &callee->func, found));
	}
	return NULL;
}

struct ij_error *ij_eval_user_conversion(struct ij_eval *ev, const struct ij_node *node,
					 const struct ij_ctype *type, struct ij_val *val,
					 bool *found)
{
	struct ij_args *args = ij_arena_alloc(ev->arena, sizeof(*args));
	struct ij_callee callee = {.is_method = false};
	char name[OPERATOR_MAX];

	*found = false;
	if (!args)
		return ij_error_nomem();
	if (!ij_ctype_is_aggregate(val->type) || ij_ctype_strip(val->type)->is_rust)
		return NULL;
	/* The type by its name in C++. */
	if (ij_ctype_strip(type)->kind == IJ_CT_BOOL)
		type = ij_cbase(IJ_CBASE_CXX_BOOL);
	snprintf(name, sizeof(name), "operator %s", ij_type_shown(type).str);
	ev->host->dry = ev->dry;
	IJ_TRY(ij_eval_at(
		ev, node,
		ev->host->method(ev->host, val, name, NULL, 0, ev->arena, &callee.func, found)));
	if (!*found)
		return NULL;
	IJ_TRY(ij_eval_this(ev, node, val, &callee));
	callee.type = ij_ctype_strip(callee.func.type);
	IJ_TRY(ij_eval_make(ev, node, &callee, args, NULL, val));
	return ij_eval_dereference(ev, node, val);
}

struct ij_error *ij_eval_operator(struct ij_eval *ev, const struct ij_node *node, const char *op,
				  const struct ij_val *operands, size_t len, struct ij_val *ret,
				  bool *found)
{
	struct ij_args *args = ij_arena_alloc(ev->arena, sizeof(*args));
	struct ij_callee callee = {.is_method = false};
	bool in_class = false, outer = false;
	char name[16];

	*found = false;
	if (!args)
		return ij_error_nomem();
	snprintf(name, sizeof(name), "operator%s", op);
	ev->host->dry = ev->dry;
	if (ij_ctype_is_aggregate(operands[0].type))
		IJ_TRY(ij_eval_at(ev, node,
				  ev->host->method(ev->host, &operands[0], name, operands + 1,
						   len - 1, ev->arena, &callee.func, &in_class)));
	if (in_class)
		IJ_TRY(ij_eval_this(ev, node, &operands[0], &callee));
	else
		IJ_TRY(ij_eval_at(ev, node, outside(ev, op, operands, len, &callee, &outer)));
	if (!in_class && !outer)
		return NULL;
	*found = true;
	callee.type = ij_ctype_strip(callee.func.type);
	for (size_t i = in_class; i < len; i++) {
		args->nodes[args->len] = i && node->b ? node->b : node->a;
		args->list[args->len++] = operands[i];
	}
	IJ_TRY(ij_eval_make(ev, node, &callee, args, NULL, ret));
	return ij_eval_dereference(ev, node, ret);
}
