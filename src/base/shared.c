/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Libraries that are loaded when they are first wanted; dlopen(3). */
#include "base/shared.h"

#ifndef IJ_STATIC
#include <dlfcn.h>
#include <string.h>

struct ij_error *ij_shared_load(const char *soname, const char *package, const char *names,
				void **table)
{
	void *lib = dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	struct ij_error *err = NULL;

	if (!lib)
		return ij_error_new(UNSUPPORTED,
				    "%s cannot be loaded: install it (Debian: the package %s)",
				    soname, package);
	for (const char *name = names; *name && !err; name += strlen(name) + 1) {
		*table = dlsym(lib, name);
		if (!*table++)
			err = ij_error_new(UNSUPPORTED, "%s has no %s", soname, name);
	}
	dlclose(lib);
	return err;
}
#endif
