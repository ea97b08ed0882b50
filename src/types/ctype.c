/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asking types what they are. */
#include "types/ctype.h"

#include <string.h>

/* Chains of typedefs in debug information may be circles. */
enum { CHAIN_MAX = 64 };

const struct ij_ctype *ij_ctype_strip(const struct ij_ctype *type)
{
	for (unsigned i = 0; i < CHAIN_MAX; i++) {
		if ((type->kind != IJ_CT_TYPEDEF && type->kind != IJ_CT_QUALIFIED) || !type->target)
			return type;
		type = type->target;
	}
	return ij_cbase(IJ_CBASE_VOID);
}

const struct ij_ctype *ij_ctype_shown(const struct ij_ctype *type)
{
	static const enum ij_cbase wide[] = {IJ_CBASE_WCHAR, IJ_CBASE_CHAR16, IJ_CBASE_CHAR32};
	const struct ij_ctype *bare = ij_ctype_strip(type);

	if (bare->kind != IJ_CT_INT || bare->is_char)
		return bare;
	for (; type != bare; type = type->target)
		for (unsigned i = 0; type->kind == IJ_CT_TYPEDEF && i < IJ_COUNT(wide); i++)
			if (!strcmp(type->name, ij_cbase(wide[i])->name) &&
			    bare->size == ij_cbase(wide[i])->size)
				return ij_cbase(wide[i]);
	return bare;
}

const struct ij_ctype *ij_ctype_unqualified(const struct ij_ctype *type)
{
	for (unsigned i = 0; i < CHAIN_MAX; i++) {
		if (type->kind != IJ_CT_QUALIFIED || !type->target)
			return type;
		type = type->target;
	}
	return ij_cbase(IJ_CBASE_VOID);
}

struct ij_error *ij_ctype_complete(const struct ij_ctype *type)
{
	struct ij_ctype *own = (struct ij_ctype *)(uintptr_t)ij_ctype_strip(type);
	struct ij_error *(*load)(struct ij_ctype *, void *) = own->load;
	struct ij_error *err;

	if (!load)
		return NULL;
	/* First, so that a type that is made of itself ends. */
	own->load = NULL;
	err = load(own, own->load_ctx);
	if (err) {
		own->load = load;
		own->members.len = own->enumerators.len = own->params.len = own->variants.len = 0;
	}
	return err;
}

const char *ij_ctype_convention_refused(unsigned convention)
{
	if (convention <= 2)
		return NULL;
	return convention == 3      ? "was compiled to be called in ways of its own (DW_CC_nocall)"
	       : convention == 0xc1 ? "has another calling convention than System V's: ms_abi"
				    : "has another calling convention than System V's";
}

struct ij_error *ij_ctype_class(const struct ij_ctype *type, const struct ij_cclass **ret)
{
	struct ij_ctype *own = (struct ij_ctype *)(uintptr_t)ij_ctype_strip(type);

	*ret = NULL;
	/* What is only declared here may be defined elsewhere. */
	IJ_TRY(ij_ctype_complete(own));
	if (own->load_class && !own->is_incomplete) {
		struct ij_error *(*load)(struct ij_ctype *, void *) = own->load_class;

		own->load_class = NULL;
		IJ_TRY(load(own, own->load_ctx));
	}
	*ret = own->class_of;
	return NULL;
}

bool ij_ctype_is_integer(const struct ij_ctype *type)
{
	enum ij_ct_kind kind = ij_ctype_strip(type)->kind;

	return kind == IJ_CT_INT || kind == IJ_CT_BOOL || kind == IJ_CT_ENUM;
}

bool ij_ctype_is_arithmetic(const struct ij_ctype *type)
{
	enum ij_ct_kind kind = ij_ctype_strip(type)->kind;

	return ij_ctype_is_integer(type) || kind == IJ_CT_FLOAT || kind == IJ_CT_COMPLEX;
}

bool ij_ctype_is_pointer(const struct ij_ctype *type)
{
	return ij_ctype_strip(type)->kind == IJ_CT_POINTER;
}

bool ij_ctype_is_aggregate(const struct ij_ctype *type)
{
	enum ij_ct_kind kind = ij_ctype_strip(type)->kind;

	return kind == IJ_CT_STRUCT || kind == IJ_CT_UNION;
}

bool ij_ctype_is_unsigned(const struct ij_ctype *type)
{
	type = ij_ctype_strip(type);
	if (type->kind == IJ_CT_ENUM && type->target)
		type = ij_ctype_strip(type->target);
	return type->is_unsigned || type->kind == IJ_CT_POINTER;
}

bool ij_ctype_is_char(const struct ij_ctype *type)
{
	type = ij_ctype_strip(type);
	return type->kind == IJ_CT_INT && type->is_char;
}

const char *ij_ctype_enum_scope(const struct ij_ctype *type, int *ret)
{
	size_t len = type->name && type->is_plain ? strlen(type->name) : 0;

	*ret = (int)len;
	if (type->is_scoped)
		return len ? type->name : "";
	if (!len && type->scope) {
		*ret = (int)strlen(type->scope);
		return type->scope;
	}
	while (len && (type->name[len - 1] != ':' || len < 2 || type->name[len - 2] != ':'))
		len--;
	*ret = len ? (int)len - 2 : 0;
	return len ? type->name : "";
}

bool ij_ctype_is_flags(const struct ij_ctype *type)
{
	IJ_VEC_EACH (&type->enumerators, it)
		if (it->value < 0 || it->value & (it->value - 1))
			return false;
	return true;
}

static struct ij_error *align_of(const struct ij_ctype *type, unsigned depth, uint32_t *ret);

/* What a member at @off asks of the whole: of packed ones that is less than its type would. */
static struct ij_error *raise(const struct ij_cmember *member, unsigned depth, uint32_t *most)
{
	uint32_t one;

	IJ_TRY(align_of(member->type, depth + 1, &one));
	while (member->off % one)
		one /= 2;
	if (one > *most)
		*most = one;
	return NULL;
}

/* Debug information does not say what is packed; offsets and the size tell most of it. */
static struct ij_error *align_of_members(const struct ij_ctype *type, unsigned depth, uint32_t *ret)
{
	uint32_t most = 1;

	IJ_TRY(ij_ctype_complete(type));
	IJ_VEC_EACH (&type->members, it)
		IJ_TRY(raise(it, depth, &most));
	IJ_VEC_EACH (&type->variants, it)
		IJ_TRY(raise(&it->member, depth, &most));
	while (type->size % most)
		most /= 2;
	*ret = most;
	return NULL;
}

static struct ij_error *align_of(const struct ij_ctype *type, unsigned depth, uint32_t *ret)
{
	uint32_t most = 1;

	type = ij_ctype_strip(type);
	if (type->align && !(type->align & (type->align - 1))) {
		*ret = type->align;
		return NULL;
	}
	if (depth > IJ_CT_DEPTH_MAX)
		return ij_error_new(LIMIT, "a type is nested over %d deep", IJ_CT_DEPTH_MAX);
	switch (type->kind) {
	case IJ_CT_ARRAY:
	case IJ_CT_COMPLEX:
		return align_of(type->target, depth + 1, ret);
	case IJ_CT_STRUCT:
	case IJ_CT_UNION:
		return align_of_members(type, depth, ret);
	case IJ_CT_FUNCTION:
	case IJ_CT_VOID:
		*ret = 1;
		return NULL;
	default:
		while (most < type->size && most < 64)
			most *= 2;
		*ret = most;
		return NULL;
	}
}

struct ij_error *ij_ctype_align(const struct ij_ctype *type, uint32_t *ret)
{
	return align_of(type, 0, ret);
}

static bool same_name(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same(const struct ij_ctype *a, const struct ij_ctype *b, unsigned depth)
{
	a = ij_ctype_strip(a);
	b = ij_ctype_strip(b);
	if (a == b)
		return true;
	if (a->kind != b->kind || depth > IJ_CT_DEPTH_MAX)
		return false;
	switch (a->kind) {
	case IJ_CT_POINTER:
	case IJ_CT_COMPLEX:
	case IJ_CT_VECTOR:
		return a->size == b->size && same(a->target, b->target, depth + 1);
	case IJ_CT_REFERENCE:
		return a->is_rvalue == b->is_rvalue && same(a->target, b->target, depth + 1);
	case IJ_CT_ARRAY:
		return (a->count == b->count || !a->has_count || !b->has_count) &&
		       same(a->target, b->target, depth + 1);
	case IJ_CT_FUNCTION:
		if (a->params.len != b->params.len || a->is_variadic != b->is_variadic ||
		    !same(a->target, b->target, depth + 1))
			return false;
		for (size_t i = 0; i < a->params.len; i++)
			if (!same(a->params.items[i].type, b->params.items[i].type, depth + 1))
				return false;
		return true;
	case IJ_CT_STRUCT:
	case IJ_CT_UNION:
	case IJ_CT_ENUM:
		return a->name && same_name(a->name, b->name);
	case IJ_CT_INT:
		return a->size == b->size && a->is_unsigned == b->is_unsigned &&
		       a->is_char == b->is_char;
	default:
		return a->size == b->size;
	}
}

bool ij_ctype_same(const struct ij_ctype *a, const struct ij_ctype *b)
{
	return same(a, b, 0);
}

static struct ij_error *find_member(const struct ij_ctype *type, const char *name, uint64_t off,
				    unsigned depth, struct ij_cmember *ret, bool *found)
{
	type = ij_ctype_strip(type);
	if (depth > IJ_CT_DEPTH_MAX)
		return NULL;
	IJ_TRY(ij_ctype_complete(type));
	IJ_VEC_EACH (&type->members, it) {
		if (!it->name || it->is_base || strcmp(it->name, name))
			continue;
		*ret = *it;
		ret->off += off;
		*found = true;
		return NULL;
	}
	IJ_VEC_EACH (&type->members, it) {
		if (((it->name && !it->is_base) || it->is_virtual) ||
		    !ij_ctype_is_aggregate(it->type))
			continue;
		IJ_TRY(find_member(it->type, name, off + it->off, depth + 1, ret, found));
		if (*found)
			return NULL;
	}
	return NULL;
}

struct ij_error *ij_ctype_member(const struct ij_ctype *type, const char *name,
				 struct ij_cmember *ret)
{
	bool found = false;

	IJ_TRY(find_member(type, name, 0, 0, ret, &found));
	return found ? NULL : ij_error_new(NOTFOUND, "no member %s", name);
}
