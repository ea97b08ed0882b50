/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What classes of C++ have besides members at a fixed place: static members, members of virtual
 * bases, names with a class before them, pointers to members. */
#include "lang/eval_class.h"

#include <string.h>

#include "lang/eval_call.h"

/* Where the virtual base @base of the object at @addr is (Itanium C++ ABI, 2.5.2). */
static struct ij_error *virtual_at(struct ij_eval *ev, const struct ij_cmember *base, uint64_t addr,
				   uint64_t *ret, bool *found)
{
	uint64_t table;
	int64_t off;

	*found = base->vbase_off;
	*ret = addr;
	if (!*found || ev->dry)
		return NULL;
	IJ_TRY(ev->host->read(ev->host, addr, &table, sizeof(table)));
	IJ_TRY(ev->host->read(ev->host, table - base->vbase_off, &off, sizeof(off)));
	*ret = addr + (uint64_t)off;
	return NULL;
}

/* The object that @base of @object is. @found: false: nobody's memory has it. */
static struct ij_error *base_object(struct ij_eval *ev, const struct ij_val *object,
				    const struct ij_cmember *base, struct ij_val *ret, bool *found)
{
	*found = true;
	if (!base->is_virtual)
		return ij_eval_part(ev, object, base, ret);
	*ret = (struct ij_val){.type = base->type, .place = object->place};
	if (object->place != IJ_VAL_TARGET) {
		*found = false;
		return NULL;
	}
	return virtual_at(ev, base, object->addr, &ret->addr, found);
}

/* `Class::x` as the host knows it. */
static struct ij_error *named(struct ij_eval *ev, const struct ij_ctype *type, const char *name,
			      struct ij_val *ret, bool *found)
{
	struct ij_host_name whole = {.name = NULL};
	IJ_STRBUF_AUTO text = {0};

	ij_strbuf_printf(&text, "%s::%s", type->name, name);
	IJ_TRY(ij_strbuf_error(&text));
	whole.name = text.str;
	return ev->host->lookup(ev->host, &whole, ev->arena, ret, found);
}

static struct ij_error *static_in(struct ij_eval *ev, const struct ij_ctype *type, const char *name,
				  struct ij_val *ret, bool *found)
{
	const struct ij_cclass *own;

	IJ_TRY(ij_ctype_class(type, &own));
	if (!own || !type->name)
		return NULL;
	IJ_VEC_EACH (&own->statics, it)
		if (!strcmp(it->name, name))
			return named(ev, type, name, ret, found);
	return NULL;
}

static struct ij_error *find(struct ij_eval *ev, const struct ij_val *object, const char *name,
			     unsigned depth, struct ij_val *ret, bool *found)
{
	const struct ij_ctype *type = ij_ctype_strip(object->type);
	struct ij_cmember member;
	struct ij_error *err;

	if (depth > IJ_CT_DEPTH_MAX || !ij_ctype_is_aggregate(type))
		return NULL;
	err = ij_ctype_member(type, name, &member);
	if (!err) {
		*found = true;
		return ij_eval_part(ev, object, &member, ret);
	}
	if (err->code != IJ_ERR_NOTFOUND)
		return err;
	ij_error_free(err);
	IJ_TRY(static_in(ev, type, name, ret, found));
	for (size_t i = 0; i < type->members.len && !*found; i++) {
		struct ij_val inner;
		bool there;

		if (!type->members.items[i].is_base)
			continue;
		IJ_TRY(base_object(ev, object, &type->members.items[i], &inner, &there));
		if (there)
			IJ_TRY(find(ev, &inner, name, depth + 1, ret, found));
	}
	return NULL;
}

struct ij_error *ij_eval_member_of(struct ij_eval *ev, const struct ij_val *object,
				   const char *name, struct ij_val *ret, bool *found)
{
	*found = false;
	return find(ev, object, name, 0, ret, found);
}

struct ij_error *ij_eval_implicit(struct ij_host *host, struct ij_arena *arena,
				  const struct ij_val *this, const char *name, struct ij_val *ret,
				  bool *found)
{
	const struct ij_ctype *type = ij_ctype_strip(this->type);
	struct ij_eval ev = {.host = host, .arena = arena, .text = name, .dry = host->dry};
	struct ij_val object = {.place = IJ_VAL_TARGET};

	*found = false;
	if (type->kind != IJ_CT_POINTER || !ij_ctype_is_aggregate(type->target))
		return NULL;
	object.type = type->target;
	object.addr = ij_val_address(this);
	return ij_eval_member_of(&ev, &object, name, ret, found);
}

/* Where the last `::` is that stands outside of a template's arguments. NULL: nowhere. */
static const char *last_scope(const char *name)
{
	const char *last = NULL;
	unsigned depth = 0;

	for (const char *c = name; *c; c++) {
		depth += *c == '<';
		depth -= *c == '>' && depth;
		if (!depth && c > name && c[0] == ':' && c[1] == ':')
			last = c++;
	}
	return last;
}

bool ij_eval_has_scope(const char *name)
{
	return last_scope(name);
}

/* "ns::Class" of "ns::Class::x". NULL: it has no such part. */
static const char *scope_of(struct ij_eval *ev, const char *name, const char **last_ret)
{
	const char *last = last_scope(name);

	if (!last)
		return NULL;
	*last_ret = last + 2;
	return ij_arena_text(ev->arena, name, (size_t)(last - name));
}

struct ij_error *ij_eval_class_before(struct ij_eval *ev, const char *name, const char **last_ret,
				      const struct ij_ctype **ret)
{
	const char *scope = scope_of(ev, name, last_ret);

	*ret = NULL;
	if (!scope)
		return NULL;
	IJ_TRY(ev->host->type(ev->host, 0, scope, ret));
	if (!*ret || !ij_ctype_is_aggregate(*ret)) {
		*ret = NULL;
		return NULL;
	}
	return ij_ctype_complete(*ret);
}

static struct ij_error *static_of(struct ij_eval *ev, const struct ij_ctype *type, const char *name,
				  unsigned depth, struct ij_val *ret, bool *found)
{
	type = ij_ctype_strip(type);
	if (depth > IJ_CT_DEPTH_MAX || !ij_ctype_is_aggregate(type))
		return NULL;
	IJ_TRY(ij_ctype_complete(type));
	IJ_TRY(static_in(ev, type, name, ret, found));
	IJ_VEC_EACH (&type->members, it)
		if (it->is_base && !*found)
			IJ_TRY(static_of(ev, it->type, name, depth + 1, ret, found));
	return NULL;
}

struct ij_error *ij_eval_scoped(struct ij_eval *ev, const char *name, struct ij_val *ret,
				bool *found)
{
	const struct ij_ctype *type;
	struct ij_val object = {.place = IJ_VAL_TARGET};
	const char *last;

	*found = false;
	IJ_TRY(ij_eval_class_before(ev, name, &last, &type));
	if (!type)
		return NULL;
	IJ_TRY(static_of(ev, type, last, 0, ret, found));
	if (*found)
		return NULL;
	object.type = type;
	return ev->host->method(ev->host, &object, last, NULL, SIZE_MAX, ev->arena, ret, found);
}

/* The type "pointer to a member of @owner that is a @target". */
static struct ij_error *pointer_type(struct ij_eval *ev, const struct ij_ctype *owner,
				     const struct ij_ctype *target, struct ij_ctype **ret)
{
	IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_MEMBER, ret));
	(*ret)->owner = owner;
	(*ret)->target = target;
	(*ret)->size = target->kind == IJ_CT_FUNCTION ? 16 : 8;
	return NULL;
}

struct ij_error *ij_eval_member_pointer(struct ij_eval *ev, const char *name, struct ij_val *ret,
					bool *found)
{
	const struct ij_ctype *owner;
	struct ij_val function = {.type = NULL};
	struct ij_cmember member;
	struct ij_ctype *type;
	struct ij_error *err;
	uint64_t words[2] = {0};
	const char *last;

	*found = false;
	IJ_TRY(ij_eval_class_before(ev, name, &last, &owner));
	if (!owner)
		return NULL;
	err = ij_ctype_member(owner, last, &member);
	if (!err && !member.bit_size) {
		IJ_TRY(pointer_type(ev, owner, member.type, &type));
		*found = true;
		return ij_val_make(ev->arena, type, &member.off, ret);
	}
	if (err && err->code != IJ_ERR_NOTFOUND)
		return err;
	ij_error_free(err);
	IJ_TRY(ij_eval_scoped(ev, name, &function, found));
	if (!*found || ij_ctype_strip(function.type)->kind != IJ_CT_FUNCTION ||
	    !function.type->params.len || !function.type->params.items[0].is_artificial) {
		*found = false;
		return NULL;
	}
	IJ_TRY(pointer_type(ev, owner, function.type, &type));
	words[0] = function.func && function.func->is_virtual ? 1 + 8 * function.func->slot
							      : function.addr;
	return ij_val_make(ev->arena, type, words, ret);
}

/* Whether @to is a base of @from, virtual or not; @addr: of the object, then of the base. */
static struct ij_error *to_base(struct ij_eval *ev, const struct ij_ctype *from,
				const struct ij_ctype *to, unsigned depth, uint64_t *addr,
				bool *found)
{
	from = ij_ctype_strip(from);
	*found = ij_ctype_same(from, to);
	if (*found || depth > IJ_CT_DEPTH_MAX || !ij_ctype_is_aggregate(from))
		return NULL;
	IJ_TRY(ij_ctype_complete(from));
	for (size_t i = 0; i < from->members.len && !*found; i++) {
		const struct ij_cmember *it = &from->members.items[i];
		uint64_t inner = *addr + it->off;
		bool there = true;

		if (!it->is_base)
			continue;
		if (it->is_virtual)
			IJ_TRY(virtual_at(ev, it, *addr, &inner, &there));
		if (!there)
			continue;
		IJ_TRY(to_base(ev, it->type, to, depth + 1, &inner, found));
		if (*found)
			*addr = inner;
	}
	return NULL;
}

struct ij_error *ij_eval_to_base(struct ij_eval *ev, const struct ij_ctype *from,
				 const struct ij_ctype *to, uint64_t *addr, bool *found)
{
	return to_base(ev, from, to, 0, addr, found);
}

/* `object.*pointer`: of data what is there, of a function that function. */
struct ij_error *ij_eval_pointed_member(struct ij_eval *ev, const struct ij_node *node,
					const struct ij_val *object, struct ij_val *ret)
{
	const struct ij_ctype *type;
	struct ij_cmember member;
	struct ij_val pointer;
	uint64_t off;

	IJ_TRY(ij_eval_value(ev, node->b, &pointer));
	type = ij_ctype_strip(pointer.type);
	if (type->kind != IJ_CT_MEMBER || type->size != sizeof(off))
		return ij_eval_error(ev, node, TYPE,
				     "'.*' takes a pointer to a member's data, this is %s",
				     ij_type_shown(pointer.type).str);
	memcpy(&off, pointer.bytes, sizeof(off));
	if (off == UINT64_MAX || off > ij_ctype_strip(object->type)->size ||
	    ij_ctype_strip(type->target)->size > ij_ctype_strip(object->type)->size - off)
		return ij_eval_error(ev, node, TYPE, "%s",
				     "the pointer points to no member of this");
	member = (struct ij_cmember){.type = type->target, .off = off};
	IJ_TRY(ij_eval_part(ev, object, &member, ret));
	return ij_eval_dereference(ev, node, ret);
}
