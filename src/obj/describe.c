/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Target addresses put into words, with the help of separate debug files. */
#include <stdio.h>
#include <string.h>

#include "obj/modules_internal.h"

void ij_modules_locate(struct ij_modules *mods, ij_addr addr, const char **func_ret,
		       uint64_t *off_ret, const struct ij_module **module_ret)
{
	struct ij_module *mod = ij_modules_find(mods, addr);
	struct ij_symbol sym;
	struct ij_error *err;

	*func_ret = NULL;
	*off_ret = mod ? addr - mod->lo : addr;
	*module_ret = mod;
	if (!mod || !mod->obj)
		return;
	err = ij_object_symbol_at(mod->obj, addr - mod->bias, &sym);
	if (err && !mod->obj->debug) {
		ij_module_want_debug(mods, mod);
		if (mod->obj->debug) {
			ij_error_free(err);
			err = ij_object_symbol_at(mod->obj, addr - mod->bias, &sym);
		}
	}
	if (err) {
		uint64_t start;

		ij_error_free(err);
		if (mod->obj->namer &&
		    mod->obj->namer(mod->obj->namer_ctx, addr - mod->bias, func_ret, &start))
			*off_ret = addr - mod->bias - start;
		return;
	}
	*func_ret = sym.name;
	*off_ret = addr - mod->bias - sym.value;
}

struct data_at {
	uint64_t vaddr;
	struct ij_symbol best;
	bool found;
};

/* Of several names for one place the global one, then the first. */
static bool visit_data(void *ctx, const struct ij_symbol *sym)
{
	struct data_at *at = ctx;

	if (sym->kind != IJ_SYMBOL_DATA || at->vaddr < sym->value ||
	    at->vaddr - sym->value >= sym->size || sym->hidden_version)
		return true;
	if (!at->found || (at->best.local && !sym->local) || sym->value > at->best.value)
		at->best = *sym;
	at->found = true;
	return true;
}

bool ij_modules_locate_data(struct ij_modules *mods, ij_addr addr, const char **name_ret,
			    uint64_t *off_ret)
{
	struct ij_module *mod = ij_modules_find(mods, addr);
	struct data_at at = {.found = false};

	if (!mod || !mod->obj)
		return false;
	at.vaddr = addr - mod->bias;
	ij_module_want_debug(mods, mod);
	ij_error_free(ij_object_symbols_each(mod->obj, visit_data, &at));
	if (!at.found)
		return false;
	*name_ret = at.best.name;
	*off_ret = at.vaddr - at.best.value;
	return true;
}

void ij_modules_describe(struct ij_modules *mods, ij_addr addr, char *buf, size_t size)
{
	const struct ij_module *mod;
	const char *func;
	uint64_t off;

	ij_modules_locate(mods, addr, &func, &off, &mod);
	if (func && off)
		snprintf(buf, size, "%s+0x%llx (%s)", func, (unsigned long long)off, mod->name);
	else if (func)
		snprintf(buf, size, "%s (%s)", func, mod->name);
	else if (mod)
		snprintf(buf, size, "0x%llx (%s)", (unsigned long long)off, mod->name);
	else
		snprintf(buf, size, "0x%llx", (unsigned long long)addr);
}

struct ij_error *ij_modules_labels(struct ij_modules *mods, ij_addr addr, struct ij_labels *ret)
{
	struct ij_module *mod = ij_modules_find(mods, addr);

	ret->len = 0;
	if (!mod || !mod->obj)
		return NULL;
	ij_module_want_debug(mods, mod);
	return ij_object_labels(mod->obj, addr - mod->bias, ret);
}

void ij_object_namer_set(struct ij_object *obj, ij_namer namer, void *ctx)
{
	obj->namer = namer;
	obj->namer_ctx = ctx;
}
