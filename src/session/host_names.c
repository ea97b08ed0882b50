/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of an expression: symbols first, then what debug information knows besides. */
#include <stdio.h>
#include <string.h>

#include "lang/constants.h"
#include "lang/type.h"
#include "lang/typedefs.h"
#include "session/debugs.h"
#include "session/host.h"
#include "session/namecache.h"

/* Is @file, as debug information names it, what `'want'::` asks for? */
static bool is_file(const char *file, const char *want)
{
	size_t len, want_len = strlen(want);

	if (!file)
		return false;
	len = strlen(file);
	return len >= want_len && !strcmp(file + len - want_len, want) &&
	       (len == want_len || file[len - want_len - 1] == '/');
}

struct search {
	const struct ij_host_name *name;
	const char *scope;
	size_t scope_len;
	bool any_scope;
	bool inlined;  /* what is in an inline namespace is in the one around it, too */
	bool accepted; /* something was visited */
	struct ij_debug *debug;
	ij_named_visit visit;
	void *ctx;
	struct ij_named_hit hit;
};

/* Is @scope what stands before the name? Types in it may be written in several ways. */
static bool is_same_scope(const struct search *search, const char *scope)
{
	IJ_STRBUF_AUTO want = {0}, one = {0}, other = {0};

	if (strlen(scope) == search->scope_len && !strncmp(scope, search->scope, search->scope_len))
		return true;
	if (!strchr(scope, '<') || !memchr(search->scope, '<', search->scope_len))
		return false;
	ij_strbuf_add(&want, search->scope, search->scope_len);
	ij_debug_short_names(ij_strbuf_get(&want), &one);
	ij_debug_short_names(scope, &other);
	return !want.failed && !one.failed && !other.failed &&
	       !strcmp(ij_strbuf_get(&one), ij_strbuf_get(&other));
}

static struct ij_error *on_entry(void *ctx, const char *scope, const struct ij_debug_entry *entry,
				 bool *more)
{
	struct search *search = ctx;
	bool there;

	if (search->name->file && !is_file(entry->file, search->name->file))
		return NULL;
	if (search->inlined) {
		IJ_TRY(ij_host_inline_scope(search->debug, scope, search->scope, search->scope_len,
					    &there));
		if (!there)
			return NULL;
	} else if (!search->any_scope &&
		   !ij_host_is_scope(scope, search->scope, search->scope_len) &&
		   !is_same_scope(search, scope)) {
		return NULL;
	}
	search->hit.entry = entry;
	search->accepted = true;
	IJ_TRY(search->visit(search->ctx, &search->hit));
	*more = search->hit.more;
	return NULL;
}

/* In one module: a function that has a symbol by that, for all names are many. */
static struct ij_error *named_in(struct search *search, struct ij_debug *debug, unsigned kinds,
				 const char *last)
{
	const struct ij_debug_path path = {search->any_scope ? last : search->scope, last};

	/* No table but our index has templates without their arguments. */
	const bool whole = kinds & IJ_DEBUG_TEMPLATE;

	search->accepted = search->inlined = false;
	search->debug = debug;
	if (!whole && kinds == IJ_DEBUG_FUNCTION && search->hit.module->obj)
		IJ_TRY(ij_debug_functions(debug, search->hit.module->obj, &path, on_entry, search));
	if (!search->accepted && !whole)
		IJ_TRY(ij_debug_by_tables(debug, kinds, last, on_entry, search));
	if (search->accepted)
		return NULL;
	IJ_TRY(ij_namecache_get(debug));
	IJ_TRY(ij_debug_named(debug, kinds, last, on_entry, search));
	if (search->accepted || search->any_scope)
		return NULL;
	search->inlined = true;
	return ij_debug_named(debug, kinds, last, on_entry, search);
}

struct ij_error *ij_host_named(struct ij_session_host *sh, const struct ij_host_name *name,
			       unsigned kinds, ij_named_visit visit, void *ctx)
{
	const char *full = !strncmp(name->name, "::", 2) ? name->name + 2 : name->name;
	struct search search = {.name = name, .scope = full, .visit = visit, .ctx = ctx};
	const char *last = ij_host_last(full, &search.scope_len);
	size_t len;
	struct ij_module *const *list = ij_modules_list(sh->s->mods, &len);

	search.any_scope = kinds & IJ_HOST_ANY_SCOPE;
	kinds &= ~IJ_HOST_ANY_SCOPE;
	search.hit.more = true;
	for (size_t i = 0; i < len && search.hit.more; i++) {
		struct ij_debug *debug;
		struct ij_error *err;

		if (name->module && !ij_module_is_called(list[i], name->module))
			continue;
		IJ_TRY(ij_debugs_of(sh->s->debugs, sh->s->mods, list[i], &debug));
		if (!debug)
			continue;
		search.hit.module = list[i];
		err = named_in(&search, debug, kinds, last);
		if (err)
			return ij_error_wrap(err, "%s", list[i]->name);
	}
	return NULL;
}

static const char *program_path(const struct ij_session *s)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	return len && list[0]->main ? list[0]->path : NULL;
}

/* Whether it is not there. */
static bool resolve_in(struct ij_session_host *sh, const char *module, const char *name, bool data,
		       struct ij_resolved *ret)
{
	struct ij_error *err;
	char *spec;

	if (asprintf(&spec, "%s!%s", module, name) < 0)
		return true;
	err = ij_modules_probe(sh->s->mods, spec, !data, ret);
	free(spec);
	ij_error_free(err);
	return err;
}

/* A symbol, "name" or "module!name"; the program's own first. What goes wrong is told nobody. */
static struct ij_error *resolve(struct ij_session_host *sh, const struct ij_host_name *name,
				bool data, struct ij_resolved *ret)
{
	struct ij_error *err;
	char *spec;

	if (asprintf(&spec, "%s%s%s", name->module ? name->module : "", name->module ? "!" : "",
		     name->name) < 0)
		return ij_error_nomem();
	err = ij_modules_probe(sh->s->mods, spec, !data, ret);
	free(spec);
	return err;
}

/* A function whose type nobody knows. */
static const struct ij_ctype *unknown_function(void)
{
	static const struct ij_ctype nothing = {.kind = IJ_CT_VOID, .name = "void"};
	static const struct ij_ctype type = {.kind = IJ_CT_FUNCTION,
					     .target = &nothing,
					     .is_incomplete = true,
					     .is_unprototyped = true};

	return &type;
}

static struct ij_error *function_value(struct ij_session_host *sh, const struct ij_host_name *name,
				       const struct ij_resolved *found, struct ij_arena *arena,
				       struct ij_val *ret)
{
	struct ij_func *func = ij_arena_alloc(arena, sizeof(*func));
	const struct ij_ctype *type = NULL;
	struct ij_debug *debug = NULL;
	struct ij_debug_entry entry;
	struct ij_error *err;

	if (!func)
		return ij_error_nomem();
	*func = (struct ij_func){.name = name->name, .module = name->module};
	IJ_TRY(ij_host_exported(sh, name->name, found, &type));
	if (!type)
		IJ_TRY(ij_debugs_of(sh->s->debugs, sh->s->mods, found->module, &debug));
	/* An IFUNC's resolver is not what is called. */
	if (debug && found->symbol.kind != IJ_SYMBOL_IFUNC) {
		err = ij_debug_function_at(debug, found->symbol.value, &entry);
		if (err && err->code != IJ_ERR_NOTFOUND)
			return ij_error_wrap(err, "%s in %s", name->name, found->module->name);
		if (!err)
			type = entry.type;
		func->convention = type ? type->convention : 0;
		ij_error_free(err);
	}
	IJ_TRY(ij_host_prototype(sh, name->name, found->module, &func->proto, &type));
	*ret = (struct ij_val){.type = type ? type : unknown_function(),
			       .place = IJ_VAL_TARGET,
			       .addr = found->needs_resolver ? 0 : found->addr,
			       .func = func};
	return NULL;
}

struct object {
	struct ij_session_host *sh;
	const struct ij_host_name *name;
	struct ij_arena *arena;
	const struct ij_resolved *symbol; /* or NULL: whatever debug information says */
	struct ij_val val;
	bool found;
	bool gone;     /* it is known, and has no place */
	bool anywhere; /* the symbol is of one module, its type may be of another */
	bool is_tls;
	uint64_t tls_off;
	struct ij_module *module;
};

struct ij_error *ij_host_constant(const struct ij_debug_entry *entry, struct ij_arena *arena,
				  struct ij_val *ret)
{
	uint64_t value = entry->addr;

	if (entry->bytes)
		return ij_val_make(arena, entry->type, entry->bytes, ret);
	return ij_val_set_integer(arena, entry->type, (__int128)(int64_t)value, ret);
}

/* Where the symbol of a variable is that is only declared. */
static bool by_linkage(const struct object *object, const struct ij_named_hit *hit, ij_addr *ret)
{
	struct ij_resolved symbol;

	if (!hit->entry->linkage ||
	    resolve_in(object->sh, hit->module->path, hit->entry->linkage, true, &symbol))
		return false;
	*ret = symbol.addr;
	return true;
}

/* One variable or enumerator of that name; the first with a place is taken. */
static struct ij_error *on_object(void *ctx, struct ij_named_hit *hit)
{
	struct object *object = ctx;
	const struct ij_debug_entry *entry = hit->entry;
	ij_addr addr = hit->module->bias + entry->addr;

	if (object->anywhere) {
		if (!entry->external)
			return NULL;
		addr = object->symbol->addr;
	} else if (object->symbol) {
		if (hit->module != object->symbol->module)
			return NULL;
		/* Of several statics of one name that which the symbol is. */
		if (entry->place == IJ_DEBUG_ADDRESS && addr != object->symbol->addr)
			return NULL;
		addr = object->symbol->addr;
	} else if (entry->place == IJ_DEBUG_NOWHERE && by_linkage(object, hit, &addr)) {
		/* declared here, defined where the symbol is */
	} else if (entry->place == IJ_DEBUG_NOWHERE) {
		object->gone = true;
		object->module = hit->module;
		return NULL;
	} else if (entry->place == IJ_DEBUG_CONSTANT) {
		IJ_TRY(ij_host_constant(entry, object->arena, &object->val));
		object->found = true;
		hit->more = false;
		return NULL;
	} else if (entry->place == IJ_DEBUG_TLS) {
		object->is_tls = true;
		object->tls_off = entry->addr;
		object->module = hit->module;
		object->val.type = entry->type;
		hit->more = false;
		return NULL;
	}
	object->val = (struct ij_val){.type = entry->type, .place = IJ_VAL_TARGET, .addr = addr};
	object->found = true;
	hit->more = false;
	return NULL;
}

static struct ij_error *object_value(struct ij_session_host *sh, const struct ij_host_name *name,
				     const struct ij_resolved *symbol, struct ij_arena *arena,
				     struct ij_val *ret, bool *found)
{
	struct object object = {.sh = sh, .name = name, .arena = arena, .symbol = symbol};
	const struct ij_host_name in = {symbol ? symbol->module->path : name->module, name->file,
					name->name};

	unsigned kinds = IJ_DEBUG_VARIABLE | (symbol ? IJ_HOST_ANY_SCOPE : IJ_DEBUG_ENUMERATOR);

	IJ_TRY(ij_host_named(sh, &in, kinds, on_object, &object));
	/* A library's variable may lie in the program (a copy relocation): its type is the
	 * library's. */
	if (symbol && !object.found && !symbol->symbol.local) {
		object.anywhere = true;
		IJ_TRY(ij_host_named(sh, name, IJ_DEBUG_VARIABLE, on_object, &object));
	}
	*found = object.found;
	if (object.found)
		*ret = object.val;
	if (object.is_tls) {
		*found = true;
		*ret = (struct ij_val){.type = object.val.type, .place = IJ_VAL_TARGET};
		return ij_host_thread_local(sh, name->name, object.module, object.tls_off,
					    &ret->addr);
	}
	if (object.found || !object.gone)
		return NULL;
	return ij_error_new(NOTFOUND,
			    "%s is known to the debug information of %s, but has no address: it is "
			    "optimised out, or only declared there",
			    name->name, object.module->name);
}

/* A symbol of data that no debug information describes: its size tells what it may be. */
static struct ij_error *untyped(const struct ij_resolved *symbol, struct ij_session_host *sh,
				struct ij_val *ret)
{
	struct ij_ctype *type;

	IJ_TRY(ij_ctypes_new(sh->host.types, IJ_CT_OTHER, &type));
	type->name = "<data variable, no debug info>";
	*ret = (struct ij_val){.type = type, .place = IJ_VAL_TARGET, .addr = symbol->addr};
	return NULL;
}

/* Does the program itself define data of that name? */
static bool is_own_object(struct ij_session_host *sh, const struct ij_host_name *name)
{
	const char *path = program_path(sh->s);
	struct ij_resolved symbol;

	return path && !name->module && !resolve_in(sh, path, name->name, true, &symbol);
}

/* What only debug information knows: of the program first, which mostly is enough. */
static struct ij_error *described(struct ij_session_host *sh, const struct ij_host_name *name,
				  struct ij_arena *arena, struct ij_val *ret, bool *found)
{
	const char *path = program_path(sh->s);
	const struct ij_host_name own = {path, name->file, name->name};

	if (!name->module && path) {
		IJ_TRY(ij_host_overload(&sh->host, &own, NULL, SIZE_MAX, arena, ret, found));
		if (!*found)
			IJ_TRY(object_value(sh, &own, NULL, arena, ret, found));
		if (*found)
			return NULL;
		/* A macro of C is not looked for in libraries. */
		if (ij_constant_find(name->name, strlen(name->name)))
			return NULL;
	}
	IJ_TRY(ij_host_overload(&sh->host, name, NULL, SIZE_MAX, arena, ret, found));
	return *found ? NULL : object_value(sh, name, NULL, arena, ret, found);
}

/* What debug information knows; then the constants of --header and --decl. */
static struct ij_error *otherwise(struct ij_session_host *sh, const struct ij_host_name *name,
				  struct ij_arena *arena, struct ij_val *ret, bool *found)
{
	const struct ij_typedefs *declared = ij_prototypes_typedefs(sh->s->prototypes);
	const struct ij_constant *constant;
	enum ij_cbase base;

	IJ_TRY(described(sh, name, arena, ret, found));
	if (!*found)
		IJ_TRY(ij_host_static(sh, name, arena, ret, found));
	constant = ij_typedefs_constant(declared, name->name, strlen(name->name));
	if (*found || name->module || name->file || !constant)
		return NULL;
	base = constant->size == 4     ? constant->is_unsigned ? IJ_CBASE_UINT : IJ_CBASE_INT
	       : constant->is_unsigned ? IJ_CBASE_ULONG
				       : IJ_CBASE_LONG;
	*found = true;
	return ij_val_set_integer(arena, ij_cbase(base), (__int128)constant->value, ret);
}

struct ij_error *ij_host_lookup(struct ij_host *host, const struct ij_host_name *given,
				struct ij_arena *arena, struct ij_val *ret, bool *found)
{
	struct ij_session_host *sh = (struct ij_session_host *)host;
	bool plain = !given->file && !strstr(given->name, "::");
	bool constant = ij_constant_find(given->name, strlen(given->name));
	struct ij_host_name full;
	const struct ij_host_name *name = &full;
	struct ij_resolved symbol;
	struct ij_error *err;

	*found = false;
	IJ_TRY(ij_host_name_in_crate(sh, arena, given, &full));
	if (!plain || (constant && !name->module))
		return otherwise(sh, name, arena, ret, found);
	if (!is_own_object(sh, name)) {
		err = resolve(sh, name, false, &symbol);
		if (!err) {
			*found = true;
			return function_value(sh, name, &symbol, arena, ret);
		}
		if (err->code != IJ_ERR_TYPE && err->code != IJ_ERR_NOTFOUND)
			return err;
		ij_error_free(err);
	}
	if (!name->module && !strcmp(name->name, "errno") && !is_own_object(sh, name)) {
		*found = true;
		return ij_host_errno(sh, ret);
	}
	err = resolve(sh, name, true, &symbol);
	if (!err) {
		IJ_TRY(object_value(sh, name, &symbol, arena, ret, found));
		if (*found)
			return NULL;
		*found = true;
		return untyped(&symbol, sh, ret);
	}
	if (err->code == IJ_ERR_AMBIGUOUS || err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return otherwise(sh, name, arena, ret, found);
}

static struct ij_error *on_type(void *ctx, struct ij_named_hit *hit)
{
	const struct ij_ctype **ret = ctx;
	const struct ij_ctype *type = hit->entry->type;

	if (!*ret || ij_ctype_strip(*ret)->is_incomplete)
		*ret = type;
	hit->more = ij_ctype_strip(*ret)->is_incomplete;
	return NULL;
}

struct ij_error *ij_host_type(struct ij_host *host, char tag, const char *name,
			      const struct ij_ctype **ret)
{
	struct ij_host_name asked = {.name = name};
	IJ_STRBUF_AUTO text = {0};
	unsigned kinds = tag == 's'   ? IJ_DEBUG_STRUCT
			 : tag == 'u' ? IJ_DEBUG_UNION
			 : tag == 'e' ? IJ_DEBUG_ENUM
				      : IJ_DEBUG_TYPES;

	*ret = NULL;
	IJ_TRY(ij_host_in_crate((struct ij_session_host *)host, name, &text, &asked.name));
	IJ_TRY(ij_host_named((struct ij_session_host *)host, &asked, kinds, on_type, ret));
	/* In C a struct, union or enum needs its tag. */
	if (!tag && *ret && !(*ret)->is_plain &&
	    ((*ret)->kind == IJ_CT_STRUCT || (*ret)->kind == IJ_CT_UNION ||
	     (*ret)->kind == IJ_CT_ENUM)) {
		*ret = NULL;
		IJ_TRY(ij_host_named((struct ij_session_host *)host, &asked, IJ_DEBUG_TYPEDEF,
				     on_type, ret));
	}
	if (!*ret && !tag)
		IJ_TRY(ij_host_template((struct ij_session_host *)host, &asked, ret));
	if (*ret && !ij_ctype_strip(*ret)->is_incomplete)
		return NULL;
	return ij_host_declared((struct ij_session_host *)host, tag, name, ret);
}
