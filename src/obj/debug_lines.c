/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Line tables by unit, read when they are first asked for. */
#include "obj/debug_lines.h"

#include <stdlib.h>

#include "obj/debug_internal.h"

struct ij_error *ij_debug_unit_lines(struct ij_debug *debug, struct ij_debug_unit *unit,
				     const struct ij_lines **ret)
{
	const struct ij_dwarf_value *at;
	struct ij_error *err;

	*ret = unit->lines;
	if (unit->lines || unit->no_lines)
		return NULL;
	unit->no_lines = true;
	if (unit->unit.is_type || !ij_debug_unit_load(debug, unit))
		return NULL;
	at = &unit->root->stmt_list;
	/* An offset; DWARF 2 and 3 have it as a number. */
	if (at->class != IJ_DWARF_OFFSET && at->class != IJ_DWARF_CONSTANT)
		return NULL;
	unit->lines = calloc(1, sizeof(*unit->lines));
	if (!unit->lines)
		return ij_error_nomem();
	err = ij_lines_read(&debug->dwarf, &unit->unit, at->u, ij_dwarf_text(&unit->root->comp_dir),
			    unit->name, unit->lines);
	if (err) {
		free(unit->lines);
		unit->lines = NULL;
	} else {
		unit->no_lines = false;
	}
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	*ret = unit->lines;
	return NULL;
}

struct ij_error *ij_debug_line_at(struct ij_debug *debug, uint64_t addr, struct ij_debug_line *ret)
{
	debug->dwarf.budget = debug->budget;
	IJ_TRY(ij_debug_units(debug));
	IJ_VEC_EACH (&debug->units, unit) {
		const struct ij_line_row *row;
		const struct ij_lines *lines;
		uint64_t end;

		if (unit->unit.is_type || !ij_debug_unit_load(debug, unit) ||
		    !ij_dwarf_die_contains(&debug->dwarf, &unit->unit, unit->root, addr))
			continue;
		IJ_TRY(ij_debug_unit_lines(debug, unit, &lines));
		row = lines ? ij_lines_at(lines, addr, &end) : NULL;
		if (!row || !row->line)
			continue;
		*ret = (struct ij_debug_line){.file = &lines->files.items[row->file],
					      .line = row->line,
					      .start = row->addr,
					      .end = end,
					      .is_stmt = row->flags & IJ_LINE_STMT};
		return NULL;
	}
	return ij_error_new(NOTFOUND, "no line is known of 0x%llx", (unsigned long long)addr);
}

struct ij_error *ij_debug_lines_each(struct ij_debug *debug, ij_debug_lines_visit visit, void *ctx)
{
	debug->dwarf.budget = debug->budget;
	IJ_TRY(ij_debug_units(debug));
	IJ_VEC_EACH (&debug->units, unit) {
		const struct ij_lines *lines;

		IJ_TRY(ij_debug_unit_lines(debug, unit, &lines));
		if (lines && !visit(ctx, unit->name, lines))
			break;
	}
	return NULL;
}
