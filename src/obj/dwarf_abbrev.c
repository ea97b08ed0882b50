/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Abbreviations (DWARF 5, 7.5.3), and where those of a unit stand. */
#include "obj/dwarf_internal.h"

bool ij_dwarf_spec_read(struct ij_cursor *abbrev, uint64_t *name, uint64_t *form, int64_t *implicit)
{
	*name = ij_cursor_uleb(abbrev);
	*form = ij_cursor_uleb(abbrev);
	*implicit = *form == DW_FORM_implicit_const ? ij_cursor_sleb(abbrev) : 0;
	return !abbrev->failed && (*name || *form);
}

enum { FIRST_SIZE = 4096 }; /* bytes of a table that are read at first */

/* Skip tag, children and attributes of one abbreviation. */
static bool abbrev_skip(struct ij_dwarf *dwarf, struct ij_cursor *abbrev)
{
	uint64_t name, form;
	int64_t implicit;

	(void)ij_cursor_uleb(abbrev);
	(void)ij_cursor_u8(abbrev);
	while (ij_dwarf_spec_read(abbrev, &name, &form, &implicit))
		if (!ij_dwarf_spend(dwarf))
			return false;
	return !abbrev->failed;
}

/* The table at @off of .debug_abbrev, if it was indexed. */
static const struct ij_dwarf_abbrevs *table_of(const struct ij_dwarf *dwarf, uint64_t off)
{
	size_t lo = 0, hi = dwarf->abbrevs.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (dwarf->abbrevs.items[mid].off < off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < dwarf->abbrevs.len && dwarf->abbrevs.items[lo].off == off
		       ? dwarf->abbrevs.items + lo
		       : NULL;
}

struct ij_cursor ij_dwarf_abbrev_cursor(const struct ij_dwarf *dwarf,
					const struct ij_dwarf_unit *unit)
{
	const struct ij_dwarf_span *span = &ij_dwarf_part(dwarf, unit->abbrev_off)->abbrev;
	const struct ij_dwarf_abbrevs *table = table_of(dwarf, unit->abbrev_off);
	uint64_t off = unit->abbrev_off & ~IJ_DWARF_PARTS;

	return ij_dwarf_cursor_part(span, off, table ? table->end - off : span->size,
				    ".debug_abbrev");
}

/* Index what @abbrev has of @table. False: it goes on, or @abbrev ends in it. */
static struct ij_error *index_part(struct ij_dwarf *dwarf, struct ij_cursor *abbrev,
				   struct ij_dwarf_abbrevs *table, bool *ended)
{
	uint64_t code;

	table->starts.len = 0;
	for (;;) {
		code = ij_cursor_uleb(abbrev);
		*ended = !code && !abbrev->failed;
		if (abbrev->failed || code != table->starts.len + 1)
			return NULL;
		IJ_TRY(ij_vec_push(&table->starts, (uint32_t)ij_cursor_off(abbrev)));
		if (!abbrev_skip(dwarf, abbrev))
			return NULL;
	}
}

/* Of as much of the section as it takes. */
static struct ij_error *index_table(struct ij_dwarf *dwarf, uint64_t off,
				    struct ij_dwarf_abbrevs *table)
{
	const struct ij_dwarf_span *span = &ij_dwarf_part(dwarf, off)->abbrev;
	bool whole = false, ended = false;

	table->end = span->size;
	if (span->size > UINT32_MAX)
		return NULL;
	off &= ~IJ_DWARF_PARTS;
	for (uint64_t size = FIRST_SIZE; !whole && !ended; size *= 2) {
		struct ij_cursor abbrev = ij_dwarf_cursor_part(span, off, size, ".debug_abbrev");

		whole = size >= ij_cursor_left(&abbrev);
		if (!whole)
			abbrev.end = abbrev.pos + size;
		IJ_TRY(index_part(dwarf, &abbrev, table, &ended));
		if (ended)
			table->end = ij_cursor_off(&abbrev);
		else if (!abbrev.failed)
			return NULL; /* its codes are in another order */
	}
	return NULL;
}

struct ij_error *ij_dwarf_abbrevs_index(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit)
{
	struct ij_dwarf_abbrevs table = {.off = unit->abbrev_off};
	struct ij_error *err;
	size_t at;

	if (table_of(dwarf, unit->abbrev_off))
		return NULL;
	err = index_table(dwarf, unit->abbrev_off, &table);
	if (!err)
		err = ij_vec_reserve(&dwarf->abbrevs, 1);
	if (err) {
		ij_vec_deinit(&table.starts);
		return err;
	}
	for (at = dwarf->abbrevs.len++; at && dwarf->abbrevs.items[at - 1].off > table.off; at--)
		dwarf->abbrevs.items[at] = dwarf->abbrevs.items[at - 1];
	dwarf->abbrevs.items[at] = table;
	return NULL;
}

void ij_dwarf_deinit(struct ij_dwarf *dwarf)
{
	IJ_VEC_EACH (&dwarf->abbrevs, it)
		ij_vec_deinit(&it->starts);
	ij_vec_deinit(&dwarf->abbrevs);
}

bool ij_dwarf_abbrev_find(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
			  struct ij_cursor *abbrev, uint64_t code)
{
	const struct ij_dwarf_abbrevs *table = table_of(dwarf, unit->abbrev_off);

	if (table && code - 1 < table->starts.len) {
		ij_cursor_seek(abbrev, table->starts.items[code - 1]);
		return true;
	}
	for (;;) {
		uint64_t found = ij_cursor_uleb(abbrev);

		if (abbrev->failed || !found || !ij_dwarf_spend(dwarf))
			return false;
		if (found == code)
			return true;
		if (!abbrev_skip(dwarf, abbrev))
			return false;
	}
}
