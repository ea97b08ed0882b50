/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Small functions of the C++ library's classes, of which optimised programs have no code: what they
 * return is told by what the object consists of. As libstdc++ has it since GCC 5, of which this
 * reads bits/stl_vector.h, array, bits/unique_ptr.h, bits/shared_ptr_base.h, optional,
 * bits/stl_tree.h, bits/hashtable.h and bits/stl_list.h (GCC 12); where a member is called
 * otherwise nothing is told.
 */
#include "lang/eval_library.h"

#include <string.h>

#include "lang/eval_class.h"
#include "lang/eval_parts.h"

enum what {
	VALUE,   /* the member itself */
	IS_ZERO, /* whether it is 0 */
	SPAN,    /* how many elements are between two pointers */
	IS_SAME, /* whether they are the same */
	ELEMENT, /* what it points to, at the index; the other is the end */
	LAST,    /* what stands before it, which is an end; the other is the begin */
	PLACE,   /* an element of the array that it is */
	COUNT,   /* how many that has */
	POINTER, /* the pointer among what it consists of */
	OBJECT,  /* what that points to */
	IF_SET,  /* the member itself, if the other one is true */
	ADDRESS, /* its address, if the other one is true */
	SHARED,  /* how often it is shared */
	IS_SET,  /* whether it, or the pointer in it, is not 0 */
};

struct row {
	const char *class, *name; /* without std:: */
	enum what what;
	const char *member, *other;
};

static const struct row rows[] = {
	{"vector", "size", SPAN, "_M_impl._M_finish", "_M_impl._M_start"},
	{"vector", "capacity", SPAN, "_M_impl._M_end_of_storage", "_M_impl._M_start"},
	{"vector", "empty", IS_SAME, "_M_impl._M_finish", "_M_impl._M_start"},
	{"vector", "data", VALUE, "_M_impl._M_start", NULL},
	{"vector", "operator[]", ELEMENT, "_M_impl._M_start", "_M_impl._M_finish"},
	{"vector", "at", ELEMENT, "_M_impl._M_start", "_M_impl._M_finish"},
	{"vector", "front", ELEMENT, "_M_impl._M_start", "_M_impl._M_finish"},
	{"vector", "back", LAST, "_M_impl._M_finish", "_M_impl._M_start"},
	{"array", "size", COUNT, "_M_elems", NULL},
	{"array", "operator[]", PLACE, "_M_elems", NULL},
	{"array", "at", PLACE, "_M_elems", NULL},
	{"array", "front", PLACE, "_M_elems", NULL},
	{"unique_ptr", "get", POINTER, "_M_t", NULL},
	{"unique_ptr", "operator->", POINTER, "_M_t", NULL},
	{"unique_ptr", "operator*", OBJECT, "_M_t", NULL},
	{"unique_ptr", "operator bool", IS_SET, "_M_t", NULL},
	{"shared_ptr", "get", VALUE, "_M_ptr", NULL},
	{"shared_ptr", "operator->", VALUE, "_M_ptr", NULL},
	{"shared_ptr", "operator*", ELEMENT, "_M_ptr", NULL},
	{"shared_ptr", "operator bool", IS_SET, "_M_ptr", NULL},
	{"shared_ptr", "use_count", SHARED, "_M_refcount._M_pi", NULL},
	{"optional", "has_value", VALUE, "_M_payload._M_engaged", NULL},
	{"optional", "operator bool", IS_SET, "_M_payload._M_engaged", NULL},
	{"function", "operator bool", IS_SET, "_M_manager", NULL},
	{"optional", "value", IF_SET, "_M_payload._M_payload._M_value", "_M_payload._M_engaged"},
	{"optional", "operator*", IF_SET, "_M_payload._M_payload._M_value",
	 "_M_payload._M_engaged"},
	{"optional", "operator->", ADDRESS, "_M_payload._M_payload._M_value",
	 "_M_payload._M_engaged"},
	{"map", "size", VALUE, "_M_t._M_impl._M_node_count", NULL},
	{"map", "empty", IS_ZERO, "_M_t._M_impl._M_node_count", NULL},
	{"set", "size", VALUE, "_M_t._M_impl._M_node_count", NULL},
	{"set", "empty", IS_ZERO, "_M_t._M_impl._M_node_count", NULL},
	{"multimap", "size", VALUE, "_M_t._M_impl._M_node_count", NULL},
	{"multimap", "empty", IS_ZERO, "_M_t._M_impl._M_node_count", NULL},
	{"multiset", "size", VALUE, "_M_t._M_impl._M_node_count", NULL},
	{"multiset", "empty", IS_ZERO, "_M_t._M_impl._M_node_count", NULL},
	{"unordered_map", "size", VALUE, "_M_h._M_element_count", NULL},
	{"unordered_map", "empty", IS_ZERO, "_M_h._M_element_count", NULL},
	{"unordered_set", "size", VALUE, "_M_h._M_element_count", NULL},
	{"unordered_set", "empty", IS_ZERO, "_M_h._M_element_count", NULL},
	{"list", "size", VALUE, "_M_impl._M_node._M_size", NULL},
	{"list", "empty", IS_ZERO, "_M_impl._M_node._M_size", NULL},
};

/* The name of the class behind std:: and its own namespaces; NULL: it is another's. */
static const char *class_of(const struct ij_ctype *type)
{
	static const char cxx11[] = "__cxx11::";
	const char *name = type->name;

	if (!ij_ctype_is_aggregate(type) || type->is_rust || !name || strncmp(name, "std::", 5))
		return NULL;
	name += 5;
	return name + (strncmp(name, cxx11, sizeof(cxx11) - 1) ? 0 : sizeof(cxx11) - 1);
}

static const struct row *row_of(const struct ij_ctype *type, const char *name, size_t args_len)
{
	const char *class = class_of(ij_ctype_strip(type));

	/* Its elements are bits. */
	if (!class || !strncmp(class, "vector<bool", 11))
		return NULL;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		size_t len = strlen(rows[i].class);
		size_t want = !strcmp(name, "operator[]") || !strcmp(name, "at");

		if (!strcmp(rows[i].name, name) && !strncmp(rows[i].class, class, len) &&
		    class[len] == '<' && args_len == want)
			return &rows[i];
	}
	return NULL;
}

/* "_M_impl._M_start" of @object. */
static struct ij_error *member(struct ij_eval *ev, const struct ij_node *node,
			       const struct ij_val *object, const char *path, struct ij_val *ret,
			       bool *found)
{
	*ret = *object;
	*found = true;
	while (*path && *found) {
		size_t len = strcspn(path, ".");
		char *name = ij_arena_text(ev->arena, path, len);
		const struct ij_val whole = *ret;

		if (!name)
			return ij_error_nomem();
		IJ_TRY(ij_eval_member_of(ev, &whole, name, ret, found));
		path += len + (path[len] == '.');
	}
	return *found && !ij_ctype_is_aggregate(ret->type) &&
			       ij_ctype_strip(ret->type)->kind != IJ_CT_ARRAY
		       ? ij_eval_fetch(ev, node, ret)
		       : NULL;
}

/* The first pointer that @object, a tuple, has as a member "_M_head_impl". */
static struct ij_error *head(struct ij_eval *ev, const struct ij_val *object, unsigned depth,
			     struct ij_val *ret, bool *found)
{
	const struct ij_ctype *type = ij_ctype_strip(object->type);

	*found = false;
	if (!ij_ctype_is_aggregate(type) || depth == IJ_CT_DEPTH_MAX)
		return NULL;
	IJ_TRY(ij_ctype_complete(type));
	for (size_t i = 0; i < type->members.len && !*found; i++) {
		const struct ij_cmember *it = &type->members.items[i];
		struct ij_val part;

		if (it->is_virtual || it->bit_size)
			continue;
		IJ_TRY(ij_eval_part(ev, object, it, &part));
		*found = ij_ctype_strip(it->type)->kind == IJ_CT_POINTER && it->name &&
			 !strcmp(it->name, "_M_head_impl");
		if (*found)
			*ret = part;
		else
			IJ_TRY(head(ev, &part, depth + 1, ret, found));
	}
	return NULL;
}

/* What @pointer points to, @at elements on. */
static struct ij_error *object_at(struct ij_eval *ev, const struct ij_node *node,
				  const struct ij_val *pointer, int64_t at, struct ij_val *ret)
{
	const struct ij_ctype *target = ij_ctype_strip(pointer->type)->target;
	uint64_t size;

	IJ_TRY(ij_eval_size(ev, node, target, &size));
	if (!ev->dry && !ij_val_address(pointer))
		return ij_eval_error(ev, node, TYPE, "%s", "it points to nothing");
	*ret = (struct ij_val){.type = target,
			       .place = IJ_VAL_TARGET,
			       .addr = ij_val_address(pointer) + (uint64_t)at * size};
	return NULL;
}

/* Element @at of those from @begin to @end. */
static struct ij_error *element(struct ij_eval *ev, const struct ij_node *node,
				const struct ij_val *begin, const struct ij_val *end, int64_t at,
				struct ij_val *ret)
{
	uint64_t size, len;

	IJ_TRY(ij_eval_size(ev, node, ij_ctype_strip(begin->type)->target, &size));
	len = size ? (ij_val_address(end) - ij_val_address(begin)) / size : 0;
	if (!ev->dry && (at < 0 || (uint64_t)at >= len))
		return ij_eval_error(ev, node, TYPE, "there is no element %lld, there are %llu",
				     (long long)at, (unsigned long long)len);
	return object_at(ev, node, begin, at, ret);
}

static struct ij_error *span(struct ij_eval *ev, const struct ij_node *node,
			     const struct ij_val *end, const struct ij_val *begin,
			     struct ij_val *ret)
{
	uint64_t size;

	IJ_TRY(ij_eval_size(ev, node, ij_ctype_strip(begin->type)->target, &size));
	return ij_val_set_integer(ev->arena, ij_cbase(IJ_CBASE_ULONG),
				  size ? (ij_val_address(end) - ij_val_address(begin)) / size : 0,
				  ret);
}

static struct ij_error *place(struct ij_eval *ev, const struct ij_node *node,
			      const struct ij_val *array, int64_t at, struct ij_val *ret)
{
	const struct ij_ctype *type = ij_ctype_strip(array->type);
	uint64_t size = ij_ctype_strip(type->target)->size;

	if (!ev->dry && (at < 0 || (uint64_t)at >= type->count))
		return ij_eval_error(ev, node, TYPE, "there is no element %lld, there are %llu",
				     (long long)at, (unsigned long long)type->count);
	at = ev->dry ? 0 : at;
	*ret = *array;
	ret->type = type->target;
	ret->addr += (uint64_t)at * size;
	if (ret->bytes)
		ret->bytes += (uint64_t)at * size;
	return NULL;
}

/* How many hold what the counts of a shared_ptr at @pointer are of. */
static struct ij_error *shared(struct ij_eval *ev, const struct ij_node *node,
			       const struct ij_val *pointer, struct ij_val *ret, bool *found)
{
	struct ij_val counts;

	if (!ev->dry && !ij_val_address(pointer))
		return ij_val_set_integer(ev->arena, ij_cbase(IJ_CBASE_LONG), 0, ret);
	IJ_TRY(object_at(ev, node, pointer, 0, &counts));
	IJ_TRY(member(ev, node, &counts, "_M_use_count", ret, found));
	return *found ? ij_val_set_integer(ev->arena, ij_cbase(IJ_CBASE_LONG), ij_val_integer(ret),
					   ret)
		      : NULL;
}

static bool is_pointer(const struct ij_val *val)
{
	return ij_ctype_strip(val->type)->kind == IJ_CT_POINTER;
}

/* By two members. */
static struct ij_error *by_both(struct ij_eval *ev, const struct ij_node *node, enum what what,
				struct ij_val *one, struct ij_val *other, int64_t at,
				struct ij_val *ret, bool *found)
{
	if (what == IF_SET || what == ADDRESS) {
		if (!ev->dry && ij_val_is_zero(other))
			return ij_eval_error(ev, node, TYPE, "%s", "it has no value");
		*ret = *one;
		*found = what == IF_SET || one->place == IJ_VAL_TARGET;
		return what == IF_SET || !*found ? NULL
						 : ij_eval_pointer(ev, one->type, one->addr, ret);
	}
	*found = is_pointer(one) && is_pointer(other);
	if (!*found)
		return NULL;
	if (what == SPAN)
		return span(ev, node, one, other, ret);
	if (what == IS_SAME)
		return ij_val_set_integer(ev->arena, ij_cbase(IJ_CBASE_CXX_BOOL),
					  ij_val_address(one) == ij_val_address(other), ret);
	if (what == ELEMENT)
		return element(ev, node, one, other, at, ret);
	IJ_TRY(span(ev, node, one, other, ret));
	return element(ev, node, other, one, (int64_t)ij_val_integer(ret) - 1, ret);
}

/* By one. */
static struct ij_error *by_one(struct ij_eval *ev, const struct ij_node *node, enum what what,
			       struct ij_val *one, int64_t at, struct ij_val *ret, bool *found)
{
	struct ij_val pointer;

	if (what == POINTER || what == OBJECT ||
	    (what == IS_SET && ij_ctype_is_aggregate(one->type))) {
		IJ_TRY(head(ev, one, 0, &pointer, found));
		if (!*found)
			return NULL;
		IJ_TRY(ij_eval_fetch(ev, node, &pointer));
		*ret = pointer;
		if (what != IS_SET)
			return what == POINTER ? NULL : object_at(ev, node, &pointer, 0, ret);
		one = &pointer;
	}
	if (what == PLACE || what == COUNT) {
		*found = ij_ctype_strip(one->type)->kind == IJ_CT_ARRAY;
		if (!*found)
			return NULL;
		return what == PLACE ? place(ev, node, one, at, ret)
				     : ij_val_set_integer(ev->arena, ij_cbase(IJ_CBASE_ULONG),
							  ij_ctype_strip(one->type)->count, ret);
	}
	*ret = *one;
	if (what == IS_ZERO || what == IS_SET)
		return ij_val_set_integer(ev->arena, ij_cbase(IJ_CBASE_CXX_BOOL),
					  ij_val_is_zero(one) == (what == IS_ZERO), ret);
	*found = what == VALUE || is_pointer(one);
	if (what == SHARED && *found)
		return shared(ev, node, one, ret, found);
	return what == ELEMENT && *found ? object_at(ev, node, one, 0, ret) : NULL;
}

struct ij_error *ij_eval_library(struct ij_eval *ev, const struct ij_node *node,
				 const struct ij_val *object, const char *name,
				 const struct ij_val *args, size_t args_len, struct ij_val *ret,
				 bool *found)
{
	const struct row *row = row_of(object->type, name, args_len);
	struct ij_val one, other = {.type = NULL}, index;
	int64_t at = 0;

	*found = false;
	if (!row || (args_len && !ij_ctype_is_integer(args[0].type)))
		return NULL;
	if (args_len) {
		index = args[0];
		IJ_TRY(ij_eval_fetch(ev, node, &index));
		at = (int64_t)ij_val_integer(&index);
	}
	IJ_TRY(member(ev, node, object, row->member, &one, found));
	if (*found && row->other)
		IJ_TRY(member(ev, node, object, row->other, &other, found));
	if (!*found)
		return NULL;
	return row->other ? by_both(ev, node, row->what, &one, &other, at, ret, found)
			  : by_one(ev, node, row->what, &one, at, ret, found);
}
