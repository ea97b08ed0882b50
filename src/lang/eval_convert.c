/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Conversions (C17, 6.3): by casts, and those that C makes itself. */
#include <math.h>
#include <string.h>

#include "lang/eval_class.h"
#include "lang/eval_parts.h"

static struct ij_error *mismatch(struct ij_eval *ev, const struct ij_node *node,
				 const struct ij_ctype *type, bool implicit,
				 const struct ij_val *val)
{
	if (!implicit)
		return ij_eval_error(ev, node, TYPE, "%s cannot be cast to %s",
				     ij_type_shown(val->type).str, ij_type_shown(type).str);
	return ij_eval_error(ev, node, TYPE, "%s is no %s; write a cast (%s)",
			     ij_type_shown(val->type).str, ij_type_shown(type).str,
			     ij_type_shown(type).str);
}

static struct ij_error *keep(struct ij_eval *ev, const struct ij_ctype *type, struct ij_val *val)
{
	struct ij_val made;

	IJ_TRY(ij_val_make(ev->arena, type, val->bytes, &made));
	made.is_scratch = val->is_scratch;
	made.func = val->func;
	*val = made;
	return NULL;
}

/* To a number: C cuts integers; what does not fit from a floating-point number is undefined there.
 */
static struct ij_error *to_number(struct ij_eval *ev, const struct ij_node *node,
				  const struct ij_ctype *type, struct ij_val *val)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	const struct ij_ctype *from = ij_ctype_strip(val->type);
	long double value;

	if (from->kind == IJ_CT_COMPLEX && bare->kind == IJ_CT_COMPLEX)
		return ij_eval_parts_to_complex(ev, type, val);
	if (from->kind != IJ_CT_FLOAT && from->kind != IJ_CT_COMPLEX)
		return ij_val_set_integer(ev->arena, type, ij_val_integer(val), val);
	/* Neither part of a complex number may be anything. */
	if (bare->kind == IJ_CT_BOOL)
		return ij_val_set_integer(ev->arena, type, !ij_val_is_zero(val), val);
	value = ij_val_float(val);
	if (bare->kind == IJ_CT_FLOAT || bare->kind == IJ_CT_COMPLEX)
		return ij_val_set_float(ev->arena, type, value, val);
	if (!(truncl(value) < ldexpl(1, (int)bare->size * 8 - !ij_ctype_is_unsigned(bare)) &&
	      truncl(value) >=
		      (ij_ctype_is_unsigned(bare) ? 0 : -ldexpl(1, (int)bare->size * 8 - 1))))
		return ij_eval_error(ev, node, TYPE, "%Lg does not fit %s", value,
				     ij_type_shown(type).str);
	return ij_val_set_integer(ev->arena, type, (__int128)value, val);
}

/* May a pointer to @from stand, without a cast, where one to @to is wanted? */
static bool points_alike(const struct ij_ctype *from, const struct ij_ctype *to)
{
	from = ij_ctype_strip(from);
	to = ij_ctype_strip(to);
	if (from->kind == IJ_CT_VOID || to->kind == IJ_CT_VOID || ij_ctype_same(from, to))
		return true;
	/* `&buf` for `buf` of an array. */
	if (from->kind == IJ_CT_ARRAY && to->kind != IJ_CT_ARRAY)
		return points_alike(from->target, to);
	/* Text is bytes, of whatever sign; enums are ints. */
	if (ij_ctype_is_integer(from) && ij_ctype_is_integer(to) && from->size == to->size)
		return true;
	return from->kind == IJ_CT_FUNCTION && to->kind == IJ_CT_FUNCTION;
}

/* Is @type one that nobody knows more of than its name? */
static struct ij_error *is_unknown(const struct ij_ctype *type, bool *ret)
{
	type = ij_ctype_strip(type);
	IJ_TRY(ij_ctype_complete(type));
	*ret = type->is_unknown;
	return NULL;
}

/* Bytes from the start of an object of @from to its base class @to. */
static bool base_of(const struct ij_ctype *from, const struct ij_ctype *to, unsigned depth,
		    uint64_t *off)
{
	from = ij_ctype_strip(from);
	if (ij_ctype_same(from, to))
		return true;
	if (depth > IJ_CT_DEPTH_MAX || !ij_ctype_is_aggregate(from))
		return false;
	IJ_VEC_EACH (&from->members, it) {
		uint64_t inner = *off + it->off;

		if (!it->is_base || it->is_virtual || !base_of(it->type, to, depth + 1, &inner))
			continue;
		*off = inner;
		return true;
	}
	return false;
}

static struct ij_error *to_pointer(struct ij_eval *ev, const struct ij_node *node,
				   const struct ij_ctype *type, bool implicit, struct ij_val *val)
{
	const struct ij_ctype *from = ij_ctype_strip(val->type);
	const struct ij_ctype *to = ij_ctype_strip(type);
	struct ij_error *err;
	uint64_t addr, off = 0;

	if (ij_ctype_is_integer(from)) {
		if (implicit && !ij_val_is_zero(val) && !ev->dry)
			return mismatch(ev, node, type, implicit, val);
		addr = ij_val_address(val);
		return ij_val_make(ev->arena, type, &addr, val);
	}
	if (from->kind != IJ_CT_POINTER)
		return mismatch(ev, node, type, implicit, val);
	/* First, for what is in them may have to be read. */
	if (ij_ctype_same(from->target, to->target))
		return keep(ev, type, val);
	if (ij_ctype_is_aggregate(from->target) && ij_ctype_is_aggregate(to->target)) {
		err = ij_ctype_complete(from->target);
		if (err)
			return err;
		if (base_of(from->target, to->target, 0, &off) && off) {
			addr = ij_val_address(val) + (ij_val_is_zero(val) ? 0 : off);
			return ij_val_make(ev->arena, type, &addr, val);
		}
		if (base_of(from->target, to->target, 0, &off))
			return keep(ev, type, val);
		addr = ij_val_address(val);
		IJ_TRY(ij_ctype_complete(to->target));
		/* Down to what it is a base of, as only a cast does it. */
		if (!implicit && base_of(to->target, from->target, 0, &off)) {
			addr -= addr ? off : 0;
			return ij_val_make(ev->arena, type, &addr, val);
		}
		if (addr && !ev->dry) {
			bool found;

			IJ_TRY(ij_eval_to_base(ev, from->target, to->target, &addr, &found));
			if (found)
				return ij_val_make(ev->arena, type, &addr, val);
		}
	}
	if (implicit && !points_alike(from->target, to->target)) {
		bool given, wanted;

		IJ_TRY(is_unknown(from->target, &given));
		IJ_TRY(is_unknown(to->target, &wanted));
		if (!given && !wanted)
			return mismatch(ev, node, type, implicit, val);
	}
	return keep(ev, type, val);
}

/* A literal's address is known during the call only: it stays what it is. */
static struct ij_error *scratch_to(struct ij_eval *ev, const struct ij_node *node,
				   const struct ij_ctype *type, bool implicit, struct ij_val *val)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);

	if (bare->kind == IJ_CT_POINTER)
		return to_pointer(ev, node, type, implicit, val);
	if (bare->kind == IJ_CT_BOOL)
		return ij_val_set_integer(ev->arena, type, 1, val);
	if (!implicit && ij_ctype_is_integer(bare) && bare->size == 8)
		return keep(ev, type, val);
	return mismatch(ev, node, type, implicit, val);
}

static struct ij_error *check_fit(struct ij_eval *ev, const struct ij_node *node,
				  const struct ij_ctype *type, const struct ij_val *val)
{
	const struct ij_ctype *bare = ij_ctype_strip(type);
	__int128 value = ij_val_integer(val);
	unsigned bits = (unsigned)bare->size * 8;

	if (ev->dry || bare->kind == IJ_CT_BOOL || bits >= 64 || bare->kind == IJ_CT_FLOAT ||
	    bare->kind == IJ_CT_COMPLEX || !ij_ctype_is_integer(val->type))
		return NULL;
	if (value < ((__int128)1 << bits) && value >= -((__int128)1 << (bits - 1)))
		return NULL;
	return ij_eval_error(ev, node, TYPE,
			     "%lld does not fit %s (%u byte%s); write a cast (%s) to cut it",
			     (long long)value, ij_type_shown(type).str, bits / 8,
			     bits == 8 ? "" : "s", ij_type_shown(type).str);
}

/* By the function that the class of @val has for that: to @type, or to a number. */
static struct ij_error *by_user(struct ij_eval *ev, const struct ij_node *node,
				const struct ij_ctype *type, bool implicit, struct ij_val *val)
{
	static const enum ij_cbase numbers[] = {IJ_CBASE_INT,   IJ_CBASE_UINT,   IJ_CBASE_LONG,
						IJ_CBASE_ULONG, IJ_CBASE_DOUBLE, IJ_CBASE_FLOAT};
	bool found = false;

	if (ij_ctype_is_aggregate(val->type))
		IJ_TRY(ij_eval_user_conversion(ev, node, type, val, &found));
	for (size_t i = 0; i < IJ_COUNT(numbers) && !found && ij_ctype_is_aggregate(val->type); i++)
		IJ_TRY(ij_eval_user_conversion(ev, node, ij_cbase(numbers[i]), val, &found));
	return found && ij_ctype_is_arithmetic(val->type) ? NULL
							  : mismatch(ev, node, type, implicit, val);
}

struct ij_error *ij_eval_convert(struct ij_eval *ev, const struct ij_node *node,
				 const struct ij_ctype *type, bool implicit, struct ij_val *val)
{
	const struct ij_ctype *to = ij_ctype_strip(type);
	const struct ij_ctype *from = ij_ctype_strip(val->type);

	implicit = implicit && !ev->host->casts;
	if (to->kind == IJ_CT_VOID) {
		if (implicit)
			return mismatch(ev, node, type, implicit, val);
		*val = (struct ij_val){.type = type};
		return NULL;
	}
	if (from->kind == IJ_CT_VOID)
		return ij_eval_error(ev, node, TYPE, "%s", "there is no value here: it is void");
	IJ_TRY(ij_eval_fetch(ev, node, val));
	if (val->is_scratch)
		return scratch_to(ev, node, type, implicit, val);
	if (to->kind == IJ_CT_POINTER)
		return to_pointer(ev, node, type, implicit, val);
	if (ij_ctype_is_arithmetic(to)) {
		if (from->kind == IJ_CT_POINTER && (!implicit || to->kind == IJ_CT_BOOL) &&
		    ij_ctype_is_integer(to))
			return ij_val_set_integer(ev->arena, type, ij_val_integer(val), val);
		if (!ij_ctype_is_arithmetic(from))
			IJ_TRY(by_user(ev, node, type, implicit, val));
		if (implicit)
			IJ_TRY(check_fit(ev, node, type, val));
		return to_number(ev, node, type, val);
	}
	if (ij_ctype_same(from, to) && from->size == to->size) {
		val->type = type;
		return NULL;
	}
	return mismatch(ev, node, type, implicit, val);
}
