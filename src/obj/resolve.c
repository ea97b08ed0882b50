/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Resolving "name" and "module!name" among the modules of a target. */
#include <string.h>

#include "obj/modules_internal.h"

#define LISTED_MAX   8u   /* definitions, or modules, that a message lists */
#define MODULE_MAX   256u /* longest module part of a spec */
#define PROBLEMS_MAX 3u

/* The definitions of one name, distinct by address. */
struct hits {
	struct ij_module *mods[LISTED_MAX];
	struct ij_symbol syms[LISTED_MAX];
	unsigned len;
	bool more; /* than can be listed */
};

/* One resolution under way. */
struct query {
	struct ij_modules *mods;
	const char *spec;
	const char *name;         /* the part after '!' */
	char module[MODULE_MAX];  /* the part before, or "" */
	bool functions;           /* else data */
	bool any;                 /* whatever it is, it is not there */
	bool bound;               /* as the loader would have it, whatever a person would mean */
	bool quiet;               /* nobody reads what a NOTFOUND says */
	struct hits wanted;       /* definitions of the kind asked for */
	struct hits other;        /* of other kinds */
	struct ij_error *problem; /* the first table that could not be read */
	struct ij_error *locals;  /* an object's own AMBIGUOUS error */
};

bool ij_module_is_function(const struct ij_module *mod, const struct ij_symbol *sym)
{
	return (sym->kind == IJ_SYMBOL_FUNC || sym->kind == IJ_SYMBOL_IFUNC ||
		sym->kind == IJ_SYMBOL_NONE) &&
	       ij_object_is_code(mod->obj, sym->value);
}

/* Is @mod what "module!" calls @want: path, base name, or base name cut at the first ".so"? */
bool ij_module_is_called(const struct ij_module *mod, const char *want)
{
	const char *so = strstr(mod->name, ".so");
	size_t len = strlen(want);

	if (!strcmp(mod->path, want) || !strcmp(mod->name, want))
		return true;
	if (mod->vdso)
		return !strcmp(want, "vdso");
	return so && so != mod->name && (size_t)(so - mod->name) == len &&
	       !memcmp(mod->name, want, len);
}

static void add_hit(struct hits *hits, struct ij_module *mod, const struct ij_symbol *sym)
{
	for (unsigned i = 0; i < hits->len; i++)
		if (hits->mods[i] == mod && hits->syms[i].value == sym->value)
			return;
	if (hits->len == LISTED_MAX) {
		hits->more = true;
		return;
	}
	hits->mods[hits->len] = mod;
	hits->syms[hits->len++] = *sym;
}

static bool is_wanted(const struct query *query, const struct ij_module *mod,
		      const struct ij_symbol *sym)
{
	if (query->functions)
		return ij_module_is_function(mod, sym);
	return sym->kind == IJ_SYMBOL_DATA ||
	       (sym->kind == IJ_SYMBOL_NONE && !ij_object_is_code(mod->obj, sym->value));
}

static void note(struct query *query, struct ij_module *mod, const struct ij_symbol *sym)
{
	add_hit(is_wanted(query, mod, sym) ? &query->wanted : &query->other, mod, sym);
}

/* Where a name is looked for, in this order. */
enum place { EXPORTED, SYMTAB, DEBUG_FILE, PLACES };

static struct ij_error *look(struct query *query, struct ij_module *mod, enum place place,
			     struct ij_symbol *ret)
{
	switch (place) {
	case EXPORTED:
		return ij_dynsym_find(mod->obj, query->name, ret);
	case SYMTAB:
		return ij_symtab_find(mod->obj, query->name, ret);
	default:
		break;
	}
	/* No server is asked for what there is already. */
	if (query->wanted.len)
		ij_module_want_local_debug(query->mods, mod);
	else
		ij_module_want_debug(query->mods, mod);
	if (!mod->obj->debug)
		return ij_error_new(NOTFOUND, "%s has no debug file", mod->path);
	return ij_symtab_find(mod->obj->debug, query->name, ret);
}

/* Look in one place of every module that is asked for; an exported name ends the search. */
static struct ij_error *search_modules(struct query *query, enum place place)
{
	IJ_VEC_EACH (&query->mods->list, it) {
		struct ij_module *mod = *it;
		struct ij_error *err;
		struct ij_symbol sym;

		if (!mod->obj || (*query->module && !ij_module_is_called(mod, query->module)))
			continue;
		err = look(query, mod, place, &sym);
		if (!err) {
			note(query, mod, &sym);
			if (place == EXPORTED)
				return NULL;
			continue;
		}
		if (err->code == IJ_ERR_NOMEM)
			return err;
		if (err->code == IJ_ERR_AMBIGUOUS && !query->locals)
			query->locals = err;
		else if (err->code != IJ_ERR_NOTFOUND && err->code != IJ_ERR_AMBIGUOUS &&
			 !query->problem)
			query->problem = err;
		else
			ij_error_free(err);
	}
	return NULL;
}

static struct ij_error *search(struct query *query, enum place place)
{
	struct ij_error *err;

	if (place == DEBUG_FILE)
		ij_modules_debug_expect(query->mods, query->module);
	err = search_modules(query, place);
	if (place == DEBUG_FILE)
		ij_modules_debug_expect_none(query->mods);
	return err;
}

/*
 * What the program itself defines is what a person means by the name, though the loader binds a
 * library's to it: it exports only what libraries that it was linked with have, too (GNU ld,
 * "-rdynamic"), and nothing that is private to one of its files. Several private ones are not
 * chosen among.
 */
static struct ij_error *prefer_own(struct query *query)
{
	struct ij_module *main = query->mods->list.items[0];
	struct ij_error *err = NULL;
	struct ij_symbol sym;

	if (*query->module || query->bound || !main->main || !main->obj ||
	    query->wanted.mods[0] == main)
		return NULL;
	for (enum place place = SYMTAB; place < PLACES; place++) {
		ij_error_free(err);
		err = look(query, main, place, &sym);
		if (!err || err->code != IJ_ERR_NOTFOUND)
			break;
	}
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	if (err && err->code == IJ_ERR_AMBIGUOUS) {
		query->locals = err;
		return NULL;
	}
	if (!err && is_wanted(query, main, &sym)) {
		query->wanted.len = 0;
		note(query, main, &sym);
	}
	ij_error_free(err);
	return NULL;
}

/* Of what files of several modules have for themselves, the program's own. */
static void keep_own(struct query *query)
{
	/* A debugger without a file has no modules. */
	struct ij_module *main = query->mods->list.len ? query->mods->list.items[0] : NULL;
	struct hits *hits = &query->wanted;

	for (unsigned i = 0; i < hits->len && main && main->main; i++) {
		if (hits->mods[i] != main)
			continue;
		hits->mods[0] = main;
		hits->syms[0] = hits->syms[i];
		hits->len = 1;
		ij_error_free(query->locals);
		query->locals = NULL;
	}
}

static struct ij_error *split(struct query *query, const char *spec)
{
	const char *bang = strchr(spec, '!');
	size_t len = bang ? (size_t)(bang - spec) : 0;

	query->spec = spec;
	query->name = bang ? bang + 1 : spec;
	if (!*query->name || (bang && !len))
		return ij_error_new(NOTFOUND, "'%s' names nothing: give NAME or MODULE!NAME", spec);
	if (len >= sizeof(query->module))
		return ij_error_new(NOTFOUND, "no module has a name of %zu characters", len);
	memcpy(query->module, spec, len);
	query->module[len] = 0;
	return NULL;
}

/*
 * Was the file of @mod searched as another module? Programs map parts of themselves a second time:
 * V8 its builtins, to have them near its own code.
 */
static bool is_alias(const struct query *query, const struct ij_module *mod)
{
	IJ_VEC_EACH (&query->mods->list, it)
		if ((*it)->obj && !strcmp((*it)->path, mod->path))
			return true;
	return false;
}

/* Say which modules were not searched, and why. */
static void add_problems(const struct query *query, struct ij_strbuf *out)
{
	unsigned n = 0;

	IJ_VEC_EACH (&query->mods->list, it) {
		const struct ij_module *mod = *it;

		if (mod->obj || (*query->module && !ij_module_is_called(mod, query->module)) ||
		    is_alias(query, mod))
			continue;
		if (n++ < PROBLEMS_MAX)
			ij_strbuf_printf(out, "; %s was not searched: %s", mod->path,
					 mod->problem ? mod->problem->msg : "it was not opened");
	}
	if (n > PROBLEMS_MAX)
		ij_strbuf_printf(out, "; nor %u more modules", n - PROBLEMS_MAX);
	if (query->problem)
		ij_strbuf_printf(out, "; not all was searched: %s", query->problem->msg);
}

static struct ij_error *no_module(const struct query *query)
{
	IJ_STRBUF_AUTO list = {0};
	unsigned n = 0;

	IJ_VEC_EACH (&query->mods->list, mod)
		if (n++ < LISTED_MAX)
			ij_strbuf_printf(&list, "%s%s", n > 1 ? ", " : "", (*mod)->name);
	if (n > LISTED_MAX)
		ij_strbuf_printf(&list, " and %u more", n - LISTED_MAX);
	IJ_TRY(ij_strbuf_error(&list));
	return ij_error_new(NOTFOUND, "no module %s is mapped in the target; it has %s",
			    query->module, n ? ij_strbuf_get(&list) : "none");
}

/* "redis-server or its 9 libraries". */
static void describe_all(const struct ij_modules *mods, struct ij_strbuf *out)
{
	const char *program = "the program";
	size_t libraries = 0;

	IJ_VEC_EACH (&mods->list, mod) {
		if ((*mod)->main)
			program = (*mod)->name;
		else
			libraries += !(*mod)->vdso;
	}
	ij_strbuf_puts(out, program);
	if (libraries == 1)
		ij_strbuf_puts(out, " or its library");
	else if (libraries)
		ij_strbuf_printf(out, " or its %zu libraries", libraries);
}

static struct ij_error *not_found(const struct query *query)
{
	const char *what = query->any ? "symbol" : query->functions ? "function" : "variable";
	const struct ij_module *only = NULL;
	IJ_STRBUF_AUTO msg = {0};

	if (query->quiet)
		return ij_error_new(NOTFOUND, "no %s", query->name);
	if (*query->module) {
		IJ_VEC_EACH (&query->mods->list, mod)
			if (!only && ij_module_is_called(*mod, query->module))
				only = *mod;
		if (!only)
			return no_module(query);
		ij_strbuf_printf(&msg, "no %s %s in %s", what, query->name, only->name);
	} else {
		ij_strbuf_printf(&msg, "no %s %s in ", what, query->name);
		describe_all(query->mods, &msg);
	}
	ij_suggest(query->mods, only, query->name,
		   (query->any || query->functions ? IJ_SUGGEST_FUNCTIONS : 0) |
			   (query->any || !query->functions ? IJ_SUGGEST_DATA : 0),
		   &msg);
	add_problems(query, &msg);
	IJ_TRY(ij_strbuf_error(&msg));
	return ij_error_new(NOTFOUND, "%s", ij_strbuf_get(&msg));
}

static struct ij_error *ambiguous(const struct query *query)
{
	IJ_STRBUF_AUTO list = {0};

	for (unsigned i = 0; i < query->wanted.len; i++) {
		const struct ij_module *mod = query->wanted.mods[i];

		ij_strbuf_printf(&list, "%s%s!%s at 0x%llx", i ? ", " : "", mod->name, query->name,
				 (unsigned long long)(mod->bias + query->wanted.syms[i].value));
	}
	if (query->wanted.more)
		ij_strbuf_puts(&list, ", ...");
	IJ_TRY(ij_strbuf_error(&list));
	return ij_error_new(AMBIGUOUS, "%s is ambiguous: %s", query->name, ij_strbuf_get(&list));
}

/* The name is there, but it is something else. */
static struct ij_error *wrong_kind(const struct query *query)
{
	const struct ij_symbol *sym = &query->other.syms[0];
	const struct ij_module *mod = query->other.mods[0];
	const char *what = "data";
	struct ij_error *err;

	if (sym->kind == IJ_SYMBOL_TLS)
		return ij_error_new(TYPE,
				    "%s is a thread-local variable of %s, at offset 0x%llx of each "
				    "thread's block: not a %s",
				    query->name, mod->name, (unsigned long long)sym->value,
				    query->functions ? "function" : "plain variable");
	if (sym->kind == IJ_SYMBOL_FUNC || sym->kind == IJ_SYMBOL_IFUNC)
		what = ij_object_is_code(mod->obj, sym->value)
			       ? "a function"
			       : "a function outside of the module's code";
	else if (ij_object_is_code(mod->obj, sym->value))
		what = "code";
	err = ij_error_new(TYPE, "%s is %s of %s at 0x%llx, not a %s", query->name, what, mod->name,
			   (unsigned long long)(mod->bias + sym->value),
			   query->functions ? "function" : "variable");
	err->addr = mod->bias + sym->value;
	return err;
}

static struct ij_error *run(struct query *query)
{
	/* A name of the wrong kind ends the search only where the loader would have ended it. */
	for (enum place place = EXPORTED; place < PLACES; place++) {
		IJ_TRY(search(query, place));
		if (place == EXPORTED && query->wanted.len)
			IJ_TRY(prefer_own(query));
		else
			keep_own(query);
		if (place == EXPORTED ? query->wanted.len || query->other.len
				      : query->wanted.len || query->locals)
			break;
	}
	if (query->locals) {
		struct ij_error *err = query->locals;

		query->locals = NULL;
		return err;
	}
	if (query->wanted.len > 1)
		return ambiguous(query);
	if (query->wanted.len)
		return NULL;
	return query->other.len ? wrong_kind(query) : not_found(query);
}

static struct ij_error *resolve(struct query query, const char *spec, struct ij_resolved *ret)
{
	struct ij_error *err = split(&query, spec);

	if (!err)
		err = run(&query);
	if (!err) {
		*ret = (struct ij_resolved){.module = query.wanted.mods[0],
					    .symbol = query.wanted.syms[0]};
		ret->addr = ret->module->bias + ret->symbol.value;
	}
	if (!err && query.functions && ret->symbol.kind == IJ_SYMBOL_IFUNC) {
		ret->needs_resolver = true;
		ij_ifunc_bound(query.mods, ret);
	}
	ij_error_free(query.problem);
	ij_error_free(query.locals);
	return err;
}

struct ij_error *ij_modules_resolve(struct ij_modules *mods, const char *spec,
				    struct ij_resolved *ret)
{
	return resolve((struct query){.mods = mods, .functions = true}, spec, ret);
}

struct ij_error *ij_modules_probe(struct ij_modules *mods, const char *spec, bool functions,
				  struct ij_resolved *ret)
{
	const struct query query = {.mods = mods, .functions = functions, .quiet = true};

	return resolve(query, spec, ret);
}

struct ij_error *ij_modules_bound(struct ij_modules *mods, const char *name,
				  struct ij_resolved *ret)
{
	const struct query query = {.mods = mods, .functions = true, .bound = true, .quiet = true};

	return resolve(query, name, ret);
}

bool ij_module_exports(const struct ij_module *module, const char *name)
{
	struct ij_symbol sym;
	struct ij_error *err;

	if (!module->obj)
		return false;
	err = ij_dynsym_find(module->obj, name, &sym);
	ij_error_free(err);
	return !err;
}

bool ij_modules_exports(struct ij_modules *mods, const char *name)
{
	IJ_VEC_EACH (&mods->list, it)
		if (ij_module_exports(*it, name))
			return true;
	return false;
}

struct ij_error *ij_modules_resolve_data(struct ij_modules *mods, const char *spec,
					 struct ij_resolved *ret)
{
	return resolve((struct query){.mods = mods}, spec, ret);
}

struct ij_error *ij_modules_unknown(struct ij_modules *mods, const char *spec)
{
	struct query query = {.mods = mods, .any = true};

	IJ_TRY(split(&query, spec));
	return not_found(&query);
}
