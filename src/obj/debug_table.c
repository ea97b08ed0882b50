/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names by the tables that a compiler made of them, .debug_names (DWARF 5, 6.1.1). Definitions
 * only, and no enumerators: who finds nothing there must look elsewhere.
 */
#include <string.h>

#include "obj/debug_internal.h"

enum { IDX_compile_unit = 1, IDX_die_offset = 3 };
enum { FORM_flag_present = 0x19, ENTRIES_MAX = 4096 /* of one name in one table */ };

/** One table; all cursors are of the whole section. */
struct table {
	struct ij_debug *debug;
	bool wide;
	uint32_t units, local, foreign, buckets, names;
	/* Where they begin: units, buckets, hashes, strings, entries by name, abbreviations and
	 * their end, the pool of entries. */
	uint64_t units_at, buckets_at, hashes_at, strings_at, entries_at, abbrevs_at, pool_at, end;
};

static struct ij_cursor at(const struct table *t, uint64_t off)
{
	struct ij_cursor cur = ij_cursor_make(t->debug->dwarf.names.bytes, t->end, ".debug_names");

	ij_cursor_seek(&cur, off);
	return cur;
}

static uint32_t word(const struct table *t, uint64_t base, uint64_t idx)
{
	struct ij_cursor cur = at(t, base + 4 * idx);

	return ij_cursor_u32(&cur);
}

static uint64_t offset(const struct table *t, uint64_t base, uint64_t idx)
{
	struct ij_cursor cur = at(t, base + (t->wide ? 8 : 4) * idx);

	return ij_dwarf_offset(&cur, t->wide);
}

/* The table at @off; where the next one begins there then. False: there is none. */
static bool table_open(struct ij_debug *debug, uint64_t *off, struct table *ret)
{
	struct ij_cursor cur = ij_dwarf_cursor(debug->dwarf.names, *off, "a table of .debug_names");
	struct table t = {.debug = debug, .end = debug->dwarf.names.size};
	uint64_t size = ij_cursor_u32(&cur), step, abbrevs;

	t.wide = size == UINT32_MAX;
	if (t.wide)
		size = ij_cursor_u64(&cur);
	if (cur.failed || !size || size > ij_cursor_left(&cur))
		return false;
	*off = t.end = ij_cursor_off(&cur) + size;
	step = t.wide ? 8 : 4;
	if (ij_cursor_u16(&cur) != 5)
		return false;
	ij_cursor_skip(&cur, 2);
	t.units = ij_cursor_u32(&cur);
	t.local = ij_cursor_u32(&cur);
	t.foreign = ij_cursor_u32(&cur);
	t.buckets = ij_cursor_u32(&cur);
	t.names = ij_cursor_u32(&cur);
	abbrevs = ij_cursor_u32(&cur);
	ij_cursor_skip(&cur, (ij_cursor_u32(&cur) + 3ull) / 4 * 4); /* the augmentation */
	t.units_at = ij_cursor_off(&cur);
	/* 32-bit numbers of things: no sum overflows. */
	t.buckets_at = t.units_at + step * (t.units + (uint64_t)t.local) + 8ull * t.foreign;
	t.hashes_at = t.buckets_at + 4ull * t.buckets;
	t.strings_at = t.hashes_at + (t.buckets ? 4ull * t.names : 0);
	t.entries_at = t.strings_at + step * t.names;
	t.abbrevs_at = t.entries_at + step * t.names;
	t.pool_at = t.abbrevs_at + abbrevs;
	if (cur.failed || t.pool_at > t.end)
		return false;
	*ret = t;
	return true;
}

/* The hash of names: DJB's, of lower-case letters. False: of others than ASCII it takes tables. */
static bool hash_of(const char *name, uint32_t *ret)
{
	uint32_t hash = 5381;

	for (; *name; name++) {
		if ((unsigned char)*name >= 0x80)
			return false;
		hash = hash * 33 +
		       (unsigned char)(*name >= 'A' && *name <= 'Z' ? *name + 32 : *name);
	}
	*ret = hash;
	return true;
}

/* Abbreviation @code: a cursor at its attributes. */
static bool abbrev_find(const struct table *t, uint64_t code, uint64_t *tag_ret,
			struct ij_cursor *ret)
{
	struct ij_cursor cur = at(t, t->abbrevs_at);

	while (!cur.failed && ij_cursor_off(&cur) < t->pool_at) {
		uint64_t found = ij_cursor_uleb(&cur);

		if (!found)
			return false;
		*tag_ret = ij_cursor_uleb(&cur);
		if (found == code) {
			*ret = cur;
			return !cur.failed;
		}
		while (!cur.failed && (ij_cursor_uleb(&cur) | ij_cursor_uleb(&cur)))
			continue;
	}
	return false;
}

/* A number of one of the forms that such tables use. */
static bool value_read(struct ij_cursor *cur, uint64_t form, uint64_t *ret)
{
	switch (form) {
	case DW_FORM_data1:
	case DW_FORM_ref1:
		*ret = ij_cursor_u8(cur);
		break;
	case DW_FORM_data2:
	case DW_FORM_ref2:
		*ret = ij_cursor_u16(cur);
		break;
	case DW_FORM_data4:
	case DW_FORM_ref4:
		*ret = ij_cursor_u32(cur);
		break;
	case DW_FORM_data8:
	case DW_FORM_ref8:
		*ret = ij_cursor_u64(cur);
		break;
	case DW_FORM_udata:
	case DW_FORM_ref_udata:
		*ret = ij_cursor_uleb(cur);
		break;
	case FORM_flag_present:
		*ret = 1;
		break;
	default:
		return false;
	}
	return !cur->failed;
}

/* One entry of the pool; 0 as its offset: of a type unit, or of what is not known. False at the
 * end.
 */
static bool entry_read(const struct table *t, struct ij_cursor *cur, struct ij_debug_name *ret)
{
	uint64_t code = ij_cursor_uleb(cur), tag, idx, form, value, unit = 0, die = 0;
	struct ij_cursor abbrev;
	bool of_unit = true, has_die = false;

	if (cur->failed || !code || !abbrev_find(t, code, &tag, &abbrev))
		return false;
	for (;;) {
		idx = ij_cursor_uleb(&abbrev);
		form = ij_cursor_uleb(&abbrev);
		if (abbrev.failed)
			return false;
		if (!idx && !form)
			break;
		if (!value_read(cur, form, &value))
			return false;
		if (idx == IDX_compile_unit)
			unit = value;
		else if (idx == IDX_die_offset)
			die = value;
		has_die |= idx == IDX_die_offset;
		of_unit &= idx != 2; /* DW_IDX_type_unit */
	}
	*ret = (struct ij_debug_name){.kind = ij_debug_kind_of(tag)};
	if (of_unit && has_die && unit < t->units)
		ret->off = offset(t, t->units_at, unit) + die;
	return true;
}

struct search {
	unsigned kinds;
	const char *name;
	uint32_t hash;
	ij_debug_visit visit;
	void *ctx;
	bool more;
};

static struct ij_error *visit_entries(const struct table *t, uint64_t off, struct search *search)
{
	struct ij_cursor cur = at(t, off);
	struct ij_debug_name line;

	for (unsigned i = 0; i < ENTRIES_MAX && search->more && entry_read(t, &cur, &line); i++) {
		struct ij_debug_unit *unit;

		if (!(line.kind & search->kinds) || !line.off ||
		    line.off >= (uint64_t)1 << IJ_DWARF_PART_SHIFT)
			continue;
		/* The offset may be meant in the split unit. */
		unit = ij_debug_unit_at(t->debug, line.off);
		if (!unit || unit->split)
			continue;
		IJ_TRY(ij_debug_visit_name(t->debug, &line, search->name, search->visit,
					   search->ctx, &search->more));
	}
	return NULL;
}

static struct ij_error *look_in(const struct table *t, struct search *search)
{
	uint32_t bucket, first;

	if (!t->buckets)
		return NULL;
	bucket = search->hash % t->buckets;
	first = word(t, t->buckets_at, bucket);
	for (uint64_t i = first; first && i <= t->names && search->more; i++) {
		uint32_t hash = word(t, t->hashes_at, i - 1);

		if (hash % t->buckets != bucket)
			break;
		if (hash == search->hash)
			IJ_TRY(visit_entries(t, t->pool_at + offset(t, t->entries_at, i - 1),
					     search));
	}
	return NULL;
}

/* Is every unit of the file in some table? What a linker put together may be of two compilers. */
static bool is_complete(struct ij_debug *debug)
{
	uint64_t off = 0, listed = 0, units = 0;
	struct table t;

	while (table_open(debug, &off, &t))
		listed += t.units;
	ij_debug_units_try(debug);
	IJ_VEC_EACH (&debug->units, unit)
		units += !unit->unit.is_type;
	return off == debug->dwarf.names.size && listed == units;
}

struct ij_error *ij_debug_by_tables(struct ij_debug *debug, unsigned kinds, const char *name,
				    ij_debug_visit visit, void *ctx)
{
	struct search search = {
		.kinds = kinds, .name = name, .visit = visit, .ctx = ctx, .more = true};
	uint64_t off = 0;
	struct table t;

	if (!debug->dwarf.names.bytes || !hash_of(name, &search.hash) || !is_complete(debug))
		return NULL;
	debug->dwarf.budget = debug->budget;
	while (search.more && table_open(debug, &off, &t))
		IJ_TRY(look_in(&t, &search));
	return NULL;
}
