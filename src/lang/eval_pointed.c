/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members of C++ that are reached by a pointer to member, or by the name of a base class. */
#include <string.h>

#include "lang/eval_call.h"
#include "lang/eval_class.h"

/* @object as the class @to that is a base of it. */
static struct ij_error *as_base(struct ij_eval *ev, const struct ij_node *node,
				const struct ij_ctype *to, struct ij_val *object)
{
	bool found;

	if (object->place != IJ_VAL_TARGET)
		return ij_eval_error(ev, node, UNSUPPORTED, "%s",
				     "a function of a class is called on objects in the target's "
				     "memory only");
	IJ_TRY(ij_eval_to_base(ev, object->type, to, &object->addr, &found));
	if (!found)
		return ij_eval_error(ev, node, TYPE, "%s is no base of %s", ij_type_shown(to).str,
				     ij_type_shown(object->type).str);
	object->type = to;
	object->bytes = NULL;
	return NULL;
}

struct ij_error *ij_eval_qualify(struct ij_eval *ev, const struct ij_node *node,
				 struct ij_val *object, const char **name_ret)
{
	const struct ij_ctype *type;
	const char *last;

	IJ_TRY(ij_eval_class_before(ev, node->name, &last, &type));
	if (!type)
		return ij_eval_error(ev, node, NOTFOUND, "no class stands before the last :: of %s",
				     ij_quote(node->name, strlen(node->name)).str);
	IJ_TRY(as_base(ev, node, type, object));
	*name_ret = last;
	return NULL;
}

/* The function that the words of the pointer mean for the object at @this. */
static struct ij_error *pointed(struct ij_eval *ev, const struct ij_node *node,
				const uint64_t words[2], uint64_t this, ij_addr *ret)
{
	ij_addr table;

	*ret = words[0];
	if (ev->dry)
		return NULL;
	if (!words[0])
		return ij_eval_error(ev, node, TYPE, "%s", "the pointer points to no function");
	if (!(words[0] & 1))
		return NULL;
	IJ_TRY(ev->host->read(ev->host, this, &table, sizeof(table)));
	return ev->host->read(ev->host, table + words[0] - 1, ret, sizeof(*ret));
}

struct ij_error *ij_eval_pointed_function(struct ij_eval *ev, const struct ij_node *node,
					  const struct ij_val *object, struct ij_callee *callee,
					  bool *found)
{
	struct ij_val base = *object, pointer;
	const struct ij_ctype *type;
	struct ij_func *func;
	uint64_t words[2];

	IJ_TRY(ij_eval_value(ev, node->b, &pointer));
	type = ij_ctype_strip(pointer.type);
	*found = type->kind == IJ_CT_MEMBER && type->size == sizeof(words) && type->owner &&
		 ij_ctype_strip(type->target)->kind == IJ_CT_FUNCTION;
	if (!*found)
		return NULL;
	IJ_TRY(as_base(ev, node, type->owner, &base));
	memcpy(words, pointer.bytes, sizeof(words));
	base.addr += words[1];
	func = ij_arena_alloc(ev->arena, sizeof(*func));
	if (!func)
		return ij_error_nomem();
	IJ_TRY(pointed(ev, node, words, base.addr, &func->addr));
	callee->func = (struct ij_val){.type = ij_ctype_strip(type->target),
				       .place = IJ_VAL_TARGET,
				       .addr = func->addr,
				       .func = func};
	return ij_eval_this(ev, node, &base, callee);
}
