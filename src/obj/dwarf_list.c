/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of ranges and of locations (DWARF 5, 7.25 and 7.29; DWARF 4, 2.17.3 and 2.6.2). */
#include "obj/dwarf_internal.h"

/* Kinds of entries; of ranges, and of locations where they differ. */
enum {
	LE_end = 0,
	LE_base_addressx,
	LE_startx_endx,
	LE_startx_length,
	LE_offset_pair,
	RLE_base_address,
	RLE_start_end,
	RLE_start_length,

	LLE_default_location = 5,
	LLE_base_address,
	LLE_start_end,
	LLE_start_length,
	LLE_GNU_view_pair,
};

/* The longest entry but for a description: a kind, two addresses or ULEB128, a length. */
enum { ENTRY_MAX = 40 };

/* Have the next @size bytes, or as many as there are: the lists of a large program are megabytes.
 */
static void need(struct ij_dwarf_list *list, uint64_t size)
{
	uint64_t left = ij_cursor_left(&list->cur);

	if (!ij_dwarf_have(&list->span, ij_cursor_off(&list->cur), size < left ? size : left))
		list->cur.failed = true;
}

static bool spend(struct ij_dwarf_list *list)
{
	return list->dwarf->budget && list->dwarf->budget--;
}

bool ij_dwarf_list_open(struct ij_dwarf_list *list, const struct ij_dwarf_value *value)
{
	const struct ij_dwarf_unit *unit = list->unit;
	bool old = unit->version < 5;
	/* Before DWARF 5 the ranges of a split unit are in its skeleton's file. */
	const struct ij_dwarf *dwarf =
		old && !list->locations ? list->dwarf : ij_dwarf_part(list->dwarf, unit->off);
	struct ij_dwarf_span span = list->locations ? old ? dwarf->loc : dwarf->loclists
				    : old           ? dwarf->ranges
						    : dwarf->rnglists;
	uint64_t base = list->locations ? unit->loclists_base : unit->rnglists_base;
	uint64_t off = value->u, size = unit->wide ? 8 : 4;

	list->base = unit->base;
	list->is_split = old && list->locations && dwarf->is_dwo;
	if (!span.bytes)
		return false;
	if (old && !list->locations)
		off += unit->ranges_base;
	list->span = span;
	list->cur = ij_dwarf_cursor_part(&span, 0, 0, "a list of ranges or locations");
	if (value->class == IJ_DWARF_INDEX && !old && off < span.size / size) {
		ij_cursor_seek(&list->cur, base + off * size);
		need(list, size);
		off = base + (unit->wide ? ij_cursor_u64(&list->cur) : ij_cursor_u32(&list->cur));
	} else if (value->class != IJ_DWARF_OFFSET &&
		   (value->class != IJ_DWARF_CONSTANT || unit->version > 3)) {
		return false;
	}
	ij_cursor_seek(&list->cur, off);
	return !list->cur.failed;
}

static void block_read(struct ij_dwarf_list *list, uint64_t size)
{
	const uint8_t *bytes;

	need(list, size);
	bytes = ij_cursor_bytes(&list->cur, size);
	list->block = (struct ij_dwarf_span){.bytes = bytes, .size = bytes ? (size_t)size : 0};
}

/* DWARF 2 to 4: two addresses; the first all ones: a new base. */
static bool old_next(struct ij_dwarf_list *list)
{
	for (;;) {
		need(list, ENTRY_MAX);
		list->lo = ij_cursor_u64(&list->cur);
		list->hi = ij_cursor_u64(&list->cur);
		if (list->cur.failed || (!list->lo && !list->hi) || !spend(list))
			return false;
		if (list->lo != UINT64_MAX)
			break;
		list->base = list->hi;
	}
	list->lo += list->base;
	list->hi += list->base;
	if (list->locations)
		block_read(list, ij_cursor_u16(&list->cur));
	return !list->cur.failed;
}

static uint64_t indexed(struct ij_dwarf_list *list)
{
	uint64_t addr = 0;

	if (!ij_dwarf_addr_at(list->dwarf, list->unit, ij_cursor_uleb(&list->cur), &addr))
		list->cur.failed = true;
	return addr;
}

/* The kinds of both lists in the numbers of those of locations. */
static unsigned kind_read(struct ij_dwarf_list *list)
{
	unsigned kind = ij_cursor_u8(&list->cur);

	return !list->locations && kind >= RLE_base_address ? kind + 1 : kind;
}

/* A length or an offset: of split units before DWARF 5 (gcc.gnu.org/wiki/DebugFission) a word. */
static uint64_t operand(struct ij_dwarf_list *list)
{
	return list->is_split ? ij_cursor_u32(&list->cur) : ij_cursor_uleb(&list->cur);
}

/* DWARF 5; and before it of split units, whose kinds are the first of these. False at the end. */
static bool new_next(struct ij_dwarf_list *list)
{
	for (;;) {
		unsigned kind;

		need(list, ENTRY_MAX);
		kind = kind_read(list);
		if (list->cur.failed || kind == LE_end || !spend(list))
			return false;
		switch (kind) {
		case LE_base_addressx:
			list->base = indexed(list);
			continue;
		case LLE_base_address:
			list->base = ij_cursor_u64(&list->cur);
			continue;
		case LLE_GNU_view_pair:
			(void)ij_cursor_uleb(&list->cur);
			(void)ij_cursor_uleb(&list->cur);
			continue;
		case LE_startx_endx:
			list->lo = indexed(list);
			list->hi = indexed(list);
			break;
		case LE_startx_length:
			list->lo = indexed(list);
			list->hi = list->lo + operand(list);
			break;
		case LE_offset_pair:
			list->lo = list->base + operand(list);
			list->hi = list->base + operand(list);
			break;
		case LLE_default_location: /* holds where no other does, which we do not ask */
			list->lo = list->hi = 0;
			break;
		case LLE_start_end:
			list->lo = ij_cursor_u64(&list->cur);
			list->hi = ij_cursor_u64(&list->cur);
			break;
		case LLE_start_length:
			list->lo = ij_cursor_u64(&list->cur);
			list->hi = list->lo + ij_cursor_uleb(&list->cur);
			break;
		default:
			list->cur.failed = true;
			return false;
		}
		if (list->is_split)
			block_read(list, ij_cursor_u16(&list->cur));
		else if (list->locations)
			block_read(list, ij_cursor_uleb(&list->cur));
		return !list->cur.failed;
	}
}

bool ij_dwarf_list_next(struct ij_dwarf_list *list)
{
	return list->unit->version < 5 && !list->is_split ? old_next(list) : new_next(list);
}

/* The entry of the list that holds @pc. */
static bool list_find(struct ij_dwarf_list *list, const struct ij_dwarf_value *value, uint64_t pc)
{
	if (!ij_dwarf_list_open(list, value))
		return false;
	while (ij_dwarf_list_next(list))
		if (pc >= list->lo && pc < list->hi)
			return true;
	return false;
}

bool ij_dwarf_die_contains(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
			   const struct ij_dwarf_die *die, uint64_t pc)
{
	struct ij_dwarf_list list = {.dwarf = dwarf, .unit = unit};
	uint64_t lo = die->low_pc.u;

	if (die->ranges.class != IJ_DWARF_NONE)
		return list_find(&list, &die->ranges, pc);
	if (die->low_pc.class != IJ_DWARF_ADDRESS)
		return false;
	/* DWARF 4 and later: a constant is a size. */
	if (die->high_pc.class == IJ_DWARF_ADDRESS)
		return pc >= lo && pc < die->high_pc.u;
	return die->high_pc.class == IJ_DWARF_CONSTANT && pc - lo < die->high_pc.u;
}

bool ij_dwarf_die_start(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
			const struct ij_dwarf_die *die, uint64_t *ret)
{
	struct ij_dwarf_list list = {.dwarf = dwarf, .unit = unit};

	if (die->ranges.class != IJ_DWARF_NONE && ij_dwarf_list_open(&list, &die->ranges))
		while (ij_dwarf_list_next(&list))
			if (list.lo < list.hi) {
				*ret = list.lo;
				return true;
			}
	*ret = die->low_pc.u;
	return die->low_pc.class == IJ_DWARF_ADDRESS && die->low_pc.u;
}

bool ij_dwarf_location_at(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
			  const struct ij_dwarf_value *value, uint64_t pc,
			  struct ij_dwarf_span *ret)
{
	struct ij_dwarf_list list = {.dwarf = dwarf, .unit = unit, .locations = true};

	if (value->class == IJ_DWARF_BLOCK) {
		*ret = (struct ij_dwarf_span){.bytes = value->block, .size = (size_t)value->u};
		return true;
	}
	if (!list_find(&list, value, pc))
		return false;
	*ret = list.block;
	return true;
}
