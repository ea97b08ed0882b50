/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects of classes as gdb 13 prints them (gdb/cp-valprint.c): base classes, virtual ones once,
 * static members, pointers to members (gdb/gnu-v3-abi.c). */
#include <string.h>

#include "lang/eval.h"
#include "lang/show_internal.h"

/* The member of @list that equals @one, or its place behind the end. */
static bool was_seen(const struct ij_show_seen *list, uint64_t one)
{
	IJ_VEC_EACH (list, it)
		if (*it == one)
			return true;
	return false;
}

/* Where the virtual base @base of @val is, from it; false: nothing tells. */
static bool base_off(struct ij_shower *sh, const struct ij_val *val, const struct ij_cmember *base,
		     int64_t *ret)
{
	uint64_t table;
	struct ij_error *err;

	if (!base->vbase_off || ij_ctype_strip(val->type)->size < sizeof(table))
		return false;
	memcpy(&table, val->bytes, sizeof(table));
	err = sh->host->read(sh->host, table - base->vbase_off, ret, sizeof(*ret));
	ij_error_free(err);
	return !err;
}

/* The part of @val that the virtual base @base is; NULL bytes: it cannot be told. */
static struct ij_error *virtual_base(struct ij_shower *sh, const struct ij_val *val,
				     const struct ij_cmember *base, struct ij_val *ret)
{
	uint64_t size = ij_ctype_strip(base->type)->size;
	uint64_t whole = ij_ctype_strip(val->type)->size;
	struct ij_error *err;
	int64_t off;

	*ret = (struct ij_val){.type = base->type, .place = val->place};
	if (!base_off(sh, val, base, &off))
		return NULL;
	ret->addr = val->addr + (uint64_t)off;
	if (off >= 0 && size <= whole && (uint64_t)off <= whole - size) {
		ret->bytes = val->bytes + off;
		return NULL;
	}
	if (val->place != IJ_VAL_TARGET)
		return NULL;
	ret->bytes = ij_arena_alloc(&sh->arena, size ? size : 1);
	if (!ret->bytes)
		return ij_error_nomem();
	err = sh->host->read(sh->host, ret->addr, ret->bytes, size);
	if (err)
		ret->bytes = NULL;
	ij_error_free(err);
	return NULL;
}

static struct ij_error *base(struct ij_shower *sh, const struct ij_val *val,
			     const struct ij_cmember *base)
{
	struct ij_val one = ij_show_part(val, base);

	if (base->is_virtual) {
		uint64_t id = (uintptr_t)ij_ctype_strip(base->type);

		if (was_seen(&sh->bases, id))
			return NULL;
		IJ_TRY(ij_vec_push(&sh->bases, id));
		IJ_TRY(ij_ctype_complete(base->type));
		IJ_TRY(virtual_base(sh, val, base, &one));
	}
	if (sh->how.pretty)
		ij_show_indent(sh);
	ij_strbuf_printf(sh->out, "<%s> = ", base->name ? base->name : "");
	if (one.bytes)
		IJ_TRY(ij_show_any(sh, &one));
	else
		ij_strbuf_puts(sh->out, "<invalid address>");
	ij_strbuf_puts(sh->out, ", ");
	return NULL;
}

static void separate(struct ij_shower *sh, const struct ij_ctype *type, bool bases, bool *any)
{
	if (*any)
		ij_strbuf_puts(sh->out, sh->how.pretty ? "," : ", ");
	else if (bases && sh->how.pretty) {
		ij_show_indent(sh);
		ij_strbuf_printf(sh->out, "members of %s:", type->name ? type->name : "");
	}
	*any = true;
	if (sh->how.pretty)
		ij_show_indent(sh);
}

/* What is static is shown once, for it may be of the class itself. */
static struct ij_error *static_value(struct ij_shower *sh, struct ij_val *val)
{
	static const char again[] = "<same as static member of an already seen type>";
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	uint64_t id = type->kind == IJ_CT_STRUCT ? val->addr : (uintptr_t)type->target;
	uint64_t size = type->kind == IJ_CT_REFERENCE ? sizeof(ij_addr) : type->size;
	struct ij_error *err;

	if (type->kind == IJ_CT_STRUCT || type->kind == IJ_CT_ARRAY) {
		if (was_seen(&sh->statics, id)) {
			ij_strbuf_puts(sh->out, again);
			return NULL;
		}
		IJ_TRY(ij_vec_push(&sh->statics, id));
	}
	if (!val->bytes) {
		val->bytes = ij_arena_alloc(&sh->arena, size ? size : 1);
		if (!val->bytes)
			return ij_error_nomem();
		err = sh->host->read(sh->host, val->addr, val->bytes, size);
		if (err) {
			ij_error_free(err);
			ij_strbuf_printf(sh->out,
					 "<error reading variable: Cannot access memory at address "
					 "0x%llx>",
					 (unsigned long long)val->addr);
			return NULL;
		}
	}
	sh->in_static = true;
	return ij_show_any(sh, val);
}

static struct ij_error *static_member(struct ij_shower *sh, const struct ij_ctype *type,
				      const struct ij_cstatic *member)
{
	IJ_STRBUF_AUTO whole = {0};
	struct ij_host_name name = {.name = NULL};
	struct ij_val val = {.type = member->type};
	bool found = false;
	struct ij_error *err;

	ij_strbuf_printf(&whole, "%s::%s", type->name ? type->name : "", member->name);
	IJ_TRY(ij_strbuf_error(&whole));
	name.name = whole.str;
	err = sh->host->lookup(sh->host, &name, &sh->arena, &val, &found);
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	ij_strbuf_printf(sh->out, "static %s = ", member->name);
	if (err || !found) {
		ij_strbuf_puts(sh->out, "<optimized out>");
		return NULL;
	}
	IJ_TRY(ij_ctype_complete(val.type));
	return static_value(sh, &val);
}

static struct ij_error *data(struct ij_shower *sh, const struct ij_val *val,
			     const struct ij_cmember *member)
{
	struct ij_val one = ij_show_part(val, member);
	unsigned depth = sh->how.depth;
	struct ij_error *err;

	if (member->name) {
		ij_strbuf_printf(sh->out, "%s = ", member->name);
		return ij_show_any(sh, &one);
	}
	/* What has no name is as deep as what it is in. */
	sh->how.depth += sh->how.depth < UINT32_MAX;
	err = ij_show_any(sh, &one);
	sh->how.depth = depth;
	return err;
}

static struct ij_error *fields(struct ij_shower *sh, const struct ij_val *val, bool bases)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	const struct ij_cclass *own = NULL;
	bool any = false;
	size_t j = 0;

	if (sh->how.statics)
		IJ_TRY(ij_ctype_class(type, &own));
	for (size_t i = 0; i <= type->members.len; i++) {
		for (; own && j < own->statics.len && own->statics.items[j].before <= i; j++) {
			separate(sh, type, bases, &any);
			IJ_TRY(static_member(sh, type, &own->statics.items[j]));
		}
		if (i == type->members.len || type->members.items[i].is_base)
			continue;
		separate(sh, type, bases, &any);
		IJ_TRY(data(sh, val, &type->members.items[i]));
	}
	if (!any)
		ij_strbuf_puts(sh->out, "<No data fields>");
	else if (sh->how.pretty) {
		sh->depth--;
		ij_show_indent(sh);
		sh->depth++;
	}
	return NULL;
}

struct ij_error *ij_show_class(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	bool fresh = !sh->in_static, bases = false;
	size_t statics = sh->statics.len, seen = sh->bases.len;
	struct ij_error *err = NULL;

	sh->in_static = false;
	ij_strbuf_puts(sh->out, "{");
	IJ_VEC_EACH (&type->members, it) {
		if (err || !it->is_base)
			continue;
		bases = true;
		err = base(sh, val, it);
	}
	/* Of an object within another the virtual bases are its own. */
	if (!err)
		err = fields(sh, val, bases);
	if (sh->depth <= 1)
		sh->bases.len = seen;
	if (fresh)
		sh->statics.len = statics;
	ij_strbuf_puts(sh->out, "}");
	return err;
}

/* The virtual function at entry @slot of the table of @type, or of its base at @off. */
static const struct ij_cmethod *virtual_at(const struct ij_ctype *type, uint64_t slot, uint64_t off,
					   unsigned depth)
{
	const struct ij_cclass *own = NULL;
	struct ij_error *err;

	type = ij_ctype_strip(type);
	err = ij_ctype_class(type, &own);
	ij_error_free(err);
	if (err || depth > IJ_CT_DEPTH_MAX)
		return NULL;
	if (own)
		IJ_VEC_EACH (&own->methods, it)
			if (it->is_virtual && it->slot == slot && it->shown)
				return it;
	IJ_VEC_EACH (&type->members, it) {
		uint64_t size = ij_ctype_strip(it->type)->size;
		const struct ij_cmethod *found;

		if (!it->is_base || it->is_virtual || off < it->off || off >= it->off + size)
			continue;
		found = virtual_at(it->type, slot, off - it->off, depth + 1);
		if (found)
			return found;
	}
	return NULL;
}

/* A pointer to a function of a class: its address, or 1 and the offset in the virtual table; and
 * what is added to `this` (Itanium C++ ABI, 2.3). */
static struct ij_error *method_pointer(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	const struct ij_cmethod *method;
	uint64_t words[2];

	memcpy(words, val->bytes, sizeof(words));
	if (!words[0]) {
		ij_strbuf_puts(sh->out, "NULL");
		return NULL;
	}
	if (words[0] & 1) {
		method = virtual_at(type->owner, (words[0] - 1) / 8, words[1], 0);
		if (method) {
			ij_strbuf_printf(sh->out, "&virtual %s", method->shown);
			return NULL;
		}
		ij_strbuf_printf(sh->out, "&virtual table offset %lld", (long long)(words[0] - 1));
	} else {
		ij_strbuf_puts(sh->out, "(");
		ij_ctype_text(val->type, NULL, sh->out);
		ij_strbuf_printf(sh->out, ") 0x%llx", (unsigned long long)words[0]);
		ij_show_symbol(sh, words[0], " ");
	}
	if (words[1])
		ij_strbuf_printf(sh->out, ", this adjustment %lld", (long long)words[1]);
	return NULL;
}

/* A pointer to data of a class: which it is (Itanium C++ ABI, 2.3). */
struct ij_error *ij_show_member_pointer(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	const struct ij_ctype *owner = ij_ctype_strip(type->owner);
	uint64_t off;

	if (type->size == 2 * sizeof(off))
		return method_pointer(sh, val);
	if (type->size != sizeof(off)) {
		ij_show_raw(sh, val);
		return NULL;
	}
	memcpy(&off, val->bytes, sizeof(off));
	if (off == UINT64_MAX) {
		ij_strbuf_puts(sh->out, "NULL");
		return NULL;
	}
	for (unsigned depth = 0; depth < IJ_CT_DEPTH_MAX; depth++) {
		const struct ij_cmember *base = NULL;

		IJ_TRY(ij_ctype_complete(owner));
		IJ_VEC_EACH (&owner->members, it) {
			if (it->is_base && off >= it->off &&
			    off - it->off < ij_ctype_strip(it->type)->size)
				base = base ? base : it;
			if (it->off != off || it->is_base || !it->name)
				continue;
			ij_strbuf_printf(sh->out, "&%s::%s", owner->name ? owner->name : "",
					 it->name);
			return NULL;
		}
		if (!base)
			break;
		off -= base->off;
		owner = ij_ctype_strip(base->type);
	}
	ij_strbuf_printf(sh->out, "%llu", (unsigned long long)off);
	return NULL;
}

/* A reference: where that is, and with how.follow what is there. */
struct ij_error *ij_show_reference(struct ij_shower *sh, const struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);
	struct ij_val at = {
		.type = type->target, .place = IJ_VAL_TARGET, .addr = ij_val_address(val)};
	bool follow = sh->how.follow && !sh->depth, bare = sh->how.no_type;
	uint64_t size;
	struct ij_error *err;

	if (follow && !bare) {
		ij_strbuf_puts(sh->out, "(");
		ij_ctype_text(val->type, NULL, sh->out);
		ij_strbuf_puts(sh->out, ") ");
	}
	if (!sh->how.no_address)
		ij_strbuf_printf(sh->out, "@0x%llx%s", (unsigned long long)at.addr,
				 follow ? ": " : "");
	if (!follow)
		return NULL;
	IJ_TRY(ij_ctype_complete(at.type));
	size = ij_ctype_strip(at.type)->size;
	at.bytes = ij_arena_alloc(&sh->arena, size ? size : 1);
	if (!at.bytes)
		return ij_error_nomem();
	err = size ? sh->host->read(sh->host, at.addr, at.bytes, size) : NULL;
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	if (err) {
		ij_error_free(err);
		ij_strbuf_printf(sh->out, "<error: Cannot access memory at address 0x%llx>",
				 (unsigned long long)at.addr);
		return NULL;
	}
	sh->how.no_type = true;
	err = ij_show_any(sh, &at);
	sh->how.no_type = bare;
	return err;
}
