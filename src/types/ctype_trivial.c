/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which classes are not copied byte by byte (Itanium C++ ABI, 1.1, "non-trivial for the purposes of
 * calls"): they are passed and returned by an address. */
#include "types/ctype.h"

#include <string.h>

/* Is @method, of a class, a constructor that takes another object of it? */
static bool takes_another(const struct ij_cmethod *method)
{
	const struct ij_ctype *type = method->type;
	size_t first = type->params.len && type->params.items[0].is_artificial, len = 0;
	const struct ij_ctype *param = NULL;

	if (!method->is_constructor)
		return false;
	for (size_t i = first; i < type->params.len; i++) {
		if (type->params.items[i].is_artificial)
			continue;
		param = ij_ctype_strip(type->params.items[i].type);
		len++;
	}
	/* The class itself is what a reference of its only parameter is to. */
	return len == 1 && param->kind == IJ_CT_REFERENCE && first &&
	       ij_ctype_same(param->target, ij_ctype_strip(type->params.items[0].type)->target);
}

/* Is @method, of a class, one that copies, moves or ends its objects in a way of its own? */
static bool is_own(const struct ij_cmethod *method)
{
	return !method->is_defaulted && !method->is_deleted && !method->is_artificial &&
	       (method->name[0] == '~' || takes_another(method));
}

static struct ij_error *by_reference(const struct ij_ctype *type, unsigned depth, bool *ret)
{
	const struct ij_cclass *own;

	type = ij_ctype_strip(type);
	while (type->kind == IJ_CT_ARRAY)
		type = ij_ctype_strip(type->target);
	if (!ij_ctype_is_aggregate(type) || *ret || depth > IJ_CT_DEPTH_MAX)
		return NULL;
	*ret = type->is_by_reference;
	IJ_TRY(ij_ctype_class(type, &own));
	if (!own)
		return NULL;
	IJ_VEC_EACH (&own->methods, it)
		*ret = *ret || it->is_virtual || is_own(it);
	IJ_VEC_EACH (&type->members, it) {
		*ret = *ret || it->is_virtual;
		IJ_TRY(by_reference(it->type, depth + 1, ret));
	}
	return NULL;
}

struct ij_error *ij_ctype_by_reference(const struct ij_ctype *type, bool *ret)
{
	*ret = false;
	return by_reference(type, 0, ret);
}

/* Does @method, of a class, stand against copying its objects byte by byte? */
static bool forbids(const struct ij_cmethod *method)
{
	const struct ij_ctype *type = method->type;

	if (method->is_virtual)
		return true;
	/* With one that moves there is no implicit one that copies (C++17, 15.8.1 p. 6). */
	if (!strcmp(method->name, "operator="))
		return type->params.len &&
		       ij_ctype_strip(type->params.items[type->params.len - 1].type)->is_rvalue;
	return takes_another(method) && !method->is_defaulted && !method->is_artificial;
}

static struct ij_error *is_copied(const struct ij_ctype *type, unsigned depth, bool *ret)
{
	const struct ij_cclass *own;

	type = ij_ctype_strip(type);
	while (type->kind == IJ_CT_ARRAY)
		type = ij_ctype_strip(type->target);
	if (!ij_ctype_is_aggregate(type) || !*ret)
		return NULL;
	*ret = depth < IJ_CT_DEPTH_MAX;
	IJ_TRY(ij_ctype_complete(type));
	IJ_TRY(ij_ctype_class(type, &own));
	if (own)
		IJ_VEC_EACH (&own->methods, it)
			*ret = *ret && !forbids(it);
	*ret = *ret && !type->is_incomplete;
	IJ_VEC_EACH (&type->members, it) {
		*ret = *ret && !it->is_virtual;
		IJ_TRY(is_copied(it->type, depth + 1, ret));
	}
	return NULL;
}

struct ij_error *ij_ctype_is_copied(const struct ij_ctype *type, bool *ret)
{
	*ret = true;
	return is_copied(type, 0, ret);
}

static struct ij_error *has_own(const struct ij_ctype *type, const char *name, unsigned depth,
				bool *ret)
{
	const struct ij_cclass *own;

	type = ij_ctype_strip(type);
	while (type->kind == IJ_CT_ARRAY)
		type = ij_ctype_strip(type->target);
	if (!ij_ctype_is_aggregate(type) || depth > IJ_CT_DEPTH_MAX || *ret)
		return NULL;
	IJ_TRY(ij_ctype_class(type, &own));
	if (own)
		IJ_VEC_EACH (&own->methods, it)
			*ret = *ret ||
			       (!it->is_defaulted &&
				(name[0] == '~' ? it->name[0] == '~' : !strcmp(it->name, name)));
	IJ_TRY(ij_ctype_complete(type));
	IJ_VEC_EACH (&type->members, it)
		IJ_TRY(has_own(it->type, name, depth + 1, ret));
	return NULL;
}

struct ij_error *ij_ctype_has_own(const struct ij_ctype *type, const char *name, bool *ret)
{
	*ret = false;
	return has_own(type, name, 0, ret);
}

bool ij_ctype_is_allocator(const struct ij_ctype *type)
{
	static const char name[] = "std::allocator<";

	type = ij_ctype_strip(type);
	return type->kind == IJ_CT_STRUCT && type->name &&
	       !strncmp(type->name, name, sizeof(name) - 1);
}
