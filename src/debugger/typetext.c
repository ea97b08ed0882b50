/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptype and whatis (gdb/typeprint.c, c-typeprint.c tell the form). */
#include <string.h>

#include "debugger/debugger.h"

enum { NESTED_MAX = 8, LINES_MAX = 65536 };

static const char *tag_of(const struct ij_ctype *type)
{
	return type->kind == IJ_CT_UNION  ? "union"
	       : type->kind == IJ_CT_ENUM ? "enum"
	       : type->is_class           ? "class"
					  : "struct";
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
	int64_t next = 0;
	bool first = true;

	ij_strbuf_puts(out, "{");
	IJ_VEC_EACH (&type->enumerators, it) {
		ij_strbuf_printf(out, "%s%s", first ? "" : ", ", it->name);
		if (it->value != next)
			ij_strbuf_printf(out, " = %lld", (long long)it->value);
		next = (int64_t)((uint64_t)it->value + 1);
		first = false;
	}
	ij_strbuf_puts(out, "}");
}

static struct ij_error *body(const struct ij_ctype *type, unsigned indent, struct ij_strbuf *out)
{
	IJ_TRY(ij_ctype_complete(type));
	ij_strbuf_printf(out, "%s ", tag_of(type));
	if (type->name)
		ij_strbuf_printf(out, "%s ", type->name);
	if (type->kind == IJ_CT_ENUM) {
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

struct ij_error *ij_debugger_type_text(const struct ij_ctype *type, bool expand,
				       struct ij_strbuf *out)
{
	struct ij_arena arena = {0};
	const struct ij_ctype *whole, *core;
	IJ_STRBUF_AUTO inner = {0};
	struct ij_error *err;

	if (!expand) {
		ij_ctype_text(type, NULL, out);
		return ij_strbuf_error(out);
	}
	whole = resolved(type, &arena, 0);
	core = heart(whole);
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

static struct ij_error *first_type(void *ctx, struct ij_named_hit *hit)
{
	*(const struct ij_ctype **)ctx = hit->entry->type;
	hit->more = false;
	return NULL;
}

/* A type of the program itself comes before any variable of a library. */
static struct ij_error *own_type(struct ij_debugger_host *host, const char *name,
				 const struct ij_ctype **ret)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(host->sh.s->mods, &len);
	const struct ij_host_name own = {.module = len ? list[0]->path : NULL, .name = name};

	*ret = NULL;
	return len ? ij_host_named(&host->sh, &own, IJ_DEBUG_TYPEDEF, first_type, ret) : NULL;
}

/* The type that @text is, or that the value of @text has. */
static struct ij_error *type_of(struct ij_debugger_host *host, const struct ij_ast *ast,
				struct ij_arena *arena, bool *is_type, const struct ij_ctype **ret)
{
	struct ij_eval ev = {.host = &host->sh.host,
			     .arena = arena,
			     .text = ast->text,
			     .toks = &ast->toks,
			     .dry = true};
	const struct ij_node *root = ast->root;
	struct ij_val val;
	unsigned calls;
	struct ij_error *err;

	*is_type = true;
	if (root->kind == IJ_NODE_TYPE) {
		err = ij_eval_type(&ev, root->type, ret);
		ij_vec_deinit(&ev.literals);
		return err;
	}
	if (root->kind == IJ_NODE_NAME && !root->module && !root->file) {
		bool found = false;
		const struct ij_host_name name = {.name = root->name};

		IJ_TRY(own_type(host, root->name, ret));
		if (*ret)
			return NULL;
		ij_error_free(host->sh.host.lookup(&host->sh.host, &name, arena, &val, &found));
		*ret = NULL;
		if (!found)
			IJ_TRY(host->sh.host.type(&host->sh.host, 0, root->name, ret));
		if (*ret)
			return NULL;
	}
	*is_type = false;
	IJ_TRY(ij_eval_plan(&host->sh.host, ast, arena, &val, &calls));
	*ret = val.type;
	return NULL;
}

struct ij_error *ij_debugger_type(struct ij_debugger *d, const char *text, bool expand, char **ret)
{
	struct ij_debugger_host host;
	const struct ij_ctype *type;
	struct ij_arena arena = {0};
	IJ_STRBUF_AUTO out = {0};
	struct ij_error *err;
	struct ij_ast ast;
	bool is_type;

	ij_debugger_host_init(d, NULL, text, &host);
	err = ij_debugger_parse(&host, text, &ast);
	if (!err) {
		err = type_of(&host, &ast, &arena, &is_type, &type);
		/* whatis of a typedef is what that stands for, one step of it. */
		if (!err && is_type && !expand && type->kind == IJ_CT_TYPEDEF)
			type = type->target;
		if (!err)
			err = ij_debugger_type_text(type, expand, &out);
		ij_ast_deinit(&ast);
	}
	ij_arena_deinit(&arena);
	if (err)
		err = ij_debugger_reword(err, text, host.said);
	ij_debugger_host_deinit(&host);
	if (err)
		return err;
	*ret = out.str;
	out = (struct ij_strbuf){0};
	return NULL;
}
