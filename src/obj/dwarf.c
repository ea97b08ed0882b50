/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Units and entries (DWARF 5, 7.5; DWARF 4, 7.5; GNU extensions of binutils' dwarf2.def).
 */
#include "obj/dwarf_internal.h"

#include <string.h>

enum {
	DW_UT_compile = 0x01,
	DW_UT_type = 0x02,
	DW_UT_partial = 0x03,
	DW_UT_skeleton = 0x04,
	DW_UT_split_compile = 0x05,
	DW_UT_split_type = 0x06,
};

/* Bytes of a unit's header, of a type unit in 64-bit DWARF 5, and some. */
enum { HEADER_SIZE_MAX = 64 };

/* Where in @die attribute @name goes, or NULL. */
static struct ij_dwarf_value *slot_of(struct ij_dwarf_die *die, uint64_t name)
{
	switch (name) {
#define IJ_A(member, name, code) \
	case DW_AT_##name:       \
		return &die->member;
#include "obj/dwarf_attrs.def"
#undef IJ_A
	default:
		return NULL;
	}
}

bool ij_dwarf_die_read(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit, uint64_t off,
		       struct ij_dwarf_die *ret)
{
	struct ij_dwarf_reader rd = {dwarf, unit, ij_dwarf_info_cursor(dwarf, off)};
	struct ij_cursor abbrev = ij_dwarf_abbrev_cursor(dwarf, unit);
	uint64_t code, name, form;
	int64_t implicit;

	memset(ret, 0, sizeof(*ret));
	if (off < unit->die_off || off >= unit->end || !ij_dwarf_spend(dwarf) ||
	    !ij_dwarf_have_info(dwarf, unit->off, unit->end))
		return false;
	ret->off = off;
	code = ij_cursor_uleb(&rd.cur);
	if (code) {
		if (rd.cur.failed || !ij_dwarf_abbrev_find(dwarf, unit, &abbrev, code))
			return false;
		ret->tag = ij_cursor_uleb(&abbrev);
		ret->children = ij_cursor_u8(&abbrev) != 0;
		while (ij_dwarf_spec_read(&abbrev, &name, &form, &implicit)) {
			struct ij_dwarf_value value, *slot = slot_of(ret, name);

			if (!ij_dwarf_spend(dwarf) ||
			    !ij_dwarf_value_read(&rd, form, implicit, &value))
				return false;
			if (slot)
				*slot = value;
		}
	}
	ret->next = ij_dwarf_info_off(&rd.cur, off);
	return !rd.cur.failed && !abbrev.failed;
}

enum ij_dwarf_read ij_dwarf_unit_header(struct ij_dwarf *dwarf, uint64_t off,
					struct ij_dwarf_unit *ret)
{
	bool there = ij_dwarf_have_info(dwarf, off, off + HEADER_SIZE_MAX);
	struct ij_cursor cur = ij_dwarf_info_cursor(dwarf, off);
	uint64_t size = there ? ij_cursor_u32(&cur) : 0;
	uint8_t kind = DW_UT_compile, addr_size;

	*ret = (struct ij_dwarf_unit){.off = off, .wide = size == UINT32_MAX};
	if (!there)
		return IJ_DWARF_END;
	if (ret->wide)
		size = ij_cursor_u64(&cur);
	if (cur.failed || size > ij_cursor_left(&cur) || !ij_dwarf_spend(dwarf))
		return IJ_DWARF_END;
	ret->end = ij_dwarf_info_off(&cur, off) + size;
	ret->version = ij_cursor_u16(&cur);
	if (ret->version >= 5) {
		kind = ij_cursor_u8(&cur);
		addr_size = ij_cursor_u8(&cur);
		ret->abbrev_off = ij_dwarf_offset(&cur, ret->wide);
	} else {
		ret->abbrev_off = ij_dwarf_offset(&cur, ret->wide);
		addr_size = ij_cursor_u8(&cur);
	}
	ret->abbrev_off |= off & IJ_DWARF_PARTS;
	if (kind == DW_UT_skeleton || kind == DW_UT_split_compile)
		ret->dwo_id = ij_cursor_u64(&cur);
	ret->is_type = kind == DW_UT_type || kind == DW_UT_split_type || off & IJ_DWARF_TYPES;
	if (ret->is_type) {
		ret->signature = ij_cursor_u64(&cur);
		ret->type_off = off + ij_dwarf_offset(&cur, ret->wide);
	}
	ret->die_off = ij_dwarf_info_off(&cur, off);
	if (cur.failed || ret->die_off > ret->end || ret->version < 2 || ret->version > 5 ||
	    addr_size != 8 || kind < DW_UT_compile || kind > DW_UT_split_type)
		return IJ_DWARF_SKIP;
	return IJ_DWARF_OK;
}

const struct ij_dwarf_value *ij_dwarf_die_origin(const struct ij_dwarf_die *die)
{
	return die->origin.class != IJ_DWARF_NONE ? &die->origin : &die->specification;
}

/*
 * Of a split unit the skeleton says where addresses are; all else begins with its section, behind
 * the header that such sections have in DWARF 5 (7.26, 7.28, 7.29).
 */
static void split_bases(const struct ij_dwarf *part, struct ij_dwarf_unit *ret)
{
	uint64_t header = ret->version < 5 ? 0 : ret->wide ? 20 : 12;

	ret->base = part->base;
	ret->addr_base = part->addr_base;
	ret->ranges_base = part->ranges_base;
	ret->rnglists_base = ret->loclists_base = header;
	ret->str_offsets_base = ret->version < 5 ? 0 : ret->wide ? 16 : 8;
}

enum ij_dwarf_read ij_dwarf_unit_read(struct ij_dwarf *dwarf, uint64_t off,
				      struct ij_dwarf_unit *ret, struct ij_dwarf_die *die_ret)
{
	enum ij_dwarf_read how = ij_dwarf_unit_header(dwarf, off, ret);
	const struct ij_dwarf *part = ij_dwarf_part(dwarf, off);
	struct ij_dwarf_die die;

	if (how != IJ_DWARF_OK)
		return how;
	if (part->is_dwo) {
		split_bases(part, ret);
		return ij_dwarf_die_read(dwarf, ret, ret->die_off, die_ret ? die_ret : &die)
			       ? IJ_DWARF_OK
			       : IJ_DWARF_SKIP;
	}
	if (!ij_dwarf_die_read(dwarf, ret, ret->die_off, &die))
		return IJ_DWARF_SKIP;
	/* Strings and addresses by index need bases that stand in the same entry: read it again. */
	ret->addr_base =
		die.addr_base.class != IJ_DWARF_NONE ? die.addr_base.u : die.gnu_addr_base.u;
	ret->str_offsets_base = die.str_offsets_base.u;
	ret->rnglists_base = die.rnglists_base.u;
	ret->loclists_base = die.loclists_base.u;
	if (!ij_dwarf_die_read(dwarf, ret, ret->die_off, &die))
		return IJ_DWARF_SKIP;
	if (die.low_pc.class == IJ_DWARF_ADDRESS)
		ret->base = die.low_pc.u;
	if (die_ret)
		*die_ret = die;
	return IJ_DWARF_OK;
}
