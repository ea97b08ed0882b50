/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects of ours: `(struct x){1, .y = 2}`, `(char[64])0`, `(char[8])"abc"` (C17, 6.5.2.5, 6.7.9).
 */
#include <string.h>

#include "lang/eval_rust.h"
#include "lang/eval_temporary.h"

enum { BYTES_MAX = 64 * 1024 };

static struct ij_error *object(struct ij_eval *ev, const struct ij_ctype *type,
			       const struct ij_node *node, uint8_t *to);

static struct ij_error *scalar(struct ij_eval *ev, const struct ij_ctype *type,
			       const struct ij_node *node, uint8_t *to)
{
	struct ij_val val;

	IJ_TRY(ij_eval_value(ev, node, &val));
	IJ_TRY(ij_eval_convert(ev, node, type, true, &val));
	if (val.is_scratch)
		return ij_eval_error(ev, node, UNSUPPORTED, "%s",
				     "a literal that holds the address of another literal is not "
				     "supported");
	memcpy(to, val.bytes, ij_ctype_strip(type)->size);
	return NULL;
}

static struct ij_error *text(struct ij_eval *ev, const struct ij_ctype *type,
			     const struct ij_node *node, uint8_t *to)
{
	struct ij_val val;
	uint64_t size;

	IJ_TRY(ij_eval_literal(ev, node, &val));
	if (!ij_ctype_is_integer(type->target) ||
	    ij_ctype_strip(type->target)->size !=
		    ij_ctype_strip(ij_ctype_strip(val.type)->target)->size)
		return ij_eval_error(ev, node, TYPE,
				     "a string fills arrays of its characters, not %s",
				     ij_type_shown(type).str);
	size = ij_ctype_strip(val.type)->size;
	if (size > type->size)
		return ij_eval_error(ev, node, TYPE,
				     "the string has %llu bytes with its NUL, more than %s",
				     (unsigned long long)size, ij_type_shown(type).str);
	memcpy(to, val.bytes, size);
	return NULL;
}

static struct ij_error *elements(struct ij_eval *ev, const struct ij_ctype *type,
				 const struct ij_node *list, uint8_t *to)
{
	uint64_t size = ij_ctype_strip(type->target)->size, i = 0;

	for (const struct ij_node *it = list->args; it; it = it->next, i++) {
		if (i == type->count)
			return ij_eval_error(ev, it, TYPE, "more elements than the %llu of %s",
					     (unsigned long long)type->count,
					     ij_type_shown(type).str);
		IJ_TRY(object(ev, type->target, it, to + i * size));
	}
	return NULL;
}

static struct ij_error *store_member(struct ij_eval *ev, const struct ij_cmember *member,
				     const struct ij_node *node, uint8_t *to)
{
	struct ij_val val;

	if (!member->bit_size)
		return object(ev, member->type, node, to + member->off);
	IJ_TRY(ij_eval_value(ev, node, &val));
	IJ_TRY(ij_eval_convert(ev, node, member->type, true, &val));
	ij_val_set_bits(to + member->off, member->bit_off, member->bit_size,
			(uint64_t)ij_val_integer(&val));
	return NULL;
}

static struct ij_error *members(struct ij_eval *ev, const struct ij_ctype *type,
				const struct ij_node *list, uint8_t *to)
{
	size_t at = 0;

	IJ_TRY(ij_ctype_complete(type));
	for (const struct ij_node *it = list->args; it; it = it->next) {
		struct ij_cmember member;

		if (it->member) {
			IJ_TRY(ij_error_wrap(ij_ctype_member(type, it->member, &member),
					     "%s at column %u", ij_type_shown(type).str,
					     it->tok->column));
			for (size_t i = 0; i < type->members.len; i++)
				if (type->members.items[i].name &&
				    !strcmp(type->members.items[i].name, it->member))
					at = i;
		} else if (at >= type->members.len || (type->kind == IJ_CT_UNION && at > 0)) {
			return ij_eval_error(ev, it, TYPE, "more elements than the members of %s",
					     ij_type_shown(type).str);
		} else {
			member = type->members.items[at];
		}
		at++;
		IJ_TRY(store_member(ev, &member, it, to));
	}
	return NULL;
}

/* What stands in braces, for an object of any type. */
static struct ij_error *braces(struct ij_eval *ev, const struct ij_ctype *type,
			       const struct ij_node *node, uint8_t *to)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);

	if (bare->kind == IJ_CT_ARRAY || bare->kind == IJ_CT_VECTOR)
		return elements(ev, bare, node, to);
	if (ij_ctype_is_aggregate(bare))
		return members(ev, bare, node, to);
	if (!node->args || node->args->next)
		return ij_eval_error(ev, node, TYPE, "%s takes one value", ij_type_shown(type).str);
	return scalar(ev, type, node->args, to);
}

static struct ij_error *object(struct ij_eval *ev, const struct ij_ctype *type,
			       const struct ij_node *node, uint8_t *to)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);

	if (bare->kind == IJ_CT_ARRAY && node->kind == IJ_NODE_STRING)
		return text(ev, bare, node, to);
	if (node->kind != IJ_NODE_COMPOUND || node->type)
		return scalar(ev, type, node, to);
	return braces(ev, type, node, to);
}

/* The count of `[]`, by what fills it. */
static struct ij_error *close_array(struct ij_eval *ev, const struct ij_node *node,
				    const struct ij_node *fill, const struct ij_ctype **type)
{
	const struct ij_ctype *bare = ij_ctype_strip(*type);
	uint64_t count = 0;
	struct ij_val val;

	if (bare->kind != IJ_CT_ARRAY || bare->has_count)
		return NULL;
	if (fill->kind == IJ_NODE_STRING) {
		IJ_TRY(ij_eval_literal(ev, fill, &val));
		count = ij_ctype_strip(val.type)->count;
	} else if (fill->kind == IJ_NODE_COMPOUND) {
		for (const struct ij_node *it = fill->args; it; it = it->next)
			count++;
	}
	if (!count)
		return ij_eval_error(ev, node, TYPE,
				     "the length of the buffer is missing; write %s[64]",
				     ij_type_shown(bare->target).str);
	return ij_ctypes_array(ev->host->types, bare->target, count, type);
}

/* What may fill an array by a cast: 0, or a string. */
static struct ij_error *fill_array(struct ij_eval *ev, const struct ij_node *node,
				   const struct ij_ctype *type, uint8_t *to)
{
	struct ij_val val;

	if (node->a->kind == IJ_NODE_STRING)
		return text(ev, ij_ctype_strip(type), node->a, to);
	IJ_TRY(ij_eval_value(ev, node->a, &val));
	if (!ij_ctype_is_integer(val.type) || !ij_val_is_zero(&val))
		return ij_eval_error(ev, node, TYPE,
				     "a buffer is filled with 0, {1, 2} or \"text\", not with what "
				     "stands behind %s",
				     ij_type_shown(type).str);
	return NULL;
}

/* `{1, 2, 3}`: an array of what its first element is. */
static struct ij_error *untyped(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	const struct ij_ctype *type;
	struct ij_val first;
	uint64_t count = 0, size;

	if (!node->args)
		return ij_eval_error(ev, node, SYNTAX, "%s", "an array has elements");
	for (const struct ij_node *it = node->args; it; it = it->next)
		count++;
	IJ_TRY(ij_eval_node(ev, node->args, &first));
	IJ_TRY(ij_ctypes_array(ev->host->types, ij_ctype_unqualified(first.type), count, &type));
	if (ij_node_is(node, "["))
		IJ_TRY(ij_rust_array(ev, &type));
	IJ_TRY(ij_eval_size(ev, node, type, &size));
	if (size > BYTES_MAX)
		return ij_eval_error(ev, node, LIMIT, "an array of over %d bytes", BYTES_MAX);
	IJ_TRY(ij_val_make(ev->arena, type, NULL, ret));
	ret->is_literal = true;
	size /= count;
	count = 0;
	for (const struct ij_node *it = node->args; it; it = it->next, count++) {
		struct ij_val val;

		IJ_TRY(ij_eval_node(ev, it, &val));
		if (ij_ctype_is_arithmetic(val.type) && ij_ctype_is_arithmetic(type->target))
			IJ_TRY(ij_eval_convert(ev, it, type->target, true, &val));
		IJ_TRY(ij_eval_fetch(ev, it, &val));
		if (ij_ctype_strip(val.type)->size != size)
			return ij_eval_error(ev, it, TYPE, "%s",
					     "array elements must all be the same size");
		memcpy(ret->bytes + count * size, val.bytes, size);
	}
	return NULL;
}

/* `Class{1, 2}` is what its constructor makes of that, if it has one (C++17, 11.6.4). */
static struct ij_error *constructed(struct ij_eval *ev, const struct ij_ctype *type,
				    const struct ij_node *node, struct ij_val *ret, bool *found)
{
	struct ij_args *args;

	IJ_TRY(ij_eval_has_constructors(type, found));
	for (const struct ij_node *it = node->args; it; it = it->next)
		*found = *found && !it->member;
	if (!*found)
		return NULL;
	args = ij_arena_alloc(ev->arena, sizeof(*args));
	if (!args)
		return ij_error_nomem();
	for (const struct ij_node *it = node->args; it; it = it->next) {
		if (args->len == IJ_CALL_ARGS_MAX)
			return ij_eval_error(ev, it, LIMIT, "more than %d arguments",
					     IJ_CALL_ARGS_MAX);
		args->nodes[args->len] = it;
		IJ_TRY(ij_eval_node(ev, it, &args->list[args->len++]));
	}
	return ij_eval_make_object(ev, node, type, args, ret);
}

struct ij_error *ij_eval_compound(struct ij_eval *ev, const struct ij_node *node,
				  struct ij_val *ret)
{
	const struct ij_ctype *type;
	bool found = false;
	uint64_t size;

	if (!node->type)
		return untyped(ev, node, ret);
	IJ_TRY(ij_eval_type(ev, node->type, &type));
	if (node->kind == IJ_NODE_COMPOUND)
		IJ_TRY(constructed(ev, type, node, ret, &found));
	if (found)
		return NULL;
	IJ_TRY(close_array(ev, node, node->kind == IJ_NODE_CAST ? node->a : node, &type));
	IJ_TRY(ij_eval_size(ev, node, type, &size));
	if (size > BYTES_MAX)
		return ij_eval_error(ev, node, LIMIT,
				     "a buffer has at most %d bytes, more than that is asked for",
				     BYTES_MAX);
	IJ_TRY(ij_val_make(ev->arena, type, NULL, ret));
	ret->is_literal = ret->is_buffer = true;
	if (node->kind == IJ_NODE_CAST)
		return fill_array(ev, node, type, ret->bytes);
	return braces(ev, type, node, ret->bytes);
}
