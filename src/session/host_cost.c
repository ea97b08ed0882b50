/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How well arguments fit the parameters of overloaded functions (C++17, 16.3.3), roughly. */
#include "session/host.h"

/* How many classes @to is above @from, one of its bases; 0: it is none. */
static unsigned steps_up(const struct ij_ctype *from, const struct ij_ctype *to, unsigned depth)
{
	struct ij_error *err;

	from = ij_ctype_strip(from);
	err = depth < IJ_CT_DEPTH_MAX && ij_ctype_is_aggregate(from) ? ij_ctype_complete(from)
								     : NULL;
	ij_error_free(err);
	if (err || depth >= IJ_CT_DEPTH_MAX || !ij_ctype_is_aggregate(from))
		return 0;
	IJ_VEC_EACH (&from->members, it) {
		unsigned above;

		if (!it->is_base)
			continue;
		if (ij_ctype_same(it->type, to))
			return depth + 1;
		above = steps_up(it->type, to, depth + 1);
		if (above)
			return above;
	}
	return 0;
}

/* The same of numbers: a promotion (C++17, 7.6 and 7.8) is nearer than all other conversions. */
static unsigned number_cost(const struct ij_ctype *from, const struct ij_ctype *to)
{
	bool whole = ij_ctype_is_integer(from) && ij_ctype_is_integer(to);

	if (whole && from->size < 4 && ij_ctype_same(to, ij_cbase(IJ_CBASE_INT)))
		return 1;
	if (from->kind == IJ_CT_FLOAT && from->size == 4 && to->kind == IJ_CT_FLOAT &&
	    to->size == 8)
		return 1;
	return from->kind == to->kind || whole ? (to->size >= from->size ? 2 : 3) : 4;
}

bool ij_host_is_omitted(const struct ij_ctype *type)
{
	struct ij_error *err;

	type = ij_ctype_strip(type);
	if (type->kind != IJ_CT_REFERENCE)
		return false;
	type = ij_ctype_strip(type->target);
	if (type->kind != IJ_CT_STRUCT)
		return false;
	if (ij_ctype_is_allocator(type))
		return true;
	err = ij_ctype_complete(type);
	ij_error_free(err);
	if (err || type->is_incomplete || type->size != 1)
		return false;
	IJ_VEC_EACH (&type->members, it)
		if (!it->is_base)
			return false;
	return true;
}

unsigned ij_host_cost(const struct ij_val *arg, const struct ij_ctype *type)
{
	const struct ij_ctype *to = ij_ctype_strip(type), *from = ij_ctype_strip(arg->type);
	unsigned above, unnamed = 0;

	if (to->kind == IJ_CT_REFERENCE) {
		/* What has a name is not moved from; what has none is, if that is possible. */
		bool lasts = arg->place == IJ_VAL_TARGET && !arg->is_fresh;

		if (to->is_rvalue && lasts)
			return IJ_HOST_IMPOSSIBLE;
		unnamed = !to->is_rvalue && !lasts;
		to = ij_ctype_strip(to->target);
	}
	if (ij_ctype_same(from, to))
		return unnamed;
	above = steps_up(from, to, 0);
	if (above)
		return 4 + above;
	if (ij_ctype_is_arithmetic(from) && ij_ctype_is_arithmetic(to))
		return number_cost(from, to);
	if (to->kind == IJ_CT_POINTER) {
		if (from->kind == IJ_CT_ARRAY || from->kind == IJ_CT_POINTER) {
			if (ij_ctype_same(from->target, to->target))
				return 1;
			above = steps_up(from->target, to->target, 0);
			if (above)
				return 4 + above;
			return ij_ctype_strip(to->target)->kind == IJ_CT_VOID ? 40
									      : IJ_HOST_IMPOSSIBLE;
		}
		if (from->kind == IJ_CT_FUNCTION)
			return 1;
		return ij_ctype_is_integer(from) && arg->bytes && ij_val_is_zero(arg)
			       ? 6
			       : IJ_HOST_IMPOSSIBLE;
	}
	return IJ_HOST_IMPOSSIBLE;
}
