/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls: the function by name, pointer or class. */
#include <string.h>

#include "lang/eval_call.h"
#include "lang/eval_class.h"
#include "lang/eval_library.h"
#include "lang/eval_temporary.h"

static struct ij_error *evaluate_args(struct ij_eval *ev, const struct ij_node *node,
				      struct ij_args *args)
{
	/* They may have been asked for before. */
	if (args->len)
		return NULL;
	for (const struct ij_node *it = node->args; it; it = it->next) {
		if (args->len >= IJ_CALL_ARGS_MAX)
			return ij_eval_error(ev, it, LIMIT, "more than %d arguments",
					     IJ_CALL_ARGS_MAX);
		args->nodes[args->len] = it;
		IJ_TRY(ij_eval_node(ev, it, &args->list[args->len++]));
	}
	return NULL;
}

struct ij_error *ij_eval_this(struct ij_eval *ev, const struct ij_node *node,
			      const struct ij_val *object, struct ij_callee *callee)
{
	const struct ij_ctype *pointer;

	callee->is_method = true;
	/* A value that is here only is copied to our memory there. */
	if (object->place != IJ_VAL_TARGET && object->bytes)
		return ij_eval_place(ev, node, object, &callee->object);
	IJ_TRY(ij_ctypes_pointer(ev->host->types, object->type, &pointer));
	return ij_val_make(ev->arena, pointer, &object->addr, &callee->object);
}

/* `object.f(...)` of a function of the class. @found: false: it has none of that name. */
static struct ij_error *of_class(struct ij_eval *ev, const struct ij_node *node, const char *name,
				 const struct ij_val *object, struct ij_args *args,
				 struct ij_callee *ret, bool *found)
{
	struct ij_error *err, *no;

	IJ_TRY(evaluate_args(ev, node, args));
	ev->host->dry = ev->dry;
	err = ev->host->method(ev->host, object, name, args->list, args->len, ev->arena, &ret->func,
			       found);
	if (err && err->code == IJ_ERR_NOTFOUND) {
		no = ij_eval_library(ev, node->a, object, name, args->list, args->len, &ret->told,
				     &ret->is_told);
		*found = ret->is_told;
		if (no || *found) {
			ij_error_free(err);
			return no;
		}
	}
	IJ_TRY(ij_eval_at(ev, node->a, err));
	/* A static one of C++ is asked for by an object only to be found; `self` of Rust is not
	 * the compiler's own. */
	if (!*found ||
	    (!ret->func.type->is_rust &&
	     (!ret->func.type->params.len || !ret->func.type->params.items[0].is_artificial)))
		return NULL;
	return ij_eval_this(ev, node->a, object, ret);
}

/* `object.Base::f(...)`: that very function, also if it is virtual. */
static struct ij_error *qualified(struct ij_eval *ev, const struct ij_node *node,
				  struct ij_val *object, struct ij_args *args,
				  struct ij_callee *ret, bool *found)
{
	struct ij_func *func;
	const char *name;

	IJ_TRY(ij_eval_qualify(ev, node->a, object, &name));
	IJ_TRY(of_class(ev, node, name, object, args, ret, found));
	if (!*found || ret->is_told || !ret->func.func->is_virtual || !ret->func.addr)
		return NULL;
	func = ij_arena_alloc(ev->arena, sizeof(*func));
	if (!func)
		return ij_error_nomem();
	*func = *ret->func.func;
	func->is_virtual = false;
	ret->func.func = func;
	return NULL;
}

/* `object.f(...)`: a pointer to a function among the data, else a function of the class. */
static struct ij_error *method(struct ij_eval *ev, const struct ij_node *node, struct ij_args *args,
			       struct ij_callee *ret)
{
	const struct ij_node *member = node->a;
	struct ij_cmember data;
	struct ij_error *err;
	struct ij_val object;
	bool found = false;

	IJ_TRY(ij_eval_owner(ev, member, &object));
	if (member->b) {
		IJ_TRY(ij_eval_pointed_function(ev, member, &object, ret, &found));
		return found ? NULL : ij_eval_node(ev, member, &ret->func);
	}
	if (ij_eval_has_scope(member->name) && ij_ctype_is_aggregate(object.type)) {
		IJ_TRY(qualified(ev, node, &object, args, ret, &found));
		return found ? NULL : ij_eval_node(ev, member, &ret->func);
	}
	err = ij_ctype_is_aggregate(object.type) ? ij_ctype_member(object.type, member->name, &data)
						 : NULL;
	if (!err)
		return ij_eval_node(ev, member, &ret->func);
	if (err->code != IJ_ERR_NOTFOUND)
		return err;
	ij_error_free(err);
	IJ_TRY(of_class(ev, node, member->name, &object, args, ret, &found));
	/* If not, that says that there is none. */
	return found ? NULL : ij_eval_node(ev, member, &ret->func);
}

static bool may_be_called(const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);

	return type->kind == IJ_CT_FUNCTION || type->kind == IJ_CT_POINTER ||
	       ij_ctype_is_aggregate(type);
}

/* `name(...)`: a function; of several of that name the one that takes the arguments. */
static struct ij_error *by_name(struct ij_eval *ev, const struct ij_node *node,
				struct ij_args *args, struct ij_callee *ret)
{
	const struct ij_host_name name = {node->a->module, node->a->file, node->a->name};
	struct ij_error *err, *again;
	bool found = false;

	ev->host->dry = ev->dry;
	IJ_TRY(evaluate_args(ev, node, args));
	IJ_TRY(ij_eval_at(ev, node->a,
			  ev->host->overload(ev->host, &name, args->list, args->len, ev->arena,
					     &ret->func, &found)));
	if (found)
		return NULL;
	err = ij_eval_name(ev, node->a, true, &ret->func);
	if ((err ? err->code != IJ_ERR_NOTFOUND && err->code != IJ_ERR_AMBIGUOUS
		 : may_be_called(&ret->func)) ||
	    name.module || name.file)
		return err;
	/* `Class(...)` makes one, whatever variables libraries have of that name. */
	again = ev->host->type(ev->host, 0, name.name, &ret->made);
	if (again || !ret->made || !ij_ctype_is_aggregate(ret->made) ||
	    ij_ctype_strip(ret->made)->is_rust) {
		ij_error_free(again);
		ret->made = NULL;
		return err;
	}
	ij_error_free(err);
	return NULL;
}

struct ij_error *ij_eval_make_object(struct ij_eval *ev, const struct ij_node *node,
				     const struct ij_ctype *type, struct ij_args *args,
				     struct ij_val *ret)
{
	bool found;

	IJ_TRY(ij_eval_at(ev, node, ij_eval_construct(ev, node, type, args, false, ret, &found)));
	if (found)
		return NULL;
	return ij_eval_error(ev, node, UNSUPPORTED,
			     "the program has no constructor of %s to call that takes this",
			     ij_type_shown(type).str);
}

/* A function that has no name here. */
static struct ij_error *by_address(struct ij_eval *ev, struct ij_val *val)
{
	struct ij_func *func = ij_arena_alloc(ev->arena, sizeof(*func));

	if (!func)
		return ij_error_nomem();
	func->addr = val->addr;
	val->func = func;
	return NULL;
}

static struct ij_error *find(struct ij_eval *ev, const struct ij_node *node, struct ij_args *args,
			     struct ij_callee *ret)
{
	const struct ij_ctype *type;

	if (node->a->kind == IJ_NODE_MEMBER)
		IJ_TRY(method(ev, node, args, ret));
	else if (node->a->kind == IJ_NODE_NAME)
		IJ_TRY(by_name(ev, node, args, ret));
	else
		IJ_TRY(ij_eval_node(ev, node->a, &ret->func));
	if (ret->made || ret->is_told)
		return NULL;
	type = ij_ctype_strip(ret->func.type);
	if (type->kind == IJ_CT_POINTER) {
		IJ_TRY(ij_eval_decay(ev, node->a, &ret->func));
		ret->func.addr = ij_val_address(&ret->func);
		type = ij_ctype_strip(type->target);
	}
	/* An object that can be called. */
	if (ij_ctype_is_aggregate(type) && ij_ctype_is_aggregate(ret->func.type)) {
		const struct ij_val object = ret->func;
		bool found = false;

		IJ_TRY(of_class(ev, node, "operator()", &object, args, ret, &found));
		if (found)
			type = ij_ctype_strip(ret->func.type);
	}
	if (!ret->func.func)
		IJ_TRY(by_address(ev, &ret->func));
	if (type->kind != IJ_CT_FUNCTION)
		return ij_eval_error(ev, node, TYPE, "%s is no function, it is %s",
				     ij_quote(node->a->first->text,
					      (size_t)(node->a->last->text + node->a->last->len -
						       node->a->first->text))
					     .str,
				     ij_type_shown(ret->func.type).str);
	ret->type = type;
	return NULL;
}

/* `$name(...)`: arguments are passed as they are, read if they are somewhere. */
static struct ij_error *of_session(struct ij_eval *ev, const struct ij_node *node,
				   struct ij_args *args, struct ij_val *ret, bool *found)
{
	IJ_TRY(evaluate_args(ev, node, args));
	for (size_t i = 0; i < args->len; i++)
		if (ij_ctype_strip(args->list[i].type)->kind != IJ_CT_FUNCTION &&
		    ij_ctype_strip(args->list[i].type)->kind != IJ_CT_VOID)
			IJ_TRY(ij_eval_fetch(ev, args->nodes[i], &args->list[i]));
	ev->host->dry = ev->dry;
	return ij_eval_at(ev, node->a,
			  ev->host->function(ev->host, node->a->name, args->list, args->len,
					     ev->arena, ret, found));
}

struct ij_error *ij_eval_call(struct ij_eval *ev, const struct ij_node *node,
			      const struct ij_ctype *want, struct ij_val *ret)
{
	struct ij_args *args = ij_arena_alloc(ev->arena, sizeof(*args));
	struct ij_callee callee = {.is_method = false};
	bool found = false;

	if (!args)
		return ij_error_nomem();
	if (node->a->kind == IJ_NODE_REGISTER && ev->host->function) {
		IJ_TRY(of_session(ev, node, args, ret, &found));
		if (found)
			return NULL;
	}
	IJ_TRY(find(ev, node, args, &callee));
	if (callee.is_told) {
		*ret = callee.told;
		return NULL;
	}
	IJ_TRY(evaluate_args(ev, node, args));
	if (callee.made)
		return ij_eval_make_object(ev, node, callee.made, args, ret);
	return ij_eval_make(ev, node, &callee, args, want, ret);
}
