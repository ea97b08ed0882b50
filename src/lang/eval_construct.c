/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects that constructors of the program make (C++17, 15.1 and 8.2.3). */
#include <string.h>

#include "lang/eval_class.h"
#include "lang/eval_temporary.h"

/* Has an object of it nothing to hold, as allocators? */
static struct ij_error *is_empty(const struct ij_ctype *type, unsigned depth, bool *ret)
{
	type = ij_ctype_strip(type);
	*ret = type->kind == IJ_CT_STRUCT && depth < IJ_CT_DEPTH_MAX;
	if (!*ret || ij_ctype_is_allocator(type))
		return NULL;
	IJ_TRY(ij_ctype_complete(type));
	*ret = !type->is_incomplete && type->size == 1;
	for (size_t i = 0; i < type->members.len && *ret; i++) {
		*ret = type->members.items[i].is_base;
		if (*ret)
			IJ_TRY(is_empty(type->members.items[i].type, depth + 1, ret));
	}
	return NULL;
}

/* An object of it, which was found to be empty. */
static struct ij_error *make_empty(struct ij_eval *ev, const struct ij_ctype *type,
				   struct ij_val *ret)
{
	struct ij_ctype *whole;

	type = ij_ctype_strip(type);
	if (type->is_incomplete) {
		IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_STRUCT, &whole));
		whole->name = type->name;
		whole->size = 1;
		type = whole;
	}
	IJ_TRY(ij_val_make(ev->arena, type, NULL, ret));
	ret->is_literal = true;
	return NULL;
}

/*
 * Debug information does not tell default arguments. Of a reference to an object that holds nothing
 * there is but one that it can be. @found: false: a parameter without an argument is none of these.
 */
static struct ij_error *fill(struct ij_eval *ev, const struct ij_node *node,
			     const struct ij_ctype *func, struct ij_args *args, bool *found)
{
	*found = true;
	while (args->len + 1 < func->params.len && *found && args->len < IJ_CALL_ARGS_MAX) {
		const struct ij_ctype *type =
			ij_ctype_strip(func->params.items[args->len + 1].type);

		*found = type->kind == IJ_CT_REFERENCE;
		if (*found)
			IJ_TRY(is_empty(type->target, 0, found));
		if (!*found)
			return NULL;
		IJ_TRY(make_empty(ev, type->target, &args->list[args->len]));
		args->nodes[args->len++] = node;
	}
	return NULL;
}

/* The constructor that takes @args. Errors: of one that was written, why none does. */
static struct ij_error *find(struct ij_eval *ev, const struct ij_ctype *type,
			     const struct ij_args *args, bool implicit, struct ij_val *ret,
			     bool *found)
{
	const struct ij_val object = {.type = type, .place = IJ_VAL_TARGET};
	struct ij_error *err;
	const char *name;

	*found = false;
	IJ_TRY(ij_eval_own_name(ev, type, false, &name));
	ev->host->dry = ev->dry;
	err = ev->host->method(ev->host, &object, name, args->list, args->len, ev->arena, ret,
			       found);
	if (implicit && err &&
	    (err->code == IJ_ERR_NOTFOUND || err->code == IJ_ERR_TYPE ||
	     err->code == IJ_ERR_AMBIGUOUS)) {
		ij_error_free(err);
		*found = false;
		return NULL;
	}
	if (err)
		return err;
	*found = *found && ret->addr;
	if (!*found)
		return NULL;
	IJ_TRY(ij_eval_as_it_is(ev, ret));
	*found = !implicit || !ret->func->is_explicit;
	return NULL;
}

struct ij_error *ij_eval_construct(struct ij_eval *ev, const struct ij_node *node,
				   const struct ij_ctype *type, struct ij_args *args, bool implicit,
				   struct ij_val *ret, bool *found)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	struct ij_val function;
	bool by_reference, filled;

	*found = false;
	IJ_TRY(ij_ctype_complete(bare));
	/* What is only declared has no room that could be kept for it. */
	if (bare->is_incomplete)
		return implicit ? NULL
				: ij_error_new(TYPE, "%s is only declared, its size is not known",
					       ij_type_shown(bare).str);
	IJ_TRY(find(ev, bare, args, implicit, &function, found));
	if (!*found) {
		IJ_TRY(ij_ctype_by_reference(bare, &by_reference));
		*found = !implicit && !by_reference && args->len <= 1 &&
			 (!args->len || ij_ctype_same(args->list[0].type, bare));
		if (!*found)
			return NULL;
		/* A copy of what is copied byte by byte, or zeros. */
		if (!args->len)
			return ij_val_make(ev->arena, bare, NULL, ret);
		*ret = args->list[0];
		IJ_TRY(ij_eval_fetch(ev, node, ret));
		return ij_val_make(ev->arena, bare, ret->bytes, ret);
	}
	IJ_TRY(fill(ev, node, ij_ctype_strip(function.type), args, &filled));
	if (implicit && !filled) {
		*found = false;
		return NULL;
	}
	return ij_eval_construct_by(ev, node, bare, &function, args, ret);
}

struct ij_error *ij_eval_has_constructors(const struct ij_ctype *type, bool *ret)
{
	const struct ij_cclass *own;

	type = ij_ctype_strip(type);
	*ret = false;
	if (!ij_ctype_is_aggregate(type) || type->is_rust)
		return NULL;
	IJ_TRY(ij_ctype_complete(type));
	IJ_TRY(ij_ctype_class(type, &own));
	for (size_t i = 0; own && i < own->methods.len && !*ret; i++)
		*ret = own->methods.items[i].is_constructor && !own->methods.items[i].is_artificial;
	return NULL;
}

struct ij_error *ij_eval_by_constructor(struct ij_eval *ev, const struct ij_node *node,
					const struct ij_ctype *type, struct ij_val *arg)
{
	const struct ij_ctype *bare = ij_ctype_strip(type), *from = ij_ctype_strip(arg->type);
	struct ij_args *args;
	uint64_t addr = 0;
	bool found;

	IJ_TRY(ij_eval_has_constructors(bare, &found));
	if (!found || !bare->name || from->kind == IJ_CT_VOID || from->kind == IJ_CT_OTHER)
		return NULL;
	/* Of its own kind, or of one that it is a base of. */
	if (ij_ctype_is_aggregate(from)) {
		bool dry = ev->dry;
		struct ij_error *err;

		ev->dry = true;
		err = ij_eval_to_base(ev, from, bare, &addr, &found);
		ev->dry = dry;
		if (err || found)
			return err;
	}
	args = ij_arena_alloc(ev->arena, sizeof(*args));
	if (!args)
		return ij_error_nomem();
	args->nodes[0] = node;
	args->list[args->len++] = *arg;
	return ij_eval_construct(ev, node, bare, args, true, arg, &found);
}
