/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pointer variables of all functions, by location descriptions and lists (DWARF 5, 2.6, 3.3, 4.1).
 */
#include "obj/pointers.h"

#include <string.h>

#include "obj/debug_internal.h"
#include "obj/object_internal.h"

#define BUDGET ((uint64_t)1 << 28)

enum { SCOPES_MAX = 48, TYPE_DEPTH_MAX = 8, MEMO_LEN = 4096 };

struct range {
	uint64_t lo, hi;
};

/* A function, one that was inlined, or a block of one, whose children are being read. */
struct scope {
	unsigned depth;
	size_t first; /* of its ranges */
	struct ij_dwarf_value frame_base;
};

struct walk {
	struct ij_debug *debug;
	struct ij_debug_unit *unit;
	ij_pointer_visit visit;
	void *ctx;
	struct scope scopes[SCOPES_MAX];
	unsigned scopes_len, depth;
	IJ_VEC(struct range) ranges; /* of all scopes */
	struct {
		uint64_t off; /* of a type; 0: none */
		bool is_pointer;
	} memo[MEMO_LEN];
};

static const struct scope *innermost(const struct walk *walk)
{
	return &walk->scopes[walk->scopes_len - 1];
}

/* Linkers leave 0, 1 or all ones where they dropped a function (DWARF 6, "tombstones"). */
static bool is_there(uint64_t lo, uint64_t hi)
{
	return lo > 1 && lo < hi && hi < UINT64_MAX - 1;
}

static struct ij_error *range_add(struct walk *walk, uint64_t lo, uint64_t hi)
{
	return is_there(lo, hi) ? ij_vec_push(&walk->ranges, ((struct range){lo, hi})) : NULL;
}

/* The code of @die to the end of `ranges`. */
static struct ij_error *ranges_add(struct walk *walk, const struct ij_dwarf_die *die)
{
	struct ij_dwarf_list list = {.dwarf = &walk->debug->dwarf, .unit = &walk->unit->unit};
	uint64_t lo = die->low_pc.u, hi = die->high_pc.u;

	if (die->ranges.class != IJ_DWARF_NONE) {
		if (ij_dwarf_list_open(&list, &die->ranges))
			while (ij_dwarf_list_next(&list))
				IJ_TRY(range_add(walk, list.lo, list.hi));
		return NULL;
	}
	if (die->low_pc.class != IJ_DWARF_ADDRESS)
		return NULL;
	if (die->high_pc.class == IJ_DWARF_CONSTANT)
		hi += lo;
	else if (die->high_pc.class != IJ_DWARF_ADDRESS)
		return NULL;
	return range_add(walk, lo, hi);
}

/* Is what @ref refers to a pointer, behind typedefs and qualifiers? What is malformed is none. */
static bool type_look(struct walk *walk, const struct ij_dwarf_value *ref)
{
	struct ij_dwarf_value type = *ref;
	struct ij_debug_die at;

	for (unsigned i = 0; i < TYPE_DEPTH_MAX && type.class != IJ_DWARF_NONE; i++) {
		struct ij_error *err = ij_debug_follow(walk->debug, &type, &at);

		if (err) {
			ij_error_free(err);
			return false;
		}
		if (ij_label_is_pointer(at.die.tag))
			return true;
		if (!ij_label_is_through(at.die.tag))
			return false;
		type = at.die.type;
	}
	return false;
}

static bool is_pointer(struct walk *walk, const struct ij_dwarf_value *ref)
{
	size_t slot = (size_t)(ref->u * 0x9e3779b97f4a7c15u >> 52) % MEMO_LEN;

	if (ref->class != IJ_DWARF_REFERENCE)
		return type_look(walk, ref);
	if (walk->memo[slot].off != ref->u) {
		walk->memo[slot].is_pointer = type_look(walk, ref);
		walk->memo[slot].off = ref->u;
	}
	return walk->memo[slot].is_pointer;
}

/* The same of variable @die, which may have its type in the entry that it is an instance of. */
static bool is_pointer_variable(struct walk *walk, const struct ij_dwarf_die *die)
{
	struct ij_debug_die at = {walk->unit, *die};

	for (unsigned i = 0; at.die.type.class == IJ_DWARF_NONE; i++) {
		struct ij_dwarf_value ref = *ij_dwarf_die_origin(&at.die);
		struct ij_error *err;

		if (i == IJ_DEBUG_ORIGINS_MAX || ref.class == IJ_DWARF_NONE)
			return false;
		err = ij_debug_follow(walk->debug, &ref, &at);
		if (err) {
			ij_error_free(err);
			return false;
		}
	}
	return is_pointer(walk, &at.die.type);
}

static struct ij_error *tell(struct walk *walk, uint64_t lo, uint64_t hi,
			     const struct ij_label_at *at)
{
	const struct ij_pointer_range range = {lo, hi, *at};

	return is_there(lo, hi) ? walk->visit(walk->ctx, &range) : NULL;
}

/* One description for all of the scope. */
static struct ij_error *always(struct walk *walk, const struct ij_dwarf_die *die)
{
	const struct ij_dwarf_span expr = {.bytes = die->location.block,
					   .size = (size_t)die->location.u};
	struct ij_label_at at;

	if (!ij_label_at_read(&innermost(walk)->frame_base, expr, &at) ||
	    !is_pointer_variable(walk, die))
		return NULL;
	for (size_t i = innermost(walk)->first; i < walk->ranges.len; i++)
		IJ_TRY(tell(walk, walk->ranges.items[i].lo, walk->ranges.items[i].hi, &at));
	return NULL;
}

static struct ij_error *listed(struct walk *walk, const struct ij_dwarf_die *die)
{
	struct ij_dwarf_list list = {
		.dwarf = &walk->debug->dwarf, .unit = &walk->unit->unit, .locations = true};
	struct ij_label_at at;

	if (!is_pointer_variable(walk, die) || !ij_dwarf_list_open(&list, &die->location))
		return NULL;
	while (ij_dwarf_list_next(&list))
		if (ij_label_at_read(&innermost(walk)->frame_base, list.block, &at))
			IJ_TRY(tell(walk, list.lo, list.hi, &at));
	return list.cur.failed
		       ? ij_debug_malformed(
				 die->off,
				 "a variable of .debug_info has a malformed list of locations")
		       : NULL;
}

/* Enter @die, if it has code. */
static struct ij_error *scope_enter(struct walk *walk, const struct ij_dwarf_die *die, bool *enter)
{
	struct scope scope = {.depth = walk->depth, .first = walk->ranges.len};
	bool is_function = die->tag == DW_TAG_subprogram;

	if (!die->children || walk->scopes_len == SCOPES_MAX || (!is_function && !walk->scopes_len))
		return NULL;
	IJ_TRY(ranges_add(walk, die));
	if (walk->ranges.len == scope.first)
		return NULL;
	scope.frame_base = is_function ? die->frame_base : innermost(walk)->frame_base;
	walk->scopes[walk->scopes_len++] = scope;
	*enter = true;
	return NULL;
}

/* Look at one entry; are its children to be looked at? */
static struct ij_error *entry(struct walk *walk, const struct ij_dwarf_die *die, bool *enter)
{
	*enter = false;
	switch (die->tag) {
	case DW_TAG_namespace:
	case DW_TAG_module:
		*enter = die->children;
		return NULL;
	case DW_TAG_formal_parameter:
	case DW_TAG_variable:
		if (!walk->scopes_len || die->location.class == IJ_DWARF_NONE)
			return NULL;
		return die->location.class == IJ_DWARF_BLOCK ? always(walk, die)
							     : listed(walk, die);
	case DW_TAG_subprogram:
	case DW_TAG_inlined_subroutine:
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
		return scope_enter(walk, die, enter);
	default:
		return NULL;
	}
}

/* The end of a list of children. */
static void leave(struct walk *walk)
{
	walk->depth--;
	if (!walk->scopes_len || innermost(walk)->depth != walk->depth)
		return;
	walk->ranges.len = innermost(walk)->first;
	walk->scopes_len--;
}

static struct ij_error *cut_off(const struct walk *walk, uint64_t off)
{
	return walk->debug->dwarf.budget
		       ? ij_debug_malformed(off, "no entry of .debug_info can be read there")
		       : ij_error_new(LIMIT, "there is more debug information than is read");
}

/* The entries of the unit, in their order; whole trees are passed over. */
static struct ij_error *entries_walk(struct walk *walk)
{
	uint64_t off = walk->unit->root->next;
	struct ij_dwarf_die die;
	unsigned hidden = 0; /* entries deeper than this are passed over */

	walk->scopes_len = 0;
	walk->ranges.len = 0;
	walk->depth = walk->unit->root->children;
	while (walk->depth) {
		bool enter = false;

		if (!ij_dwarf_die_read(&walk->debug->dwarf, &walk->unit->unit, off, &die))
			return cut_off(walk, off);
		off = die.next;
		if (!die.tag) {
			leave(walk);
			if (walk->depth <= hidden)
				hidden = 0;
			continue;
		}
		if (!hidden)
			IJ_TRY(entry(walk, &die, &enter));
		if (!die.children)
			continue;
		if (!enter && die.sibling.class == IJ_DWARF_REFERENCE && die.sibling.u > off) {
			off = die.sibling.u;
			continue;
		}
		if (!enter && !hidden)
			hidden = walk->depth;
		walk->depth++;
	}
	return NULL;
}

static struct ij_error *unit_walk(struct walk *walk, struct ij_debug_unit *unit)
{
	struct ij_error *err;

	if (unit->unit.is_type)
		return NULL;
	if (!ij_debug_unit_load(walk->debug, unit))
		return ij_debug_malformed(
			unit->unit.off, "the first entry of a unit of .debug_info cannot be read");
	walk->unit = unit->split ? unit->split : unit;
	err = ij_debug_unit_load(walk->debug, walk->unit) ? entries_walk(walk) : NULL;
	ij_debug_unit_unload(walk->debug, unit);
	return err;
}

/* What is malformed is told, the first of it; other units may be right. True: stop. */
static bool note(struct ij_error *err, struct ij_error **first)
{
	if (!err)
		return false;
	if (*first)
		ij_error_free(err);
	else
		*first = err;
	return (*first)->code != IJ_ERR_BADDATA;
}

/* A gap between units: of a version or kind that is not known, or cut off. */
static struct ij_error *gap(const struct ij_debug *debug, uint64_t from, uint64_t to)
{
	return from < to && debug->dwarf.info.bytes
		       ? ij_debug_malformed(
				 from, "a unit of .debug_info is of another version, or no unit")
		       : NULL;
}

struct ij_error *ij_debug_pointers(struct ij_debug *debug, ij_pointer_visit visit, void *ctx)
{
	struct walk *walk = calloc(1, sizeof(*walk));
	uint64_t end = 0; /* of the last unit */
	struct ij_error *err = walk ? NULL : ij_error_nomem();

	if (err)
		return err;
	err = ij_debug_units(debug);
	if (err) {
		free(walk);
		return err;
	}
	walk->debug = debug;
	walk->visit = visit;
	walk->ctx = ctx;
	for (size_t i = 0; i < debug->units.len; i++) {
		const struct ij_dwarf_unit *unit = &debug->units.items[i].unit;

		if (unit->off & IJ_DWARF_TYPES)
			break;
		if (note(gap(debug, end, unit->off), &err) ||
		    note(unit_walk(walk, debug->units.items + i), &err))
			break;
		end = unit->end;
	}
	(void)note(gap(debug, end, debug->dwarf.info.size), &err);
	ij_vec_deinit(&walk->ranges);
	free(walk);
	return err;
}

/* Debug information that is there and cannot be had, as of a compression that is broken. */
static struct ij_error *section_check(struct ij_object *obj)
{
	const uint8_t *bytes;
	size_t size;
	uint64_t vaddr;
	struct ij_error *err = ij_object_section(obj, ".debug_info", &bytes, &size, &vaddr);

	if (!err || err->code != IJ_ERR_NOTFOUND)
		return err;
	ij_error_free(err);
	return NULL;
}

struct ij_error *ij_object_pointers(struct ij_object *obj, ij_pointer_visit visit, void *ctx)
{
	struct ij_ctypes *types;
	struct ij_debug *debug;
	struct ij_error *err;

	IJ_TRY(section_check(obj));
	IJ_TRY(ij_ctypes_create(&types));
	err = ij_debug_open(obj, types, &debug);
	if (!err) {
		debug->dwarf.budget = BUDGET;
		if (obj->opener.open)
			err = ij_debug_files_set(debug, obj, obj->opener.path, obj->opener.open,
						 obj->opener.ctx);
		if (!err)
			err = ij_debug_pointers(debug, visit, ctx);
		ij_debug_close(debug);
	}
	ij_ctypes_destroy(types);
	return err;
}
