/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Going through a whole unit for its names, or for its code: nothing else is decoded. */
#include "obj/debug_internal.h"

/* What to do with a value, or with several that follow one another. */
enum role { SKIP, PASS_OVER, NAME, SIBLING, SPECIFICATION, LOW_PC, HIGH_PC };

/* An attribute of an abbreviation. */
struct spec {
	enum role role;
	uint32_t form;
	union {
		int64_t implicit;
		uint64_t size; /* SKIP: bytes */
	};
};

struct abbrev {
	uint32_t tag;
	uint32_t first, len; /* of its attributes */
	bool children, declared;
	bool spread; /* its code is told in a way that is not looked at here */
};

struct table {
	IJ_VEC(struct abbrev) abbrevs; /* of codes 1, 2, ... */
	IJ_VEC(struct spec) specs;
};

/* Bytes of a value whose form says how many. */
static bool fixed_size(const struct ij_dwarf_unit *unit, uint32_t form, uint64_t *ret)
{
	static const uint8_t sizes[] = {
		[DW_FORM_addr] = 9,           [DW_FORM_data1] = 2,    [DW_FORM_data2] = 3,
		[DW_FORM_data4] = 5,          [DW_FORM_data8] = 9,    [DW_FORM_flag] = 2,
		[DW_FORM_ref1] = 2,           [DW_FORM_ref2] = 3,     [DW_FORM_ref4] = 5,
		[DW_FORM_ref8] = 9,           [DW_FORM_strx1] = 2,    [DW_FORM_strx2] = 3,
		[DW_FORM_strx3] = 4,          [DW_FORM_strx4] = 5,    [DW_FORM_addrx1] = 2,
		[DW_FORM_addrx2] = 3,         [DW_FORM_addrx3] = 4,   [DW_FORM_addrx4] = 5,
		[DW_FORM_data16] = 17,        [DW_FORM_ref_sig8] = 9, [DW_FORM_flag_present] = 1,
		[DW_FORM_implicit_const] = 1,
	};

	switch (form) {
	case DW_FORM_strp:
	case DW_FORM_line_strp:
	case DW_FORM_sec_offset:
		*ret = unit->wide ? 8 : 4;
		return true;
	default:
		if (form >= IJ_COUNT(sizes) || !sizes[form])
			return false;
		*ret = sizes[form] - 1;
		return true;
	}
}

static enum role role_of(const struct ij_debug_scan *scan, uint64_t name, uint64_t form)
{
	switch (name) {
	case DW_AT_sibling:
		return SIBLING;
	case DW_AT_name:
		return scan->for_code ? PASS_OVER : NAME;
	case DW_AT_specification:
		return scan->for_code ? PASS_OVER : SPECIFICATION;
	case DW_AT_low_pc:
		return scan->for_code && form == DW_FORM_addr ? LOW_PC : PASS_OVER;
	case DW_AT_high_pc:
		return scan->for_code ? HIGH_PC : PASS_OVER;
	default:
		return PASS_OVER;
	}
}

/* Add what is to be done with one attribute to @abbrev, the last one of @table. */
static struct ij_error *add_spec(struct table *table, struct abbrev *abbrev,
				 const struct ij_dwarf_unit *unit, enum role role, uint64_t form,
				 int64_t implicit)
{
	struct spec spec = {.role = role, .form = (uint32_t)form, .implicit = implicit};
	struct spec *last = abbrev->len ? table->specs.items + table->specs.len - 1 : NULL;
	uint64_t size;

	if (role == PASS_OVER && fixed_size(unit, spec.form, &size)) {
		if (last && last->role == SKIP) {
			last->size += size;
			return NULL;
		}
		spec.role = SKIP;
		spec.size = size;
	}
	IJ_TRY(ij_vec_push(&table->specs, spec));
	abbrev->len++;
	return NULL;
}

/* Compilers number abbreviations from 1 without gaps; what stands behind a gap is not found. */
static struct ij_error *table_read(struct ij_debug *debug, const struct ij_dwarf_unit *unit,
				   const struct ij_debug_scan *scan, struct table *table)
{
	struct ij_cursor cur = ij_dwarf_abbrev_cursor(&debug->dwarf, unit);

	while (ij_cursor_uleb(&cur) == table->abbrevs.len + 1 && !cur.failed) {
		struct abbrev abbrev = {.tag = (uint32_t)ij_cursor_uleb(&cur),
					.children = ij_cursor_u8(&cur) != 0,
					.first = (uint32_t)table->specs.len};
		uint64_t name, form;
		int64_t implicit;

		while (ij_dwarf_spec_read(&cur, &name, &form, &implicit)) {
			enum role role = role_of(scan, name, form);

			if (scan->for_code && !ij_dwarf_spend(&debug->dwarf))
				return NULL;
			abbrev.declared |= name == DW_AT_declaration;
			abbrev.spread |=
				name == DW_AT_ranges || (name == DW_AT_low_pc && role != LOW_PC);
			IJ_TRY(add_spec(table, &abbrev, unit, role, form, implicit));
		}
		if (cur.failed)
			break;
		IJ_TRY(ij_vec_push(&table->abbrevs, abbrev));
	}
	return NULL;
}

/* One value that is not just skipped. */
static bool value_take(struct ij_dwarf_reader *rd, const struct spec *spec,
		       struct ij_debug_brief *brief, uint64_t *sibling)
{
	struct ij_dwarf_value value;

	if (!ij_dwarf_value_read(rd, spec->form, spec->implicit, &value))
		return false;
	if (spec->role == NAME && value.class == IJ_DWARF_STRING)
		brief->name = value.string;
	else if (spec->role == SPECIFICATION && value.class == IJ_DWARF_REFERENCE)
		brief->specification = value.u;
	else if (spec->role == SIBLING && value.class == IJ_DWARF_REFERENCE)
		*sibling = value.u;
	else if (spec->role == LOW_PC)
		brief->low_pc = value.u;
	else if (spec->role == HIGH_PC && value.class == IJ_DWARF_ADDRESS)
		brief->size = value.u - brief->low_pc;
	else if (spec->role == HIGH_PC)
		brief->size = value.u;
	return true;
}

/* Read one entry's attributes, of which those are kept that are asked for. */
static bool entry_read(struct ij_dwarf_reader *rd, const struct table *table,
		       const struct abbrev *abbrev, struct ij_debug_brief *brief, uint64_t *sibling)
{
	*sibling = 0;
	brief->declared = abbrev->declared;
	brief->spread = abbrev->spread;
	for (uint32_t i = 0; i < abbrev->len; i++) {
		const struct spec *spec = table->specs.items + abbrev->first + i;

		if (spec->role == SKIP)
			ij_cursor_skip(&rd->cur, spec->size);
		else if (!value_take(rd, spec, brief, sibling))
			return false;
	}
	return !rd->cur.failed;
}

static struct ij_error *walk(struct ij_debug *debug, struct ij_debug_unit *unit,
			     const struct table *table, const struct ij_debug_scan *scan)
{
	const struct ij_dwarf_unit *u = &unit->unit;
	uint64_t off = unit->root->next, sibling, code;
	unsigned depth = 1, hidden = 0; /* hidden: entries deeper than this are not told of */

	if (!unit->root->children || !ij_dwarf_have_info(&debug->dwarf, u->off, u->end))
		return NULL;
	while (depth && off < u->end && !(scan->done && *scan->done)) {
		struct ij_dwarf_reader rd = {&debug->dwarf, u,
					     ij_dwarf_info_cursor(&debug->dwarf, off)};
		struct ij_debug_brief brief = {.off = off};
		bool enter = false;

		code = ij_cursor_uleb(&rd.cur);
		if (rd.cur.failed || code > table->abbrevs.len ||
		    (scan->for_code && !ij_dwarf_spend(&debug->dwarf)))
			break;
		if (!code) {
			off = ij_dwarf_info_off(&rd.cur, off);
			depth--;
			if (!hidden && depth && scan->leave)
				scan->leave(scan->ctx, off);
			if (depth <= hidden)
				hidden = 0;
			continue;
		}
		brief.tag = table->abbrevs.items[code - 1].tag;
		brief.children = table->abbrevs.items[code - 1].children;
		if (!entry_read(&rd, table, table->abbrevs.items + code - 1, &brief, &sibling))
			break;
		off = ij_dwarf_info_off(&rd.cur, off);
		if (!hidden)
			IJ_TRY(scan->enter(scan->ctx, &brief, &enter));
		if (!brief.children)
			continue;
		if (!enter && sibling > off && sibling < u->end) {
			off = sibling;
			continue;
		}
		if (!enter && !hidden)
			hidden = depth;
		depth++;
	}
	return NULL;
}

struct ij_error *ij_debug_scan(struct ij_debug *debug, struct ij_debug_unit *unit,
			       const struct ij_debug_scan *scan)
{
	struct table table = {{NULL, 0, 0}, {NULL, 0, 0}};
	struct ij_error *err = NULL;

	if (!ij_debug_unit_load(debug, unit))
		return NULL;
	err = table_read(debug, &unit->unit, scan, &table);
	if (!err)
		err = walk(debug, unit, &table, scan);
	ij_vec_deinit(&table.abbrevs);
	ij_vec_deinit(&table.specs);
	return err;
}
