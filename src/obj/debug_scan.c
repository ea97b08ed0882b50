/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Going through a whole unit for its names: nothing is decoded that is not one. */
#include "obj/debug_internal.h"

/* An attribute of an abbreviation. */
struct spec {
	uint32_t name, form;
	int64_t implicit;
};

struct abbrev {
	uint32_t tag;
	uint32_t first, len; /* of its attributes */
	bool children;
};

struct table {
	IJ_VEC(struct abbrev) abbrevs; /* of codes 1, 2, ... */
	IJ_VEC(struct spec) specs;
};

/* Compilers number abbreviations from 1 without gaps; what stands behind a gap is not found. */
static struct ij_error *table_read(struct ij_debug *debug, const struct ij_dwarf_unit *unit,
				   struct table *table)
{
	struct ij_cursor cur = ij_dwarf_abbrev_cursor(&debug->dwarf, unit);

	while (ij_cursor_uleb(&cur) == table->abbrevs.len + 1 && !cur.failed) {
		struct abbrev abbrev = {.tag = (uint32_t)ij_cursor_uleb(&cur),
					.children = ij_cursor_u8(&cur) != 0,
					.first = (uint32_t)table->specs.len};
		uint64_t name, form;
		int64_t implicit;

		while (ij_dwarf_spec_read(&cur, &name, &form, &implicit))
			IJ_TRY(ij_vec_push(
				&table->specs,
				((struct spec){(uint32_t)name, (uint32_t)form, implicit})));
		if (cur.failed)
			break;
		abbrev.len = (uint32_t)table->specs.len - abbrev.first;
		IJ_TRY(ij_vec_push(&table->abbrevs, abbrev));
	}
	return NULL;
}

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

/* Read one entry's attributes, of which the name, the sibling and a declaration are kept. */
static bool entry_read(struct ij_dwarf_reader *rd, const struct table *table,
		       const struct abbrev *abbrev, struct ij_debug_brief *brief, uint64_t *sibling)
{
	*sibling = 0;
	for (uint32_t i = 0; i < abbrev->len; i++) {
		const struct spec *spec = table->specs.items + abbrev->first + i;
		struct ij_dwarf_value value;
		uint64_t size;

		if (spec->name == DW_AT_declaration)
			brief->declared = true;
		if (spec->name != DW_AT_name && spec->name != DW_AT_sibling &&
		    spec->name != DW_AT_specification && fixed_size(rd->unit, spec->form, &size)) {
			ij_cursor_skip(&rd->cur, size);
			continue;
		}
		if (!ij_dwarf_value_read(rd, spec->form, spec->implicit, &value))
			return false;
		if (spec->name == DW_AT_name && value.class == IJ_DWARF_STRING)
			brief->name = value.string;
		if (spec->name == DW_AT_specification && value.class == IJ_DWARF_REFERENCE)
			brief->specification = value.u;
		if (spec->name == DW_AT_sibling && value.class == IJ_DWARF_REFERENCE)
			*sibling = value.u;
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
	while (depth && off < u->end) {
		struct ij_dwarf_reader rd = {&debug->dwarf, u,
					     ij_dwarf_info_cursor(&debug->dwarf, off)};
		struct ij_debug_brief brief = {.off = off};
		bool enter = false;

		code = ij_cursor_uleb(&rd.cur);
		if (rd.cur.failed || code > table->abbrevs.len)
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
	err = table_read(debug, &unit->unit, &table);
	if (!err)
		err = walk(debug, unit, &table, scan);
	ij_vec_deinit(&table.abbrevs);
	ij_vec_deinit(&table.specs);
	return err;
}
