/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the functions of --avoid. */
#include "session/avoid.h"

#include <stdio.h>
#include <string.h>

#include "base/glob.h"
#include "base/strbuf.h"
#include "maps/avoid.h"

struct ij_error *ij_avoid_add(struct ij_avoid *avoid, const char *spec)
{
	const char *bang = strchr(spec, '!');
	const char *function = bang ? bang + 1 : spec;
	struct ij_avoid_name name = {0};
	struct ij_error *err;

	if (!*function || bang == spec || strchr(function, '!') || strchr(function, '.'))
		return ij_error_new(USAGE,
				    "--avoid: \"%s\" names no function: write NAME or MODULE!NAME, "
				    "without what follows a dot",
				    spec);
	if (!bang && !function[strspn(function, "*?")])
		return ij_error_new(USAGE, "--avoid: \"%s\" is every function there is", spec);
	name.function = strdup(function);
	name.module = bang ? strndup(spec, (size_t)(bang - spec)) : NULL;
	err = name.function && (name.module || !bang) ? ij_vec_push(&avoid->names, name)
						      : ij_error_nomem();
	if (err) {
		free(name.function);
		free(name.module);
	}
	return err;
}

void ij_avoid_deinit(struct ij_avoid *avoid)
{
	IJ_VEC_EACH (&avoid->names, name) {
		free(name->function);
		free(name->module);
	}
	ij_vec_deinit(&avoid->names);
}

/* As in an expression: by base name, by that up to ".so", or by path. */
static bool is_called(const struct ij_module *module, const char *pattern)
{
	const char *so = strstr(module->name, ".so");

	return ij_glob_match(pattern, module->name, strlen(module->name)) ||
	       ij_glob_match(pattern, module->path, strlen(module->path)) ||
	       (so && ij_glob_match(pattern, module->name, (size_t)(so - module->name)));
}

struct search {
	struct ij_avoid_name *name;
	struct ij_modules *mods;
	const struct ij_module *module;
	IJ_VEC(uint32_t) pcs; /* module offsets */
	struct ij_error *err;
};

static struct ij_error *found(struct search *search, uint64_t vaddr)
{
	uint64_t pc = vaddr - ij_object_base(search->module->obj);

	if (pc >= ij_object_span(search->module->obj) || pc > UINT32_MAX)
		return NULL;
	return ij_vec_push(&search->pcs, (uint32_t)pc);
}

/* The implementation that was chosen, as the relocations of the target have it. */
static struct ij_error *ifunc_found(struct search *search, const struct ij_symbol *sym)
{
	struct ij_resolved resolved;
	IJ_STRBUF_AUTO spec = {0};

	ij_strbuf_printf(&spec, "%s!%s", search->module->path, sym->name);
	IJ_TRY(ij_strbuf_error(&spec));
	IJ_TRY(ij_modules_resolve(search->mods, ij_strbuf_get(&spec), &resolved));
	if (resolved.needs_resolver || resolved.module != search->module)
		return ij_error_new(UNSUPPORTED,
				    "--avoid: which code %s (%s) stands for is chosen at run time "
				    "(IFUNC) and not known; name the implementation instead",
				    sym->name, search->module->name);
	return found(search, resolved.addr - search->module->bias);
}

static bool symbol_seen(void *ctx, const struct ij_symbol *sym)
{
	struct search *search = ctx;

	if ((sym->kind != IJ_SYMBOL_FUNC && sym->kind != IJ_SYMBOL_IFUNC &&
	     sym->kind != IJ_SYMBOL_NONE) ||
	    !ij_glob_match(search->name->function, sym->name, strcspn(sym->name, ".")))
		return true;
	if (sym->kind == IJ_SYMBOL_IFUNC)
		search->err = ifunc_found(search, sym);
	else
		search->err = found(search, sym->value);
	return !search->err;
}

static struct ij_error *apply_name(struct ij_avoid_name *name, struct ij_modules *mods,
				   const struct ij_module *module, void *container, size_t size)
{
	struct search search = {.name = name, .mods = mods, .module = module};
	struct ij_error *err;
	size_t marked = 0;

	err = ij_object_symbols_each(module->obj, symbol_seen, &search);
	if (err)
		ij_error_free(search.err);
	else
		err = search.err;
	if (!err && search.pcs.len)
		err = ij_map_avoid(module->obj, container, size, search.pcs.items, search.pcs.len,
				   &marked);
	if (!err) {
		name->found = name->found || marked;
		name->bare = name->bare || marked < search.pcs.len;
	}
	ij_vec_deinit(&search.pcs);
	return err;
}

struct ij_error *ij_avoid_apply(struct ij_avoid *avoid, struct ij_modules *mods,
				const struct ij_module *module, void *container, size_t size)
{
	IJ_VEC_EACH (&avoid->names, name)
		if (!name->module || is_called(module, name->module))
			IJ_TRY(apply_name(name, mods, module, container, size));
	return NULL;
}

/* No function has @name: with what is near it, if that can be told. */
static struct ij_error *not_found(const struct ij_avoid_name *name, struct ij_modules *mods)
{
	bool exact = !name->function[ij_glob_literal(name->function)] &&
		     (!name->module || !name->module[ij_glob_literal(name->module)]);
	IJ_STRBUF_AUTO spec = {0};
	struct ij_resolved resolved;
	struct ij_error *err = NULL;

	ij_strbuf_printf(&spec, "%s%s%s", name->module ? name->module : "", name->module ? "!" : "",
			 name->function);
	IJ_TRY(ij_strbuf_error(&spec));
	if (exact)
		err = ij_modules_resolve(mods, ij_strbuf_get(&spec), &resolved);
	if (err)
		return ij_error_wrap(err, "--avoid");
	return ij_error_new(NOTFOUND, "--avoid: no function is named like %s",
			    ij_strbuf_get(&spec));
}

struct ij_error *ij_avoid_check(const struct ij_avoid *avoid, struct ij_modules *mods)
{
	IJ_VEC_EACH (&avoid->names, name) {
		if (name->found)
			continue;
		if (name->bare)
			return ij_error_new(UNSUPPORTED,
					    "--avoid: %s has no unwind information, so a thread "
					    "in it would not be recognised",
					    name->function);
		return not_found(name, mods);
	}
	return NULL;
}
