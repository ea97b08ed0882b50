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

/* One without a name of its own may have it from its declaration. */
static bool may_be(const struct beside *b, const struct ij_dwarf_die *die)
{
	return die->name.class != IJ_DWARF_STRING || !strcmp(die->name.string, b->name);
}

static struct ij_error *among(struct beside *b, const struct ij_debug_die *parent, unsigned depth)
{
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;

	ij_debug_children(&walk, b->debug, parent);
	walk.left = UINT32_MAX;
	while (!err && b->more && ij_debug_child(&walk, &err)) {
		const struct ij_debug_name line = {.kind = IJ_DEBUG_FUNCTION,
						   .off = walk.at.die.off};

		if (walk.at.die.tag == DW_TAG_subprogram && may_be(b, &walk.at.die))
			err = ij_debug_visit_name(b->debug, &line, b->name, b->visit, b->ctx,
						  &b->more);
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
