/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Units of debug information: their first entries, and the unit that holds an offset. */
#include <stdlib.h>
#include <string.h>

#include "obj/debug_internal.h"
#include "obj/lines.h"

enum { /* DWARF 5, 7.12; those of C++ and Rust */
       LANG_C_plus_plus = 0x04,
       LANG_C_plus_plus_03 = 0x19,
       LANG_C_plus_plus_11 = 0x1a,
       LANG_Rust = 0x1c,
       LANG_C_plus_plus_14 = 0x21,
       LANG_C_plus_plus_17 = 0x2b,
       LANG_C_plus_plus_20 = 0x2c,
       LANG_Mips_Assembler = 0x8001, /* and of all others */
};

void ij_debug_unit_deinit(struct ij_debug_unit *unit)
{
	free(unit->root);
	if (unit->lines)
		ij_lines_deinit(unit->lines);
	free(unit->lines);
	ij_vec_deinit(&unit->scopes);
}

void ij_debug_unit_destroy(struct ij_debug_unit *unit)
{
	if (unit)
		ij_debug_unit_deinit(unit);
	free(unit);
}

void ij_debug_unit_unload(struct ij_debug *debug, struct ij_debug_unit *unit)
{
	const struct ij_dwarf_span *info = &debug->dwarf.info;

	if (unit->split || unit->unit.off & (IJ_DWARF_PARTS | IJ_DWARF_TYPES))
		return;
	IJ_VEC_EACH (&debug->early, it)
		if ((*it)->unit.off == unit->unit.off)
			return;
	ij_debug_unit_deinit(unit);
	*unit = (struct ij_debug_unit){.unit = unit->unit};
	debug->dwarf.have_from = debug->dwarf.have_to = 0;
	if (info->img)
		ij_image_forget(info->img, info->at + unit->unit.off,
				unit->unit.end - unit->unit.off);
}

/* 14 of "Debian clang version 14.0.6"; 0: it is another compiler. */
static unsigned long clang_version(const struct ij_dwarf_value *producer)
{
	const char *version = producer->class == IJ_DWARF_STRING
				      ? strstr(producer->string, "clang version ")
				      : NULL;

	return version ? strtoul(version + strlen("clang version "), NULL, 10) : 0;
}

/* What was taken out of units may not tell its language: that of the first unit that does. */
static struct ij_dwarf_value language_around(struct ij_debug *debug,
					     const struct ij_debug_unit *unit)
{
	struct ij_dwarf_value found = unit->root->language;

	if (unit->root->tag != DW_TAG_partial_unit || debug->asking)
		return found;
	debug->asking = true;
	ij_debug_units_try(debug);
	for (size_t i = 0; i < debug->units.len && found.class == IJ_DWARF_NONE; i++) {
		struct ij_debug_unit *it = debug->units.items + i;

		if (it != unit && ij_debug_unit_load(debug, it) && !it->is_assembler)
			found = it->root->language;
	}
	debug->asking = false;
	return found;
}

bool ij_debug_unit_load(struct ij_debug *debug, struct ij_debug_unit *unit)
{
	struct ij_error *err;
	unsigned long clang;
	uint64_t lang;

	if (unit->read)
		return !unit->bad;
	unit->read = unit->bad = true;
	err = ij_dwarf_abbrevs_index(&debug->dwarf, &unit->unit);
	ij_error_free(err);
	unit->root = malloc(sizeof(*unit->root));
	if (err || !unit->root ||
	    ij_dwarf_unit_read(&debug->dwarf, unit->unit.off, &unit->unit, unit->root) !=
		    IJ_DWARF_OK)
		return false;
	unit->bad = false;
	if (unit->root->language.class == IJ_DWARF_NONE)
		unit->root->language = language_around(debug, unit);
	unit->name = unit->root->name.class == IJ_DWARF_STRING ? unit->root->name.string : NULL;
	lang = unit->root->language.u;
	unit->is_assembler = lang == LANG_Mips_Assembler;
	unit->is_rust = lang == LANG_Rust;
	clang = clang_version(&unit->root->producer);
	unit->splits_int128 = clang && clang < 18;
	unit->spills_quads = unit->splits_int128;
	unit->splits_vectors = clang > 0;
	unit->is_cxx = lang == LANG_C_plus_plus || lang == LANG_C_plus_plus_03 ||
		       lang == LANG_C_plus_plus_11 || lang == LANG_C_plus_plus_14 ||
		       lang == LANG_C_plus_plus_17 || lang == LANG_C_plus_plus_20;
	if (unit->unit.off < IJ_DWARF_ALT_PART && debug->has_units)
		ij_debug_split(debug, unit);
	return true;
}

static struct ij_debug_unit *early_find(const struct ij_debug *debug, uint64_t off)
{
	IJ_VEC_EACH (&debug->early, it)
		if (off >= (*it)->unit.off && off < (*it)->unit.end)
			return *it;
	return NULL;
}

/* The unit at @start, if it holds @off: before all are known. */
static struct ij_debug_unit *early_add(struct ij_debug *debug, uint64_t start, uint64_t off)
{
	struct ij_debug_unit *unit;
	struct ij_error *err;

	unit = calloc(1, sizeof(*unit));
	if (!unit)
		return NULL;
	err = ij_dwarf_unit_header(&debug->dwarf, start, &unit->unit) != IJ_DWARF_OK ||
			      off >= unit->unit.end || unit->unit.is_type
		      ? ij_error_new(NOTFOUND, "no unit of it is there")
		      : ij_vec_reserve(&debug->early, 1);
	/* Other files are found by the list of all. */
	if (err || !ij_debug_unit_load(debug, unit) || ij_debug_is_skeleton(unit)) {
		ij_error_free(err);
		ij_debug_unit_destroy(unit);
		return NULL;
	}
	debug->early.items[debug->early.len++] = unit;
	return unit;
}

/* The unit that holds @off, where .debug_aranges tells of it, and all are not known yet. */
static struct ij_debug_unit *unit_early(struct ij_debug *debug, uint64_t off)
{
	struct ij_debug_unit *unit = early_find(debug, off);
	uint64_t start;

	if (unit || off & IJ_DWARF_TYPES || !ij_debug_unit_before(debug, off, &start))
		return unit;
	return early_add(debug, start, off);
}

struct ij_debug_unit *ij_debug_unit_from(struct ij_debug *debug, uint64_t start)
{
	struct ij_debug_unit *unit = NULL;

	if (!debug->has_units && !(start & (IJ_DWARF_TYPES | IJ_DWARF_PARTS))) {
		unit = early_find(debug, start);
		unit = unit ? unit : early_add(debug, start, start);
	}
	return unit ? unit : ij_debug_unit_at(debug, start);
}

struct ij_debug_unit *ij_debug_unit_at(struct ij_debug *debug, uint64_t off)
{
	struct ij_debug_unit *early;
	size_t lo = 0, hi;

	if (off & IJ_DWARF_PARTS)
		return ij_debug_part_unit(debug, off);
	early = debug->has_units ? NULL : unit_early(debug, off);
	if (early)
		return early;
	ij_debug_units_try(debug);
	hi = debug->units.len;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (debug->units.items[mid].unit.end <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == debug->units.len || off < debug->units.items[lo].unit.off)
		return NULL;
	return ij_debug_unit_load(debug, debug->units.items + lo) ? debug->units.items + lo : NULL;
}
