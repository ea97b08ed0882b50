/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names, objects and what is done with them: & * [] . -> ?: sizeof. */
#include "lang/eval.h"

#include <string.h>

#include "lang/constants.h"
#include "lang/eval_class.h"
#include "lang/eval_dynamic.h"
#include "lang/eval_temporary.h"

struct ij_error *ij_eval_value(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	IJ_TRY(ij_eval_node(ev, node, ret));
	return ij_eval_decay(ev, node, ret);
}

/* The program's language is asked for where it matters only. */
static void find_language(const struct ij_eval *ev)
{
	struct ij_host *host = ev->host;

	if (host->find_language)
		host->find_language(host);
	host->find_language = NULL;
}

bool ij_eval_is_rust(const struct ij_eval *ev)
{
	find_language(ev);
	return ev->host->is_rust;
}

static bool has_bool(const struct ij_eval *ev)
{
	find_language(ev);
	return ev->host->is_cxx || ev->host->is_rust;
}

const struct ij_ctype *ij_eval_truth(const struct ij_eval *ev)
{
	return ij_cbase(has_bool(ev) ? IJ_CBASE_CXX_BOOL : IJ_CBASE_INT);
}

/* Names that C has as macros: what they stand for everywhere. */
static struct ij_error *macro(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret,
			      bool *found)
{
	const struct ij_constant *constant = ij_constant_find(node->name, strlen(node->name));
	enum ij_cbase base;

	*found = true;
	if (!strcmp(node->name, "NULL") || !strcmp(node->name, "nullptr"))
		return ij_eval_pointer(ev, ij_cbase(IJ_CBASE_VOID), 0, ret);
	if (!strcmp(node->name, "true") || !strcmp(node->name, "false"))
		return ij_val_set_integer(
			ev->arena, ij_cbase(has_bool(ev) ? IJ_CBASE_CXX_BOOL : IJ_CBASE_BOOL),
			node->name[0] == 't', ret);
	*found = constant;
	if (!constant)
		return NULL;
	base = constant->size == 4     ? constant->is_unsigned ? IJ_CBASE_UINT : IJ_CBASE_INT
	       : constant->is_unsigned ? IJ_CBASE_ULONG
				       : IJ_CBASE_LONG;
	return ij_val_set_integer(ev->arena, ij_cbase(base), (__int128)constant->value, ret);
}

struct ij_error *ij_eval_name(struct ij_eval *ev, const struct ij_node *node, bool is_called,
			      struct ij_val *ret)
{
	const struct ij_host_name name = {node->module, node->file, node->name};
	bool fixed = !strcmp(node->name, "NULL") || !strcmp(node->name, "true") ||
		     !strcmp(node->name, "false") || !strcmp(node->name, "nullptr");
	bool found = false;

	ev->host->dry = ev->dry;
	if (!fixed)
		IJ_TRY(ij_eval_at(ev, node,
				  ev->host->lookup(ev->host, &name, ev->arena, ret, &found)));
	if (!found && !node->module && !node->file)
		IJ_TRY(macro(ev, node, ret, &found));
	if (!found && !node->module && !node->file && strstr(node->name, "::"))
		IJ_TRY(ij_eval_at(ev, node, ij_eval_scoped(ev, node->name, ret, &found)));
	if (found)
		return ij_eval_dereference(ev, node, ret);
	return ij_eval_lacking(ev,
			       ij_eval_at(ev, node, ev->host->unknown(ev->host, &name, is_called)));
}

static struct ij_error *variable(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	bool found = false;

	IJ_TRY(ev->host->variable(ev->host, node->name, ev->arena, ret, &found));
	if (!found)
		return ij_eval_error(
			ev, node, NOTFOUND,
			"%s has no value: it was not set in this session, and registers "
			"of a running thread are not read",
			ij_quote(node->name, strlen(node->name)).str);
	if (ret->place == IJ_VAL_VARIABLE) {
		ret->variable = node->name;
		/* Of its parts: bytes from its start. */
		if (ij_ctype_strip(ret->type)->kind != IJ_CT_FUNCTION)
			ret->addr = 0;
	}
	return NULL;
}

static struct ij_error *truth(struct ij_eval *ev, const struct ij_node *node, bool *ret)
{
	struct ij_val val;

	bool found;

	IJ_TRY(ij_eval_value(ev, node, &val));
	if (ij_ctype_is_aggregate(val.type))
		IJ_TRY(ij_eval_user_conversion(ev, node, ij_cbase(IJ_CBASE_CXX_BOOL), &val,
					       &found));
	if (!ij_ctype_is_arithmetic(val.type) && !ij_ctype_is_pointer(val.type))
		return ij_eval_error(ev, node, TYPE, "%s is neither true nor false",
				     ij_type_shown(val.type).str);
	*ret = !ij_val_is_zero(&val);
	return NULL;
}

/* && and ||, whose right side is looked at only if it matters; in a dry run always. */
static struct ij_error *logical(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	bool is_or = ij_node_is(node, "||"), left, right = false;

	IJ_TRY(truth(ev, node->a, &left));
	if (ev->dry || left != is_or)
		IJ_TRY(truth(ev, node->b, &right));
	return ij_val_set_integer(ev->arena, ij_eval_truth(ev), left != is_or ? right : is_or, ret);
}

static struct ij_error *binary(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	struct ij_val left, right;

	if (ij_node_is(node, "&&") || ij_node_is(node, "||"))
		return logical(ev, node, ret);
	if (ij_node_is(node, "@"))
		return ij_eval_slice(ev, node, ret);
	if (ij_node_is(node, ",")) {
		IJ_TRY(ij_eval_node(ev, node->a, &left));
		return ij_eval_node(ev, node->b, ret);
	}
	IJ_TRY(ij_eval_value(ev, node->a, &left));
	IJ_TRY(ij_eval_value(ev, node->b, &right));
	if (ij_ctype_is_aggregate(left.type) || ij_ctype_is_aggregate(right.type)) {
		const struct ij_val both[] = {left, right};
		char op[4] = {0};
		bool found;

		memcpy(op, node->tok->text, node->tok->len < 3 ? node->tok->len : 3);
		IJ_TRY(ij_eval_operator(ev, node, op, both, 2, ret, &found));
		if (found)
			return NULL;
	}
	return ij_eval_arith(ev, node, &left, &right, ret);
}

/* The type that both branches of ?: get: of numbers their common one, by adding zeros. */
static struct ij_error *condition(struct ij_eval *ev, const struct ij_node *node,
				  struct ij_val *ret)
{
	struct ij_val yes, no, zero, sum;
	bool dry = ev->dry, which;

	IJ_TRY(truth(ev, node->a, &which));
	ev->dry = dry || !which;
	IJ_TRY(ij_eval_node(ev, node->b, &yes));
	ev->dry = dry || which;
	IJ_TRY(ij_eval_node(ev, node->c, &no));
	ev->dry = dry;
	/* One of two texts stays a text, which gets memory where it is passed only. */
	if (yes.is_literal && no.is_literal && ij_ctype_strip(yes.type)->kind == IJ_CT_ARRAY) {
		*ret = which ? yes : no;
		return NULL;
	}
	ev->dry = dry || !which;
	IJ_TRY(ij_eval_decay(ev, node->b, &yes));
	ev->dry = dry || which;
	IJ_TRY(ij_eval_decay(ev, node->c, &no));
	ev->dry = dry;
	*ret = which ? yes : no;
	if (ij_ctype_is_arithmetic(yes.type) && ij_ctype_is_arithmetic(no.type)) {
		IJ_TRY(ij_val_set_integer(ev->arena, which ? no.type : yes.type, 0, &zero));
		IJ_TRY(ij_eval_operate(ev, node, "+", ret, &zero, &sum));
		*ret = sum;
	} else if (ij_ctype_is_pointer(yes.type) && ij_ctype_is_integer(no.type) && !which) {
		return ij_eval_convert(ev, node->c, yes.type, true, ret);
	} else if (ij_ctype_is_pointer(no.type) && ij_ctype_is_integer(yes.type) && which) {
		return ij_eval_convert(ev, node->b, no.type, true, ret);
	}
	return NULL;
}

/* @ret: what @node means, if it is a name that no object of a known type has, but a type; else
 * NULL. Errors: AMBIGUOUS. */
static struct ij_error *type_named(struct ij_eval *ev, const struct ij_node *node,
				   const struct ij_ctype **ret)
{
	const struct ij_host_name name = {node->module, node->file, node->name};
	struct ij_error *err, *none;
	bool found = false;
	struct ij_val val;

	*ret = NULL;
	if (node->kind != IJ_NODE_NAME || !node->is_group)
		return NULL;
	err = ev->host->lookup(ev->host, &name, ev->arena, &val, &found);
	if (err ? err->code != IJ_ERR_AMBIGUOUS
		: found && ij_ctype_strip(val.type)->kind != IJ_CT_OTHER) {
		/* Whatever it is, it is told where it is evaluated. */
		ij_error_free(err);
		return NULL;
	}
	none = ev->host->type(ev->host, 0, node->name, ret);
	if (!none && *ret) {
		ij_error_free(err);
		return NULL;
	}
	*ret = NULL;
	if (!err && none && none->code == IJ_ERR_AMBIGUOUS)
		return ij_eval_at(ev, node, none);
	ij_error_free(none);
	return err ? ij_eval_at(ev, node, err) : NULL;
}

/* `{type}address`: whatever the address is said to be of. */
static struct ij_error *at(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	const struct ij_ctype *type;
	struct ij_val addr;

	IJ_TRY(ij_eval_type(ev, node->type, &type));
	IJ_TRY(ij_eval_value(ev, node->a, &addr));
	if (!ij_ctype_is_integer(addr.type) && !ij_ctype_is_pointer(addr.type))
		return ij_eval_error(ev, node, TYPE, "%s is no address",
				     ij_type_shown(addr.type).str);
	*ret = (struct ij_val){
		.type = type, .place = IJ_VAL_TARGET, .addr = (uint64_t)ij_val_integer(&addr)};
	return NULL;
}

static struct ij_error *size_of(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	const struct ij_ctype *type = NULL;
	bool dry = ev->dry;
	struct ij_error *err = NULL;
	struct ij_val val;
	uint64_t size = 0;
	uint32_t align = 0;

	/* `sizeof(name)`: the grammar does not tell a type from an object. */
	if (node->type)
		IJ_TRY(ij_eval_type(ev, node->type, &type));
	else
		IJ_TRY(type_named(ev, node->a, &type));
	if (!type) {
		ev->dry = true;
		err = ij_eval_node(ev, node->a, &val);
		ev->dry = dry;
		if (err)
			return err;
		type = val.type;
		if (val.bit_size)
			return ij_eval_error(ev, node, TYPE, "%s", "a bit-field has no size");
	}
	/* How large something is may be all that is known of it. */
	size = ij_ctype_strip(type)->kind == IJ_CT_OTHER ? ij_ctype_strip(type)->size : 0;
	if (!size)
		IJ_TRY(ij_eval_size(ev, node, type, &size));
	if (node->kind == IJ_NODE_ALIGNOF)
		IJ_TRY(ij_ctype_align(type, &align));
	return ij_val_set_integer(ev->arena, ij_cbase(IJ_CBASE_ULONG), align ? align : size, ret);
}

/* A cast says what a function returns of which nothing is known. */
/* The object as another: of classes, the base or what it is a base of, which may lie elsewhere. */
static struct ij_error *to_reference(struct ij_eval *ev, const struct ij_node *node,
				     const struct ij_ctype *type, struct ij_val *ret)
{
	const struct ij_ctype *wanted;
	struct ij_val pointer;

	if (ij_ctype_is_aggregate(type) && ij_ctype_is_aggregate(ret->type) && !ret->bit_size &&
	    !ij_node_is(node, "reinterpret_cast")) {
		IJ_TRY(ij_eval_pointer(ev, ret->type, ret->addr, &pointer));
		IJ_TRY(ij_ctypes_pointer(ev->host->types, type, &wanted));
		IJ_TRY(ij_eval_convert(ev, node, wanted, false, &pointer));
		ret->addr = ij_val_address(&pointer);
	}
	ret->type = type;
	ret->bytes = NULL;
	return NULL;
}

static struct ij_error *cast(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	const struct ij_ctype *type;

	IJ_TRY(ij_eval_type(ev, node->type, &type));
	if (ij_node_is(node, "dynamic_cast"))
		return ij_eval_dynamic_cast(ev, node, type, ret);
	if (node->a->kind == IJ_NODE_CALL)
		IJ_TRY(ij_eval_call(ev, node->a, type, ret));
	else
		IJ_TRY(ij_eval_node(ev, node->a, ret));
	/* `(void)f()` of what returns nothing anyway. */
	if (ij_ctype_strip(type)->kind == IJ_CT_VOID &&
	    ij_ctype_strip(ret->type)->kind == IJ_CT_VOID)
		return NULL;
	if (ij_ctype_strip(type)->kind == IJ_CT_ARRAY && ret->place == IJ_VAL_HERE)
		return ij_eval_compound(ev, node, ret);
	/* Data that no debug information describes is what the cast says. */
	if (ij_ctype_strip(ret->type)->kind == IJ_CT_OTHER && ret->place == IJ_VAL_TARGET) {
		*ret = (struct ij_val){.type = type, .place = IJ_VAL_TARGET, .addr = ret->addr};
		return NULL;
	}
	if (ij_ctype_strip(type)->kind == IJ_CT_REFERENCE && ret->place == IJ_VAL_TARGET)
		return to_reference(ev, node, ij_ctype_strip(type)->target, ret);
	IJ_TRY(ij_eval_dereference(ev, node->a, ret));
	IJ_TRY(ij_eval_decay(ev, node->a, ret));
	return ij_eval_convert(ev, node, type, false, ret);
}

struct ij_error *ij_eval_node(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	switch (node->kind) {
	case IJ_NODE_NUMBER:
	case IJ_NODE_CHAR:
	case IJ_NODE_STRING:
		return ij_eval_literal(ev, node, ret);
	case IJ_NODE_NAME:
		return ij_eval_name(ev, node, false, ret);
	case IJ_NODE_REGISTER:
		return variable(ev, node, ret);
	case IJ_NODE_UNARY:
		if (ij_node_is(node, "&"))
			return ij_eval_address_of(ev, node, ret);
		if (ij_node_is(node, "*"))
			return ij_eval_indirect(ev, node, ret);
		return ij_eval_unary(ev, node, ret);
	case IJ_NODE_STEP:
		return ij_eval_step(ev, node, ret);
	case IJ_NODE_BINARY:
		return binary(ev, node, ret);
	case IJ_NODE_ASSIGN:
		return ij_eval_assign(ev, node, ret);
	case IJ_NODE_COND:
		return condition(ev, node, ret);
	case IJ_NODE_CAST:
		return cast(ev, node, ret);
	case IJ_NODE_SIZEOF:
	case IJ_NODE_ALIGNOF:
		return size_of(ev, node, ret);
	case IJ_NODE_CALL:
		IJ_TRY(ij_eval_call(ev, node, NULL, ret));
		return ij_eval_dereference(ev, node, ret);
	case IJ_NODE_INDEX:
		return ij_eval_element(ev, node, ret);
	case IJ_NODE_RANGE:
		return ij_eval_error(
			ev, node, TYPE, "%s",
			"what a range leaves of an array has no size of its own; write "
			"'&' before it");
	case IJ_NODE_MEMBER:
		return ij_eval_member(ev, node, ret);
	case IJ_NODE_COMPOUND:
		return ij_eval_compound(ev, node, ret);
	case IJ_NODE_AT:
		return at(ev, node, ret);
	case IJ_NODE_TYPE:
		return ij_eval_error(ev, node, TYPE, "%s",
				     "a type alone has no value; write sizeof (...) or a cast");
	}
	return ij_error_nomem();
}

static void deinit(struct ij_eval *ev)
{
	ij_vec_deinit(&ev->literals);
	ij_vec_deinit(&ev->temporaries);
}

/* @sizes: what the whole takes. */
static struct ij_error *plan(struct ij_host *host, const struct ij_ast *ast, struct ij_arena *arena,
			     struct ij_val *ret, struct ij_eval *sizes)
{
	struct ij_eval ev = {.host = host,
			     .arena = arena,
			     .text = ast->text,
			     .toks = &ast->toks,
			     .plans = true,
			     .dry = true};
	struct ij_error *err = ij_eval_node(&ev, ast->root, ret);

	err = ij_eval_end(&ev, ast->root, err);
	sizes->calls_max = ev.calls;
	sizes->literals_room = ev.literals_size;
	sizes->keeps = ev.temporaries.len > 0;
	deinit(&ev);
	return err;
}

struct ij_error *ij_eval_plan(struct ij_host *host, const struct ij_ast *ast,
			      struct ij_arena *arena, struct ij_val *ret, unsigned *calls_ret)
{
	struct ij_eval sizes;
	struct ij_error *err = plan(host, ast, arena, ret, &sizes);

	*calls_ret = sizes.calls_max;
	return err;
}

/* What is at the root, and whoever wants to see it. */
static struct ij_error *run(struct ij_eval *ev, const struct ij_node *root,
			    const struct ij_eval_viewer *viewer, struct ij_val *ret)
{
	enum ij_ct_kind kind;

	IJ_TRY(ij_eval_node(ev, root, ret));
	kind = ij_ctype_strip(ret->type)->kind;
	if (kind != IJ_CT_VOID && kind != IJ_CT_FUNCTION)
		IJ_TRY(ij_eval_fetch(ev, root, ret));
	return viewer ? viewer->view(viewer->ctx, ret) : NULL;
}

/* Types first, so that whatever is wrong is found before anything is done. */
struct ij_error *ij_eval_run(struct ij_host *host, const struct ij_ast *ast, struct ij_arena *arena,
			     const struct ij_eval_viewer *viewer, struct ij_val *ret)
{
	struct ij_eval ev = {.host = host, .arena = arena, .text = ast->text, .toks = &ast->toks};
	struct ij_error *err;
	struct ij_val val;

	IJ_TRY(plan(host, ast, arena, &val, &ev));
	if (val.is_fresh && !viewer)
		return ij_error_new(
			UNSUPPORTED,
			"%s: %s is an object that ends before it could be looked at; ask "
			"for a part of it or call a function of it",
			ij_quote(ast->text, strlen(ast->text)).str, ij_type_shown(val.type).str);
	err = run(&ev, ast->root, viewer, &val);
	err = ij_eval_end(&ev, ast->root, err);
	/* The memory that it was in is gone. */
	if (!err && val.is_fresh) {
		val.place = IJ_VAL_HERE;
		val.addr = 0;
	}
	deinit(&ev);
	if (!err)
		*ret = val;
	return err;
}
