/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "Did you mean": the exported names nearest to one that was not found. */
#include <string.h>

#include "obj/modules_internal.h"

#define NAME_MAX_LEN 64u     /* longer names get no suggestions */
#define NAMES_MAX    300000u /* names that are compared, of all modules together */
#define NEAREST_MAX  3u
#define DISTANCE_MAX 3u
#define FAR          (DISTANCE_MAX + 1)

struct nearest {
	const char *name;
	size_t name_len;
	unsigned limit; /* greatest distance that is still a suggestion */
	unsigned kinds;
	const struct ij_module *mod;
	unsigned left; /* names that may still be compared */
	const char *names[NEAREST_MAX];
	const struct ij_module *mods[NEAREST_MAX]; /* where each is */
	unsigned distances[NEAREST_MAX];
	unsigned len;
};

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

/*
 * Edit distance with swaps of neighbours (optimal string alignment), or FAR beyond @limit. Only the
 * diagonal band that can stay within it is computed.
 */
static unsigned distance(const char *a, size_t a_len, const char *b, size_t b_len, unsigned limit)
{
	unsigned rows[3][NAME_MAX_LEN + 2];
	unsigned *before = rows[0], *prev = rows[1], *cur = rows[2];

	if ((a_len > b_len ? a_len - b_len : b_len - a_len) > limit)
		return FAR;
	for (size_t j = 0; j <= b_len; j++)
		prev[j] = before[j] = j <= limit ? (unsigned)j : FAR;
	for (size_t i = 1; i <= a_len; i++) {
		size_t from = i > limit ? i - limit : 1;
		size_t to = i + limit < b_len ? i + limit : b_len;
		unsigned *swap;

		cur[from - 1] = from == 1 && i <= limit ? (unsigned)i : FAR;
		for (size_t j = from; j <= to; j++) {
			unsigned cost = min3(prev[j] + 1, cur[j - 1] + 1,
					     prev[j - 1] + (a[i - 1] != b[j - 1]));

			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				cost = min3(cost, before[j - 2] + 1, FAR);
			cur[j] = cost < FAR ? cost : FAR;
		}
		if (to < b_len)
			cur[to + 1] = FAR;
		swap = before;
		before = prev;
		prev = cur;
		cur = swap;
	}
	return prev[b_len] <= limit ? prev[b_len] : FAR;
}

static void insert(struct nearest *nearest, const char *name, unsigned dist)
{
	unsigned at = nearest->len;

	for (unsigned i = 0; i < nearest->len; i++)
		if (!strcmp(nearest->names[i], name))
			return;
	while (at > 0 && nearest->distances[at - 1] > dist)
		at--;
	if (at == NEAREST_MAX)
		return;
	if (nearest->len < NEAREST_MAX)
		nearest->len++;
	for (unsigned i = nearest->len - 1; i > at; i--) {
		nearest->names[i] = nearest->names[i - 1];
		nearest->mods[i] = nearest->mods[i - 1];
		nearest->distances[i] = nearest->distances[i - 1];
	}
	nearest->names[at] = name;
	nearest->mods[at] = nearest->mod;
	nearest->distances[at] = dist;
}

static bool visit(void *ctx, const struct ij_symbol *sym)
{
	struct nearest *nearest = ctx;
	size_t len;
	unsigned dist;

	if (!nearest->left--)
		return false;
	if (sym->kind == IJ_SYMBOL_TLS || sym->hidden_version ||
	    !(nearest->kinds &
	      (ij_module_is_function(nearest->mod, sym) ? IJ_SUGGEST_FUNCTIONS : IJ_SUGGEST_DATA)))
		return true;
	len = strnlen(sym->name, NAME_MAX_LEN + 1);
	if (len > NAME_MAX_LEN)
		return true;
	dist = distance(nearest->name, nearest->name_len, sym->name, len, nearest->limit);
	if (dist < FAR)
		insert(nearest, sym->name, dist);
	return true;
}

/* Exported names; of a program also what its .symtab tells, which was read already. */
static bool visit_module(struct nearest *nearest, struct ij_module *mod)
{
	struct ij_error *err;
	bool more = true;

	nearest->mod = mod;
	err = ij_dynsym_each(mod->obj, visit, nearest, &more);
	ij_error_free(err);
	for (size_t i = 1; more && mod->main && i < mod->obj->symtab.len; i++) {
		struct ij_symbol sym;

		if (ij_symtab_get(mod->obj, i, &sym))
			more = visit(nearest, &sym);
	}
	return more;
}

void ij_suggest(struct ij_modules *mods, const struct ij_module *only, const char *name,
		unsigned kinds, struct ij_strbuf *out)
{
	struct nearest nearest = {.name = name,
				  .name_len = strnlen(name, NAME_MAX_LEN + 1),
				  .kinds = kinds,
				  .left = NAMES_MAX};

	nearest.limit = nearest.name_len <= 3 ? 1 : nearest.name_len <= 6 ? 2 : DISTANCE_MAX;
	if (nearest.name_len > NAME_MAX_LEN)
		return;
	IJ_VEC_EACH (&mods->list, mod) {
		if (!(*mod)->obj || (only && *mod != only))
			continue;
		if (!visit_module(&nearest, *mod))
			break;
	}
	for (unsigned i = 0; i < nearest.len; i++) {
		ij_strbuf_printf(out, "%s%s",
				 !i                     ? "; did you mean "
				 : i + 1 == nearest.len ? " or "
							: ", ",
				 nearest.names[i]);
		if (!only)
			ij_strbuf_printf(out, " (%s)", nearest.mods[i]->name);
	}
	if (nearest.len)
		ij_strbuf_puts(out, "?");
}
