/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The index of a package: a hash table of numbers, and where the parts of each unit lie. */
#include "obj/debug_package.h"

#include "obj/debug_internal.h"

enum { COLUMNS_MAX = 16 };

/* What a column is about: of version 5, and of version 2 where that differs. */
enum {
	SECT_INFO = 1,
	SECT_ABBREV = 3,
	SECT_LOCLISTS = 5, /* of version 2: .debug_loc.dwo */
	SECT_STR_OFFSETS = 6,
	SECT_RNGLISTS = 8,
};

struct index {
	const uint8_t *bytes;
	size_t size;
	uint32_t columns, units, slots;
	uint64_t rows; /* offset of the first row of column numbers */
};

static uint32_t word(const struct index *index, uint64_t off)
{
	struct ij_cursor cur = ij_cursor_make(index->bytes, index->size, "a package");

	ij_cursor_seek(&cur, off);
	return ij_cursor_u32(&cur);
}

static struct ij_error *open_index(struct ij_object *package, struct index *ret)
{
	struct ij_cursor cur;
	uint64_t vaddr, size;
	uint32_t version;

	IJ_TRY(ij_object_section(package, ".debug_cu_index", &ret->bytes, &ret->size, &vaddr));
	cur = ij_cursor_make(ret->bytes, ret->size, ".debug_cu_index");
	/* Of version 5 two bytes, and two of padding. */
	version = ij_cursor_u32(&cur);
	ret->columns = ij_cursor_u32(&cur);
	ret->units = ij_cursor_u32(&cur);
	ret->slots = ij_cursor_u32(&cur);
	ret->rows = 16 + 12ull * ret->slots;
	size = ret->rows + 4ull * ret->columns * (1 + 2ull * ret->units);
	if (cur.failed || (version != 2 && version != 5) || ret->columns > COLUMNS_MAX ||
	    !ret->slots || ret->slots & (ret->slots - 1) || size > ret->size)
		return ij_error_new(BADDATA, "the index of a package is malformed");
	return NULL;
}

/* The row of unit @id, from 1; 0: it has none. */
static uint32_t row_of(const struct index *index, uint64_t id)
{
	uint32_t mask = index->slots - 1, at = (uint32_t)id & mask;
	uint32_t step = ((uint32_t)(id >> 32) & mask) | 1;

	for (uint32_t i = 0; i < index->slots; i++, at = (at + step) & mask) {
		uint64_t found = word(index, 16 + 8ull * at) | (uint64_t)word(index, 20 + 8ull * at)
								       << 32;
		uint32_t row = word(index, 16 + 8ull * index->slots + 4ull * at);

		if (found == id && row && row <= index->units)
			return row;
		if (!found && !row)
			return 0;
	}
	return 0;
}

static struct ij_dwarf_span slice(struct ij_dwarf_span whole, uint32_t off, uint32_t size)
{
	if (!whole.bytes || off > whole.size || size > whole.size - off)
		return (struct ij_dwarf_span){.bytes = NULL};
	return (struct ij_dwarf_span){whole.bytes + off, size, whole.img, whole.at + off};
}

struct ij_error *ij_debug_package_find(struct ij_object *package, uint64_t id, struct ij_dwarf *ret)
{
	struct index index = {.bytes = NULL};
	struct ij_dwarf whole = {.budget = 0};
	uint32_t row;

	if (!package)
		return ij_error_new(NOTFOUND, "there is no package");
	IJ_TRY(open_index(package, &index));
	row = row_of(&index, id);
	if (!row)
		return ij_error_new(NOTFOUND, "unit %016llx is not in the package",
				    (unsigned long long)id);
	ij_debug_sections(package, ".dwo", &whole);
	*ret = (struct ij_dwarf){.str = whole.str};
	for (uint32_t i = 0; i < index.columns; i++) {
		uint64_t at = index.rows + 4ull * (index.columns * (uint64_t)row + i);
		uint32_t off = word(&index, at);
		uint32_t size = word(&index, at + 4ull * index.columns * (uint64_t)index.units);

		switch (word(&index, index.rows + 4ull * i)) {
		case SECT_INFO:
			ret->info = slice(whole.info, off, size);
			break;
		case SECT_ABBREV:
			ret->abbrev = slice(whole.abbrev, off, size);
			break;
		case SECT_LOCLISTS:
			ret->loclists = slice(whole.loclists, off, size);
			ret->loc = slice(whole.loc, off, size); /* before DWARF 5 */
			break;
		case SECT_STR_OFFSETS:
			ret->str_offsets = slice(whole.str_offsets, off, size);
			break;
		case SECT_RNGLISTS:
			ret->rnglists = slice(whole.rnglists, off, size);
			break;
		default:
			break;
		}
	}
	return NULL;
}
