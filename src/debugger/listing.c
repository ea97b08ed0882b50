/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All that a program defines, as gdb's `info functions` has it (gdb/symtab.c,
 * global_symbol_searcher). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "debugger/debugger.h"
#include "interject/listing.h"
#include "obj/debug_list.h"
#include "obj/demangle.h"

struct defined {
	struct ij_debugger_definition pub;
	bool is_static;
};

struct ij_debugger_definitions {
	struct ij_arena arena; /* has all texts */
	IJ_VEC(struct defined) list;
};

/* The files of one module are gone through. */
struct listing {
	struct ij_debugger_definitions *out;
	const struct ij_debugger_wanted *wanted;
	struct ij_module *module;
	struct ij_debug *debug;         /* of the module; NULL: none */
	IJ_VEC(const char *) variables; /* all that it knows; sorted, of `out` */
	bool has_variables;
	struct ij_error *err;
};

static const char *keep(struct listing *listing, const char *text)
{
	return ij_arena_text(&listing->out->arena, text, strlen(text));
}

/* ---- By debug information ---- */

static bool wants_name(void *ctx, const char *name)
{
	const struct ij_debugger_wanted *wanted = ((struct listing *)ctx)->wanted;

	return !wanted->name || wanted->name(wanted->ctx, name);
}

/* Base types of several words are called otherwise than in debug information. */
static bool wants_definition(void *ctx, const char *name)
{
	return wants_name(ctx, name) || strchr(name, ' ');
}

/* A variable that is only declared here, as gdb has it. */
static bool is_unresolved(const struct ij_debug_entry *entry)
{
	return entry->kind == IJ_DEBUG_VARIABLE && entry->place == IJ_DEBUG_NOWHERE &&
	       entry->external;
}

/* How the source defines it. */
static void text_of(const struct ij_debug_entry *entry, const char *name, struct ij_strbuf *out)
{
	const struct ij_ctype *type = entry->type;

	if (entry->kind == IJ_DEBUG_FUNCTION || entry->kind == IJ_DEBUG_VARIABLE) {
		if (!entry->external)
			ij_strbuf_puts(out, "static ");
		ij_ctype_text(type, name, out);
		ij_strbuf_puts(out, ";");
	} else if (type->kind == IJ_CT_TYPEDEF) {
		ij_strbuf_puts(out, "typedef ");
		while (type->kind == IJ_CT_TYPEDEF)
			type = type->target;
		ij_ctype_text(type, NULL, out);
		ij_strbuf_printf(out, " %s;", name);
	} else {
		ij_ctype_text(type, NULL, out);
		if (entry->kind != IJ_DEBUG_TYPEDEF)
			ij_strbuf_puts(out, ";");
	}
}

static struct ij_error *on_definition(void *ctx, const struct ij_debug_definition *it)
{
	struct listing *listing = ctx;
	const struct ij_debugger_wanted *wanted = listing->wanted;
	struct defined defined = {.is_static =
					  wanted->what != IJ_DEBUGGER_TYPES && !it->entry.external};
	IJ_STRBUF_AUTO name = {0};
	IJ_STRBUF_AUTO type = {0};
	IJ_STRBUF_AUTO text = {0};
	const char *file = it->file ? it->file->name : it->entry.file;
	bool is_plain = it->entry.kind == IJ_DEBUG_TYPEDEF && it->entry.type->kind != IJ_CT_TYPEDEF;

	if (is_unresolved(&it->entry))
		return NULL;
	ij_ctype_text(it->entry.type, NULL, &type);
	IJ_TRY(ij_strbuf_error(&type));
	if (wanted->type && !wanted->type(wanted->ctx, type.str))
		return NULL;
	if (is_plain)
		ij_strbuf_puts(&name, type.str);
	else
		ij_strbuf_printf(&name, "%s%s%s", it->scope, *it->scope ? "::" : "", it->name);
	IJ_TRY(ij_strbuf_error(&name));
	if (!wants_name(listing, name.str))
		return NULL;
	text_of(&it->entry, name.str, &text);
	IJ_TRY(ij_strbuf_error(&text));
	defined.pub = (struct ij_debugger_definition){
		.file = keep(listing, file ? file : ""),
		.path = keep(listing, it->file ? it->file->path
				      : file   ? file
					       : ""),
		.line = it->line,
		.name = keep(listing, name.str),
		.type = keep(listing, type.str),
		.text = keep(listing, text.str),
		.is_thread_local = it->entry.place == IJ_DEBUG_TLS,
	};
	if (it->entry.place == IJ_DEBUG_ADDRESS)
		defined.pub.addr = it->entry.addr + listing->module->bias;
	if (defined.pub.is_thread_local) {
		defined.pub.addr = it->entry.addr;
		defined.pub.module = keep(listing, listing->module->path);
	}
	if (!defined.pub.file || !defined.pub.path || !defined.pub.name || !defined.pub.type ||
	    !defined.pub.text || (defined.pub.is_thread_local && !defined.pub.module))
		return ij_error_nomem();
	return ij_vec_push(&listing->out->list, defined);
}

static int by_place(const void *a, const void *b)
{
	const struct defined *x = a, *y = b;
	int order = strcmp(x->pub.file, y->pub.file);

	if (!order)
		order = x->is_static - y->is_static;
	return order ? order : strcmp(x->pub.name, y->pub.name);
}

/* Headers are in many units. */
static void sort(struct ij_debugger_definitions *out)
{
	struct defined *items = out->list.items;
	size_t len = 0;

	if (!out->list.len)
		return;
	qsort(items, out->list.len, sizeof(*items), by_place);
	for (size_t i = 0; i < out->list.len; i++)
		if (!len || by_place(&items[len - 1], &items[i]) != 0)
			items[len++] = items[i];
	out->list.len = len;
}

/* ---- By symbols alone ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool any_name(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return true;
}

static struct ij_error *on_variable(void *ctx, const struct ij_debug_definition *it)
{
	struct listing *listing = ctx;
	const char *name = keep(listing, it->entry.linkage ? it->entry.linkage : it->name);

	return name ? ij_vec_push(&listing->variables, name) : ij_error_nomem();
}

/* Whether debug information knows the function at @vaddr, or the variable @name, if only by a
 * declaration. */
static struct ij_error *is_known(struct listing *listing, uint64_t vaddr, const char *name,
				 bool *ret)
{
	const struct ij_debug_listing all = {.kinds = IJ_DEBUG_VARIABLE,
					     .declared = true,
					     .wants = any_name,
					     .visit = on_variable,
					     .ctx = listing};

	*ret = false;
	if (!listing->debug)
		return NULL;
	if (listing->wanted->what == IJ_DEBUGGER_FUNCTIONS) {
		*ret = ij_debug_covers(listing->debug, vaddr);
		return NULL;
	}
	if (!listing->has_variables) {
		IJ_TRY(ij_debug_list(listing->debug, &all));
		if (listing->variables.len)
			qsort(listing->variables.items, listing->variables.len, sizeof(char *),
			      by_text);
		listing->has_variables = true;
	}
	*ret = listing->variables.len && bsearch(&name, listing->variables.items,
						 listing->variables.len, sizeof(char *), by_text);
	return NULL;
}

/*
 * gdb takes names that end in numbers for Ada's, as "calls.0" that GCC makes of a static variable
 * of a function, and "a__b" for `a.b` there (gdb/ada-lang.c, ada_decode).
 */
static void plain_name(const char *name, struct ij_strbuf *out)
{
	size_t len = strlen(name), digits = len;

	while (digits > 1 && isdigit((unsigned char)name[digits - 1]))
		digits--;
	if (*name == '_' || *name == '<' || strpbrk(name, " ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
		ij_strbuf_puts(out, name);
		return;
	}
	if (digits < len && strchr(".$", name[digits - 1]))
		len = digits - 1;
	else if (digits < len && digits > 2 && !strncmp(name + digits - 2, "__", 2))
		len = digits - 2;
	for (size_t i = 0; i < len; i++) {
		bool joins = i && i + 2 < len && name[i] == '_' && name[i + 1] == '_';

		ij_strbuf_add(out, joins ? "." : name + i, 1);
		i += joins;
	}
}

/* @name: of the linker. @suffix: behind what that means. */
static struct ij_error *add_symbol(struct listing *listing, uint64_t vaddr, const char *name,
				   const char *suffix)
{
	IJ_STRBUF_AUTO text = {0};
	struct defined defined = {.pub = {.addr = vaddr + listing->module->bias}};
	bool known;

	if (!strncmp(name, "_Z", 2) || !strncmp(name, "_R", 2))
		ij_demangle(name, &text);
	else
		plain_name(name, &text);
	ij_strbuf_puts(&text, suffix);
	IJ_TRY(ij_strbuf_error(&text));
	if (!wants_name(listing, ij_strbuf_get(&text)))
		return NULL;
	IJ_TRY(is_known(listing, vaddr, name, &known));
	if (known)
		return NULL;
	defined.pub.name = keep(listing, ij_strbuf_get(&text));
	return defined.pub.name ? ij_vec_push(&listing->out->list, defined) : ij_error_nomem();
}

static bool on_plt(void *ctx, uint64_t vaddr, const char *name)
{
	struct listing *listing = ctx;

	listing->err = add_symbol(listing, vaddr, name, "@plt");
	return !listing->err;
}

static bool on_symbol(void *ctx, const struct ij_symbol *sym)
{
	struct listing *listing = ctx;
	bool is_code = ij_object_is_code(listing->module->obj, sym->value);

	/* What only the compiler has a use for. */
	if (is_code != (listing->wanted->what == IJ_DEBUGGER_FUNCTIONS) ||
	    (sym->local && (!strncmp(sym->name, ".L", 2) || !strncmp(sym->name, "$L", 2))))
		return true;
	listing->err = add_symbol(listing, sym->value, sym->name, "");
	/* The linker's name of one that was copied here from a library. */
	if (!listing->err && !sym->dynamic && sym->version) {
		IJ_STRBUF_AUTO whole = {0};

		ij_strbuf_printf(&whole, "%s@%s", sym->name, sym->version);
		listing->err = ij_strbuf_error(&whole);
		if (!listing->err)
			listing->err = add_symbol(listing, sym->value, whole.str, "");
	}
	return !listing->err;
}

static int by_addr(const void *a, const void *b)
{
	const struct defined *x = a, *y = b;

	if (x->pub.addr != y->pub.addr)
		return x->pub.addr < y->pub.addr ? -1 : 1;
	return strcmp(x->pub.name, y->pub.name);
}

/* By address, and what several tables have once. */
static void sort_symbols(struct ij_debugger_definitions *out, size_t first)
{
	struct defined *items = out->list.items;
	size_t len = first;

	if (out->list.len == first)
		return;
	qsort(items + first, out->list.len - first, sizeof(*items), by_addr);
	for (size_t i = first; i < out->list.len; i++) {
		if (len == first || by_addr(&items[len - 1], &items[i]) != 0)
			items[len++] = items[i];
	}
	out->list.len = len;
}

static struct ij_error *symbols_of(struct listing *listing)
{
	struct ij_object *obj = listing->module->obj;
	size_t first = listing->out->list.len;
	struct ij_error *err;

	err = ij_object_symbols_each(obj, on_symbol, listing);
	if (!err && !listing->err && listing->wanted->what == IJ_DEBUGGER_FUNCTIONS)
		err = ij_object_plt_each(obj, on_plt, listing);
	/* What is wrong with its tables is left at that. */
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	IJ_TRY(listing->err);
	sort_symbols(listing->out, first);
	return NULL;
}

/* ---- All modules ---- */

static unsigned kinds_of(enum ij_debugger_defined what)
{
	switch (what) {
	case IJ_DEBUGGER_FUNCTIONS:
		return IJ_DEBUG_FUNCTION;
	case IJ_DEBUGGER_VARIABLES:
		return IJ_DEBUG_VARIABLE;
	case IJ_DEBUGGER_TYPES:
		break;
	}
	return IJ_DEBUG_TYPES;
}

static struct ij_error *debugs_of(struct listing *listing, struct ij_session *s)
{
	const struct ij_debug_listing asked = {.kinds = kinds_of(listing->wanted->what),
					       .wants = wants_definition,
					       .visit = on_definition,
					       .ctx = listing};

	IJ_TRY(ij_debugs_of(s->debugs, s->mods, listing->module, &listing->debug));
	return listing->debug ? ij_debug_list(listing->debug, &asked) : NULL;
}

static struct ij_error *each_module(struct ij_debugger *d, struct ij_debugger_definitions *out,
				    const struct ij_debugger_wanted *wanted,
				    struct ij_error *(*visit)(struct listing *listing,
							      struct ij_session *s))
{
	struct ij_session *s = ij_debugger_names(d);
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);
	struct ij_error *err = NULL;

	for (size_t i = 0; !err && i < len; i++) {
		struct listing listing = {.out = out, .wanted = wanted, .module = list[i]};

		if (list[i]->obj)
			err = visit(&listing, s);
		ij_vec_deinit(&listing.variables);
	}
	return err;
}

static struct ij_error *module_symbols(struct listing *listing, struct ij_session *s)
{
	IJ_TRY(ij_debugs_of(s->debugs, s->mods, listing->module, &listing->debug));
	return symbols_of(listing);
}

struct ij_error *ij_debugger_definitions(struct ij_debugger *d,
					 const struct ij_debugger_wanted *wanted,
					 struct ij_debugger_definitions **ret)
{
	struct ij_debugger_definitions *out = calloc(1, sizeof(*out));
	struct ij_error *err;

	if (!out)
		return ij_error_nomem();
	err = ij_session_refresh(ij_debugger_names(d));
	if (!err)
		err = each_module(d, out, wanted, debugs_of);
	sort(out);
	if (!err && wanted->symbols && !wanted->type && wanted->what != IJ_DEBUGGER_TYPES)
		err = each_module(d, out, wanted, module_symbols);
	if (err) {
		ij_debugger_definitions_free(out);
		return err;
	}
	*ret = out;
	return NULL;
}

const struct ij_debugger_definition *
ij_debugger_definition(const struct ij_debugger_definitions *list, size_t idx)
{
	return idx < list->list.len ? &list->list.items[idx].pub : NULL;
}

void ij_debugger_definitions_free(struct ij_debugger_definitions *list)
{
	if (!list)
		return;
	ij_arena_deinit(&list->arena);
	ij_vec_deinit(&list->list);
	free(list);
}
