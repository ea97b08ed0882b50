/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What declarations mean: structs, unions and enums laid out as the psABI AMD64 1.0, 3.1.2, has it,
 * typedefs and functions. */
#include <string.h>

#include "lang/eval.h"

enum { ALIGN_MAX = 1 << 16, SIZE_MAX_BYTES = 1 << 30 };

/* A constant of an attribute or of a bit-field, from @least to @most. */
static struct ij_error *number(struct ij_eval *ev, const struct ij_node *node, int64_t least,
			       int64_t most, int64_t *ret)
{
	struct ij_val val;

	IJ_TRY(ij_eval_value(ev, node, &val));
	if (!ij_ctype_is_integer(val.type) || ij_val_integer(&val) < least ||
	    ij_val_integer(&val) > most)
		return ij_eval_error(ev, node, TYPE, "a constant from %lld to %lld must stand here",
				     (long long)least, (long long)most);
	*ret = (int64_t)ij_val_integer(&val);
	return NULL;
}

/* A struct on its way. */
struct layout {
	struct ij_eval *ev;
	struct ij_ctype *type;
	bool is_packed;
	uint64_t bits; /* where the next member may begin */
	uint64_t size; /* of a union: of the largest */
	uint32_t align;
};

static uint64_t round_up(uint64_t value, uint64_t to)
{
	return (value + to - 1) / to * to;
}

/* What alignment the attributes of a member, or of a type itself, ask for; 0: none. */
static struct ij_error *asked_align(struct ij_eval *ev, const struct ij_node *node, uint32_t *ret)
{
	int64_t value = 0;

	if (node)
		IJ_TRY(number(ev, node, 1, ALIGN_MAX, &value));
	if (value & (value - 1))
		return ij_eval_error(ev, node, TYPE, "%s", "an alignment is a power of two");
	*ret = (uint32_t)value;
	return NULL;
}

static struct ij_error *bit_field(struct layout *l, const struct ij_tname *name, uint32_t align,
				  struct ij_cmember *member)
{
	const struct ij_ctype *bare = ij_ctype_strip(member->type);
	uint64_t unit = bare->size * 8;
	int64_t width;

	if (!ij_ctype_is_integer(bare) || bare->size > 8)
		return ij_eval_error(l->ev, name, TYPE, "%s", "a bit-field is an integer");
	IJ_TRY(number(l->ev, name->bits, 0, (int64_t)unit, &width));
	if (!width)
		l->bits = round_up(l->bits, unit);
	else if (!l->is_packed && l->bits / unit != (l->bits + (uint64_t)width - 1) / unit)
		l->bits = round_up(l->bits, unit);
	unit = l->is_packed ? 8 : unit;
	member->off = l->bits / unit * unit / 8;
	member->bit_off = (uint32_t)(l->bits - member->off * 8);
	member->bit_size = (uint32_t)width;
	if (member->name && align > l->align)
		l->align = align;
	l->bits += (uint64_t)width;
	return NULL;
}

static struct ij_error *add_member(struct layout *l, const struct ij_tname *name)
{
	struct ij_cmember member = {.name = NULL};
	const struct ij_ctype *bare;
	uint32_t align, asked, outer;

	IJ_TRY(ij_eval_type(l->ev, name, &member.type));
	bare = ij_ctype_strip(member.type);
	if (bare->is_incomplete || bare->kind == IJ_CT_FUNCTION || bare->kind == IJ_CT_VOID ||
	    bare->kind == IJ_CT_OTHER)
		return ij_eval_error(l->ev, name, TYPE, "a member of type %s has no size",
				     ij_type_shown(member.type).str);
	if (name->declared)
		IJ_TRY(ij_ctypes_text(l->ev->host->types, name->declared, strlen(name->declared),
				      &member.name));
	else if (!name->bits && !ij_ctype_is_aggregate(bare))
		return NULL; /* it declares nothing */
	IJ_TRY(ij_ctype_align(member.type, &align));
	IJ_TRY(asked_align(l->ev, name->outer.align, &outer));
	IJ_TRY(asked_align(l->ev, name->body ? NULL : name->attrs.align, &asked));
	if (l->is_packed || name->outer.is_packed)
		align = 1;
	align = asked > align ? asked : align;
	align = outer > align ? outer : align;
	if (l->type->kind == IJ_CT_UNION)
		l->bits = 0;
	if (name->bits) {
		IJ_TRY(bit_field(l, name, align, &member));
	} else {
		member.off = round_up(l->bits, align * 8ull) / 8;
		l->bits = (member.off + bare->size) * 8;
		l->align = align > l->align ? align : l->align;
	}
	if (l->bits / 8 > SIZE_MAX_BYTES)
		return ij_eval_error(l->ev, name, LIMIT, "a struct of over %d bytes",
				     SIZE_MAX_BYTES);
	if ((l->bits + 7) / 8 > l->size)
		l->size = (l->bits + 7) / 8;
	if (name->bits && (!member.name || !member.bit_size))
		return NULL;
	return ij_vec_push(&l->type->members, member);
}

static struct ij_error *lay_out(struct ij_eval *ev, const struct ij_tname *name,
				struct ij_ctype *type)
{
	struct layout l = {.ev = ev, .type = type, .is_packed = name->attrs.is_packed, .align = 1};
	uint32_t asked;

	for (const struct ij_tname *it = name->body->members; it; it = it->next)
		IJ_TRY(add_member(&l, it));
	IJ_TRY(asked_align(ev, name->attrs.align, &asked));
	type->align = asked > l.align ? asked : l.align;
	type->size = round_up(l.size, type->align);
	return NULL;
}

static struct ij_error *constants(struct ij_eval *ev, const struct ij_tname *name,
				  struct ij_ctype *type)
{
	struct ij_cenumerator one = {.value = 0};
	bool negative = false;

	for (const struct ij_tname *it = name->body->members; it; it = it->next, one.value++) {
		if (it->bits)
			IJ_TRY(number(ev, it->bits, INT32_MIN, UINT32_MAX, &one.value));
		negative |= one.value < 0;
		IJ_TRY(ij_ctypes_text(ev->host->types, it->declared, strlen(it->declared),
				      &one.name));
		IJ_TRY(ij_vec_push(&type->enumerators, one));
	}
	type->target = ij_cbase(negative ? IJ_CBASE_INT : IJ_CBASE_UINT);
	type->size = type->target->size;
	type->is_flags = ij_ctype_is_flags(type);
	return NULL;
}

static struct ij_error *fill(struct ij_eval *ev, const struct ij_tname *name, struct ij_ctype *type)
{
	IJ_TRY(name->tag == 'e' ? constants(ev, name, type) : lay_out(ev, name, type));
	type->is_incomplete = false;
	return NULL;
}

struct ij_error *ij_eval_body(struct ij_eval *ev, const struct ij_tname *name,
			      const struct ij_ctype **ret)
{
	struct ij_ctype *type;

	if (!name->body->made && name->name)
		IJ_TRY(ev->host->type(ev->host, name->tag, name->name, &name->body->made));
	if (name->body->made) {
		*ret = name->body->made;
		return NULL;
	}
	IJ_TRY(ij_ctypes_new(ev->host->types,
			     name->tag == 's'   ? IJ_CT_STRUCT
			     : name->tag == 'u' ? IJ_CT_UNION
						: IJ_CT_ENUM,
			     &type));
	type->is_incomplete = true;
	if (name->name)
		IJ_TRY(ij_ctypes_text(ev->host->types, name->name, strlen(name->name),
				      &type->name));
	name->body->made = type;
	*ret = type;
	return fill(ev, name, type);
}

struct ij_error *ij_eval_vector(struct ij_eval *ev, const struct ij_tname *name,
				const struct ij_ctype **type)
{
	const struct ij_node *node = name->outer.vector ? name->outer.vector : name->attrs.vector;
	const struct ij_ctype *element = ij_ctype_strip(*type);
	struct ij_ctype *vector;
	int64_t size;

	IJ_TRY(number(ev, node, 1, 1 << 16, &size));
	if (!ij_ctype_is_arithmetic(element) || !element->size || (uint64_t)size % element->size ||
	    size & (size - 1))
		return ij_eval_error(ev, name, TYPE, "no vector of %lld bytes is made of %s",
				     (long long)size, ij_type_shown(element).str);
	IJ_TRY(ij_ctypes_new(ev->host->types, IJ_CT_VECTOR, &vector));
	vector->size = (uint64_t)size;
	vector->count = vector->size / element->size;
	vector->has_count = true;
	vector->target = *type;
	*type = vector;
	return NULL;
}

struct work {
	struct ij_ast ast;
	struct ij_arena arena;
	struct ij_eval ev;
	bool dry; /* the host, before */
};

static struct ij_error *begin(struct ij_host *host, const char *text, struct work *work)
{
	struct ij_error *err = ij_ast_declaration(text, NULL, &work->ast);

	work->dry = host->dry;
	work->arena = (struct ij_arena){0};
	work->ev = (struct ij_eval){.host = host,
				    .arena = &work->arena,
				    .text = work->ast.text,
				    .toks = &work->ast.toks,
				    .declaring = true,
				    .dry = true};
	return err;
}

static void end(struct work *work)
{
	work->ev.host->dry = work->dry;
	ij_ast_deinit(&work->ast);
	ij_arena_deinit(&work->arena);
	ij_vec_deinit(&work->ev.literals);
}

struct ij_error *ij_eval_declared(struct ij_host *host, const char *text, const char *name,
				  const struct ij_ctype **ret)
{
	const struct ij_tname *it;
	struct ij_error *err;
	struct work work;

	IJ_TRY(begin(host, text, &work));
	it = work.ast.declared;
	while (it && (!it->declared || strcmp(it->declared, name)))
		it = it->next;
	err = it ? ij_eval_type(&work.ev, it, ret)
		 : ij_error_new(NOTFOUND, "%s is not declared by %s", name, text);
	/* A type of its own alignment has no place among ours. */
	if (!err && it && it->outer.align)
		err = ij_eval_error(&work.ev, it, UNSUPPORTED, "%s is aligned in its own way",
				    name);
	end(&work);
	return err;
}

struct ij_error *ij_eval_define(struct ij_host *host, const char *text, struct ij_ctype *into)
{
	struct ij_error *err;
	struct work work;

	IJ_TRY(begin(host, text, &work));
	err = work.ast.declared->body
		      ? fill(&work.ev, work.ast.declared, into)
		      : ij_error_new(TYPE, "%s defines no type", ij_quote(text, strlen(text)).str);
	end(&work);
	return err;
}
