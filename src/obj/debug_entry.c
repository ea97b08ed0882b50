/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values that a caller passed, from what it says of its calls (DWARF 5, 3.4; GNU's form before
 * that: gcc.gnu.org/wiki, "GNU extensions: call sites"). */
#include <string.h>

#include "obj/debug_frame.h"
#include "obj/debug_internal.h"

/* The call in the code below @parent that returns to @pc. */
static struct ij_error *call_site(struct ij_debug *debug, const struct ij_debug_die *parent,
				  uint64_t pc, unsigned depth, struct ij_debug_die *ret,
				  bool *found)
{
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;

	if (depth > IJ_DEBUG_DEPTH_MAX)
		return NULL;
	ij_debug_children(&walk, debug, parent);
	while (!err && !*found && ij_debug_child(&walk, &err)) {
		const struct ij_dwarf_die *die = &walk.at.die;

		switch (die->tag) {
		case DW_TAG_call_site:
		case DW_TAG_GNU_call_site:
			*found = (die->call_return_pc.class == IJ_DWARF_ADDRESS &&
				  die->call_return_pc.u == pc) ||
				 (die->low_pc.class == IJ_DWARF_ADDRESS && die->low_pc.u == pc);
			if (*found)
				*ret = walk.at;
			break;
		case DW_TAG_lexical_block:
		case DW_TAG_inlined_subroutine:
		case DW_TAG_try_block:
		case DW_TAG_catch_block:
			err = call_site(debug, &walk.at, pc, depth + 1, ret, found);
			break;
		default:
			break;
		}
	}
	return err;
}

/* The function that @pc returns to, and of it the call before @pc. Errors: NOTFOUND. */
static struct ij_error *call_at(struct ij_debug *debug, uint64_t pc, struct ij_debug_die *func_ret,
				struct ij_debug_die *ret)
{
	bool found = false;

	debug->dwarf.budget = debug->budget;
	IJ_TRY(ij_debug_code_at(debug, pc - 1, func_ret));
	IJ_TRY(call_site(debug, func_ret, pc, 0, ret, &found));
	return found ? NULL : ij_error_new(NOTFOUND, "nothing is told of the call");
}

/* Is @location the object that @expr asks for? */
static bool is_it(const struct ij_dwarf_value *location, struct ij_dwarf_span expr)
{
	return location->class == IJ_DWARF_BLOCK && location->u == expr.size && location->block &&
	       !memcmp(location->block, expr.bytes, expr.size);
}

static const struct ij_dwarf_value *value_of(const struct ij_dwarf_die *die)
{
	return die->call_value.class != IJ_DWARF_NONE ? &die->call_value : &die->gnu_call_value;
}

struct ij_error *ij_debug_entry_value(struct ij_debug *debug, uint64_t pc,
				      const struct ij_dwarf_frame *caller,
				      struct ij_dwarf_span expr, uint64_t *ret)
{
	struct ij_debug_die func, site;
	struct ij_debug_walk walk;
	struct ij_dwarf_span base = {.bytes = NULL};
	struct ij_error *err = NULL;

	IJ_TRY(call_at(debug, pc, &func, &site));
	if (func.die.frame_base.class != IJ_DWARF_NONE)
		(void)ij_dwarf_location_at(&debug->dwarf, &func.unit->unit, &func.die.frame_base,
					   pc - 1, &base);
	ij_debug_children(&walk, debug, &site);
	while (!err && ij_debug_child(&walk, &err)) {
		const struct ij_dwarf_value *value = value_of(&walk.at.die);

		if ((walk.at.die.tag == DW_TAG_call_site_parameter ||
		     walk.at.die.tag == DW_TAG_GNU_call_site_parameter) &&
		    is_it(&walk.at.die.location, expr) && value->class == IJ_DWARF_BLOCK)
			return ij_dwarf_number(&debug->dwarf, &walk.at.unit->unit, caller, base,
					       (struct ij_dwarf_span){.bytes = value->block,
								      .size = (size_t)value->u},
					       ret);
	}
	return err ? err : ij_error_new(NOTFOUND, "the call does not tell this argument");
}

struct ij_error *ij_debug_calls(struct ij_debug *debug, uint64_t pc, const char *name, bool *ret)
{
	struct ij_debug_die func, site, origin;
	const struct ij_dwarf_value *ref;
	const char *callee;

	*ret = false;
	IJ_TRY(call_at(debug, pc, &func, &site));
	ref = site.die.call_origin.class != IJ_DWARF_NONE ? &site.die.call_origin
							  : &site.die.origin;
	*ret = ref->class == IJ_DWARF_NONE;
	if (*ret)
		return NULL;
	IJ_TRY(ij_debug_follow(debug, ref, &origin));
	IJ_TRY(ij_debug_inherit(debug, &origin, NULL));
	IJ_TRY(ij_debug_own_name(debug, &origin.die.name, &callee));
	*ret = callee && !strcmp(callee, name);
	return NULL;
}
