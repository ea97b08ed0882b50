/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Types with all that they consist of, in the form of gdb's ptype (gdb/typeprint.c, c-typeprint.c).
 */
#include <string.h>

#include "base/arena.h"
#include "types/ctype_methods.h"
#include "types/ctype_offsets.h"

enum { TEXT_MAX = 1024 * 1024, GROUPED_MAX = 4096 };

/* How it is shown, and what types are called there. */
struct defining {
	const struct ij_ctype_how *how;
	struct ij_strbuf *out;
	const struct ij_ctype_names *names; /* or NULL */
	struct ij_offsets offsets;
	int show; /* gdb's: what is in members that have no name is shown while it is over 0 */
};

static const char *tag_of(const struct ij_ctype *type)
{
	return type->kind == IJ_CT_UNION  ? "union"
	       : type->kind == IJ_CT_ENUM ? "enum"
	       : type->is_class           ? "class"
					  : "struct";
}

/* The flags of a register, and where they are (gdb/c-typeprint.c). */
static void bits(const struct ij_ctype *type, struct ij_strbuf *out)
{
	ij_strbuf_printf(out, "flag %s {\n", type->name);
	IJ_VEC_EACH (&type->enumerators, it)
		ij_strbuf_printf(out, "    bool %s%s@%d;\n", it->name ? it->name : "",
				 it->name ? " " : "", __builtin_ctzll((uint64_t)it->value));
	ij_strbuf_puts(out, "}");
}

static struct ij_error *body(const struct defining *d, const struct ij_ctype *type,
			     unsigned indent);

static bool has_body(const struct ij_ctype *type)
{
	return type->kind == IJ_CT_STRUCT || type->kind == IJ_CT_UNION || type->kind == IJ_CT_ENUM;
}

/* The struct at the heart of @type, past pointers, arrays and what functions return. */
static const struct ij_ctype *heart(const struct ij_ctype *type)
{
	for (unsigned depth = 0; depth < IJ_CT_DEPTH_MAX && type->target; depth++) {
		if (has_body(type))
			break;
		type = type->target;
	}
	return type;
}

/* @type with the text of its heart replaced by @inner. */
static struct ij_error *around(const struct ij_ctype *type, const char *name,
			       const struct ij_ctype *core, const char *inner,
			       struct ij_strbuf *out)
{
	IJ_STRBUF_AUTO plain = {0}, whole = {0};
	const char *at;

	ij_ctype_text(core, NULL, &plain);
	ij_ctype_text(type, name, &whole);
	IJ_TRY(ij_strbuf_error(&plain));
	IJ_TRY(ij_strbuf_error(&whole));
	at = strstr(ij_strbuf_get(&whole), ij_strbuf_get(&plain));
	if (!at) {
		ij_strbuf_puts(out, ij_strbuf_get(&whole));
		return NULL;
	}
	ij_strbuf_add(out, whole.str, (size_t)(at - whole.str));
	ij_strbuf_puts(out, inner);
	ij_strbuf_puts(out, at + plain.len);
	return NULL;
}

/* @type as that of @name; what has no name of its own is written out where it is used. */
static struct ij_error *declare(const struct defining *d, const struct ij_ctype *type,
				const char *name, const struct ij_ctype_names *names, bool expand,
				unsigned indent)
{
	const struct ij_ctype *core = heart(type);

	if (has_body(core) && (core->name ? expand : d->show > 0)) {
		IJ_STRBUF_AUTO inner = {0};
		struct defining nested = *d;

		nested.show -= expand ? 0 : 1;
		nested.out = &inner;
		nested.names = names;
		IJ_TRY(body(&nested, core, indent));
		return around(type, name, core, ij_strbuf_get(&inner), d->out);
	}
	ij_ctype_text_by(type, name, names, d->out);
	return NULL;
}

static void spaces(const struct defining *d, unsigned count)
{
	ij_strbuf_printf(d->out, "%*s", (int)(count + ij_offsets_width(&d->offsets)), "");
}

/* "public:", where it changes. @last: of what was written before; -1: nothing. */
static void label(const struct defining *d, enum ij_caccess access, int *last, unsigned indent)
{
	static const char *const words[] = {"public", "protected", "private"};

	if (*last == (int)access)
		return;
	*last = (int)access;
	spaces(d, indent + 2);
	ij_strbuf_printf(d->out, "%s:\n", words[access]);
}

/* Whether members are not all as the words `class` and `struct` have it anyway
 * (need_access_label_p).
 */
static bool needs_labels(const struct ij_ctype *type, const struct ij_cclass *own)
{
#define DIFFERS(access) \
	(type->is_class ? (access) != IJ_ACCESS_PRIVATE : (access) != IJ_ACCESS_PUBLIC)
	IJ_VEC_EACH (&type->members, it)
		if (!it->is_base && DIFFERS(it->access))
			return true;
	if (!own)
		return false;
	IJ_VEC_EACH (&own->statics, it)
		if (DIFFERS(it->access))
			return true;
	IJ_VEC_EACH (&own->methods, it)
		if (DIFFERS(it->access))
			return true;
	IJ_VEC_EACH (&own->typedefs, it)
		if (DIFFERS(it->access))
			return true;
	return false;
#undef DIFFERS
}

static struct ij_error *member(struct defining *d, const struct ij_ctype *type,
			       const struct ij_cmember *member, unsigned indent)
{
	enum ij_ct_kind kind = member->type->kind;
	bool expand = d->how->offsets && (kind == IJ_CT_STRUCT || kind == IJ_CT_UNION);
	struct defining inner = *d;

	if (d->how->offsets) {
		ij_offsets_member(&d->offsets, type, member, d->out);
		if (expand)
			ij_offsets_enter(&d->offsets, member, &inner.offsets);
	}
	ij_strbuf_printf(d->out, "%*s", (int)indent + 4, "");
	IJ_TRY(declare(&inner, member->type, member->name, d->names, expand, indent + 4));
	if (member->bit_size)
		ij_strbuf_printf(d->out, " : %u", member->bit_size);
	ij_strbuf_puts(d->out, ";\n");
	return NULL;
}

static struct ij_error *static_member(const struct defining *d, const struct ij_cstatic *member,
				      unsigned indent)
{
	spaces(d, indent + 4);
	ij_strbuf_puts(d->out, "static ");
	IJ_TRY(declare(d, member->type, member->name, d->names, false, indent + 4));
	ij_strbuf_puts(d->out, ";\n");
	return NULL;
}

/* Data, in the order of declarations. */
static struct ij_error *members(struct defining *d, const struct ij_ctype *type,
				const struct ij_cclass *own, bool labels, int *last,
				unsigned indent)
{
	size_t statics = own ? own->statics.len : 0;

	for (size_t i = 0, j = 0; i < type->members.len || j < statics;) {
		const struct ij_cstatic *other = j < statics ? &own->statics.items[j] : NULL;
		const struct ij_cmember *one =
			i < type->members.len ? &type->members.items[i] : NULL;

		if (other && (!one || other->before <= i)) {
			j++;
			if (labels)
				label(d, other->access, last, indent);
			IJ_TRY(static_member(d, other, indent));
			continue;
		}
		i++;
		if (!one || one->is_base || one->is_artificial)
			continue;
		if (labels)
			label(d, one->access, last, indent);
		IJ_TRY(member(d, type, one, indent));
		if (d->out->len > TEXT_MAX)
			return ij_error_new(LIMIT, "the type is too large to be shown");
	}
	return NULL;
}

static void method(const struct defining *d, const struct ij_cmethod *method, int *last,
		   unsigned indent)
{
	if (method->is_artificial)
		return;
	label(d, method->access, last, indent);
	spaces(d, indent + 4);
	ij_cmethod_text(method, d->names, d->out);
	ij_strbuf_puts(d->out, ";\n");
}

/* Functions, those of one name together. */
static struct ij_error *methods(const struct defining *d, const struct ij_cclass *own, int *last,
				unsigned indent)
{
	size_t shown = 0;

	IJ_VEC_EACH (&own->methods, it)
		shown += !it->is_artificial;
	if (shown && *last >= 0)
		ij_strbuf_puts(d->out, "\n");
	for (size_t i = 0; i < own->methods.len; i++) {
		const struct ij_cmethod *one = &own->methods.items[i];
		bool grouped = own->methods.len <= GROUPED_MAX, before = false;

		for (size_t j = 0; grouped && j < i && !before; j++)
			before = !strcmp(own->methods.items[j].name, one->name);
		if (before)
			continue;
		for (size_t j = i; j < (grouped ? own->methods.len : i + 1); j++)
			if (!strcmp(own->methods.items[j].name, one->name))
				method(d, &own->methods.items[j], last, indent);
		if (d->out->len > TEXT_MAX)
			return ij_error_new(LIMIT, "the type is too large to be shown");
	}
	return NULL;
}

/* @outer: what types are called but for the typedefs themselves. */
static struct ij_error *typedefs(const struct defining *d, const struct ij_ctype *type,
				 const struct ij_cclass *own, const struct ij_ctype_names *outer,
				 bool labels, int *last, unsigned indent)
{
	if (!own->typedefs.len)
		return NULL;
	if (type->members.len || own->statics.len || own->methods.len)
		ij_strbuf_puts(d->out, "\n");
	IJ_VEC_EACH (&own->typedefs, it) {
		if (labels)
			label(d, it->access, last, indent);
		spaces(d, indent + 4);
		ij_strbuf_puts(d->out, "typedef ");
		IJ_TRY(declare(d, it->type->target, it->name, outer, false, indent + 4));
		ij_strbuf_puts(d->out, ";\n");
	}
	return NULL;
}

static void bases(const struct defining *d, const struct ij_ctype *type)
{
	static const char *const words[] = {"public", "protected", "private"};
	bool first = true;

	IJ_VEC_EACH (&type->members, it) {
		if (!it->is_base)
			continue;
		ij_strbuf_printf(d->out, "%s%s%s ", first ? ": " : ", ", words[it->access],
				 it->is_virtual ? " virtual" : "");
		ij_ctype_names_text(d->names, it->name ? it->name : "(null)", d->out);
		first = false;
	}
	if (!first)
		ij_strbuf_puts(d->out, " ");
}

/* "[with T = int] " */
static void parameters(const struct defining *d, const struct ij_cclass *own)
{
	bool first = true;

	IJ_VEC_EACH (&own->params, it) {
		ij_strbuf_printf(d->out, "%s%s = ", first ? "[with " : ", ", it->name);
		ij_ctype_text_by(it->type, NULL, d->names, d->out);
		first = false;
	}
	ij_strbuf_puts(d->out, first ? "" : "] ");
}

static void enumerators(const struct ij_ctype *type, struct ij_strbuf *out)
{
	int len;
	const char *scope = ij_ctype_enum_scope(type, &len);
	int64_t next = 0;
	bool first = true;

	len = type->is_rust ? 0 : len;
	ij_strbuf_puts(out, "{");
	IJ_VEC_EACH (&type->enumerators, it) {
		ij_strbuf_printf(out, "%s%.*s%s%s", first ? "" : ", ", len, scope, len ? "::" : "",
				 it->name);
		if (it->value != next)
			ij_strbuf_printf(out, " = %lld", (long long)it->value);
		next = (int64_t)((uint64_t)it->value + 1);
		first = false;
	}
	ij_strbuf_puts(out, "}");
}

static struct ij_error *enumeration(const struct defining *d, const struct ij_ctype *type)
{
	bool is_cxx = type->is_plain && !type->is_rust;

	ij_strbuf_puts(d->out, "enum ");
	if (type->is_scoped && is_cxx)
		ij_strbuf_puts(d->out, "class ");
	if (type->name)
		ij_strbuf_printf(d->out, "%s ", type->name);
	if (type->target && is_cxx) {
		ij_strbuf_puts(d->out, ": ");
		ij_ctype_text(type->target, NULL, d->out);
		ij_strbuf_puts(d->out, " ");
	}
	enumerators(type, d->out);
	return NULL;
}

/* The typedefs of a class and of its bases. */
static struct ij_error *local_names(struct ij_ctype_names *names, const struct ij_ctype *type,
				    unsigned depth)
{
	const struct ij_cclass *own;

	type = ij_ctype_strip(type);
	IJ_TRY(ij_ctype_class(type, &own));
	if (!own || depth > IJ_CT_DEPTH_MAX)
		return NULL;
	IJ_VEC_EACH (&own->typedefs, it)
		IJ_TRY(ij_ctype_names_add(names, it->name, it->type));
	IJ_VEC_EACH (&type->members, it)
		if (it->is_base)
			IJ_TRY(local_names(names, it->type, depth + 1));
	return NULL;
}

/* What stands between the braces. @outer: see typedefs. */
static struct ij_error *contents(struct defining *d, const struct ij_ctype *type,
				 const struct ij_cclass *own, const struct ij_ctype_names *outer,
				 unsigned indent)
{
	bool labels = type->is_plain && !type->is_rust && needs_labels(type, own);
	bool any = own && (own->statics.len || own->methods.len || own->typedefs.len);
	int last = -1;

	if (!type->members.len && !any) {
		spaces(d, indent + 4);
		ij_strbuf_puts(d->out,
			       type->is_incomplete ? "<incomplete type>\n" : "<no data fields>\n");
	}
	IJ_TRY(members(d, type, own, labels, &last, indent));
	if (own && !d->how->no_methods)
		IJ_TRY(methods(d, own, &last, indent));
	if (own && !d->how->no_typedefs)
		IJ_TRY(typedefs(d, type, own, outer, labels, &last, indent));
	if (d->how->offsets)
		ij_offsets_end(&d->offsets, type, indent, d->out);
	ij_strbuf_printf(d->out, "%*s}", (int)indent, "");
	return NULL;
}

/* A class, in which types may have other names. */
static struct ij_error *class_body(struct defining *d, const struct ij_ctype *type,
				   const struct ij_cclass *own, unsigned indent,
				   struct ij_ctype_names *outer, struct ij_ctype_names *inner)
{
	const struct ij_ctype_names *before = d->names;

	IJ_TRY(ij_ctype_names_init(outer));
	IJ_TRY(ij_ctype_names_init(inner));
	if (before)
		IJ_TRY(ij_ctype_names_copy(outer, before));
	d->names = outer;
	parameters(d, own);
	IJ_VEC_EACH (&own->params, it)
		IJ_TRY(ij_ctype_names_add(outer, it->name, it->type));
	bases(d, type);
	ij_strbuf_puts(d->out, "{\n");
	IJ_TRY(ij_ctype_names_copy(inner, outer));
	IJ_TRY(local_names(inner, type, 0));
	d->names = inner;
	return contents(d, type, own, outer, indent);
}

static struct ij_error *body(const struct defining *given, const struct ij_ctype *type,
			     unsigned indent)
{
	struct ij_ctype_names outer = {0}, inner = {0};
	const struct ij_cclass *own = NULL;
	struct defining d = *given;
	struct ij_error *err;

	IJ_TRY(ij_ctype_complete(type));
	if (type->is_bits) {
		bits(type, d.out);
		return NULL;
	}
	if (type->kind == IJ_CT_ENUM)
		return enumeration(&d, type);
	IJ_TRY(ij_ctype_class(type, &own));
	ij_strbuf_printf(d.out, "%s ", tag_of(type));
	if (type->name) {
		ij_ctype_names_text(d.names, type->name, d.out);
		ij_strbuf_puts(d.out, " ");
	}
	if (!own || d.how->raw) {
		bases(&d, type);
		ij_strbuf_puts(d.out, "{\n");
		return contents(&d, type, own, NULL, indent);
	}
	err = class_body(&d, type, own, indent, &outer, &inner);
	ij_ctype_names_deinit(&outer);
	ij_ctype_names_deinit(&inner);
	return err;
}

/* Typedefs below pointers and arrays, too, are what ptype looks through; a copy for the text. */
static const struct ij_ctype *resolved(const struct ij_ctype *type, struct ij_arena *arena,
				       unsigned depth)
{
	struct ij_ctype *copy;

	while (type->kind == IJ_CT_TYPEDEF)
		type = type->target;
	if (!type->target || has_body(type) || depth > IJ_CT_DEPTH_MAX)
		return type;
	copy = ij_arena_alloc(arena, sizeof(*copy));
	if (!copy)
		return type;
	*copy = *type;
	copy->target = resolved(type->target, arena, depth + 1);
	return copy;
}

struct ij_error *ij_ctype_define(const struct ij_ctype *type, const struct ij_ctype_how *how,
				 struct ij_strbuf *out)
{
	static const struct ij_ctype_how usual;
	struct ij_arena arena = {0};
	const struct ij_ctype *whole = resolved(type, &arena, 0), *core = heart(whole);
	IJ_STRBUF_AUTO inner = {0};
	struct defining d = {.how = how ? how : &usual, .out = &inner, .show = 1};
	struct ij_error *err;

	if (!has_body(core)) {
		ij_ctype_text(whole, NULL, out);
		err = ij_strbuf_error(out);
	} else {
		ij_offsets_init(&d.offsets, d.how);
		err = body(&d, core, 0);
		if (!err)
			err = around(whole, NULL, core, ij_strbuf_get(&inner), out);
	}
	ij_arena_deinit(&arena);
	return err;
}
