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

/* Data member or base, or static member, @idx of @type in the order of declarations. */
static bool member_at(const struct ij_ctype *type, size_t idx, const struct ij_cmember **data_ret,
		      const struct ij_cstatic **static_ret)
{
	const struct ij_cclass *own = NULL;
	size_t statics, j = 0;
	struct ij_error *err = ij_ctype_class(type, &own);

	ij_error_free(err);
	statics = !err && own ? own->statics.len : 0;
	*data_ret = NULL;
	*static_ret = NULL;
	for (size_t i = 0; i <= type->members.len; i++) {
		for (; j < statics && own->statics.items[j].before <= i; j++)
			if (i + j == idx) {
				*static_ret = &own->statics.items[j];
				return true;
			}
		if (i < type->members.len && i + j == idx) {
			*data_ret = &type->members.items[i];
			return true;
		}
	}
	return false;
}

bool ij_datum_is_class(const struct ij_datum *datum)
{
	const struct ij_ctype *type = aggregate_of(datum);

	return type && type->is_plain && !type->is_rust;
}

bool ij_datum_member(const struct ij_datum *datum, size_t idx, struct ij_datum_member *ret)
{
	static const enum ij_datum_access access[] = {
		[IJ_ACCESS_PUBLIC] = IJ_DATUM_PUBLIC,
		[IJ_ACCESS_PROTECTED] = IJ_DATUM_PROTECTED,
		[IJ_ACCESS_PRIVATE] = IJ_DATUM_PRIVATE,
	};
	const struct ij_ctype *type = aggregate_of(datum);
	const struct ij_cstatic *other;
	const struct ij_cmember *data;

	if (!type || !member_at(type, idx, &data, &other))
		return false;
	if (other)
		*ret = (struct ij_datum_member){
			.name = other->name, .access = access[other->access], .is_static = true};
	else
		*ret = (struct ij_datum_member){.name = data->name,
						.access = access[data->access],
						.is_base = data->is_base,
						.is_hidden = data->is_artificial};
	return true;
}

/* The static member @member of @type, by its whole name. */
static struct ij_error *static_value(struct ij_debugger *d, const struct ij_ctype *type,
				     const struct ij_cstatic *member, struct ij_datum **ret)
{
	IJ_STRBUF_AUTO name = {0};

	ij_strbuf_printf(&name, "%s::%s", type->name ? type->name : "", member->name);
	IJ_TRY(ij_strbuf_error(&name));
	return ij_debugger_eval(d, name.str, NULL, 0, ret);
}

/* The virtual base @base of @datum: its virtual table tells where it is. */
static struct ij_error *virtual_value(struct ij_debugger *d, const struct ij_datum *datum,
				      const struct ij_cmember *base, struct ij_datum **ret)
{
	const struct ij_cmember start = {.type = base->type};
	struct ij_datum *part;
	uint64_t table;
	int64_t off;
	struct ij_error *err;

	IJ_TRY(make(d, datum, &start, &part));
	err = part->val.place == IJ_VAL_TARGET && base->vbase_off
		      ? ij_debugger_read(d, part->val.addr, &table, sizeof(table))
		      : ij_error_new(NOTFOUND, "nothing tells where a virtual base is");
	if (!err)
		err = ij_debugger_read(d, table - base->vbase_off, &off, sizeof(off));
	if (err) {
		ij_datum_free(part);
		return err;
	}
	part->val.addr += (uint64_t)off;
	part->val.bytes = NULL;
	*ret = part;
	return NULL;
}

struct ij_error *ij_datum_member_value(struct ij_debugger *d, const struct ij_datum *datum,
				       size_t idx, struct ij_datum **ret)
{
	const struct ij_ctype *type = aggregate_of(datum);
	const struct ij_cstatic *other;
	const struct ij_cmember *data;

	if (!type || !member_at(type, idx, &data, &other))
		return ij_error_new(NOTFOUND, "there is no member %zu", idx);
	if (other)
		return static_value(d, type, other, ret);
	return data->is_virtual ? virtual_value(d, datum, data, ret) : make(d, datum, data, ret);
}
