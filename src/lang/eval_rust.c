/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rust's slices, ranges and enums with data, as gdb 13 has them (gdb/rust-lang.c). */
#include "lang/eval_rust.h"

#include <string.h>

#include "lang/eval_class.h"
#include "lang/show_internal.h"

bool ij_rust_is_slice(const struct ij_ctype *type, const struct ij_ctype **element)
{
	type = ij_ctype_strip(type);
	if (!type->name || type->name[0] != '&' || type->members.len != 2 ||
	    !type->members.items[0].name || strcmp(type->members.items[0].name, "data_ptr") ||
	    ij_ctype_strip(type->members.items[0].type)->kind != IJ_CT_POINTER ||
	    !ij_ctype_is_integer(type->members.items[1].type))
		return false;
	if (element)
		*element = ij_ctype_strip(type->members.items[0].type)->target;
	return true;
}

bool ij_rust_slice(const struct ij_val *val, struct ij_slice *ret)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	struct ij_val data, count;

	if (!ij_rust_is_slice(type, &ret->element))
		return false;
	data = ij_show_part(val, &type->members.items[0]);
	count = ij_show_part(val, &type->members.items[1]);
	ret->addr = ij_val_address(&data);
	ret->len = (uint64_t)ij_val_integer(&count);
	return true;
}

/* The elements of an array of the target, or of a slice. @found: false: @val is neither. */
static struct ij_error *elements(struct ij_eval *ev, const struct ij_node *node, struct ij_val *val,
				 struct ij_slice *ret, bool *found)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);

	*found = true;
	if (type->kind == IJ_CT_ARRAY && val->place == IJ_VAL_TARGET) {
		*ret = (struct ij_slice){val->addr, type->count, type->target};
		return NULL;
	}
	*found = ij_ctype_is_aggregate(type);
	if (!*found)
		return NULL;
	IJ_TRY(ij_ctype_complete(type));
	*found = ij_rust_is_slice(type, NULL);
	if (!*found)
		return NULL;
	IJ_TRY(ij_eval_fetch(ev, node, val));
	ij_rust_slice(val, ret);
	return NULL;
}

static struct ij_error *bounds(struct ij_eval *ev, const struct ij_node *node, __int128 at,
			       uint64_t len)
{
	return ij_eval_error(ev, node, TYPE, "index %lld is out of bounds: there are %llu elements",
			     (long long)at, (unsigned long long)len);
}

struct ij_error *ij_rust_element(struct ij_eval *ev, const struct ij_node *node,
				 struct ij_val *array, const struct ij_val *at, struct ij_val *ret,
				 bool *found)
{
	const struct ij_ctype *type = ij_ctype_strip(array->type);
	struct ij_slice slice;
	__int128 index;
	uint64_t size;

	*found = type->is_rust;
	if (!*found)
		return NULL;
	IJ_TRY(elements(ev, node, array, &slice, found));
	if (!*found)
		return NULL;
	if (!ij_ctype_is_integer(at->type))
		return ij_eval_error(ev, node, TYPE, "%s is no index", ij_type_shown(at->type).str);
	index = ij_val_integer(at);
	if (!ev->dry && (index < 0 || index >= (__int128)slice.len))
		return bounds(ev, node, index, slice.len);
	IJ_TRY(ij_eval_size(ev, node, slice.element, &size));
	*ret = (struct ij_val){.type = slice.element,
			       .place = IJ_VAL_TARGET,
			       .addr = slice.addr + (uint64_t)index * size};
	return NULL;
}

static struct ij_error *edge(struct ij_eval *ev, const struct ij_node *node, uint64_t missing,
			     bool inclusive, uint64_t len, uint64_t *ret)
{
	struct ij_val val;
	__int128 at;

	*ret = missing;
	if (!node)
		return NULL;
	IJ_TRY(ij_eval_value(ev, node, &val));
	if (!ij_ctype_is_integer(val.type))
		return ij_eval_error(ev, node, TYPE, "%s is no index", ij_type_shown(val.type).str);
	at = ij_val_integer(&val) + inclusive;
	if (!ev->dry && (at < 0 || at > (__int128)len))
		return bounds(ev, node, at - inclusive, len);
	*ret = (uint64_t)at;
	return NULL;
}

/* The type of a slice of @element that is of nothing in the program; gdb calls it so. */
static struct ij_error *slice_type(struct ij_eval *ev, const struct ij_ctype *element,
				   const struct ij_ctype **ret)
{
	struct ij_cmember data = {.name = "data_ptr"};
	struct ij_cmember len = {
		.name = "length", .type = ij_cbase(IJ_CBASE_ULONG), .off = sizeof(ij_addr)};
	struct ij_ctype *type;

	IJ_TRY(ij_ctypes_pointer(ev->host->types, element, &data.type));
	IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_STRUCT, &type));
	type->name = "&[*gdb*]";
	type->is_rust = type->is_plain = true;
	type->size = len.off + sizeof(uint64_t);
	IJ_TRY(ij_vec_push(&type->members, data));
	IJ_TRY(ij_vec_push(&type->members, len));
	*ret = type;
	return NULL;
}

static struct ij_error *make(struct ij_eval *ev, const struct ij_ctype *type, uint64_t addr,
			     uint64_t len, struct ij_val *ret)
{
	const uint64_t words[2] = {addr, len};

	return ij_val_make(ev->arena, type, words, ret);
}

struct ij_error *ij_rust_range(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	const struct ij_ctype *type;
	struct ij_slice slice = {.len = 0};
	uint64_t from, to, size;
	struct ij_val base;
	bool found;

	IJ_TRY(ij_eval_node(ev, node->a, &base));
	type = base.type;
	IJ_TRY(elements(ev, node, &base, &slice, &found));
	if (!found)
		return ij_eval_error(ev, node, TYPE,
				     "a range is of an array or a slice, this is %s",
				     ij_type_shown(base.type).str);
	IJ_TRY(edge(ev, node->b, 0, false, slice.len, &from));
	IJ_TRY(edge(ev, node->c, slice.len, node->is_post, slice.len, &to));
	if (!ev->dry && from > to)
		return ij_eval_error(ev, node, TYPE,
				     "the range begins at %llu, behind its end %llu",
				     (unsigned long long)from, (unsigned long long)to);
	IJ_TRY(ij_eval_size(ev, node, slice.element, &size));
	if (ij_ctype_strip(type)->kind == IJ_CT_ARRAY)
		IJ_TRY(slice_type(ev, slice.element, &type));
	return make(ev, type, slice.addr + from * size, to - from, ret);
}

struct ij_error *ij_rust_to_slice(struct ij_eval *ev, const struct ij_node *node,
				  const struct ij_ctype *type, struct ij_val *arg, bool *found)
{
	const struct ij_ctype *element, *from = ij_ctype_strip(arg->type);
	struct ij_slice slice;
	struct ij_val pointer;

	*found = ij_ctype_strip(type)->is_rust && ij_ctype_is_aggregate(type);
	if (!*found)
		return NULL;
	IJ_TRY(ij_ctype_complete(type));
	*found = ij_rust_is_slice(type, &element);
	if (!*found)
		return NULL;
	if (arg->is_literal && from->kind == IJ_CT_ARRAY &&
	    ij_ctype_strip(from->target)->size == ij_ctype_strip(element)->size) {
		/* The zero behind the text is not of it. */
		slice.len = from->count - (!arg->is_buffer && ij_ctype_is_char(from->target));
		IJ_TRY(ij_eval_decay(ev, node, arg));
		pointer = *arg;
		IJ_TRY(make(ev, type, ij_val_address(&pointer), slice.len, arg));
		arg->is_scratch = true;
		return NULL;
	}
	if (from->kind == IJ_CT_POINTER && ij_ctype_strip(from->target)->kind == IJ_CT_ARRAY &&
	    ij_ctype_same(ij_ctype_strip(from->target)->target, element)) {
		bool is_scratch = arg->is_scratch;

		IJ_TRY(ij_eval_fetch(ev, node, arg));
		IJ_TRY(make(ev, type, ij_val_address(arg), ij_ctype_strip(from->target)->count,
			    arg));
		arg->is_scratch = is_scratch;
		return NULL;
	}
	IJ_TRY(elements(ev, node, arg, &slice, found));
	*found = *found && from->kind != IJ_CT_ARRAY && ij_ctype_same(slice.element, element);
	return *found ? make(ev, type, slice.addr, slice.len, arg) : NULL;
}

struct ij_error *ij_rust_split(struct ij_eval *ev, const struct ij_val *slice, struct ij_val *first,
			       struct ij_val *second)
{
	const struct ij_ctype *type = ij_ctype_strip(slice->type);
	uint64_t words[2];

	memcpy(words, slice->bytes, sizeof(words));
	IJ_TRY(ij_val_make(ev->arena, type->members.items[0].type, &words[0], first));
	first->is_scratch = true;
	return ij_val_make(ev->arena, type->members.items[1].type, &words[1], second);
}

struct ij_error *ij_rust_variant(struct ij_eval *ev, const struct ij_node *node,
				 struct ij_val *object, bool *found)
{
	const struct ij_ctype *type = ij_ctype_strip(object->type);
	const struct ij_cvariant *variant;
	const struct ij_val whole = *object;

	*found = type->is_rust && type->variants.len;
	if (!*found)
		return NULL;
	IJ_TRY(ij_eval_fetch(ev, node, object));
	variant = ij_show_variant(object);
	/* Where nothing is read, it may be any: the one that has such a member. */
	for (size_t i = 0; ev->dry && i < type->variants.len && node->name; i++) {
		struct ij_cmember member;
		IJ_ERROR_AUTO err =
			ij_ctype_member(type->variants.items[i].member.type, node->name, &member);

		if (!err)
			variant = &type->variants.items[i];
	}
	if (!variant)
		return ij_eval_error(ev, node, TYPE, "no variant of %s has this discriminant",
				     ij_type_shown(type).str);
	return ij_eval_part(ev, &whole, &variant->member, object);
}

struct ij_error *ij_rust_array(struct ij_eval *ev, const struct ij_ctype **type)
{
	struct ij_ctype *made;

	IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_ARRAY, &made));
	made->target = (*type)->target;
	made->count = (*type)->count;
	made->size = (*type)->size;
	made->has_count = made->is_rust = true;
	*type = made;
	return NULL;
}
