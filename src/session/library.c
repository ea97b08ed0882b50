/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which module is which library, by name. */
#include "session/library.h"

#include <ctype.h>
#include <string.h>

/* Whether @name is @stem, then nothing or no letter: "libm.so.6" is "libm", "libmagic.so.1" is not.
 */
static bool has_stem(const char *name, const char *stem)
{
	size_t len = strlen(stem);

	return !strncmp(name, stem, len) && !isalpha((unsigned char)name[len]) && name[len] != '_';
}

static bool has_any_stem(const char *name, const char *const *stems, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (has_stem(name, stems[i]))
			return true;
	return false;
}

bool ij_module_is_loader(const struct ij_module *module)
{
	static const char *const stems[] = {"ld-linux", "ld-musl", "ld", "ld64"};

	return has_any_stem(module->name, stems, IJ_COUNT(stems)) && !module->main;
}

bool ij_module_is_libc(const struct ij_module *module)
{
	static const char *const stems[] = {"libc", "ld-musl", "libpthread", "libdl", "librt"};

	return has_any_stem(module->name, stems, IJ_COUNT(stems)) && !module->main;
}

static bool is_static(const struct ij_modules *mods)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(mods, &len);

	for (size_t i = 0; i < len; i++)
		if (!list[i]->main && !list[i]->vdso)
			return false;
	return true;
}

/* What the modules of a library are called that the table names by its project. */
static const char *stem_of(const char *library)
{
	static const struct {
		const char *library, *stem;
	} others[] = {{"cpython", "python"}, {"gperftools", "tcmalloc"}};

	for (size_t i = 0; i < IJ_COUNT(others); i++)
		if (!strcmp(others[i].library, library))
			return others[i].stem;
	return library;
}

bool ij_module_is_library(const struct ij_modules *mods, const struct ij_module *module,
			  const char *name)
{
	const char *library = stem_of(name);

	if (!strncmp(module->name, "libtcmalloc_minimal", 19))
		return !strcmp(library, "tcmalloc");
	if (!strncmp(module->name, "lib", 3) && has_stem(module->name + 3, library))
		return true;
	if (has_stem(module->name, library))
		return true;
	if (strcmp(library, "libc"))
		return false;
	return ij_module_is_libc(module) || (module->main && is_static(mods));
}

/* What a program may define itself in the place of the C library's. */
static bool is_replaceable(const char *name)
{
	static const char *const names[] = {
		"malloc",   "free",           "calloc", "realloc", "aligned_alloc",
		"memalign", "posix_memalign", "valloc", "pvalloc", "malloc_usable_size",
	};

	for (size_t i = 0; i < IJ_COUNT(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

bool ij_module_stands_for(const struct ij_modules *mods, const struct ij_module *module,
			  const char *library, const char *name)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(mods, &len);

	if (ij_module_is_library(mods, module, library) || is_replaceable(name) ||
	    (!module->main && ij_module_exports(module, name)))
		return true;
	for (size_t i = 0; i < len; i++)
		if (ij_module_is_library(mods, list[i], library))
			return false;
	return true;
}
