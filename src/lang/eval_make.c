/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that are made: arguments converted (C17, 6.5.2.2), virtual functions found. */
#include <string.h>

#include "lang/eval_rust.h"
#include "lang/eval_temporary.h"

static const char *shown(const struct ij_callee *callee, const struct ij_node *node,
			 struct ij_quoted *buf)
{
	const struct ij_func *func = callee->func.func;

	if (func && (func->shown || func->name))
		return func->shown ? func->shown : func->name;
	*buf = ij_quote(node->a->first->text,
			(size_t)(node->a->last->text + node->a->last->len - node->a->first->text));
	return buf->str;
}

static struct ij_error *check_count(const struct ij_node *node, const struct ij_callee *callee,
				    const struct ij_args *args)
{
	size_t hidden = callee->is_method, want = callee->type->params.len - hidden;
	size_t given = args->len;
	bool open_end = callee->type->is_variadic || callee->type->is_unprototyped;
	const struct ij_func *func = callee->func.func;
	const struct ij_prototype *proto = func ? func->proto : NULL;
	struct ij_quoted buf;

	if (callee->type->is_incomplete || given == want || (given > want && open_end))
		return NULL;
	return ij_error_new(
		TYPE, "%s: takes %s%zu argument%s, but %zu %s given (column %u): %s%s",
		shown(callee, node, &buf), open_end ? "at least " : "", want, want == 1 ? "" : "s",
		given, given == 1 ? "is" : "are", node->last->column,
		proto && proto->params.len == want ? proto->text : ij_type_shown(callee->type).str,
		given < want && func && !func->name ? "; give all, for default arguments are not "
						      "known to debug information"
						    : "");
}

/* The default argument promotions. */
static struct ij_error *promote(struct ij_eval *ev, const struct ij_node *node, struct ij_val *arg)
{
	const struct ij_ctype *type;

	IJ_TRY(ij_eval_decay(ev, node, arg));
	type = ij_ctype_strip(arg->type);
	if (type->kind == IJ_CT_FLOAT && type->size == 4)
		return ij_eval_convert(ev, node, ij_cbase(IJ_CBASE_DOUBLE), false, arg);
	if (ij_ctype_is_integer(type) && type->size < 4)
		return ij_eval_convert(ev, node, ij_cbase(IJ_CBASE_INT), false, arg);
	if (type->kind == IJ_CT_VOID)
		return ij_eval_error(ev, node, TYPE, "%s", "there is no value here: it is void");
	return NULL;
}

/* A reference takes the address of an object. */
static struct ij_error *bind(struct ij_eval *ev, const struct ij_node *node,
			     const struct ij_ctype *type, struct ij_val *arg)
{
	const struct ij_ctype *target = ij_ctype_strip(type)->target;
	const struct ij_ctype *pointer, *wanted;

	IJ_TRY(ij_ctypes_pointer(ev->host->types, target, &wanted));
	if (arg->place != IJ_VAL_TARGET || arg->bit_size) {
		/* A temporary object, in our memory. */
		struct ij_node value = *node;

		if (!arg->is_literal)
			IJ_TRY(ij_eval_convert(ev, node, ij_ctype_unqualified(target), true, arg));
		arg->is_literal = true;
		arg->place = IJ_VAL_HERE;
		if (ij_ctype_strip(arg->type)->kind == IJ_CT_ARRAY) {
			if (ij_ctype_is_aggregate(target))
				return ij_eval_convert(ev, node, target, true, arg);
			return ij_eval_decay(ev, &value, arg);
		}
		IJ_TRY(ij_ctypes_array(ev->host->types, arg->type, 1, &arg->type));
		IJ_TRY(ij_eval_decay(ev, &value, arg));
		return ij_eval_convert(ev, node, wanted, false, arg);
	}
	IJ_TRY(ij_ctypes_pointer(ev->host->types, arg->type, &pointer));
	IJ_TRY(ij_val_make(ev->arena, pointer, &arg->addr, arg));
	return ij_eval_convert(ev, node, wanted, true, arg);
}

/*
 * Rust has no ABI of its own that is written down. What rustc passes as C would are scalars,
 * structs of one of these, and those of two that take 8 bytes each, as slices and &str do.
 */
static struct ij_error *check_rust(struct ij_eval *ev, const struct ij_node *node,
				   const struct ij_ctype *func, const struct ij_ctype *type,
				   unsigned depth)
{
	const struct ij_ctype *bare = ij_ctype_strip(type), *member;

	if (!func->is_rust || !ij_ctype_is_aggregate(bare))
		return NULL;
	IJ_TRY(ij_ctype_complete(bare));
	if (!bare->variants.len && bare->members.len == 1 && depth < IJ_CT_DEPTH_MAX)
		return check_rust(ev, node, func, bare->members.items[0].type, depth + 1);
	if (!bare->variants.len && bare->members.len == 2 && bare->size == 16) {
		for (size_t i = 0; i < 2; i++) {
			member = ij_ctype_strip(bare->members.items[i].type);
			if (member->size != 8 || ij_ctype_is_aggregate(member))
				break;
			if (i)
				return NULL;
		}
	}
	return ij_eval_error(ev, node, UNSUPPORTED,
			     "%s by value in a function of Rust, which has no ABI for it that is "
			     "written down,",
			     ij_type_shown(type).str);
}

static bool is_const(const struct ij_ctype *type)
{
	return type->kind == IJ_CT_QUALIFIED && type->is_const;
}

static struct ij_error *convert_arg(struct ij_eval *ev, const struct ij_node *node,
				    const struct ij_ctype *type, struct ij_val *arg)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	bool text = arg->is_literal && !arg->is_buffer, by_reference, found;

	if (bare->kind == IJ_CT_REFERENCE) {
		/* What is not const is to be changed: no object of ours stands for it. */
		if (bare->is_rvalue || is_const(bare->target))
			IJ_TRY(ij_eval_by_constructor(ev, node, bare->target, arg));
		return bind(ev, node, type, arg);
	}
	IJ_TRY(ij_eval_by_constructor(ev, node, type, arg));
	IJ_TRY(ij_rust_to_slice(ev, node, type, arg, &found));
	if (found)
		return NULL;
	IJ_TRY(ij_ctype_by_reference(bare, &by_reference));
	if (by_reference)
		return ij_eval_pass_copy(ev, node, type, arg);
	IJ_TRY(ij_eval_decay(ev, node, arg));
	if (text && bare->kind == IJ_CT_POINTER && arg->is_scratch &&
	    ij_ctype_strip(bare->target)->kind == IJ_CT_FUNCTION)
		return ij_eval_error(ev, node, TYPE, "%s",
				     "a string where the address of a function is wanted, &name");
	return ij_eval_convert(ev, node, type, true, arg);
}

/* What a function that was defined without a prototype is passed: its parameters' types, promoted
 * (C17, 6.5.2.2 p. 6). */
static const struct ij_ctype *passed_as(const struct ij_ctype *func, size_t i)
{
	const struct ij_ctype *type = func->params.items[i].type, *bare = ij_ctype_strip(type);

	if (!func->is_unprototyped)
		return type;
	if (bare->kind == IJ_CT_FLOAT && bare->size == 4)
		return ij_cbase(IJ_CBASE_DOUBLE);
	return ij_ctype_is_integer(bare) && bare->size < 4 ? ij_cbase(IJ_CBASE_INT) : type;
}

/* `self` of Rust by value: what the pointer to the object leads to. */
static struct ij_error *self(struct ij_eval *ev, const struct ij_node *node,
			     const struct ij_ctype *type, struct ij_val *arg)
{
	IJ_TRY(ij_eval_fetch(ev, node, arg));
	if (arg->is_scratch)
		return ij_eval_error(
			ev, node, UNSUPPORTED, "%s",
			"a function that takes self by value is called on objects in the "
			"target's memory only");
	*arg = (struct ij_val){.type = type, .place = IJ_VAL_TARGET, .addr = ij_val_address(arg)};
	return ij_eval_fetch(ev, node, arg);
}

static struct ij_error *convert_args(struct ij_eval *ev, const struct ij_node *node,
				     const struct ij_callee *callee, struct ij_args *args)
{
	const struct ij_ctype *type = callee->type;
	struct ij_quoted buf;

	for (size_t i = 0; i < args->len; i++) {
		const struct ij_node *at = args->nodes[i];
		struct ij_error *err;

		if (!at && ij_ctype_is_aggregate(type->params.items[i].type))
			err = self(ev, node, type->params.items[i].type, &args->list[i]);
		else if (!at)
			err = ij_eval_convert(ev, node, type->params.items[i].type, false,
					      &args->list[i]);
		else if (type->is_incomplete || i >= type->params.len)
			err = promote(ev, at, &args->list[i]);
		else
			err = convert_arg(ev, at, passed_as(type, i), &args->list[i]);
		if (!err)
			err = check_rust(ev, at ? at : node, type, args->list[i].type, 0);
		if (err && !at)
			return ij_error_wrap(err, "%s", shown(callee, node, &buf));
		if (err)
			return ij_error_wrap(err, "argument %zu of %s", i + 1 - callee->is_method,
					     shown(callee, node, &buf));
	}
	return NULL;
}

static void put_first(struct ij_args *args, const struct ij_val *val)
{
	memmove(args->list + 1, args->list, args->len * sizeof(*args->list));
	memmove(args->nodes + 1, args->nodes, args->len * sizeof(*args->nodes));
	args->list[0] = *val;
	args->nodes[0] = NULL;
	args->len++;
}

/* Slices of our own memory, whose place only the call knows, go as their two parts. */
static struct ij_error *split_slices(struct ij_eval *ev, const struct ij_node *node,
				     struct ij_args *args)
{
	for (size_t i = 0; i < args->len; i++) {
		const struct ij_val slice = args->list[i];

		if (!slice.is_scratch || !ij_ctype_is_aggregate(slice.type))
			continue;
		if (args->len >= IJ_CALL_ARGS_MAX)
			return ij_eval_error(ev, node, LIMIT, "more than %d arguments",
					     IJ_CALL_ARGS_MAX);
		memmove(args->list + i + 1, args->list + i, (args->len - i) * sizeof(*args->list));
		memmove(args->nodes + i + 1, args->nodes + i,
			(args->len - i) * sizeof(*args->nodes));
		args->len++;
		IJ_TRY(ij_rust_split(ev, &slice, &args->list[i], &args->list[i + 1]));
	}
	return NULL;
}

static struct ij_error *result_unknown(const struct ij_node *node, const struct ij_callee *callee,
				       const struct ij_args *args)
{
	const char *first = node->first->text;
	size_t len = (size_t)(node->last->text + node->last->len - first);
	IJ_STRBUF_AUTO decl = {0};
	struct ij_quoted buf;
	const char *name = shown(callee, node, &buf);

	for (size_t i = 0; i < args->len; i++) {
		if (i)
			ij_strbuf_puts(&decl, ", ");
		ij_ctype_text(args->list[i].type, NULL, &decl);
	}
	IJ_TRY(ij_strbuf_error(&decl));
	if (!callee->func.func || !callee->func.func->name)
		return ij_error_new(TYPE, "result type of %s is unknown; say (int)%s", name,
				    ij_quote(first, len).str);
	return ij_error_new(TYPE,
			    "result type of %s is unknown; say (int)%s or --decl 'int %s(%s);'",
			    name, ij_quote(first, len).str, name,
			    decl.len ? ij_quote(decl.str, decl.len).str : "void");
}

static struct ij_error *check_convention(struct ij_eval *ev, const struct ij_node *node,
					 const struct ij_callee *callee)
{
	const struct ij_func *func = callee->func.func;
	unsigned convention = callee->type->convention;
	const char *why;
	struct ij_quoted buf;

	if (func && !ij_ctype_convention_refused(convention))
		convention = func->convention;
	why = ij_ctype_convention_refused(convention);
	return why ? ij_eval_error(ev, node, UNSUPPORTED, "%s %s", shown(callee, node, &buf), why)
		   : NULL;
}

/*
 * Of a virtual function the one that the object has: its first word points to the table (Itanium
 * C++ ABI, 2.5). Which that is, nobody knows before it is read.
 */
static struct ij_error *dispatch(struct ij_eval *ev, const struct ij_args *args,
				 struct ij_callee *callee)
{
	const struct ij_func *declared = callee->func.func;
	struct ij_func *func;
	ij_addr table;

	if (!declared || !declared->is_virtual || !callee->is_method)
		return NULL;
	func = ij_arena_alloc(ev->arena, sizeof(*func));
	if (!func)
		return ij_error_nomem();
	*func = *declared;
	func->addr = 0;
	callee->func.func = func;
	if (ev->dry)
		return NULL;
	IJ_TRY(ev->host->read(ev->host, ij_val_address(&args->list[0]), &table, sizeof(table)));
	return ev->host->read(ev->host, table + 8 * declared->slot, &func->addr,
			      sizeof(func->addr));
}

/* LLVM treats all arguments of a variadic function as if they stood for the `...`
 * (X86CallingConv.td, CCIfNotVarArg). */
static size_t named_len(const struct ij_ctype *type, size_t args_len)
{
	if (!type->is_variadic)
		return args_len;
	return type->splits_vectors ? 0 : type->params.len;
}

/* Make the call with arguments that are converted. @ret: of the type @result. */
static struct ij_error *make(struct ij_eval *ev, const struct ij_node *node,
			     const struct ij_callee *callee, const struct ij_args *args,
			     const struct ij_ctype *result, struct ij_val *ret)
{
	const struct ij_host_call call = {
		.func = callee->func.func,
		.result = result,
		.args = args->list,
		.args_len = args->len,
		.named_len = named_len(callee->type, args->len),
		.fixed_len = callee->type->is_variadic ? callee->type->params.len : args->len,
		.is_variadic = callee->type->is_variadic || callee->type->is_unprototyped ||
			       callee->type->is_incomplete,
		.splits_int128 = callee->type->splits_int128,
		.splits_vectors = callee->type->splits_vectors,
		.spills_quads = callee->type->spills_quads,
		.literals = ev->literals.items,
		.literals_len = ev->literals.len,
		.literals_sent = ev->literals_sent,
		.literals_room = ev->literals_room,
		.text = ev->text,
		.column = node->first->column,
		.is_last = ev->calls + 1 == ev->calls_max,
		.keeps = ev->keeps,
	};

	if (ij_ctype_strip(result)->kind == IJ_CT_VOID)
		*ret = (struct ij_val){.type = result};
	else
		IJ_TRY(ij_val_make(ev->arena, result, NULL, ret));
	ev->calls++;
	ev->literals_sent = ev->literals.len;
	if (ev->dry && ev->host->plan)
		return ev->host->plan(ev->host, &call);
	if (ev->dry)
		return NULL;
	return ev->host->call(ev->host, &call, ev->arena, ret);
}

/* An object that is returned in memory whose address is passed first, and comes back (Itanium C++
 * ABI, 3.1.3.1). */
static struct ij_error *make_object(struct ij_eval *ev, const struct ij_node *node,
				    const struct ij_callee *callee, struct ij_args *args,
				    const struct ij_ctype *result, struct ij_val *ret)
{
	const struct ij_ctype *pointer;
	struct ij_val room, address;

	if (callee->type->is_variadic)
		return ij_eval_error(ev, node, UNSUPPORTED,
				     "a variadic function that returns %s by value",
				     ij_type_shown(result).str);
	IJ_TRY(ij_eval_result_room(ev, node, result, &room));
	put_first(args, &room);
	IJ_TRY(ij_ctypes_pointer(ev->host->types, result, &pointer));
	IJ_TRY(make(ev, node, callee, args, pointer, &address));
	ij_eval_result_made(ev, result, ij_val_address(&address), ret);
	return NULL;
}

static struct ij_error *make_any(struct ij_eval *ev, const struct ij_node *node,
				 const struct ij_callee *callee, struct ij_args *args,
				 const struct ij_ctype *result, struct ij_val *ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(result);
	bool by_reference;

	if (bare->kind != IJ_CT_VOID)
		IJ_TRY(ij_ctype_complete(bare));
	IJ_TRY(check_rust(ev, node, callee->type, result, 0));
	IJ_TRY(ij_ctype_by_reference(bare, &by_reference));
	return by_reference ? make_object(ev, node, callee, args, result, ret)
			    : make(ev, node, callee, args, result, ret);
}

struct ij_error *ij_eval_make(struct ij_eval *ev, const struct ij_node *node,
			      struct ij_callee *callee, struct ij_args *args,
			      const struct ij_ctype *want, struct ij_val *ret)
{
	const struct ij_ctype *result;

	IJ_TRY(check_convention(ev, node, callee));
	IJ_TRY(check_count(node, callee, args));
	if (callee->is_method)
		put_first(args, &callee->object);
	IJ_TRY(convert_args(ev, node, callee, args));
	IJ_TRY(split_slices(ev, node, args));
	result = callee->type->is_incomplete ? want : callee->type->target;
	if (!result)
		return ij_eval_lacking(ev, result_unknown(node, callee, args));
	IJ_TRY(ij_eval_at(ev, node, dispatch(ev, args, callee)));
	return make_any(ev, node, callee, args, result, ret);
}
