/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The separate debug files of a target's modules: looked for once, and where several are wanted
 * together. */
#include <stdlib.h>
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

/* A debug file holds the .symtab that was stripped: with one, there is nothing to gain. */
static bool is_stripped(struct ij_module *mod)
{
	IJ_ERROR_AUTO err = ij_symtab_open(mod->obj);

	return !err && !mod->obj->symtab.len;
}

/* May its debug file be on this machine, for all that is known? */
static bool is_to_be_sought(struct ij_module *mod)
{
	const struct ij_module_full *full = (struct ij_module_full *)mod;

	return !full->debug_sought && mod->obj && !mod->vdso && is_stripped(mod);
}

/* Add @path to the struct ij_modules @ctx; true, which ends it: there is no memory. */
static bool add_path(void *ctx, const char *path)
{
	struct ij_modules *mods = ctx;
	char *copy = strdup(path);
	struct ij_error *err = copy ? ij_vec_push(&mods->paths, copy) : NULL;

	if (err)
		free(copy);
	ij_error_free(err);
	return !copy || err;
}

/* Have those asked for together that add_path() was given. */
static void expect(struct ij_modules *mods)
{
	if (mods->paths.len > 1)
		mods->opener->expect(mods->opener, (const char *const *)mods->paths.items,
				     mods->paths.len);
}

void ij_modules_debug_expect(struct ij_modules *mods, const char *called)
{
	bool full = !mods->opener->expect;

	for (size_t i = 0; i < mods->list.len && !full; i++) {
		struct ij_module *mod = mods->list.items[i];

		if (mod->obj && (!*called || ij_module_is_called(mod, called)) &&
		    is_to_be_sought(mod))
			full = ij_object_debug_paths(mod->obj, mod->path, add_path, mods);
	}
	expect(mods);
}

void ij_modules_debug_expect_none(struct ij_modules *mods)
{
	if (!mods->paths.len)
		return;
	mods->opener->expect(mods->opener, NULL, 0);
	IJ_VEC_EACH (&mods->paths, path)
		free(*path);
	ij_vec_deinit(&mods->paths);
}

static bool try_paths(struct ij_modules *mods, struct ij_module *mod)
{
	struct trial trial = {mods, mod};
	bool alone = !mods->paths.len && mods->opener->expect, found;

	if (alone) {
		(void)ij_object_debug_paths(mod->obj, mod->path, add_path, mods);
		expect(mods);
	}
	found = ij_object_debug_paths(mod->obj, mod->path, try_debug, &trial);
	if (alone)
		ij_modules_debug_expect_none(mods);
	return found;
}

bool ij_module_want_local_debug(struct ij_modules *mods, struct ij_module *mod)
{
	struct ij_module_full *full = (struct ij_module_full *)mod;

	if (!is_to_be_sought(mod))
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
