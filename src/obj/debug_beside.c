/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions that the unit of another one knows under a name: overloads, whether they have code or
 * not, without a look at any other unit. */
#include <stdlib.h>
#include <string.h>

#include "obj/debug_internal.h"

struct beside {
	struct ij_debug *debug;
	const char *name;
	ij_debug_visit visit;
	void *ctx;
	bool more;
	uint64_t off; /* of the entry in hand */
};

/* One without a name of its own may have it from its declaration. */
static bool may_be(const struct beside *b, const struct ij_dwarf_die *die)
{
	return die->name.class != IJ_DWARF_STRING || !strcmp(die->name.string, b->name);
}

static struct ij_error *on_found(void *ctx, const char *scope, const struct ij_debug_entry *entry,
				 bool *more)
{
	struct beside *b = ctx;

	IJ_TRY(ij_vec_push(&b->debug->beside.offs, b->off));
	return b->visit(b->ctx, scope, entry, more);
}

static struct ij_error *look_at(struct beside *b, uint64_t off, ij_debug_visit visit, void *ctx)
{
	const struct ij_debug_name line = {.kind = IJ_DEBUG_FUNCTION, .off = off};

	b->off = off;
	return ij_debug_visit_name(b->debug, &line, b->name, visit, ctx, &b->more);
}

static struct ij_error *among(struct beside *b, const struct ij_debug_die *parent, unsigned depth)
{
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;

	ij_debug_children(&walk, b->debug, parent);
	walk.left = UINT32_MAX;
	while (!err && b->more && ij_debug_child(&walk, &err)) {
		if (walk.at.die.tag == DW_TAG_subprogram && may_be(b, &walk.at.die))
			err = look_at(b, walk.at.die.off, on_found, b);
		else if (walk.at.die.tag == DW_TAG_namespace && depth < IJ_DEBUG_DEPTH_MAX)
			err = among(b, &walk.at, depth + 1);
	}
	return err;
}

/* Kept, for one expression asks twice: what is wrong with it, and what it is. */
static struct ij_error *find(struct beside *b, const struct ij_debug_die *root)
{
	struct ij_debug_beside *last = &b->debug->beside;
	struct ij_error *err;

	free(last->name);
	last->name = NULL;
	last->offs.len = 0;
	err = among(b, root, 0);
	if (err || !b->more)
		return err;
	last->unit_off = root->die.off;
	last->name = strdup(b->name);
	return last->name ? NULL : ij_error_nomem();
}

struct ij_error *ij_debug_functions_beside(struct ij_debug *debug, uint64_t addr, const char *name,
					   ij_debug_visit visit, void *ctx)
{
	struct beside b = {.debug = debug, .name = name, .visit = visit, .ctx = ctx, .more = true};
	const struct ij_debug_beside *last = &debug->beside;
	struct ij_debug_die at;

	debug->dwarf.budget = debug->budget;
	IJ_TRY(ij_debug_code_at(debug, addr, &at));
	at.die = *at.unit->root;
	if (!last->name || last->unit_off != at.die.off || strcmp(last->name, name) != 0)
		return find(&b, &at);
	for (size_t i = 0; i < last->offs.len && b.more; i++)
		IJ_TRY(look_at(&b, last->offs.items[i], visit, ctx));
	return NULL;
}
