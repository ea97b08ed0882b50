/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Types as C writes them (C17, 6.7.6), from the inside out. */
#include <string.h>

#include "types/ctype.h"
#include "types/ctype_names.h"

enum { TEXT_DEPTH_MAX = 48 };

/* Where the text goes, and what types are called there. */
struct printing {
	const struct ij_ctype_names *names; /* or NULL */
	struct ij_strbuf *out;
};

/* The declarator so far: what stands before and behind the name. */
static void wrap(struct ij_strbuf *text, const char *before, const char *after)
{
	struct ij_strbuf all = {0};

	ij_strbuf_printf(&all, "%s%s%s", before, ij_strbuf_get(text), after);
	if (all.failed)
		text->failed = true;
	ij_strbuf_deinit(text);
	*text = all;
}

static void text_of(const struct ij_ctype *type, struct ij_strbuf *inner, unsigned depth,
		    const struct printing *to);

static void qualifiers(const struct ij_ctype *type, struct ij_strbuf *out)
{
	ij_strbuf_printf(out, "%s%s%s", type->is_const ? "const" : "",
			 type->is_const && type->is_volatile ? " " : "",
			 type->is_volatile ? "volatile" : "");
}

/* A whole type, which may have a name of its own here. @inner: its declarator; consumed. */
static void declare(const struct ij_ctype *type, struct ij_strbuf *inner, unsigned depth,
		    const struct printing *to)
{
	const char *own = ij_ctype_names_find(to->names, type);

	if (!own) {
		text_of(type, inner, depth, to);
		return;
	}
	for (unsigned i = 0; i < TEXT_DEPTH_MAX && type->kind == IJ_CT_QUALIFIED; i++) {
		qualifiers(type, to->out);
		ij_strbuf_puts(to->out, type->is_const || type->is_volatile ? " " : "");
		type = type->target;
	}
	ij_strbuf_printf(to->out, "%s%s%s", own, inner->len ? " " : "", ij_strbuf_get(inner));
}

static void params_text(const struct ij_ctype *type, unsigned depth, const struct printing *to)
{
	struct ij_strbuf *out = to->out;

	ij_strbuf_puts(out, "(");
	for (size_t i = 0; i < type->params.len; i++) {
		struct ij_strbuf none = {0};

		if (i)
			ij_strbuf_puts(out, ", ");
		declare(type->params.items[i].type, &none, depth + 1, to);
		ij_strbuf_deinit(&none);
	}
	if (type->is_variadic)
		ij_strbuf_puts(out, type->params.len ? ", ..." : "...");
	else if (!type->params.len && !type->is_unprototyped)
		ij_strbuf_puts(out, "void");
	ij_strbuf_puts(out, ")");
}

static const char *tag(const struct ij_ctype *type)
{
	if (type->is_plain && type->name)
		return "";
	switch (type->kind) {
	case IJ_CT_STRUCT:
		return type->is_class ? "class " : "struct ";
	case IJ_CT_UNION:
		return "union ";
	case IJ_CT_ENUM:
		return "enum ";
	default:
		return "";
	}
}

static void leaf_text(const struct ij_ctype *type, const struct printing *to)
{
	const char *own = type->name ? ij_ctype_names_find(to->names, type) : NULL;
	struct ij_strbuf *out = to->out;

	if (own) {
		ij_strbuf_puts(out, own);
		return;
	}
	ij_strbuf_puts(out, tag(type));
	if (type->name)
		ij_ctype_names_text(to->names, type->name, out);
	else if (type->kind == IJ_CT_COMPLEX)
		ij_strbuf_printf(out, "_Complex %s", type->target->name ? type->target->name : "");
	else
		ij_strbuf_puts(out, "{...}");
}

/* Of an array: its elements are qualified so anyway. */
static bool is_said(const struct ij_ctype *type)
{
	const struct ij_ctype *element = type->target;

	while (element->kind == IJ_CT_ARRAY)
		element = element->target;
	return element->kind == IJ_CT_QUALIFIED && element->is_const >= type->is_const &&
	       element->is_volatile >= type->is_volatile;
}

static void qualified_text(const struct ij_ctype *type, struct ij_strbuf *inner, unsigned depth,
			   const struct printing *to)
{
	struct ij_strbuf words = {0};

	qualifiers(type, &words);
	if (type->target->kind == IJ_CT_ARRAY && is_said(type)) {
		text_of(type->target, inner, depth + 1, to);
	} else if (type->target->kind == IJ_CT_POINTER || type->target->kind == IJ_CT_REFERENCE) {
		/* `char * const p`, `char * const[3]`: as gdb writes it. */
		wrap(inner, inner->len && *inner->str != '[' && *inner->str != ')' ? " " : "", "");
		wrap(inner, ij_strbuf_get(&words), "");
		wrap(inner, " ", "");
		text_of(type->target, inner, depth + 1, to);
	} else {
		ij_strbuf_printf(to->out, "%s ", ij_strbuf_get(&words));
		text_of(type->target, inner, depth + 1, to);
	}
	ij_strbuf_deinit(&words);
}

static void pointer_text(const struct ij_ctype *type, const char *sign, struct ij_strbuf *inner,
			 unsigned depth, const struct printing *to)
{
	bool group = type->target->kind == IJ_CT_ARRAY || type->target->kind == IJ_CT_FUNCTION;
	char before[8] = "(";

	strcpy(before + group, sign);
	wrap(inner, before, group ? ")" : "");
	text_of(type->target, inner, depth + 1, to);
}

static void text_of(const struct ij_ctype *type, struct ij_strbuf *inner, unsigned depth,
		    const struct printing *to)
{
	struct ij_strbuf suffix = {0}, *out = to->out;
	const struct printing behind = {to->names, &suffix};

	if (depth > TEXT_DEPTH_MAX) {
		ij_strbuf_puts(out, "...");
		return;
	}
	switch (type->kind) {
	case IJ_CT_POINTER:
		pointer_text(type, "*", inner, depth, to);
		break;
	case IJ_CT_REFERENCE:
		pointer_text(type, type->is_rvalue ? "&&" : "&", inner, depth, to);
		break;
	case IJ_CT_QUALIFIED:
		qualified_text(type, inner, depth, to);
		break;
	case IJ_CT_ARRAY:
		if (type->has_count)
			ij_strbuf_printf(&suffix, "[%llu]", (unsigned long long)type->count);
		else
			ij_strbuf_puts(&suffix, "[]");
		wrap(inner, "", ij_strbuf_get(&suffix));
		text_of(type->target, inner, depth + 1, to);
		break;
	case IJ_CT_VECTOR:
		ij_strbuf_printf(&suffix, " __attribute__ ((vector_size(%llu)))",
				 (unsigned long long)type->count);
		text_of(type->target, inner, depth + 1, to);
		ij_strbuf_puts(out, ij_strbuf_get(&suffix));
		break;
	case IJ_CT_MEMBER:
		ij_ctype_text_by(type->owner, NULL, to->names, &suffix);
		ij_strbuf_puts(&suffix, "::*");
		if (type->target->kind == IJ_CT_FUNCTION) {
			wrap(&suffix, "(", "");
			ij_strbuf_puts(&suffix, ij_strbuf_get(inner));
			wrap(&suffix, "", ")");
		} else {
			ij_strbuf_puts(&suffix, ij_strbuf_get(inner));
		}
		ij_strbuf_deinit(inner);
		*inner = suffix;
		suffix = (struct ij_strbuf){0};
		text_of(type->target, inner, depth + 1, to);
		break;
	case IJ_CT_FUNCTION:
		params_text(type, depth, &behind);
		wrap(inner, "", ij_strbuf_get(&suffix));
		text_of(type->target, inner, depth + 1, to);
		break;
	default:
		leaf_text(type, to);
		if (inner->len)
			ij_strbuf_printf(out, "%s%s", *inner->str == ' ' ? "" : " ", inner->str);
		break;
	}
	out->failed = out->failed || suffix.failed || inner->failed;
	ij_strbuf_deinit(&suffix);
}

void ij_ctype_text_by(const struct ij_ctype *type, const char *name,
		      const struct ij_ctype_names *names, struct ij_strbuf *out)
{
	const struct printing to = {names, out};
	struct ij_strbuf inner = {0};

	if (name)
		ij_strbuf_puts(&inner, name);
	declare(type, &inner, 0, &to);
	ij_strbuf_deinit(&inner);
}

void ij_ctype_text(const struct ij_ctype *type, const char *name, struct ij_strbuf *out)
{
	ij_ctype_text_by(type, name, NULL, out);
}
