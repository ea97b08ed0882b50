/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Temporary objects of classes that are not copied byte by byte (Itanium C++ ABI, 3.1.2.3). */
#include "lang/eval_temporary.h"

#include <string.h>

enum { ALIGN_MAX = 16 }; /* of our memory in the target */

struct ij_error *ij_eval_own_name(struct ij_eval *ev, const struct ij_ctype *type, bool ends,
				  const char **ret)
{
	const char *name = type->name ? type->name : "";
	size_t len = strcspn(name, "<"), from = len;
	IJ_STRBUF_AUTO text = {0};

	while (from && name[from - 1] != ':')
		from--;
	ij_strbuf_printf(&text, "%s%.*s", ends ? "~" : "", (int)(len - from), name + from);
	IJ_TRY(ij_strbuf_error(&text));
	*ret = ij_arena_text(ev->arena, text.str, text.len);
	return *ret ? NULL : ij_error_nomem();
}

struct ij_error *ij_eval_as_it_is(struct ij_eval *ev, struct ij_val *function)
{
	struct ij_func *func = ij_arena_alloc(ev->arena, sizeof(*func));
	struct ij_ctype *type;

	if (!func)
		return ij_error_nomem();
	IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_FUNCTION, &type));
	type->target = function->type->target;
	for (size_t i = 0; i < function->type->params.len; i++)
		if (!i || !function->type->params.items[i].is_artificial)
			IJ_TRY(ij_vec_push(&type->params, function->type->params.items[i]));
	function->type = type;
	*func = *function->func;
	func->is_virtual = false;
	func->addr = function->addr;
	function->func = func;
	return NULL;
}

/* A function of the class @type, called @name; with @arg the constructor that copies that.
 * @found: false: the program has none that can be called. */
static struct ij_error *special(struct ij_eval *ev, const struct ij_ctype *type, const char *name,
				const struct ij_val *arg, struct ij_val *ret, bool *found)
{
	const struct ij_val object = {.type = type, .place = IJ_VAL_TARGET};
	const struct ij_ctype *param;
	struct ij_error *err;

	*found = false;
	ev->host->dry = ev->dry;
	err = ev->host->method(ev->host, &object, name, arg, arg != NULL, ev->arena, ret, found);
	if (err && err->code != IJ_ERR_NOTFOUND && err->code != IJ_ERR_TYPE &&
	    err->code != IJ_ERR_AMBIGUOUS)
		return err;
	*found = *found && !err && ret->addr;
	ij_error_free(err);
	if (!*found)
		return NULL;
	IJ_TRY(ij_eval_as_it_is(ev, ret));
	*found = ret->type->params.len == 1u + (arg != NULL);
	if (!arg || !*found)
		return NULL;
	param = ij_ctype_strip(ret->type->params.items[1].type);
	*found = param->kind == IJ_CT_REFERENCE && !param->is_rvalue &&
		 ij_ctype_same(param->target, type);
	return NULL;
}

/* A pointer to memory of ours for a @type, which is ended with the expression. @bytes: what it
 * holds; NULL: zeros. */
static struct ij_error *begin(struct ij_eval *ev, const struct ij_node *node,
			      const struct ij_ctype *type, const uint8_t *bytes, struct ij_val *ret)
{
	struct ij_temporary temporary = {.type = ij_ctype_strip(type)};
	bool ends = false, found = true;
	struct ij_val content;
	const char *name;
	uint32_t align;

	if (!ev->host->release)
		return ij_eval_error(
			ev, node, UNSUPPORTED,
			"%s is not copied byte by byte, and no memory can be kept here "
			"for a copy of it between two calls",
			ij_type_shown(type).str);
	IJ_TRY(ij_ctype_align(temporary.type, &align));
	if (align > ALIGN_MAX)
		return ij_eval_error(ev, node, UNSUPPORTED, "%s is aligned at %u bytes, over %d",
				     ij_type_shown(type).str, align, ALIGN_MAX);
	IJ_TRY(ij_ctype_has_own(temporary.type, "~", &ends));
	if (ends) {
		IJ_TRY(ij_eval_own_name(ev, temporary.type, true, &name));
		IJ_TRY(special(ev, temporary.type, name, NULL, &temporary.end, &found));
	}
	if (!found)
		return ij_eval_error(
			ev, node, UNSUPPORTED,
			"%s is not copied byte by byte, and the program has no function "
			"to call that ends one (%s)",
			ij_type_shown(type).str, name);
	IJ_TRY(ij_val_make(ev->arena, temporary.type, bytes, &content));
	content.is_literal = true;
	IJ_TRY(ij_eval_place(ev, node, &content, ret));
	temporary.pointer = *ret;
	return ij_vec_push(&ev->temporaries, temporary);
}

/* Number @idx of them is there: not where only types are looked at, as in `sizeof` and what `?:`
 * does not choose. */
static void made(struct ij_eval *ev, size_t idx)
{
	ev->temporaries.items[idx].made = !ev->dry || ev->plans;
}

/* Nobody wrote how @type is copied: byte by byte, if it may be. */
static struct ij_error *copy_bytes(struct ij_eval *ev, const struct ij_node *node,
				   const struct ij_ctype *type, struct ij_val *arg)
{
	bool copied;

	IJ_TRY(ij_ctype_is_copied(type, &copied));
	if (!copied)
		return ij_eval_error(
			ev, node, UNSUPPORTED,
			"%s is not copied byte by byte, and the program has no copy "
			"constructor of it to call; pass it by a pointer or a reference",
			ij_type_shown(type).str);
	IJ_TRY(ij_eval_fetch(ev, node, arg));
	IJ_TRY(begin(ev, node, type, arg->bytes, arg));
	made(ev, ev->temporaries.len - 1);
	return NULL;
}

struct ij_error *ij_eval_pass_copy(struct ij_eval *ev, const struct ij_node *node,
				   const struct ij_ctype *type, struct ij_val *arg)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	struct ij_callee callee = {.is_method = false};
	struct ij_args *args;
	struct ij_val nothing;
	const char *name;
	size_t idx;
	bool found;

	if (arg->is_fresh && ij_ctype_same(arg->type, bare))
		return ij_eval_pointer(ev, bare, arg->addr, arg);
	if (!ij_ctype_is_aggregate(arg->type) || arg->place != IJ_VAL_TARGET)
		return ij_eval_error(ev, node, TYPE,
				     "a %s is wanted, which its own functions make, this is %s",
				     ij_type_shown(type).str, ij_type_shown(arg->type).str);
	IJ_TRY(ij_eval_own_name(ev, bare, false, &name));
	IJ_TRY(special(ev, bare, name, arg, &callee.func, &found));
	if (!found)
		return copy_bytes(ev, node, bare, arg);
	args = ij_arena_alloc(ev->arena, sizeof(*args));
	if (!args)
		return ij_error_nomem();
	callee.type = ij_ctype_strip(callee.func.type);
	callee.is_method = true;
	IJ_TRY(begin(ev, node, bare, NULL, &callee.object));
	idx = ev->temporaries.len - 1;
	args->nodes[args->len] = node;
	args->list[args->len++] = *arg;
	IJ_TRY(ij_eval_make(ev, node, &callee, args, NULL, &nothing));
	made(ev, idx);
	*arg = callee.object;
	return NULL;
}

struct ij_error *ij_eval_construct_by(struct ij_eval *ev, const struct ij_node *node,
				      const struct ij_ctype *type, const struct ij_val *function,
				      struct ij_args *args, struct ij_val *ret)
{
	struct ij_callee callee = {
		.func = *function, .type = ij_ctype_strip(function->type), .is_method = true};
	struct ij_val nothing;
	uint64_t off;
	size_t idx;

	if (!ev->host->place)
		return ij_eval_error(ev, node, UNSUPPORTED,
				     "no memory can be kept here for %s between two calls",
				     ij_type_shown(type).str);
	IJ_TRY(begin(ev, node, type, NULL, &callee.object));
	idx = ev->temporaries.len - 1;
	off = ij_val_address(&callee.object);
	IJ_TRY(ij_eval_make(ev, node, &callee, args, NULL, &nothing));
	made(ev, idx);
	*ret = (struct ij_val){.type = type, .place = IJ_VAL_TARGET, .is_fresh = true};
	return ev->dry ? NULL : ev->host->place(ev->host, off, &ret->addr);
}

struct ij_error *ij_eval_result_room(struct ij_eval *ev, const struct ij_node *node,
				     const struct ij_ctype *type, struct ij_val *ret)
{
	return begin(ev, node, type, NULL, ret);
}

void ij_eval_result_made(struct ij_eval *ev, const struct ij_ctype *type, uint64_t addr,
			 struct ij_val *ret)
{
	made(ev, ev->temporaries.len - 1);
	*ret = (struct ij_val){
		.type = type, .place = IJ_VAL_TARGET, .addr = addr, .is_fresh = true};
}

static struct ij_error *end(struct ij_eval *ev, const struct ij_node *node,
			    const struct ij_temporary *temporary)
{
	struct ij_callee callee = {
		.func = temporary->end, .object = temporary->pointer, .is_method = true};
	struct ij_args *args;
	struct ij_val nothing;

	if (!temporary->end.type || !temporary->made)
		return NULL;
	args = ij_arena_alloc(ev->arena, sizeof(*args));
	if (!args)
		return ij_error_nomem();
	callee.type = ij_ctype_strip(callee.func.type);
	return ij_eval_make(ev, node, &callee, args, NULL, &nothing);
}

struct ij_error *ij_eval_end(struct ij_eval *ev, const struct ij_node *node, struct ij_error *err)
{
	struct ij_error *last = NULL;
	bool ended = true;

	for (size_t i = ev->temporaries.len; i-- && ended;) {
		last = end(ev, node, &ev->temporaries.items[i]);
		ended = !last;
		if (err)
			ij_error_free(last);
		else
			err = last;
	}
	if (!ev->temporaries.len || ev->dry || !ev->host->release)
		return err;
	/* What could not be ended may be in use: its memory stays. */
	last = ev->host->release(ev->host, !ended);
	if (last && err) {
		last = ij_error_wrap(last, "%s", err->msg);
		ij_error_free(err);
		err = NULL;
	}
	return err ? err : last;
}
