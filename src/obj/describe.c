/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Target addresses put into words, with the help of separate debug files. */
#include <stdio.h>
#include <string.h>

#include "obj/modules_internal.h"

/* Attach what was opened without @err, which is taken, to @mod; true if it belongs. */
static bool attach(struct ij_module *mod, struct ij_error *err, int fd, const char *path)
{
	if (!err)
		err = ij_object_debug_attach(mod->obj, fd, path);
	ij_error_free(err);
	return !err;
}

struct trial {
	struct ij_modules *mods;
	struct ij_module *mod;
};

/* Open the debug file at @path and attach it; true if it is there and belongs. */
static bool try_debug(void *ctx, const char *path)
{
	struct trial *trial = ctx;
	int fd = -1;
	struct ij_error *err = trial->mods->opener->debug(trial->mods->opener, path, &fd);

	return attach(trial->mod, err, fd, path);
}

/* From a server, where the user wants that. */
static bool try_fetch(struct ij_modules *mods, struct ij_module *mod)
{
	size_t size;
	const uint8_t *id = ij_object_build_id(mod->obj, &size);
	struct ij_error *err;
	int fd = -1;

	if (!mods->opener->fetch || size < 2)
		return false;
	err = mods->opener->fetch(mods->opener, id, size, &fd);
	return attach(mod, err, fd, "a fetched debug file");
}

static bool try_paths(struct ij_modules *mods, struct ij_module *mod)
{
	struct trial trial = {mods, mod};

	return ij_object_debug_paths(mod->obj, mod->path, try_debug, &trial);
}

/* A debug file holds the .symtab that was stripped: with one, there is nothing to gain. */
static bool is_stripped(struct ij_module *mod)
{
	IJ_ERROR_AUTO err = ij_symtab_open(mod->obj);

	return !err && !mod->obj->symtab.len;
}

bool ij_module_want_local_debug(struct ij_modules *mods, struct ij_module *mod)
{
	struct ij_module_full *full = (struct ij_module_full *)mod;

	if (full->debug_sought || !mod->obj || mod->vdso || !is_stripped(mod))
		return false;
	full->debug_sought = true;
	return try_paths(mods, mod);
}

void ij_module_want_debug(struct ij_modules *mods, struct ij_module *mod)
{
	struct ij_module_full *full = (struct ij_module_full *)mod;

	if (full->debug_tried || !mod->obj || mod->vdso)
		return;
	full->debug_tried = true;
	if (!is_stripped(mod) || mod->obj->debug || ij_module_want_local_debug(mods, mod) ||
	    try_fetch(mods, mod))
		return;
	/* Functions only, and in the file itself. */
	ij_error_free(ij_object_minidebug_attach(mod->obj));
}

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

static struct ij_error *open_debug(void *ctx, const char *path, int *fd_ret)
{
	struct ij_modules *mods = ctx;

	return mods->opener->debug(mods->opener, path, fd_ret);
}

/* What there is, with the files that belong to it. */
static struct ij_error *debug_of(struct ij_modules *mods, struct ij_module *mod,
				 struct ij_ctypes *types, struct ij_debug **ret)
{
	struct ij_error *err;

	IJ_TRY(ij_debug_open(mod->obj, types, ret));
	err = ij_debug_files_set(*ret, mod->obj, mod->path, open_debug, mods);
	if (err)
		ij_debug_close(*ret);
	return err;
}

struct ij_error *ij_modules_debug(struct ij_modules *mods, struct ij_module *mod,
				  struct ij_ctypes *types, struct ij_debug **ret)
{
	struct ij_error *err;

	if (!mod->obj)
		return ij_error_new(NOTFOUND, "%s was not opened", mod->path);
	ij_module_want_debug(mods, mod);
	err = debug_of(mods, mod, types, ret);
	if (!err || err->code != IJ_ERR_NOTFOUND || mod->obj->debug || mod->vdso)
		return err;
	/* A file may have kept its symbols alone (strip -g). */
	if (!try_paths(mods, mod) && !try_fetch(mods, mod))
		return err;
	ij_error_free(err);
	return debug_of(mods, mod, types, ret);
}
