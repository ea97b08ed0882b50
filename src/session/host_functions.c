/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions that have one name: in other scopes, of other files, and of classes. */
#include <stdio.h>
#include <string.h>

#include "obj/demangle.h"
#include "session/candidates.h"
#include "session/debugs.h"
#include "session/library.h"

/* Does the program itself define a function @name? @several: more than one. */
static bool is_own(struct ij_modules *mods, const char *name, bool *several)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(mods, &len);
	struct ij_resolved symbol;
	struct ij_error *err;
	bool found;
	char *spec;

	*several = false;
	if (!len || !list[0]->main || asprintf(&spec, "%s!%s", list[0]->path, name) < 0)
		return false;
	err = ij_modules_probe(mods, spec, true, &symbol);
	free(spec);
	*several = err && err->code == IJ_ERR_AMBIGUOUS;
	found = !err;
	ij_error_free(err);
	return found;
}

/* Does the symbol table know that very name? Asked of ever more, for it costs ever more. */
bool ij_host_is_symbol(struct ij_session_host *sh, const struct ij_host_name *name, bool all)
{
	struct ij_resolved symbol;
	struct ij_error *err;
	bool several;
	char *spec;

	if (name->file || strstr(name->name, "::"))
		return false;
	if (!all)
		return !name->module && (is_own(sh->s->mods, name->name, &several) ||
					 (!several && ij_modules_exports(sh->s->mods, name->name)));
	if (asprintf(&spec, "%s%s%s", name->module ? name->module : "", name->module ? "!" : "",
		     name->name) < 0)
		return false;
	err = ij_modules_probe(sh->s->mods, spec, true, &symbol);
	free(spec);
	ij_error_free(err);
	return !err;
}

/* Is that the instance that is wanted? GCC leaves out of its name what the template gives. */
static struct ij_error *is_wanted(const struct ij_host_wanted *wanted,
				  const struct ij_debug_entry *entry, bool *ret)
{
	IJ_STRBUF_AUTO demangled = {0}, name = {0};

	*ret = false;
	if (!entry->name)
		return NULL;
	IJ_TRY(ij_host_is_wanted(wanted, entry->name, ret));
	if (*ret || !entry->linkage)
		return NULL;
	ij_demangle(entry->linkage, &demangled);
	ij_cname_instance(ij_strbuf_get(&demangled), entry->name, ij_cname_base(entry->name),
			  &name);
	IJ_TRY(ij_strbuf_error(&demangled));
	IJ_TRY(ij_strbuf_error(&name));
	return name.len ? ij_host_is_wanted(wanted, name.str, ret) : NULL;
}

static struct ij_error *on_function(void *ctx, struct ij_named_hit *hit)
{
	struct ij_candidates *candidates = ctx;
	bool wanted = true;

	if (candidates->wanted)
		IJ_TRY(is_wanted(candidates->wanted, hit->entry, &wanted));
	candidates->module = hit->module;
	return wanted ? ij_candidates_add(candidates, hit->entry) : NULL;
}

/* Those that have the arguments of the template as people write them, or the first of them. */
static struct ij_error *gather_wanted(const struct ij_host_name *name,
				      struct ij_host_wanted *wanted,
				      struct ij_candidates *candidates)
{
	const struct ij_host_name bare = {name->module, name->file, wanted->bare.str};
	const size_t seen = candidates->seen;
	struct ij_error *err;

	candidates->wanted = wanted;
	err = ij_host_named(candidates->sh, &bare, IJ_DEBUG_FUNCTION | IJ_DEBUG_TEMPLATE,
			    on_function, candidates);
	wanted->how = IJ_CNAME_BEGUN;
	if (!err && candidates->seen == seen)
		err = ij_host_named(candidates->sh, &bare, IJ_DEBUG_FUNCTION | IJ_DEBUG_TEMPLATE,
				    on_function, candidates);
	candidates->wanted = NULL;
	return err;
}

/* Those that are called that, else the instances of a template. */
static struct ij_error *gather_in(const struct ij_host_name *name, struct ij_candidates *candidates)
{
	const size_t seen = candidates->seen;
	struct ij_host_wanted wanted;
	struct ij_error *err;
	size_t scope_len;
	const char *last = ij_host_last(name->name, &scope_len);

	IJ_TRY(ij_host_named(candidates->sh, name, IJ_DEBUG_FUNCTION, on_function, candidates));
	/* Of an operator there may be both. */
	if (candidates->seen > seen && strncmp(last, "operator", sizeof("operator") - 1) != 0)
		return NULL;
	if (!last[ij_cname_base(last)])
		return ij_host_named(candidates->sh, name, IJ_DEBUG_FUNCTION | IJ_DEBUG_TEMPLATE,
				     on_function, candidates);
	IJ_TRY(ij_host_wanted_init(candidates->sh, name->name, &wanted));
	err = gather_wanted(name, &wanted, candidates);
	ij_host_wanted_deinit(&wanted);
	return err;
}

/* The program's own come first, then what has a symbol: mostly nothing else needs to be read. */
struct ij_error *ij_candidates_named(struct ij_candidates *candidates,
				     const struct ij_host_name *name)
{
	struct ij_session_host *sh = candidates->sh;
	const size_t before = candidates->len;
	const bool nowhere = candidates->nowhere;
	size_t len;
	struct ij_module *const *list = ij_modules_list(sh->s->mods, &len);
	const struct ij_host_name own = {len ? list[0]->path : NULL, name->file, name->name};

	if (!name->module && len && list[0]->main) {
		IJ_TRY(gather_in(&own, candidates));
		candidates->nowhere = nowhere || (candidates->nowhere && candidates->len > before);
		if (candidates->len > before ||
		    (candidates->args_len != SIZE_MAX && ij_host_is_symbol(sh, name, true)))
			return NULL;
	}
	return gather_in(name, candidates);
}

enum { CONVERTED_COST = 4 }; /* of what may lose something, see host_cost.c */

/* Those of one scope among what a unit knows by the last part of the name. */
struct beside {
	struct ij_candidates *candidates;
	const char *scope;
	size_t scope_len;
};

static struct ij_error *on_beside(void *ctx, const char *scope, const struct ij_debug_entry *entry,
				  bool *more)
{
	const struct beside *beside = ctx;

	(void)more;
	if (!ij_host_is_scope(scope, beside->scope, beside->scope_len))
		return NULL;
	return ij_candidates_add(beside->candidates, entry);
}

/*
 * One that fits better may have been inlined everywhere: by symbols it was not seen. Whoever wrote
 * it wrote it beside the one that is there, most likely, and no other unit is read.
 */
static struct ij_error *add_inlined(struct ij_candidates *candidates,
				    const struct ij_host_name *name)
{
	const char *full = !strncmp(name->name, "::", 2) ? name->name + 2 : name->name, *last;
	struct beside beside = {.candidates = candidates, .scope = full};
	struct ij_session_host *sh = candidates->sh;
	const struct ij_candidate *best = NULL;
	struct ij_debug *debug;
	struct ij_error *err;

	for (size_t i = 0; i < candidates->len; i++)
		if (!best || candidates->list[i].cost < best->cost)
			best = &candidates->list[i];
	if (!best || !best->val.addr || candidates->args_len == SIZE_MAX ||
	    best->cost < CONVERTED_COST)
		return NULL;
	candidates->module = best->module;
	IJ_TRY(ij_debugs_of(sh->s->debugs, sh->s->mods, candidates->module, &debug));
	if (!debug)
		return NULL;
	last = ij_host_last(full, &beside.scope_len);
	err = ij_debug_functions_beside(debug, best->val.addr - best->module->bias, last, on_beside,
					&beside);
	if (!err || err->code == IJ_ERR_NOMEM || err->code == IJ_ERR_LIMIT)
		return err;
	/* What a library exports need not be in any debug information. */
	ij_error_free(err);
	return NULL;
}

struct ij_error *ij_host_overload(struct ij_host *host, const struct ij_host_name *given,
				  const struct ij_val *args, size_t args_len,
				  struct ij_arena *arena, struct ij_val *ret, bool *found)
{
	struct ij_session_host *sh = (struct ij_session_host *)host;
	struct ij_host_name full;
	const struct ij_host_name *name = &full;
	struct ij_candidates *candidates;
	struct ij_candidate best;

	*found = false;
	IJ_TRY(ij_host_name_in_crate(sh, arena, given, &full));
	if (args_len != SIZE_MAX && ij_host_is_symbol(sh, name, name->module))
		return NULL;
	candidates = ij_arena_alloc(arena, sizeof(*candidates));
	if (!candidates)
		return ij_error_nomem();
	*candidates = (struct ij_candidates){
		.sh = sh, .arena = arena, .args = args, .args_len = args_len, .shown = name->name};
	IJ_TRY(ij_candidates_named(candidates, name));
	IJ_TRY(add_inlined(candidates, name));
	IJ_TRY(ij_candidates_choose(candidates, &best, found));
	if (*found)
		*ret = best.val;
	return NULL;
}

static struct ij_error *on_method(void *ctx, const char *scope, const struct ij_debug_entry *entry,
				  bool *more)
{
	(void)scope;
	(void)more;
	return ij_candidates_add(ctx, entry);
}

static struct ij_error *gather(struct ij_candidates *candidates, const struct ij_ctype *type,
			       const char *name, unsigned depth)
{
	const size_t seen = candidates->seen, before = candidates->len;
	size_t len, own;
	struct ij_module *const *list = ij_modules_list(candidates->sh->s->mods, &len);

	type = ij_ctype_strip(type);
	if (depth > IJ_CT_DEPTH_MAX)
		return NULL;
	IJ_TRY(ij_ctype_complete(type));
	for (size_t i = 0; i < len && candidates->seen == seen; i++) {
		struct ij_debug *debug = ij_debugs_peek(candidates->sh->s->debugs, list[i]);

		candidates->module = list[i];
		if (debug)
			IJ_TRY(ij_debug_methods(debug, type, name, on_method, candidates));
	}
	/* Of a base those that are hidden are reached, too, where none of the class fits: `using`
	 * may have brought them there. A constructor is no other class's. */
	if (candidates->is_constructor ||
	    (candidates->seen > seen &&
	     (candidates->args_len == SIZE_MAX || candidates->absent.val.type ||
	      ij_candidates_fit(candidates))))
		return NULL;
	own = candidates->len;
	for (size_t i = 0; i < type->members.len; i++)
		if (type->members.items[i].is_base)
			IJ_TRY(gather(candidates, type->members.items[i].type, name, depth + 1));
	/* If none of a base fits either, the class's own are those that were meant. */
	if (own > before && !ij_candidates_fit(candidates))
		candidates->len = own;
	return NULL;
}

/* Is @name that of the constructors of @type? */
static bool is_constructor(const struct ij_ctype *type, const char *name)
{
	size_t len = strlen(name), scope_len;
	const char *own = ij_ctype_strip(type)->name;

	own = own ? ij_host_last(own, &scope_len) : "";
	return !strncmp(own, name, len) && (!own[len] || own[len] == '<');
}

struct ij_error *ij_candidates_of_class(struct ij_candidates *candidates,
					const struct ij_ctype *type, const char *name)
{
	const bool has_args = name[ij_cname_base(name)];
	struct ij_host_wanted wanted;
	struct ij_error *err;

	if (has_args) {
		IJ_TRY(ij_host_wanted_init(candidates->sh, name, &wanted));
		err = gather(candidates, type, wanted.spelled.str, 0);
		ij_host_wanted_deinit(&wanted);
		return err;
	}
	IJ_TRY(gather(candidates, type, name, 0));
	/* Templates are in the debug information of those alone who use them. */
	if (candidates->args_len != SIZE_MAX && (candidates->is_constructor || *name == '~') &&
	    !ij_candidates_fit(candidates))
		IJ_TRY(ij_host_constructors(candidates->sh, type, name, on_function, candidates));
	return NULL;
}

struct ij_error *ij_host_method(struct ij_host *host, const struct ij_val *object, const char *name,
				const struct ij_val *args, size_t args_len, struct ij_arena *arena,
				struct ij_val *ret, bool *found)
{
	struct ij_candidates *candidates = ij_arena_alloc(arena, sizeof(*candidates));
	struct ij_candidate best;

	if (!candidates)
		return ij_error_nomem();
	*candidates = (struct ij_candidates){.sh = (struct ij_session_host *)host,
					     .arena = arena,
					     .args = args,
					     .args_len = args_len,
					     .shown = name,
					     .is_object = true,
					     .is_const = object->type->kind == IJ_CT_QUALIFIED &&
							 object->type->is_const};
	candidates->is_constructor = is_constructor(object->type, name);
	IJ_TRY(ij_candidates_of_class(candidates, object->type, name));
	IJ_TRY(ij_candidates_choose(candidates, &best, found));
	if (*found)
		*ret = best.val;
	return NULL;
}
