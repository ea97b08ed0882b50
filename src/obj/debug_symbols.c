/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Functions of C++ and Rust by name without an index: a symbol's name has in it what the function
 * is called, after its length (Itanium C++ ABI, 5.1.2; Rust RFC 2603), and its address leads to the
 * entry.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "obj/debug_internal.h"

enum { CANDIDATES_MAX = 256, IDENTIFIER_MAX = 200 };

struct search {
	struct ij_debug_symbols *out;
	const struct ij_debug_path *path;
	char part[IDENTIFIER_MAX + 16]; /* "7flat_10" */
	bool failed;
};

/* How many bytes of @text are an identifier. */
static size_t identifier_len(const char *text)
{
	size_t len = 0;

	while (isalnum((unsigned char)text[len]) || text[len] == '_')
		len++;
	return len;
}

/*
 * Does the symbol of C++ name every part of the scope that is an identifier? Only of "std" and some
 * of what is in it there are abbreviations (Itanium C++ ABI, 5.1.8), and Rust has others for its
 * implementations of traits.
 */
static bool is_in_scope(const char *symbol, const struct ij_debug_path *path)
{
	char part[IDENTIFIER_MAX + 16];

	if (symbol[1] != 'Z' || strstr(symbol, "17h") || !strncmp(path->full, "std::", 5))
		return true;
	for (const char *at = path->full, *end; at < path->last; at = end + 2) {
		size_t len = identifier_len(at);

		end = strstr(at, "::");
		if (!end || end >= path->last)
			break;
		if (!len || len > IDENTIFIER_MAX || (at[len] != ':' && at[len] != '<'))
			break;
		snprintf(part, sizeof(part), "%zu%.*s", len, (int)len, at);
		if (!strstr(symbol, part))
			return false;
		if (at[len] == '<')
			break;
	}
	return true;
}

/* "_ZN3zoo3Dog6weightEv" has the name "zoo", but as that of what its function is in: another name
 * follows. Behind the name of a function alone that may be a parameter, behind one of Rust the
 * hash.
 */
static bool is_scope(const char *symbol, const char *at, size_t len)
{
	size_t start = (size_t)(at - symbol);
	bool alone = start == 2 || (start == 3 && symbol[2] == 'L') ||
		     (start == 4 && !strncmp(symbol + 2, "St", 2));

	return symbol[1] == 'Z' && !alone && isdigit((unsigned char)at[len]) &&
	       strncmp(at + len, "17h", 3) != 0;
}

/* Does a name with its length, in @symbol, end where @at begins? */
static bool ends_at(const char *symbol, const char *at)
{
	for (const char *from = symbol; from < at; from++) {
		char *end;
		unsigned long len = isdigit((unsigned char)*from) ? strtoul(from, &end, 10) : 0;

		if (len && end < at && len == (unsigned long)(at - end))
			return true;
	}
	return false;
}

/* Does the length at @at begin further left? A digit there may be the end of a scope's name. */
static bool is_longer(const char *symbol, const char *at)
{
	return at > symbol && isdigit((unsigned char)at[-1]) && !ends_at(symbol, at);
}

static bool is_candidate(const char *symbol, const char *part)
{
	const char *at = strstr(symbol, part);

	/* A longer length: "17flat_10..." is of another name. Copies that were changed by the
	 * compiler (".constprop.0") are no functions to be called. */
	while (at && (is_longer(symbol, at) || is_scope(symbol, at, strlen(part))))
		at = strstr(at + 1, part);
	return at && symbol[0] == '_' && (symbol[1] == 'Z' || symbol[1] == 'R') &&
	       !strchr(symbol, '.');
}

static bool on_symbol(void *ctx, const struct ij_symbol *sym)
{
	struct search *search = ctx;
	struct ij_error *err;

	if (sym->kind != IJ_SYMBOL_FUNC || !is_candidate(sym->name, search->part) ||
	    !is_in_scope(sym->name, search->path))
		return true;
	for (size_t i = 0; i < search->out->addrs.len; i++)
		if (search->out->addrs.items[i] == sym->value)
			return true;
	err = search->out->addrs.len < CANDIDATES_MAX ? ij_vec_push(&search->out->addrs, sym->value)
						      : ij_error_new(LIMIT, "too many");
	search->failed = err;
	ij_error_free(err);
	return !search->failed;
}

/* Where functions that may be meant by @path begin; kept, for one expression asks several times. */
static struct ij_error *gather(struct ij_debug *debug, struct ij_object *obj,
			       const struct ij_debug_path *path)
{
	struct ij_debug_symbols *out = &debug->symbols;
	struct search search = {.out = out, .path = path};
	size_t len = identifier_len(path->last);
	struct ij_error *err;

	if (out->name && !strcmp(out->name, path->full))
		return NULL;
	free(out->name);
	out->name = NULL;
	out->addrs.len = 0;
	if (!len || len > IDENTIFIER_MAX || (path->last[len] && path->last[len] != '<'))
		return NULL;
	snprintf(search.part, sizeof(search.part), "%zu%.*s", len, (int)len, path->last);
	err = ij_object_symbols_with(obj, search.part, on_symbol, &search);
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	if (search.failed)
		out->addrs.len = 0;
	out->name = strdup(path->full);
	return out->name ? NULL : ij_error_nomem();
}

static struct ij_error *visit_address(struct ij_debug *debug, uint64_t addr, const char *name,
				      ij_debug_visit visit, void *ctx, bool *more)
{
	struct ij_debug_die at, full, last;
	struct ij_debug_entry entry;
	IJ_STRBUF_AUTO scope = {0};
	struct ij_error *err = ij_debug_code_at(debug, addr, &at);

	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	if (err) {
		ij_error_free(err);
		return NULL;
	}
	full = at;
	IJ_TRY(ij_debug_inherit(debug, &full, &last));
	if (full.die.name.class != IJ_DWARF_STRING || strcmp(full.die.name.string, name))
		return NULL;
	IJ_TRY(ij_debug_entry(debug, &at, IJ_DEBUG_FUNCTION, &entry));
	IJ_TRY(ij_debug_scope_text(debug, last.unit, last.die.off, &scope));
	return visit(ctx, ij_strbuf_get(&scope), &entry, more);
}

struct ij_error *ij_debug_functions(struct ij_debug *debug, struct ij_object *obj,
				    const struct ij_debug_path *path, ij_debug_visit visit,
				    void *ctx)
{
	bool more = true;

	IJ_TRY(gather(debug, obj, path));
	debug->dwarf.budget = debug->budget;
	for (size_t i = 0; i < debug->symbols.addrs.len && more; i++)
		IJ_TRY(visit_address(debug, debug->symbols.addrs.items[i], path->last, visit, ctx,
				     &more));
	return NULL;
}
