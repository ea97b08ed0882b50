/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects and what is done with them: & * [] . -> @, and where literals get their memory. */
#include <string.h>

#include "lang/eval_class.h"
#include "lang/eval_rust.h"

struct ij_error *ij_eval_fetch(struct ij_eval *ev, const struct ij_node *node, struct ij_val *val)
{
	uint64_t size;
	uint8_t *bytes;
	unsigned bits = val->bit_off + val->bit_size;

	if (val->bytes)
		return NULL;
	if (val->bit_size)
		size = (bits + 7) / 8;
	else if (ij_ctype_strip(val->type)->kind == IJ_CT_REFERENCE)
		size = sizeof(ij_addr);
	else
		IJ_TRY(ij_eval_size(ev, node, val->type, &size));
	bytes = ij_arena_alloc(ev->arena, size ? size : 1);
	if (!bytes)
		return ij_eval_error(ev, node, LIMIT, "%s of %llu bytes is larger than we read",
				     ij_type_shown(val->type).str, (unsigned long long)size);
	if (!ev->dry)
		IJ_TRY(ij_eval_at(ev, node, ev->host->read(ev->host, val->addr, bytes, size)));
	val->bytes = bytes;
	return NULL;
}

/* What a reference of C++ refers to takes its place everywhere. */
struct ij_error *ij_eval_dereference(struct ij_eval *ev, const struct ij_node *node,
				     struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);

	if (type->kind != IJ_CT_REFERENCE)
		return NULL;
	IJ_TRY(ij_eval_fetch(ev, node, val));
	*val = (struct ij_val){.type = type->target,
			       .reference = val->type,
			       .place = IJ_VAL_TARGET,
			       .addr = ij_val_address(val)};
	return NULL;
}

struct ij_error *ij_eval_pointer(struct ij_eval *ev, const struct ij_ctype *target, uint64_t addr,
				 struct ij_val *ret)
{
	const struct ij_ctype *type;

	IJ_TRY(ij_ctypes_pointer(ev->host->types, target, &type));
	return ij_val_make(ev->arena, type, &addr, ret);
}

enum {
	LITERALS_MAX = 64 * 1024, /* bytes of all literals of an expression */
	ARROWS_MAX = 16,          /* classes behind one `->` */
};

/* Give the literal @val memory in the target; @ret points there, as to a @target. */
static struct ij_error *place_literal(struct ij_eval *ev, const struct ij_node *node,
				      const struct ij_val *val, const struct ij_ctype *target,
				      struct ij_val *ret)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	size_t align = type->kind == IJ_CT_ARRAY && !val->is_buffer ? 8 : 16;
	size_t off = (ev->literals_size + align - 1) / align * align;

	if (type->size > LITERALS_MAX || off > LITERALS_MAX - type->size)
		return ij_eval_error(ev, node, LIMIT,
				     "the strings and buffers of an expression have at most %d "
				     "bytes, more are given",
				     LITERALS_MAX);
	IJ_TRY(ij_vec_push(&ev->literals,
			   ((struct ij_host_literal){val->bytes, type->size, off, val->is_buffer,
						     val->type, val->variable})));
	ev->literals_size = off + type->size;
	IJ_TRY(ij_eval_pointer(ev, target, off, ret));
	ret->is_scratch = true;
	return NULL;
}

struct ij_error *ij_eval_place(struct ij_eval *ev, const struct ij_node *node,
			       const struct ij_val *val, struct ij_val *ret)
{
	return place_literal(ev, node, val, val->type, ret);
}

struct ij_error *ij_eval_decay(struct ij_eval *ev, const struct ij_node *node, struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	const struct ij_func *func = val->func;

	if (type->kind == IJ_CT_ARRAY) {
		if (val->place == IJ_VAL_TARGET)
			return ij_eval_pointer(ev, type->target, val->addr, val);
		return place_literal(ev, node, val, type->target, val);
	}
	if (type->kind == IJ_CT_FUNCTION) {
		if (!val->addr && !ev->dry)
			return ij_eval_error(ev, node, UNSUPPORTED,
					     "%s is chosen when it is first called (an IFUNC), and "
					     "nobody has called it yet: it has no address",
					     func && func->name ? func->name : "the function");
		IJ_TRY(ij_eval_pointer(ev, val->type, val->addr, val));
		val->func = func;
		return NULL;
	}
	return ij_eval_fetch(ev, node, val);
}

/* `&x` */
struct ij_error *ij_eval_address_of(struct ij_eval *ev, const struct ij_node *node,
				    struct ij_val *ret)
{
	const struct ij_node *name = node->a;
	struct ij_val val;
	bool found = false;

	if (name->kind == IJ_NODE_NAME && !name->module && !name->file && strstr(name->name, "::"))
		IJ_TRY(ij_eval_at(ev, name, ij_eval_member_pointer(ev, name->name, ret, &found)));
	if (found)
		return NULL;
	if (node->a->kind == IJ_NODE_RANGE)
		return ij_rust_range(ev, node->a, ret);
	IJ_TRY(ij_eval_node(ev, node->a, &val));
	if (ij_ctype_strip(val.type)->kind == IJ_CT_FUNCTION) {
		IJ_TRY(ij_eval_decay(ev, node->a, &val));
		*ret = val;
		return NULL;
	}
	if (val.bit_size)
		return ij_eval_error(ev, node, TYPE, "%s", "a bit-field has no address");
	if (val.place == IJ_VAL_TARGET)
		return ij_eval_pointer(ev, val.type, val.addr, ret);
	if (val.is_literal)
		return place_literal(ev, node, &val, val.type, ret);
	return ij_eval_error(
		ev, node, TYPE, "%s",
		"only what is in the target's memory has an address; a value has none");
}

/* `*p` */
static struct ij_error *object_at(struct ij_eval *ev, const struct ij_node *node,
				  const struct ij_val *pointer, struct ij_val *ret)
{
	const struct ij_ctype *type = ij_ctype_strip(pointer->type);

	if (type->kind != IJ_CT_POINTER)
		return ij_eval_error(ev, node, TYPE, "'%.*s' takes a pointer, this is %s",
				     (int)node->tok->len, node->tok->text,
				     ij_type_shown(pointer->type).str);
	if (ij_ctype_strip(type->target)->kind == IJ_CT_VOID)
		return ij_eval_error(ev, node, TYPE, "%s",
				     "a void * points to nothing of a type; cast it");
	if (pointer->is_scratch)
		return ij_eval_error(ev, node, UNSUPPORTED, "%s",
				     "a literal is read through no pointer: it has memory in the "
				     "target during a call only");
	*ret = (struct ij_val){.type = type->target,
			       .place = IJ_VAL_TARGET,
			       .addr = ij_val_address(pointer),
			       .func = pointer->func};
	return ij_eval_dereference(ev, node, ret);
}

struct ij_error *ij_eval_indirect(struct ij_eval *ev, const struct ij_node *node,
				  struct ij_val *ret)
{
	struct ij_val pointer;
	bool found;

	IJ_TRY(ij_eval_value(ev, node->a, &pointer));
	if (ij_ctype_is_aggregate(pointer.type)) {
		IJ_TRY(ij_eval_operator(ev, node, "*", &pointer, 1, ret, &found));
		if (found)
			return NULL;
	}
	return object_at(ev, node, &pointer, ret);
}

/* Element @at of an array that is only here. */
static struct ij_error *element_here(struct ij_eval *ev, const struct ij_node *node,
				     const struct ij_val *array, __int128 at, struct ij_val *ret)
{
	const struct ij_ctype *type = ij_ctype_strip(array->type);
	uint64_t size = ij_ctype_strip(type->target)->size;

	if (at < 0 || at >= (__int128)type->count)
		return ij_eval_error(ev, node, TYPE, "there is no element %lld in %s",
				     (long long)at, ij_type_shown(array->type).str);
	IJ_TRY(ij_val_make(ev->arena, type->target, array->bytes + (uint64_t)at * size, ret));
	if (array->place == IJ_VAL_VARIABLE) {
		ret->place = IJ_VAL_VARIABLE;
		ret->addr = array->addr + (uint64_t)at * size;
	}
	return NULL;
}

struct ij_error *ij_eval_element(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	struct ij_val array, at, sum;
	enum ij_ct_kind kind;
	bool found;

	IJ_TRY(ij_eval_node(ev, node->a, &array));
	IJ_TRY(ij_eval_value(ev, node->b, &at));
	kind = ij_ctype_strip(array.type)->kind;
	IJ_TRY(ij_rust_element(ev, node, &array, &at, ret, &found));
	if (found)
		return NULL;
	if (ij_ctype_is_aggregate(array.type)) {
		const struct ij_val both[] = {array, at};

		IJ_TRY(ij_eval_operator(ev, node, "[]", both, 2, ret, &found));
		if (found)
			return NULL;
	}
	if ((kind == IJ_CT_ARRAY || kind == IJ_CT_VECTOR) && array.place != IJ_VAL_TARGET &&
	    ij_ctype_is_integer(at.type))
		return element_here(ev, node, &array, ev->dry ? 0 : ij_val_integer(&at), ret);
	if (kind == IJ_CT_VECTOR && array.place == IJ_VAL_TARGET)
		IJ_TRY(ij_eval_pointer(ev, ij_ctype_strip(array.type)->target, array.addr, &array));
	IJ_TRY(ij_eval_decay(ev, node->a, &array));
	IJ_TRY(ij_eval_operate(ev, node, "+", &array, &at, &sum));
	return object_at(ev, node, &sum, ret);
}

static struct ij_error *no_member(struct ij_eval *ev, const struct ij_node *node,
				  const struct ij_ctype *type)
{
	IJ_STRBUF_AUTO list = {0};
	unsigned n = 0;

	IJ_VEC_EACH (&type->members, it)
		if (it->name && !it->is_base && n++ < 8)
			ij_strbuf_printf(&list, "%s%s", n > 1 ? ", " : "; it has ", it->name);
	if (n > 8)
		ij_strbuf_puts(&list, ", ...");
	return ij_eval_error(ev, node, NOTFOUND, "%s has no member %s%s", ij_type_shown(type).str,
			     ij_quote(node->name, strlen(node->name)).str, ij_strbuf_get(&list));
}

struct ij_error *ij_eval_part(struct ij_eval *ev, const struct ij_val *object,
			      const struct ij_cmember *member, struct ij_val *ret)
{
	uint64_t size = member->bit_size ? (member->bit_off + member->bit_size + 7) / 8
					 : ij_ctype_strip(member->type)->size;

	*ret = (struct ij_val){.type = member->type,
			       .place = object->place,
			       .addr = object->addr + member->off,
			       .bit_off = member->bit_off,
			       .bit_size = member->bit_size};
	if (!object->bytes)
		return NULL;
	ret->bytes = ij_arena_alloc(ev->arena, size ? size : 1);
	if (!ret->bytes)
		return ij_error_nomem();
	memcpy(ret->bytes, object->bytes + member->off, size);
	return NULL;
}

struct ij_error *ij_eval_owner(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	bool found = node->is_arrow;

	IJ_TRY(ij_eval_node(ev, node->a, ret));
	/* `->` of a class, until a pointer comes (C++17, 16.5.6). */
	for (unsigned i = 0; found && i < ARROWS_MAX && ij_ctype_is_aggregate(ret->type) &&
			     !ij_ctype_strip(ret->type)->is_rust;
	     i++) {
		const struct ij_val object = *ret;

		IJ_TRY(ij_eval_operator(ev, node, "->", &object, 1, ret, &found));
		if (!found)
			*ret = object;
	}
	if (ij_ctype_strip(ret->type)->kind != IJ_CT_POINTER)
		return NULL;
	IJ_TRY(ij_eval_decay(ev, node->a, ret));
	return object_at(ev, node, ret, ret);
}

/* `a.x` and `p->x`; a debugger takes either for both. */
struct ij_error *ij_eval_member(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	const struct ij_ctype *type, *base = NULL;
	struct ij_val object;
	const char *name, *last;
	bool found = false;
	uint64_t size;

	IJ_TRY(ij_eval_owner(ev, node, &object));
	type = ij_ctype_strip(object.type);
	/* Its size is as little known as its members: that is the error. */
	if (type->kind == IJ_CT_OTHER)
		return ij_eval_size(ev, node->a, type, &size);
	if (!ij_ctype_is_aggregate(type))
		return ij_eval_error(ev, node, TYPE, "'%.*s' takes a struct or union, this is %s",
				     (int)node->tok->len, node->tok->text,
				     ij_type_shown(object.type).str);
	IJ_TRY(ij_ctype_complete(type));
	if (type->is_incomplete)
		return ij_eval_error(ev, node, TYPE,
				     "the members of %s are not known: it is only declared",
				     ij_type_shown(type).str);
	if (node->b)
		return ij_eval_pointed_member(ev, node, &object, ret);
	name = node->name;
	if (!type->is_rust)
		IJ_TRY(ij_eval_class_before(ev, name, &last, &base));
	if (base) {
		IJ_TRY(ij_eval_qualify(ev, node, &object, &name));
		type = ij_ctype_strip(object.type);
	}
	IJ_TRY(ij_rust_variant(ev, node, &object, &found));
	if (found) {
		type = ij_ctype_strip(object.type);
		IJ_TRY(ij_ctype_complete(type));
	}
	found = false;
	ev->host->dry = ev->dry;
	IJ_TRY(ij_eval_at(ev, node, ij_eval_member_of(ev, &object, name, ret, &found)));
	if (!found)
		IJ_TRY(ij_eval_at(ev, node,
				  ev->host->method(ev->host, &object, name, NULL, SIZE_MAX,
						   ev->arena, ret, &found)));
	return found ? ij_eval_dereference(ev, node, ret) : no_member(ev, node, type);
}

/* `x@n`: n objects that begin at x. */
/* `name@entry`: what a parameter was worth when the function was called, if the host tells that. */
static struct ij_error *at_entry(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret,
				 bool *found)
{
	struct ij_host_name name = {.name = NULL};
	IJ_STRBUF_AUTO text = {0};

	if (node->a->kind != IJ_NODE_NAME || node->b->kind != IJ_NODE_NAME || node->a->file ||
	    strcmp(node->b->name, "entry") != 0)
		return NULL;
	ij_strbuf_printf(&text, "%s@entry", node->a->name);
	IJ_TRY(ij_strbuf_error(&text));
	name.name = text.str;
	ev->host->dry = ev->dry;
	return ij_eval_at(ev, node, ev->host->lookup(ev->host, &name, ev->arena, ret, found));
}

struct ij_error *ij_eval_slice(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
{
	struct ij_val first, count;
	const struct ij_ctype *type;
	uint64_t size;
	__int128 number;
	bool found = false;

	IJ_TRY(at_entry(ev, node, ret, &found));
	if (found)
		return NULL;
	IJ_TRY(ij_eval_node(ev, node->a, &first));
	IJ_TRY(ij_eval_value(ev, node->b, &count));
	if (first.place != IJ_VAL_TARGET || first.bit_size)
		return ij_eval_error(ev, node, TYPE, "%s",
				     "only what is in the target's memory can be extended by '@'");
	number = ij_ctype_is_integer(count.type) ? ij_val_integer(&count) : 0;
	/* Where nothing is read, only constants are known. */
	if (ev->dry && ij_ctype_is_integer(count.type) && (number <= 0 || number > INT32_MAX))
		number = 1;
	if (number <= 0 || number > INT32_MAX)
		return ij_eval_error(ev, node, TYPE, "%s",
				     "the count behind '@' is not a positive integer");
	IJ_TRY(ij_eval_size(ev, node, first.type, &size));
	IJ_TRY(ij_ctypes_array(ev->host->types, first.type, (uint64_t)number, &type));
	*ret = (struct ij_val){.type = type, .place = IJ_VAL_TARGET, .addr = first.addr};
	return NULL;
}
