/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Types with all that they consist of, in the form of gdb's ptype (gdb/typeprint.c, c-typeprint.c).
 */
#include <string.h>

#include "base/arena.h"
#include "types/ctype.h"

enum { NESTED_MAX = 8, LINES_MAX = 65536 };

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

static struct ij_error *body(const struct ij_ctype *type, unsigned indent, struct ij_strbuf *out);

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

static struct ij_error *member(const struct ij_cmember *member, unsigned indent,
			       struct ij_strbuf *out)
{
	const struct ij_ctype *core = heart(member->type);

	ij_strbuf_printf(out, "%*s", (int)indent + 4, "");
	/* What has no name is written out where it is used. */
	if (has_body(core) && !core->name && indent / 4 < NESTED_MAX) {
		IJ_STRBUF_AUTO inner = {0};

		IJ_TRY(body(core, indent + 4, &inner));
		IJ_TRY(around(member->type, member->name, core, ij_strbuf_get(&inner), out));
	} else {
		ij_ctype_text(member->type, member->name, out);
	}
	if (member->bit_size)
		ij_strbuf_printf(out, " : %u", member->bit_size);
	ij_strbuf_puts(out, ";\n");
	return NULL;
}

static void bases(const struct ij_ctype *type, struct ij_strbuf *out)
{
	bool first = true;

	IJ_VEC_EACH (&type->members, it) {
		if (!it->is_base)
			continue;
		ij_strbuf_printf(out, "%s public %s%s", first ? " :" : ",",
				 it->is_virtual ? "virtual " : "", it->name ? it->name : "");
		first = false;
	}
}

static void enumerators(const struct ij_ctype *type, struct ij_strbuf *out)
{
	int len = type->is_rust ? 0 : ij_ctype_enum_scope(type);
	int64_t next = 0;
	bool first = true;

	ij_strbuf_puts(out, "{");
	IJ_VEC_EACH (&type->enumerators, it) {
		ij_strbuf_printf(out, "%s%.*s%s%s", first ? "" : ", ", len, len ? type->name : "",
				 len ? "::" : "", it->name);
		if (it->value != next)
			ij_strbuf_printf(out, " = %lld", (long long)it->value);
		next = (int64_t)((uint64_t)it->value + 1);
		first = false;
	}
	ij_strbuf_puts(out, "}");
}

static struct ij_error *body(const struct ij_ctype *type, unsigned indent, struct ij_strbuf *out)
{
	bool is_cxx = type->is_plain && !type->is_rust;

	IJ_TRY(ij_ctype_complete(type));
	if (type->is_bits) {
		bits(type, out);
		return NULL;
	}
	ij_strbuf_printf(out, "%s ", tag_of(type));
	if (type->kind == IJ_CT_ENUM && type->is_scoped && is_cxx)
		ij_strbuf_puts(out, "class ");
	if (type->name)
		ij_strbuf_printf(out, "%s ", type->name);
	if (type->kind == IJ_CT_ENUM) {
		if (type->target && is_cxx) {
			ij_strbuf_puts(out, ": ");
			ij_ctype_text(type->target, NULL, out);
			ij_strbuf_puts(out, " ");
		}
		enumerators(type, out);
		return NULL;
	}
	/* "struct x : public y {" */
	if (type->members.len && type->members.items[0].is_base) {
		out->len -= out->len && type->name ? 1 : 0;
		if (out->str)
			out->str[out->len] = 0;
		bases(type, out);
		ij_strbuf_puts(out, " ");
	}
	ij_strbuf_puts(out, "{\n");
	if (type->is_incomplete)
		ij_strbuf_printf(out, "%*s<incomplete type>\n", (int)indent + 4, "");
	else if (!type->members.len)
		ij_strbuf_printf(out, "%*s<no data fields>\n", (int)indent + 4, "");
	IJ_VEC_EACH (&type->members, it) {
		if (it->is_base || it->is_artificial)
			continue;
		IJ_TRY(member(it, indent, out));
		if (out->len > (size_t)LINES_MAX * 16)
			return ij_error_new(LIMIT, "the type is too large to be shown");
	}
	ij_strbuf_printf(out, "%*s}", (int)indent, "");
	return NULL;
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

struct ij_error *ij_ctype_define(const struct ij_ctype *type, struct ij_strbuf *out)
{
	struct ij_arena arena = {0};
	const struct ij_ctype *whole = resolved(type, &arena, 0), *core = heart(whole);
	IJ_STRBUF_AUTO inner = {0};
	struct ij_error *err;

	if (!has_body(core)) {
		ij_ctype_text(whole, NULL, out);
		err = ij_strbuf_error(out);
	} else {
		err = body(core, 0, &inner);
		if (!err)
			err = around(whole, NULL, core, ij_strbuf_get(&inner), out);
	}
	ij_arena_deinit(&arena);
	return err;
}
