/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runtimes that look at stacks, by what their modules hold and are called. */
#include "inject/scanner.h"

#include <string.h>

/* Of these the policy knows no function. */
static const char *const prefixes[] = {
	"libgc.so",  "libasmrun",   "libcamlrun", "libv8",     "libnode.so",
	"libjvm.so", "libmonosgen", "libcoreclr", "libclrjit", "libruby",
	"libguile",  "libpython",   "libpypy",    "libmozjs",  "libjavascriptcore",
	"libphp",    "libgo.so",    "libchakra",  "libart.so",
};

bool ij_scanner_is(const char *name, const struct ij_map *map)
{
	const ij_classes runtime = IJ_CLASS(COLLECTOR) | IJ_CLASS(INTERPRETER);

	for (size_t i = 0; i < IJ_COUNT(prefixes); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return true;
	if (map->header->module_classes & runtime)
		return true;
	for (uint32_t i = 0; i < map->header->funcs_len; i++)
		if (map->funcs[i].classes & runtime)
			return true;
	return false;
}
