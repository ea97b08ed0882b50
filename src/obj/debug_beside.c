/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions that the unit of another one knows under a name: overloads, whether they have code or
 * not, without a look at any other unit. */
#include <string.h>

#include "obj/debug_internal.h"

struct beside {
	struct ij_debug *debug;
	const char *name;
	ij_debug_visit visit;
	void *ctx;
	bool more;
};

static struct ij_error *on_function(struct beside *b, const struct ij_debug_die *at)
{
	struct ij_debug_die named = *at;
	struct ij_debug_entry entry;
	IJ_STRBUF_AUTO scope = {0};

	if (at->die.name.class == IJ_DWARF_NONE && at->die.specification.class != IJ_DWARF_NONE)
		IJ_TRY(ij_debug_follow(b->debug, &at->die.specification, &named));
	if (named.die.name.class != IJ_DWARF_STRING || strcmp(named.die.name.string, b->name) != 0)
		return NULL;
	IJ_TRY(ij_debug_entry(b->debug, at, IJ_DEBUG_FUNCTION, &entry));
	IJ_TRY(ij_debug_scope_text(b->debug, named.unit, named.die.off, &scope));
	return b->visit(b->ctx, ij_strbuf_get(&scope), &entry, &b->more);
}

static struct ij_error *among(struct beside *b, const struct ij_debug_die *parent, unsigned depth)
{
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;

	ij_debug_children(&walk, b->debug, parent);
	walk.left = UINT32_MAX;
	while (!err && b->more && ij_debug_child(&walk, &err)) {
		if (walk.at.die.tag == DW_TAG_subprogram)
			err = on_function(b, &walk.at);
		else if (walk.at.die.tag == DW_TAG_namespace && depth < IJ_DEBUG_DEPTH_MAX)
			err = among(b, &walk.at, depth + 1);
	}
	return err;
}

struct ij_error *ij_debug_functions_beside(struct ij_debug *debug, uint64_t addr, const char *name,
					   ij_debug_visit visit, void *ctx)
{
	struct beside b = {debug, name, visit, ctx, true};
	struct ij_debug_die at;

	debug->dwarf.budget = debug->budget;
	IJ_TRY(ij_debug_code_at(debug, addr, &at));
	at.die = *at.unit->root;
	return among(&b, &at, 0);
}
