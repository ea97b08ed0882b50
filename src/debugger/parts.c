/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values in their parts, as a front end shows them in a tree. */
#include <string.h>

#include "debugger/debugger.h"

/* Its type; of a reference, of what that refers to. */
static const struct ij_ctype *type_of(const struct ij_datum *datum)
{
	const struct ij_ctype *type = ij_ctype_strip(datum->val.type);

	if (type->kind == IJ_CT_REFERENCE && type->target)
		type = ij_ctype_strip(type->target);
	return type;
}

/* The struct or union that it is or points to; NULL: none. */
static const struct ij_ctype *aggregate_of(const struct ij_datum *datum)
{
	const struct ij_ctype *type = type_of(datum);
	struct ij_error *err;

	if (type->kind == IJ_CT_POINTER && type->target)
		type = ij_ctype_strip(type->target);
	if (!ij_ctype_is_aggregate(type))
		return NULL;
	err = ij_ctype_complete(type);
	ij_error_free(err);
	return err ? NULL : type;
}

enum ij_datum_kind ij_datum_kind(const struct ij_datum *datum)
{
	switch (type_of(datum)->kind) {
	case IJ_CT_POINTER:
		return IJ_DATUM_POINTER;
	case IJ_CT_FUNCTION:
		return IJ_DATUM_FUNCTION;
	case IJ_CT_ARRAY:
		return IJ_DATUM_ARRAY;
	case IJ_CT_STRUCT:
		return IJ_DATUM_STRUCT;
	case IJ_CT_UNION:
		return IJ_DATUM_UNION;
	default:
		return IJ_DATUM_PLAIN;
	}
}

size_t ij_datum_parts(const struct ij_datum *datum)
{
	const struct ij_ctype *type = type_of(datum), *target, *aggregate = aggregate_of(datum);

	if (aggregate)
		return aggregate->members.len;
	if (type->kind == IJ_CT_ARRAY)
		return type->has_count ? type->count : 0;
	if (type->kind != IJ_CT_POINTER || !type->target)
		return 0;
	target = ij_ctype_strip(type->target);
	return target->kind != IJ_CT_FUNCTION && target->kind != IJ_CT_VOID &&
	       !ij_ctype_is_aggregate(target);
}

/* What is @off bytes into the object whose bytes @whole has, or whose address it is. */
static struct ij_error *within(struct ij_debugger *d, const struct ij_datum *whole, uint64_t off,
			       struct ij_val *val, struct ij_arena *arena)
{
	const struct ij_ctype *type = ij_ctype_strip(whole->val.type);
	uint64_t size = ij_ctype_strip(val->type)->size, within = type->size;
	int64_t addr;

	val->place = IJ_VAL_TARGET;
	if (type->kind == IJ_CT_POINTER || type->kind == IJ_CT_REFERENCE) {
		struct ij_datum pointer = {.val = whole->val};
		struct ij_error *err = ij_debugger_fetch(d, &pointer);
		bool is = !err && ij_datum_integer(&pointer, &addr);

		if (!is && !err && pointer.val.bytes) {
			memcpy(&addr, pointer.val.bytes, sizeof(addr));
			is = true;
		}
		ij_arena_deinit(&pointer.arena);
		val->addr = is ? (uint64_t)addr + off : off;
		return err;
	}
	val->addr = whole->val.addr + off;
	if (whole->val.place == IJ_VAL_TARGET || !whole->val.bytes)
		return NULL;
	val->place = IJ_VAL_HERE;
	if (size > within || off > within - size)
		return ij_error_new(BADDATA, "a member lies outside of its struct");
	val->bytes = ij_arena_alloc(arena, size ? size : 1);
	if (!val->bytes)
		return ij_error_nomem();
	memcpy(val->bytes, whole->val.bytes + off, size);
	return NULL;
}

static struct ij_error *make(struct ij_debugger *d, const struct ij_datum *whole,
			     const struct ij_cmember *member, struct ij_datum **ret)
{
	struct ij_datum *part = calloc(1, sizeof(*part));
	struct ij_error *err;

	if (!part)
		return ij_error_nomem();
	part->val.type = member->type;
	err = within(d, whole, member->off, &part->val, &part->arena);
	if (!err && member->bit_size) {
		struct ij_val bits = part->val;
		uint64_t size = ij_ctype_strip(bits.type)->size;

		bits.bit_off = member->bit_off;
		bits.bit_size = member->bit_size;
		err = ij_debugger_fetch(d, part);
		bits.bytes = part->val.bytes;
		if (!err && size)
			err = ij_val_set_integer(&part->arena, bits.type, ij_val_integer(&bits),
						 &part->val);
	}
	/* What is no more than a value is that of now. */
	if (!err && !part->val.bytes && ij_datum_is_scalar(part))
		err = ij_debugger_fetch(d, part);
	/* That it cannot be read is told when its text is asked for. */
	if (err && err->code == IJ_ERR_FAULT) {
		ij_error_free(err);
		err = NULL;
	}
	if (err)
		ij_datum_free(part);
	else
		*ret = part;
	return err;
}

struct ij_error *ij_datum_part(struct ij_debugger *d, const struct ij_datum *datum, size_t idx,
			       const char **name_ret, struct ij_datum **ret)
{
	const struct ij_ctype *type = type_of(datum), *aggregate = aggregate_of(datum);
	struct ij_cmember element = {.type = type->target};

	if (idx >= ij_datum_parts(datum))
		return ij_error_new(NOTFOUND, "there is no part %zu", idx);
	if (aggregate) {
		*name_ret = aggregate->members.items[idx].name;
		return make(d, datum, &aggregate->members.items[idx], ret);
	}
	*name_ret = NULL;
	element.off = idx * ij_ctype_strip(element.type)->size;
	return make(d, datum, &element, ret);
}
