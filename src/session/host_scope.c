/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands before the last `::` of a name: namespaces, classes and functions. */
#include <string.h>

#include "session/debugs.h"
#include "session/host.h"

const char *ij_host_last(const char *name, size_t *scope_len_ret)
{
	const char *last = name;
	unsigned depth = 0;

	*scope_len_ret = 0;
	for (const char *c = name; *c; c++) {
		if (*c == '<' || *c == '(')
			depth++;
		else if ((*c == '>' || *c == ')') && depth)
			depth--;
		else if (!depth && c[0] == ':' && c[1] == ':') {
			last = c + 2;
			*scope_len_ret = (size_t)(c - name);
			c++;
		}
	}
	return last;
}

/*
 * Is @scope the first @len bytes of @want? Namespaces without a name are found by none: what is in
 * them is in the one around them, too (C++20, 9.8.2.2).
 */
bool ij_host_is_scope(const char *scope, const char *want, size_t len)
{
	static const char anonymous[] = "(anonymous namespace)";
	const size_t size = sizeof(anonymous) - 1;
	const char *end = want + len;

	for (;;) {
		if (!strncmp(scope, anonymous, size)) {
			scope += size;
			scope += strncmp(scope, "::", 2) ? 0 : 2;
			continue;
		}
		if (!*scope || want == end)
			return !*scope && want == end;
		/* One part of both; a template's arguments may have several. */
		for (; want < end && *want == *scope && strncmp(scope, "::", 2); want++)
			scope++;
		if ((*scope && strncmp(scope, "::", 2)) || (want < end && strncmp(want, "::", 2)))
			return false;
		scope += *scope ? 2 : 0;
		want += want < end ? 2 : 0;
	}
}

struct inlining {
	const char *scope; /* what the namespace is in, */
	size_t len;        /* bytes of that */
	bool found;
};

static struct ij_error *on_namespace(void *ctx, const char *scope,
				     const struct ij_debug_entry *entry, bool *more)
{
	struct inlining *inlining = ctx;

	inlining->found = entry->is_inline && strlen(scope) == inlining->len &&
			  !strncmp(scope, inlining->scope, inlining->len);
	*more = !inlining->found;
	return NULL;
}

/* Is the part [@from, @to) of @scope an inline namespace? */
static struct ij_error *is_inline(struct ij_debug *debug, const char *scope, size_t from, size_t to,
				  bool *ret)
{
	struct inlining inlining = {.scope = scope, .len = from > 2 ? from - 2 : 0};
	IJ_STRBUF_AUTO part = {0};

	ij_strbuf_add(&part, scope + from, to - from);
	IJ_TRY(ij_strbuf_error(&part));
	IJ_TRY(ij_debug_named(debug, IJ_DEBUG_NAMESPACE, part.str, on_namespace, &inlining));
	*ret = inlining.found;
	return NULL;
}

/* The end of the part of a scope that begins at @from. */
static size_t part_end(const char *scope, size_t from, size_t end)
{
	unsigned depth = 0;

	for (; from < end; from++) {
		depth += scope[from] == '<' || scope[from] == '(';
		depth -= (scope[from] == '>' || scope[from] == ')') && depth;
		if (!depth && scope[from] == ':' && from + 1 < end && scope[from + 1] == ':')
			break;
	}
	return from;
}

struct ij_error *ij_host_inline_scope(struct ij_debug *debug, const char *scope, const char *want,
				      size_t len, bool *ret)
{
	size_t scope_len = strlen(scope), at = 0, from = 0;

	*ret = false;
	if (scope_len <= len)
		return NULL;
	while (from < scope_len) {
		size_t end = part_end(scope, from, scope_len), want_end = part_end(want, at, len);
		bool skips = true;

		if (at < len && end - from == want_end - at &&
		    !strncmp(scope + from, want + at, end - from))
			at = want_end + (want_end < len ? 2 : 0);
		else
			IJ_TRY(is_inline(debug, scope, from, end, &skips));
		if (!skips)
			return NULL;
		from = end + 2;
	}
	*ret = at == len;
	return NULL;
}

/* ---- Variables of functions ---- */

enum { FUNCTIONS_MAX = 32 };

struct functions {
	const char *params; /* what stands between the parentheses; NULL: there are none */
	size_t params_len;
	struct {
		struct ij_module *module;
		uint64_t addr;
		const struct ij_ctype *type;
	} list[FUNCTIONS_MAX];
	size_t len;
};

/* Without blanks, and `const char *` as demanglers write it: `char const*`. */
static struct ij_error *add_param(struct ij_strbuf *out, const char *text, size_t len)
{
	IJ_STRBUF_AUTO list = {0}, names = {0};

	/* Arguments of templates are written so. */
	ij_strbuf_puts(&list, "<");
	ij_strbuf_add(&list, text, len);
	IJ_TRY(ij_strbuf_error(&list));
	ij_debug_short_names(list.str, &names);
	IJ_TRY(ij_strbuf_error(&names));
	for (size_t i = 1; i < names.len; i++)
		if (names.str[i] != ' ')
			ij_strbuf_add(out, names.str + i, 1);
	return NULL;
}

/* Are the parameters of @type those that are written? */
static struct ij_error *takes(const struct functions *functions, const struct ij_ctype *type,
			      bool *ret)
{
	IJ_STRBUF_AUTO wanted = {0}, has = {0}, one = {0};

	IJ_TRY(add_param(&wanted, functions->params, functions->params_len));
	IJ_VEC_EACH (&type->params, it) {
		if (it->is_artificial)
			continue;
		if (one.len)
			ij_strbuf_puts(&one, ",");
		ij_ctype_text(it->type, NULL, &one);
	}
	IJ_TRY(add_param(&has, ij_strbuf_get(&one), one.len));
	IJ_TRY(ij_strbuf_error(&wanted));
	IJ_TRY(ij_strbuf_error(&has));
	*ret = !strcmp(ij_strbuf_get(&wanted), ij_strbuf_get(&has)) ||
	       (!has.len && !strcmp(ij_strbuf_get(&wanted), "void"));
	return NULL;
}

static struct ij_error *on_function(void *ctx, struct ij_named_hit *hit)
{
	struct functions *functions = ctx;
	bool wanted = true;

	if (hit->entry->place != IJ_DEBUG_ADDRESS || functions->len == FUNCTIONS_MAX)
		return NULL;
	if (functions->params)
		IJ_TRY(takes(functions, hit->entry->type, &wanted));
	for (size_t i = 0; i < functions->len; i++)
		wanted = wanted && (functions->list[i].addr != hit->entry->addr ||
				    functions->list[i].module != hit->module);
	if (!wanted)
		return NULL;
	functions->list[functions->len].module = hit->module;
	functions->list[functions->len].type = hit->entry->type;
	functions->list[functions->len++].addr = hit->entry->addr;
	return NULL;
}

/* What @entry, a variable of a function of @module, is. */
static struct ij_error *value(struct ij_session_host *sh, const char *name,
			      const struct ij_module *module, const struct ij_debug_entry *entry,
			      struct ij_arena *arena, struct ij_val *ret)
{
	*ret = (struct ij_val){
		.type = entry->type, .place = IJ_VAL_TARGET, .addr = module->bias + entry->addr};
	switch (entry->place) {
	case IJ_DEBUG_CONSTANT:
		return ij_host_constant(entry, arena, ret);
	case IJ_DEBUG_TLS:
		return ij_host_thread_local(sh, name, module, entry->addr, &ret->addr);
	case IJ_DEBUG_ADDRESS:
	case IJ_DEBUG_NOWHERE:
		break;
	}
	return NULL;
}

struct ij_error *ij_host_static(struct ij_session_host *sh, const struct ij_host_name *name,
				struct ij_arena *arena, struct ij_val *ret, bool *found)
{
	struct functions functions = {.params = NULL};
	struct ij_host_name function = {.module = name->module, .file = name->file};
	IJ_STRBUF_AUTO scope = {0};
	size_t len;
	const char *last = ij_host_last(name->name, &len), *open;

	*found = false;
	if (!len || last == name->name)
		return NULL;
	ij_strbuf_add(&scope, name->name, len);
	IJ_TRY(ij_strbuf_error(&scope));
	open = strchr(scope.str, '(');
	if (open && strrchr(scope.str, ')') > open && open > scope.str) {
		functions.params = name->name + (open - scope.str) + 1;
		functions.params_len = (size_t)(strrchr(scope.str, ')') - open - 1);
		scope.str[open - scope.str] = 0;
	}
	function.name = scope.str;
	IJ_TRY(ij_host_named(sh, &function, IJ_DEBUG_FUNCTION, on_function, &functions));
	for (size_t i = 0; i < functions.len; i++) {
		struct ij_module *module = functions.list[i].module;
		struct ij_debug *debug = ij_debugs_peek(sh->s->debugs, module);
		struct ij_debug_entry entry;
		bool there = false;

		if (debug)
			IJ_TRY(ij_debug_function_static(debug, functions.list[i].addr, last, &entry,
							&there));
		if (there && *found)
			return ij_error_new(AMBIGUOUS,
					    "several functions %s have a variable %s; say which, "
					    "%s(int)::%s",
					    function.name, last, function.name, last);
		if (there)
			IJ_TRY(value(sh, name->name, module, &entry, arena, ret));
		*found = *found || there;
	}
	return NULL;
}
