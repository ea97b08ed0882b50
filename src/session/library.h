/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which module is which library, by name. */
#ifndef IJ_SESSION_LIBRARY_H
#define IJ_SESSION_LIBRARY_H

#include "obj/modules.h"

/** Whether @module is the dynamic loader. */
bool ij_module_is_loader(const struct ij_module *module);

/** Whether @module is a C library, or a part of one (libpthread, libdl, librt before glibc 2.34).
 */
bool ij_module_is_libc(const struct ij_module *module);

/**
 * Whether @module is the library that the prototype table calls @name ("libc", "libm",
 * "jemalloc"). A statically linked program is its own C library.
 */
bool ij_module_is_library(const struct ij_modules *mods, const struct ij_module *module,
			  const char *name);

/**
 * Does what the table says of @library's function @name hold for that of @module? It does if that
 * is the library, or the library is nowhere else (it was linked in), or a library that was loaded
 * before it takes its place, or the function is one that programs may replace (the allocator: glibc
 * manual, 3.2.5). Else it is a function of the program's own, that has its name by chance.
 */
bool ij_module_stands_for(const struct ij_modules *mods, const struct ij_module *module,
			  const char *library, const char *name);

#endif
