/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions of a Go program by name: a table of all names, made once for all that are looked up. */
#include <stdlib.h>
#include <string.h>

#include "maps/gomodule.h"

enum { BITS_MIN = 4, BITS_MAX = 24 };

/* FNV-1a. */
static uint32_t hash_of(const char *name, unsigned bits)
{
	uint64_t hash = 0xcbf29ce484222325ull;

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 0x100000001b3ull;
	return (uint32_t)(hash >> (64 - bits));
}

/* Without memory for it names are looked for one by one. */
static bool make(const struct ij_goprog *prog)
{
	struct ij_goprog_names *names = prog->names;
	uint64_t len = prog->tab.len;

	if (names->heads)
		return true;
	if (len >= UINT32_MAX)
		return false;
	for (names->bits = BITS_MIN; names->bits < BITS_MAX && 1ull << names->bits < len;)
		names->bits++;
	names->heads = calloc((size_t)1 << names->bits, sizeof(*names->heads));
	names->nexts = calloc(len + 1, sizeof(*names->nexts));
	if (!names->heads || !names->nexts) {
		free(names->heads);
		free(names->nexts);
		names->heads = names->nexts = NULL;
		return false;
	}
	/* From the last on, so that those of one name come in order. */
	for (uint64_t i = len; i-- > 0;) {
		uint32_t *head =
			&names->heads[hash_of(ij_gotab_name_at(&prog->tab, i), names->bits)];

		names->nexts[i] = *head;
		*head = (uint32_t)i + 1;
	}
	return true;
}

bool ij_goprog_named(const struct ij_goprog *prog, const char *name, struct ij_gotab_func *ret)
{
	bool indexed = make(prog), found = false;
	uint64_t i = indexed ? prog->names->heads[hash_of(name, prog->names->bits)] : 1;

	for (; i && i <= prog->tab.len; i = indexed ? prog->names->nexts[i - 1] : i + 1) {
		struct ij_gotab_func func;

		if (strcmp(ij_gotab_name_at(&prog->tab, i - 1), name) ||
		    !ij_gotab_func_at(&prog->tab, i - 1, &func))
			continue;
		/* The function itself, not what adapts it to the other calling convention. */
		if (found && ij_goprog_is_wrapper(prog, &func))
			continue;
		*ret = func;
		if (!ij_goprog_is_wrapper(prog, &func))
			return true;
		found = true;
	}
	return found;
}
