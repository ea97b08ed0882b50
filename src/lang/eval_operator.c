/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operators of classes: calls, where the program has a function for them (C++17, 16.5). */
#include <stdio.h>
#include <string.h>

#include "lang/eval_call.h"
#include "lang/eval_library.h"

enum { OPERATOR_MAX = 512 }; /* bytes of "operator ns::type" */

/* What the operator that has no code, as @err says, would return, if that is known. */
static struct ij_error *by_parts(struct ij_eval *ev, const struct ij_node *node, const char *op,
				 const struct ij_val *operands, size_t len, struct ij_error *err,
				 struct ij_val *ret, bool *found)
{
	char name[OPERATOR_MAX];
	struct ij_error *no;

	snprintf(name, sizeof(name), "operator%s", op);
	no = ij_eval_library(ev, node, &operands[0], name, operands + 1, len - 1, ret, found);
	if (!no && !*found)
		return ij_eval_at(ev, node, err);
	ij_error_free(err);
	return no;
}

struct ij_error *ij_eval_user_conversion(struct ij_eval *ev, const struct ij_node *node,
					 const struct ij_ctype *type, struct ij_val *val,
					 bool *found)
{
	struct ij_args *args = ij_arena_alloc(ev->arena, sizeof(*args));
	struct ij_callee callee = {.is_method = false};
	char name[OPERATOR_MAX];
	struct ij_error *err;
	struct ij_val object;

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
	err = ev->host->method(ev->host, val, name, NULL, 0, ev->arena, &callee.func, found);
	if (err && err->code == IJ_ERR_NOTFOUND) {
		object = *val;
		return by_parts(ev, node, name + sizeof("operator") - 1, &object, 1, err, val,
				found);
	}
	IJ_TRY(ij_eval_at(ev, node, err));
	if (!*found)
		return NULL;
	IJ_TRY(ij_eval_this(ev, node, val, &callee));
	callee.type = ij_ctype_strip(callee.func.type);
	IJ_TRY(ij_eval_make(ev, node, &callee, args, NULL, val));
	return ij_eval_dereference(ev, node, val);
}

/* What an operator that is written is worth, by what the function returned. */
static struct ij_error *result_of(struct ij_eval *ev, const struct ij_node *node, const char *op,
				  const struct ij_host_operation *operation, struct ij_val *ret)
{
	char swapped[3] = {op[0], op[1], 0};
	struct ij_val zero;

	if (!operation->is_compared && !operation->is_negated)
		return NULL;
	IJ_TRY(ij_eval_fetch(ev, node, ret));
	if (operation->is_negated)
		return ij_val_set_integer(ev->arena, ij_cbase(IJ_CBASE_CXX_BOOL),
					  ij_val_is_zero(ret), ret);
	if (operation->is_swapped && op[0] != '=' && op[0] != '!')
		swapped[0] = op[0] == '<' ? '>' : '<';
	IJ_TRY(ij_val_set_integer(ev->arena, ret->type, 0, &zero));
	return ij_eval_operate(ev, node, swapped, ret, &zero, ret);
}

/* `smart == nullptr` is a comparison of what it points to. @err: taken, and given back if it is
 * none.
 */
static struct ij_error *by_pointer(struct ij_eval *ev, const struct ij_node *node, const char *op,
				   const struct ij_val operands[2], struct ij_error *err,
				   struct ij_val *ret, bool *found)
{
	if (strcmp(op, "==") != 0 && strcmp(op, "!=") != 0)
		return err;
	for (size_t i = 0; i < 2; i++) {
		struct ij_val pointer;
		struct ij_error *no;

		if (ij_ctype_strip(operands[!i].type)->kind != IJ_CT_POINTER ||
		    operands[!i].is_scratch)
			continue;
		no = ij_eval_library(ev, node, &operands[i], "get", NULL, 0, &pointer, found);
		if (!no && *found)
			no = ij_eval_operate(ev, node, op, &pointer, &operands[!i], ret);
		if (!no && !*found)
			continue;
		ij_error_free(err);
		return no;
	}
	return err;
}

struct ij_error *ij_eval_operator(struct ij_eval *ev, const struct ij_node *node, const char *op,
				  const struct ij_val *operands, size_t len, struct ij_val *ret,
				  bool *found)
{
	struct ij_args *args = ij_arena_alloc(ev->arena, sizeof(*args));
	struct ij_callee callee = {.is_method = false};
	struct ij_host_operation operation;
	struct ij_error *err;
	bool is_told = false;

	*found = false;
	if (!args)
		return ij_error_nomem();
	ev->host->dry = ev->dry;
	for (size_t i = 0; i < len; i++)
		if (ij_ctype_strip(operands[i].type)->is_rust)
			return NULL;
	if (!ev->host->operate)
		return NULL;
	err = ev->host->operate(ev->host, op, operands, len, ev->arena, &operation, found);
	if (!*found && len == 2)
		err = by_pointer(ev, node, op, operands, err, ret, &is_told);
	if (is_told) {
		*found = true;
		return NULL;
	}
	if (err && err->code == IJ_ERR_NOTFOUND)
		return by_parts(ev, node, op, operands, len, err, ret, found);
	IJ_TRY(ij_eval_at(ev, node, err));
	if (!*found)
		return NULL;
	callee.func = operation.func;
	if (operation.in_class)
		IJ_TRY(ij_eval_this(ev, node, &operands[operation.is_swapped], &callee));
	callee.type = ij_ctype_strip(callee.func.type);
	for (size_t i = operation.in_class; i < len; i++) {
		size_t at = operation.is_swapped ? len - 1 - i : i;

		args->nodes[args->len] = at && node->b ? node->b : node->a;
		args->list[args->len++] = operands[at];
	}
	IJ_TRY(ij_eval_make(ev, node, &callee, args, NULL, ret));
	IJ_TRY(ij_eval_dereference(ev, node, ret));
	return result_of(ev, node, op, &operation, ret);
}
