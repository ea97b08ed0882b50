/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places in a target's code, as people write them. */
#include "session/location.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 512

static bool parse_number(const char *text, uint64_t *ret)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*ret = strtoull(text, &end, 0);
	return !errno && !*end;
}

/* A module by its base name, whole or cut at the first ".so". */
static const struct ij_module *module_named(const struct ij_modules *mods, const char *name)
{
	size_t len, name_len = strlen(name);
	struct ij_module *const *list = ij_modules_list(mods, &len);

	for (size_t i = 0; i < len; i++) {
		const char *cut = strstr(list[i]->name, ".so");

		if (!strcmp(list[i]->name, name))
			return list[i];
		if (cut && (size_t)(cut - list[i]->name) == name_len &&
		    !strncmp(list[i]->name, name, name_len))
			return list[i];
	}
	return NULL;
}

/* Split "name+offset"; without an offset it is 0. */
static struct ij_error *split(const char *text, char *name, uint64_t *off)
{
	const char *plus = strrchr(text, '+');
	size_t len = plus ? (size_t)(plus - text) : strlen(text);

	*off = 0;
	if (!len || len >= NAME_SIZE || (plus && !parse_number(plus + 1, off)))
		return ij_error_new(USAGE,
				    "\"%.80s\" is not a location: write SYMBOL, SYMBOL+OFFSET, "
				    "MODULE+OFFSET or an address",
				    text);
	memcpy(name, text, len);
	name[len] = 0;
	return NULL;
}

struct ij_error *ij_location_resolve(struct ij_modules *mods, const char *text, ij_addr *ret)
{
	const struct ij_module *module;
	struct ij_resolved found;
	char name[NAME_SIZE];
	struct ij_error *err;
	uint64_t off, addr;

	if (!parse_number(text, &addr)) {
		IJ_TRY(split(text, name, &off));
		err = ij_modules_resolve(mods, name, &found);
		module = err && err->code == IJ_ERR_NOTFOUND ? module_named(mods, name) : NULL;
		if (err && !module)
			return err;
		ij_error_free(err);
		addr = (module ? module->lo : found.addr) + off;
	}
	if (!ij_modules_find(mods, addr))
		return ij_error_new(USAGE, "location \"%.80s\" (0x%llx) lies in no module", text,
				    (unsigned long long)addr);
	*ret = addr;
	return NULL;
}
