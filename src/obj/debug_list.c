/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Going through all definitions of a module. */
#include "obj/debug_list.h"

#include "obj/debug_internal.h"

/* ---- Where they stand ---- */

struct gathering {
	struct ij_debug *debug;
	bool plain; /* C: nothing is defined in anything */
};

static struct ij_error *on_entry(void *ctx, const struct ij_debug_brief *brief, bool *enter_ret)
{
	struct gathering *gathering = ctx;
	unsigned kind = ij_debug_kind_of(brief->tag);
	struct ij_debug_defined defined = {.kind = kind, .off = brief->off};

	*enter_ret = kind == IJ_DEBUG_NAMESPACE || brief->tag == DW_TAG_module ||
		     (!gathering->plain && (kind == IJ_DEBUG_STRUCT || kind == IJ_DEBUG_UNION));
	if (brief->tag == DW_TAG_member ||
	    !(kind & (IJ_DEBUG_FUNCTION | IJ_DEBUG_VARIABLE | IJ_DEBUG_TYPES)) ||
	    (brief->declared && kind != IJ_DEBUG_VARIABLE))
		return NULL;
	if (brief->declared)
		defined.kind |= IJ_DEBUG_DECLARED;
	return ij_vec_push(&gathering->debug->definitions, defined);
}

static struct ij_error *gather_unit(struct ij_debug *debug, struct ij_debug_unit *unit)
{
	struct gathering gathering = {.debug = debug};
	const struct ij_debug_scan scan = {.enter = on_entry, .ctx = &gathering};

	debug->dwarf.budget = debug->budget;
	if (!ij_debug_unit_load(debug, unit))
		return NULL;
	gathering.plain = !unit->is_cxx && !unit->is_rust;
	return ij_debug_scan(debug, unit, &scan);
}

static struct ij_error *gather(struct ij_debug *debug)
{
	if (debug->listed)
		return NULL;
	debug->definitions.len = 0;
	IJ_TRY(ij_debug_units(debug));
	IJ_VEC_EACH (&debug->units, unit)
		IJ_TRY(gather_unit(debug, unit));
	IJ_TRY(ij_debug_parts_each(debug, gather_unit));
	debug->listed = true;
	return NULL;
}

/* ---- What they are ---- */

static bool has_code(const struct ij_dwarf_die *die)
{
	return (die->low_pc.class == IJ_DWARF_ADDRESS && die->low_pc.u) ||
	       die->ranges.class != IJ_DWARF_NONE;
}

static struct ij_error *place_of(struct ij_debug *debug, struct ij_debug_unit *unit,
				 const struct ij_dwarf_die *die, struct ij_debug_definition *ret)
{
	const struct ij_lines *lines;

	if (die->decl_line.class == IJ_DWARF_CONSTANT && die->decl_line.u <= UINT32_MAX)
		ret->line = (uint32_t)die->decl_line.u;
	if (die->decl_file.class != IJ_DWARF_CONSTANT)
		return NULL;
	IJ_TRY(ij_debug_unit_lines(debug, unit, &lines));
	if (lines && die->decl_file.u < lines->files.len)
		ret->file = &lines->files.items[die->decl_file.u];
	return NULL;
}

static struct ij_error *tell(struct ij_debug *debug, const struct ij_debug_defined *defined,
			     const struct ij_debug_listing *listing)
{
	unsigned kind = defined->kind & ~IJ_DEBUG_DECLARED;
	struct ij_debug_definition definition = {.line = 0};
	struct ij_debug_die at, full, last;
	IJ_STRBUF_AUTO scope = {0};
	IJ_STRBUF_AUTO name = {0};

	IJ_TRY(ij_debug_read(debug, defined->off, &at));
	if (kind == IJ_DEBUG_FUNCTION && !has_code(&at.die))
		return NULL;
	full = at;
	IJ_TRY(ij_debug_inherit(debug, &full, &last));
	if (full.die.name.class != IJ_DWARF_STRING)
		return NULL;
	IJ_TRY(ij_debug_scope_text(debug, last.unit, last.die.off, &scope));
	definition.scope = ij_strbuf_get(&scope);
	definition.name = full.die.name.string;
	/* C's `asm` names are those that gdb shows. */
	if (!last.unit->is_cxx && !last.unit->is_rust &&
	    full.die.linkage_name.class == IJ_DWARF_STRING)
		definition.name = full.die.linkage_name.string;
	ij_strbuf_printf(&name, "%s%s%s", definition.scope, scope.len ? "::" : "", definition.name);
	IJ_TRY(ij_strbuf_error(&name));
	if (!listing->wants(listing->ctx, name.str))
		return NULL;
	IJ_TRY(ij_debug_entry(debug, &at, (enum ij_debug_kind)kind, &definition.entry));
	IJ_TRY(place_of(debug, at.die.decl_file.class == IJ_DWARF_CONSTANT ? at.unit : last.unit,
			&full.die, &definition));
	return listing->visit(listing->ctx, &definition);
}

struct ij_error *ij_debug_list(struct ij_debug *debug, const struct ij_debug_listing *listing)
{
	IJ_TRY(gather(debug));
	for (size_t i = 0; i < debug->definitions.len; i++) {
		const struct ij_debug_defined *defined = debug->definitions.items + i;
		struct ij_error *err;

		if (!(defined->kind & listing->kinds) ||
		    (defined->kind & IJ_DEBUG_DECLARED && !listing->declared))
			continue;
		debug->dwarf.budget = debug->budget;
		err = tell(debug, defined, listing);
		if (err && err->code != IJ_ERR_BADDATA && err->code != IJ_ERR_LIMIT &&
		    err->code != IJ_ERR_UNSUPPORTED)
			return err;
		ij_error_free(err);
	}
	return NULL;
}

/* ---- Units by address ---- */

static struct ij_debug_unit *unit_of(struct ij_debug *debug, uint64_t addr)
{
	struct ij_debug_unit *unit;

	debug->dwarf.budget = debug->budget;
	unit = ij_debug_unit_of_address(debug, addr);
	if (unit)
		return unit;
	ij_debug_units_try(debug);
	IJ_VEC_EACH (&debug->units, it)
		if (!it->unit.is_type && ij_debug_unit_load(debug, it) &&
		    ij_dwarf_die_contains(&debug->dwarf, &it->unit, it->root, addr))
			return it;
	return NULL;
}

bool ij_debug_covers(struct ij_debug *debug, uint64_t addr)
{
	return unit_of(debug, addr);
}

struct ij_error *ij_debug_unit_about(struct ij_debug *debug, uint64_t addr,
				     struct ij_debug_unit_about *ret)
{
	const struct ij_debug_unit *unit = unit_of(debug, addr);
	const struct ij_dwarf_die *root;

	if (!unit || !unit->root)
		return ij_error_new(NOTFOUND, "no unit has code at 0x%llx",
				    (unsigned long long)addr);
	root = unit->split && unit->split->root ? unit->split->root : unit->root;
	*ret = (struct ij_debug_unit_about){.name = unit->name,
					    .folder = ij_dwarf_text(&unit->root->comp_dir),
					    .producer = ij_dwarf_text(&root->producer),
					    .version = unit->unit.version};
	if (root->language.class == IJ_DWARF_CONSTANT)
		ret->language = root->language.u;
	return NULL;
}
