/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of a Go program: functions by its own tables, what they take, variables and types by debug
 * information. */
#include <stdio.h>
#include <string.h>

#include "lang/call.h"
#include "lang/type.h"
#include "session/debugs.h"
#include "session/go.h"
#include "session/gohost.h"
#include "session/namecache.h"

static struct ij_go_session_host *of(struct ij_go_host *host)
{
	return (struct ij_go_session_host *)host;
}

static struct ij_error *debug_of(struct ij_session *s, struct ij_module *module,
				 struct ij_debug **ret)
{
	return ij_debugs_of(s->debugs, s->mods, module, ret);
}

/* The program, then its plugins; NULL behind the last. */
static struct ij_module *part_at(const struct ij_session *s, size_t idx)
{
	if (!idx)
		return s->go.module;
	return idx <= s->go.plugins.len ? s->go.plugins.items[idx - 1].module : NULL;
}

/* Of which of them @prog is. */
static struct ij_module *module_of(const struct ij_session *s, const struct ij_goprog *prog)
{
	IJ_VEC_EACH (&s->go.plugins, plugin)
		if (plugin->prog == prog)
			return plugin->module;
	return s->go.module;
}

/* ---- What functions take ---- */

/* As debug information has it. */
static struct ij_error *sig_of_type(const struct ij_ctype *type, struct ij_go_func *func)
{
	IJ_VEC_EACH (&type->params, param) {
		if (param->is_result ? func->results_len == IJ_GO_RESULTS_MAX
				     : func->params_len == IJ_GO_PARAMS_MAX)
			return NULL;
		if (param->is_result)
			func->results[func->results_len++] = param->type;
		else
			func->params[func->params_len++] = param->type;
	}
	func->known = true;
	return NULL;
}

/* What the pointer @text leads to: at least its name is known, by which it has methods. */
static struct ij_error *pointed_by_decl(struct ij_go_host *host, const char *text,
					const struct ij_ctype **ret)
{
	struct ij_ctype *other;

	*ret = NULL;
	if (*text == '*')
		IJ_TRY(host->type(host, text + 1, ret));
	if (*ret)
		return NULL;
	IJ_TRY(ij_ctypes_new(host->types, IJ_CT_OTHER, &other));
	*ret = other;
	return *text == '*' ? ij_ctypes_text(host->types, text + 1, strlen(text + 1), &other->name)
			    : NULL;
}

/* A type of a declaration, by its text. */
static struct ij_error *type_of_decl(struct ij_go_host *host, const struct ij_go_type *type,
				     const struct ij_ctype **ret)
{
	static const char *const basics[] = {[IJ_GO_BOOL] = "bool",
					     [IJ_GO_INT] = "int",
					     [IJ_GO_UINT] = "uint",
					     [IJ_GO_FLOAT] = "float"};
	const char *text = type->text, *rest;
	const struct ij_ctype *inner;
	struct ij_ctype *made;
	struct ij_go_type elem;
	char name[16];

	IJ_TRY(ij_go_type_basic(host, text, strlen(text), ret));
	if (!*ret)
		IJ_TRY(host->type(host, text, ret));
	if (*ret)
		return NULL;
	if (type->kind == IJ_GO_SLICE && !strncmp(text, "[]", 2)) {
		rest = text + 2;
		IJ_TRY(ij_go_type_parse(&rest, &elem));
		IJ_TRY(type_of_decl(host, &elem, &inner));
		return ij_go_type_slice(host, inner, ret);
	}
	IJ_TRY(ij_ctypes_new(host->types,
			     type->kind == IJ_GO_POINTER     ? IJ_CT_POINTER
			     : type->kind == IJ_GO_INTERFACE ? IJ_CT_STRUCT
							     : IJ_CT_TYPEDEF,
			     &made));
	made->size = type->size;
	switch (type->kind) {
	case IJ_GO_POINTER:
		IJ_TRY(pointed_by_decl(host, text, &made->target));
		break;
	case IJ_GO_INTERFACE:
		made->name = type->methods ? "runtime.iface" : "runtime.eface";
		inner = made;
		IJ_TRY(ij_ctypes_new(host->types, IJ_CT_TYPEDEF, &made));
		made->target = inner;
		made->size = inner->size;
		break;
	default:
		snprintf(name, sizeof(name), "%s%u", basics[type->kind], type->size * 8);
		IJ_TRY(ij_go_type_basic(host, type->kind == IJ_GO_BOOL ? "bool" : name,
					type->kind == IJ_GO_BOOL ? 4 : strlen(name),
					&made->target));
		break;
	}
	IJ_TRY(ij_ctypes_text(host->types, text, strlen(text), &made->name));
	*ret = made;
	return NULL;
}

static struct ij_error *sig_of_decl(struct ij_go_host *host, const struct ij_go_sig *sig,
				    struct ij_go_func *func)
{
	func->variadic = sig->variadic;
	for (size_t i = 0; i < sig->params_len; i++)
		IJ_TRY(type_of_decl(host, &sig->params[i], &func->params[i]));
	for (size_t i = 0; i < sig->results_len; i++)
		IJ_TRY(type_of_decl(host, &sig->results[i], &func->results[i]));
	func->params_len = sig->params_len;
	func->results_len = sig->results_len;
	func->known = true;
	return NULL;
}

/* What a function takes and returns: the user's word, debug information, our table. */
static struct ij_error *sig_find(struct ij_go_host *host, const struct ij_go_found *found,
				 struct ij_go_func *func)
{
	struct ij_session *s = of(host)->s;
	const struct ij_go_decls *decls = ij_prototypes_go(s->prototypes);
	struct ij_go_call call = {.name = (char *)(uintptr_t)func->name};
	struct ij_debug_entry entry;
	struct ij_debug *debug;
	struct ij_error *err;

	if (decls->list.len)
		IJ_TRY(ij_go_call_declare(&call, decls));
	if (call.sig_known)
		return sig_of_decl(host, &call.sig, func);
	IJ_TRY(debug_of(s, module_of(s, found->prog), &debug));
	if (debug && s->go.typed == found->addr)
		return sig_of_type(s->go.type, func);
	err = debug ? ij_debug_function_at(debug, found->func.start, &entry) : NULL;
	if (debug && !err) {
		s->go.typed = found->addr;
		s->go.type = entry.type;
		return sig_of_type(entry.type, func);
	}
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	IJ_TRY(ij_go_call_declare(&call, decls));
	return call.sig_known ? sig_of_decl(host, &call.sig, func) : NULL;
}

static struct ij_error *function(struct ij_go_host *host, const char *name,
				 const struct ij_go_found *found, struct ij_go_value *ret)
{
	struct ij_go_func *func = ij_arena_alloc(host->arena, sizeof(*func));
	char *copy = ij_arena_alloc(host->arena, strlen(name) + 1);

	if (!func || !copy)
		return ij_error_nomem();
	strcpy(copy, name);
	*func = (struct ij_go_func){.name = copy, .code = found->addr};
	IJ_TRY(sig_find(host, found, func));
	*ret = (struct ij_go_value){.func = func};
	return NULL;
}

/* ---- Variables and types ---- */

struct search {
	struct ij_session *s;
	struct ij_module *module; /* that is looked into */
	struct ij_go_value value;
	const struct ij_ctype *type;
	bool found;
};

static struct ij_error *on_variable(void *ctx, const char *scope,
				    const struct ij_debug_entry *entry, bool *more)
{
	struct search *search = ctx;

	if (*scope || entry->place != IJ_DEBUG_ADDRESS)
		return NULL;
	search->value = ij_go_value_at(entry->type, search->module->bias + entry->addr);
	search->found = true;
	*more = false;
	return NULL;
}

static struct ij_error *on_type(void *ctx, const char *scope, const struct ij_debug_entry *entry,
				bool *more)
{
	struct search *search = ctx;

	(void)more;
	/* A name's typedef has it and its methods; the struct below it is called the same. */
	if (!*scope && (!search->type || entry->kind == IJ_DEBUG_TYPEDEF))
		search->type = entry->type;
	search->found |= search->type != NULL;
	return NULL;
}

/* Look into the program, then its plugins, until something is found. */
static struct ij_error *find(struct search *search, unsigned kinds, const char *name,
			     ij_debug_visit visit)
{
	struct ij_debug *debug;

	for (size_t i = 0; !search->found; i++) {
		search->module = part_at(search->s, i);
		if (!search->module)
			break;
		IJ_TRY(debug_of(search->s, search->module, &debug));
		if (!debug)
			continue;
		IJ_TRY(ij_namecache_get(debug));
		IJ_TRY(ij_debug_named(debug, kinds, name, visit, search));
	}
	return NULL;
}

/* "main.f" of "github.com/x/y.f": what has no path. */
static const char *last_part(const char *name)
{
	size_t span = strcspn(name, "[(");
	const char *slash = memrchr(name, '/', span);

	return slash ? slash + 1 : name;
}

/*
 * "runtime/debug.SetGCPercent" of "debug.SetGCPercent", as source code has it: by the package's
 * last name, if all functions of packages of that name are of one. NULL: there is none, or there
 * are several. Of the arena.
 */
static struct ij_error *with_path(struct ij_go_host *host, const char *name, const char **ret)
{
	const struct ij_gotab *tab = ij_goprog_tab(of(host)->s->go.prog);
	const char *dot = strchr(name, '.'), *path = NULL;
	size_t short_len = dot ? (size_t)(dot - name) : 0, path_len = 0;
	char *full;

	*ret = NULL;
	if (!short_len || strchr(name, '/') || !strncmp(name, "main.", 5))
		return NULL;
	for (uint64_t i = 0; i < tab->len; i++) {
		const char *each = ij_gotab_name_at(tab, i), *last = last_part(each);
		size_t len = (size_t)(last - each) + short_len;

		if (last == each || strncmp(last, name, short_len + 1) != 0)
			continue;
		/* Two packages: the full name is wanted. */
		if (path && (len != path_len || memcmp(path, each, len) != 0))
			return NULL;
		path = each;
		path_len = len;
	}
	if (!path)
		return NULL;
	full = ij_arena_alloc(host->arena, path_len + strlen(dot) + 1);
	if (!full)
		return ij_error_nomem();
	memcpy(full, path, path_len);
	strcpy(full + path_len, dot);
	*ret = full;
	return NULL;
}

static struct ij_error *look_up(struct ij_go_host *host, const char *name, struct ij_go_value *ret,
				bool *found);

struct ij_error *ij_go_host_lookup(struct ij_go_host *host, const char *name,
				   struct ij_go_value *ret, bool *found)
{
	const char *full;

	IJ_TRY(look_up(host, name, ret, found));
	if (*found)
		return NULL;
	IJ_TRY(with_path(host, name, &full));
	return full ? look_up(host, full, ret, found) : NULL;
}

static struct ij_error *look_up(struct ij_go_host *host, const char *name, struct ij_go_value *ret,
				bool *found)
{
	struct search search = {.s = of(host)->s};
	struct ij_go_call call = {.name = (char *)(uintptr_t)name};
	struct ij_go_found func;

	*found = ij_session_go_named(search.s, name, &func);
	if (*found)
		return function(host, name, &func, ret);
	if (strchr(name, '.'))
		IJ_TRY(find(&search, IJ_DEBUG_VARIABLE, name, on_variable));
	*found = search.found;
	*ret = search.value;
	if (*found)
		return NULL;
	/* The linker may have left another one. */
	IJ_TRY(ij_go_call_declare(&call, ij_prototypes_go(search.s->prototypes)));
	*found = call.fallback && ij_session_go_named(search.s, call.fallback, &func);
	return *found ? function(host, call.fallback, &func, ret) : NULL;
}

struct ij_error *ij_go_host_debug_type(struct ij_go_host *host, const char *name,
				       const struct ij_ctype **ret)
{
	struct search search = {.s = of(host)->s};

	*ret = NULL;
	IJ_TRY(find(&search, IJ_DEBUG_TYPES, name, on_type));
	*ret = search.type;
	return NULL;
}

static struct ij_error *type_named(struct ij_go_host *host, const char *name,
				   const struct ij_ctype **ret)
{
	struct ij_error *err;

	IJ_TRY(ij_go_host_debug_type(host, name, ret));
	if (*ret || !strchr(name, '.'))
		return NULL;
	/* What cannot be made sense of is not there. */
	err = ij_go_host_described_name(host, name, ret);
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	if (err)
		*ret = NULL;
	ij_error_free(err);
	return NULL;
}

struct ij_error *ij_go_host_closure(struct ij_go_host *host, struct ij_go_value *value,
				    struct ij_go_value *ret)
{
	struct ij_session *s = of(host)->s;
	ij_addr context = ij_go_value_word(value, 0), code = 0;
	struct ij_go_found found;
	struct ij_go_func *func;

	if (value->unknown)
		return ij_error_new(UNSUPPORTED,
				    "a func that a call returns is not known before the "
				    "call is made");
	IJ_TRY(host->read(host, context, &code, sizeof(code)));
	if (!ij_session_go_at(s, code, &found) || found.addr != code)
		return ij_error_new(TYPE, "0x%llx is no func of Go", (unsigned long long)context);
	IJ_TRY(function(host, ij_gotab_name(ij_goprog_tab(found.prog), &found.func), &found, ret));
	func = (struct ij_go_func *)(uintptr_t)ret->func;
	func->context = context;
	return NULL;
}

struct ij_error *ij_go_host_type(struct ij_go_host *host, const char *name,
				 const struct ij_ctype **ret)
{
	bool is_pointer = *name == '*';
	const char *full;

	IJ_TRY(type_named(host, name, ret));
	if (*ret || is_pointer)
		return NULL;
	IJ_TRY(with_path(host, name, &full));
	return full ? type_named(host, full, ret) : NULL;
}

const char *ij_session_go_offer(const struct ij_session *s, const char *name, size_t len)
{
	static const char begin_gc[] =
		"; runtime.gcStart is, which begins a collection: --decl 'func "
		"runtime.gcStart(int, int64, uint32)' 'runtime.gcStart(2, 0, 0x7fffffff)'";
	static const char list[] = "; interject goroutines lists them, and where they are";
	static const struct {
		const char *name, *instead; /* NULL: it needs no function */
		unsigned minor;             /* from this version on */
		const char *text;
	} offers[] = {
		{"runtime.GC", "runtime.gcStart", 12, begin_gc},
		{"runtime/debug.FreeOSMemory", "runtime.gcStart", 12, begin_gc},
		{"runtime.NumGoroutine", NULL, 0, list},
		{"runtime.Stack", NULL, 0, list},
		{"runtime/debug.Stack", NULL, 0, list},
		{"runtime/debug.PrintStack", NULL, 0, list},
	};
	struct ij_go_found found;

	for (size_t i = 0; i < IJ_COUNT(offers); i++)
		if (strlen(offers[i].name) == len && !memcmp(offers[i].name, name, len) &&
		    ij_goprog_minor(s->go.prog) >= offers[i].minor &&
		    (!offers[i].instead || ij_session_go_named(s, offers[i].instead, &found)))
			return offers[i].text;
	return "";
}

struct ij_error *ij_go_host_missing(struct ij_go_host *host, const char *text, size_t len)
{
	struct ij_session *s = of(host)->s;
	struct ij_debug *debug;

	IJ_TRY(debug_of(s, s->go.module, &debug));
	/* A function of C, by all appearances. */
	if (!memchr(text, '.', len) && text[len] == '(')
		return ij_error_new(NOTFOUND,
				    "%d (%s) is a Go program (%s), and no function of C in it is "
				    "called %.*s; one of Go is called by its full name, as in "
				    "'runtime/debug.SetGCPercent(50)'",
				    s->pid, s->welcome.comm, ij_goprog_version(s->go.prog),
				    (int)len, text);
	return ij_error_new(NOTFOUND,
			    "%.*s is not in %d (%s): the linker drops what nobody uses, and the "
			    "compiler may have inlined it everywhere%s%s",
			    (int)len, text, s->pid, s->welcome.comm,
			    ij_session_go_offer(s, text, len),
			    debug ? ""
				  : "; there is no debug information, without which variables and "
				    "types are not known");
}
