/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Units, abbreviations, forms (DWARF 5, 7.5; DWARF 4, 7.5; GNU extensions of binutils' dwarf2.def).
 */
#include "obj/dwarf.h"

#include <string.h>

enum {
	DW_UT_compile = 0x01,
	DW_UT_partial = 0x03,

	DW_FORM_addr = 0x01,
	DW_FORM_block2 = 0x03,
	DW_FORM_block4,
	DW_FORM_data2,
	DW_FORM_data4,
	DW_FORM_data8,
	DW_FORM_string,
	DW_FORM_block,
	DW_FORM_block1,
	DW_FORM_data1,
	DW_FORM_flag,
	DW_FORM_sdata,
	DW_FORM_strp,
	DW_FORM_udata,
	DW_FORM_ref_addr,
	DW_FORM_ref1,
	DW_FORM_ref2,
	DW_FORM_ref4,
	DW_FORM_ref8,
	DW_FORM_ref_udata,
	DW_FORM_indirect,
	DW_FORM_sec_offset,
	DW_FORM_exprloc,
	DW_FORM_flag_present,
	DW_FORM_strx,
	DW_FORM_addrx,
	DW_FORM_ref_sup4,
	DW_FORM_strp_sup,
	DW_FORM_data16,
	DW_FORM_line_strp,
	DW_FORM_ref_sig8,
	DW_FORM_implicit_const,
	DW_FORM_loclistx,
	DW_FORM_rnglistx,
	DW_FORM_ref_sup8,
	DW_FORM_strx1,
	DW_FORM_strx2,
	DW_FORM_strx3,
	DW_FORM_strx4,
	DW_FORM_addrx1,
	DW_FORM_addrx2,
	DW_FORM_addrx3,
	DW_FORM_addrx4,
	DW_FORM_GNU_ref_alt = 0x1f20,
	DW_FORM_GNU_strp_alt,
};

/* Reading one entry. */
struct reader {
	const struct ij_dwarf *dwarf;
	const struct ij_dwarf_unit *unit;
	struct ij_cursor cur;
};

static struct ij_cursor cursor_of(struct ij_dwarf_span span, uint64_t off, const char *what)
{
	struct ij_cursor cur = ij_cursor_make(span.bytes, span.size, what);

	ij_cursor_seek(&cur, off);
	return cur;
}

static bool spend(struct ij_dwarf *dwarf)
{
	return dwarf->budget && dwarf->budget--;
}

static uint64_t offset_read(struct ij_cursor *cur, bool wide)
{
	return wide ? ij_cursor_u64(cur) : ij_cursor_u32(cur);
}

/* A little-endian number of @size bytes, up to 8. */
static uint64_t number_read(struct ij_cursor *cur, unsigned size)
{
	const uint8_t *bytes = ij_cursor_bytes(cur, size);
	uint64_t value = 0;

	for (unsigned i = 0; bytes && i < size; i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	return value;
}

static struct ij_dwarf_value value_of(enum ij_dwarf_class class, uint64_t u)
{
	return (struct ij_dwarf_value){.class = class, .u = u};
}

static struct ij_dwarf_value string_at(struct ij_dwarf_span span, uint64_t off)
{
	struct ij_cursor cur = cursor_of(span, off, "a string section");
	const char *string = span.bytes ? ij_cursor_str(&cur) : NULL;

	return (struct ij_dwarf_value){.class = string ? IJ_DWARF_STRING : IJ_DWARF_NONE,
				       .string = string};
}

static struct ij_dwarf_value string_index(const struct reader *rd, uint64_t idx)
{
	const struct ij_dwarf *dwarf = rd->dwarf;
	unsigned size = rd->unit->wide ? 8 : 4;
	struct ij_cursor cur;
	uint64_t off;

	if (!dwarf->str_offsets.bytes || idx > dwarf->str_offsets.size / size)
		return value_of(IJ_DWARF_NONE, 0);
	cur = cursor_of(dwarf->str_offsets, rd->unit->str_offsets_base + idx * size,
			".debug_str_offsets");
	off = offset_read(&cur, rd->unit->wide);
	return cur.failed ? value_of(IJ_DWARF_NONE, 0) : string_at(dwarf->str, off);
}

bool ij_dwarf_addr_at(const struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit, uint64_t idx,
		      uint64_t *ret)
{
	struct ij_cursor cur;

	if (!dwarf->addr.bytes || idx > dwarf->addr.size / 8)
		return false;
	cur = cursor_of(dwarf->addr, unit->addr_base + idx * 8, ".debug_addr");
	*ret = ij_cursor_u64(&cur);
	return !cur.failed;
}

static struct ij_dwarf_value address_index(const struct reader *rd, uint64_t idx)
{
	uint64_t addr;

	if (!ij_dwarf_addr_at(rd->dwarf, rd->unit, idx, &addr))
		return value_of(IJ_DWARF_NONE, 0);
	return value_of(IJ_DWARF_ADDRESS, addr);
}

static struct ij_dwarf_value block_read(struct reader *rd, uint64_t size)
{
	const uint8_t *bytes = ij_cursor_bytes(&rd->cur, size);

	return (struct ij_dwarf_value){.class = IJ_DWARF_BLOCK, .u = size, .block = bytes};
}

static struct ij_dwarf_value reference(const struct reader *rd, uint64_t off)
{
	return value_of(IJ_DWARF_REFERENCE, rd->unit->off + off);
}

/* Forms whose value has a fixed size and a class. */
static bool fixed_read(struct reader *rd, uint64_t form, struct ij_dwarf_value *ret)
{
	static const struct {
		uint8_t size;
		enum ij_dwarf_class class;
	} forms[] = {
		[DW_FORM_addr] = {8, IJ_DWARF_ADDRESS},   [DW_FORM_data1] = {1, IJ_DWARF_CONSTANT},
		[DW_FORM_data2] = {2, IJ_DWARF_CONSTANT}, [DW_FORM_data4] = {4, IJ_DWARF_CONSTANT},
		[DW_FORM_data8] = {8, IJ_DWARF_CONSTANT}, [DW_FORM_flag] = {1, IJ_DWARF_CONSTANT},
		[DW_FORM_ref1] = {1, IJ_DWARF_REFERENCE}, [DW_FORM_ref2] = {2, IJ_DWARF_REFERENCE},
		[DW_FORM_ref4] = {4, IJ_DWARF_REFERENCE}, [DW_FORM_ref8] = {8, IJ_DWARF_REFERENCE},
		[DW_FORM_ref_sup4] = {4, IJ_DWARF_NONE},  [DW_FORM_ref_sup8] = {8, IJ_DWARF_NONE},
		[DW_FORM_ref_sig8] = {8, IJ_DWARF_NONE},  [DW_FORM_strx1] = {1, IJ_DWARF_STRING},
		[DW_FORM_strx2] = {2, IJ_DWARF_STRING},   [DW_FORM_strx3] = {3, IJ_DWARF_STRING},
		[DW_FORM_strx4] = {4, IJ_DWARF_STRING},   [DW_FORM_addrx1] = {1, IJ_DWARF_INDEX},
		[DW_FORM_addrx2] = {2, IJ_DWARF_INDEX},   [DW_FORM_addrx3] = {3, IJ_DWARF_INDEX},
		[DW_FORM_addrx4] = {4, IJ_DWARF_INDEX},
	};
	uint64_t number;

	if (form >= IJ_COUNT(forms) || !forms[form].size)
		return false;
	number = number_read(&rd->cur, forms[form].size);
	*ret = value_of(forms[form].class, number);
	if (forms[form].class == IJ_DWARF_REFERENCE)
		*ret = reference(rd, number);
	else if (forms[form].class == IJ_DWARF_STRING)
		*ret = string_index(rd, number);
	else if (forms[form].class == IJ_DWARF_INDEX)
		*ret = address_index(rd, number);
	return true;
}

/* Forms whose size follows from the unit, or is told. */
static bool sized_read(struct reader *rd, uint64_t form, struct ij_dwarf_value *ret)
{
	bool wide = rd->unit->wide;

	switch (form) {
	case DW_FORM_block1:
		*ret = block_read(rd, ij_cursor_u8(&rd->cur));
		return true;
	case DW_FORM_block2:
		*ret = block_read(rd, ij_cursor_u16(&rd->cur));
		return true;
	case DW_FORM_block4:
		*ret = block_read(rd, ij_cursor_u32(&rd->cur));
		return true;
	case DW_FORM_block:
	case DW_FORM_exprloc:
		*ret = block_read(rd, ij_cursor_uleb(&rd->cur));
		return true;
	case DW_FORM_data16:
		*ret = block_read(rd, 16);
		return true;
	case DW_FORM_strp:
		*ret = string_at(rd->dwarf->str, offset_read(&rd->cur, wide));
		return true;
	case DW_FORM_line_strp:
		*ret = string_at(rd->dwarf->line_str, offset_read(&rd->cur, wide));
		return true;
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_strp_alt:
	case DW_FORM_GNU_ref_alt:
		*ret = value_of(IJ_DWARF_NONE, offset_read(&rd->cur, wide));
		return true;
	case DW_FORM_sec_offset:
		*ret = value_of(IJ_DWARF_OFFSET, offset_read(&rd->cur, wide));
		return true;
	case DW_FORM_ref_addr: /* DWARF 2: of the size of an address */
		*ret = value_of(IJ_DWARF_REFERENCE,
				offset_read(&rd->cur, wide || rd->unit->version < 3));
		return true;
	default:
		return false;
	}
}

/* Forms of a variable-length number, of none, and strings in place. */
static bool other_read(struct reader *rd, uint64_t form, struct ij_dwarf_value *ret)
{
	switch (form) {
	case DW_FORM_string:
		ret->string = ij_cursor_str(&rd->cur);
		ret->class = ret->string ? IJ_DWARF_STRING : IJ_DWARF_NONE;
		return true;
	case DW_FORM_sdata:
		*ret = value_of(IJ_DWARF_CONSTANT, (uint64_t)ij_cursor_sleb(&rd->cur));
		return true;
	case DW_FORM_udata:
		*ret = value_of(IJ_DWARF_CONSTANT, ij_cursor_uleb(&rd->cur));
		return true;
	case DW_FORM_ref_udata:
		*ret = reference(rd, ij_cursor_uleb(&rd->cur));
		return true;
	case DW_FORM_flag_present:
		*ret = value_of(IJ_DWARF_CONSTANT, 1);
		return true;
	case DW_FORM_strx:
		*ret = string_index(rd, ij_cursor_uleb(&rd->cur));
		return true;
	case DW_FORM_addrx:
		*ret = address_index(rd, ij_cursor_uleb(&rd->cur));
		return true;
	case DW_FORM_loclistx:
	case DW_FORM_rnglistx:
		*ret = value_of(IJ_DWARF_INDEX, ij_cursor_uleb(&rd->cur));
		return true;
	default:
		return false;
	}
}

static bool value_read(struct reader *rd, uint64_t form, int64_t implicit,
		       struct ij_dwarf_value *ret)
{
	*ret = value_of(IJ_DWARF_NONE, 0);
	if (form == DW_FORM_indirect)
		form = ij_cursor_uleb(&rd->cur);
	if (form == DW_FORM_implicit_const)
		*ret = value_of(IJ_DWARF_CONSTANT, (uint64_t)implicit);
	else if (!fixed_read(rd, form, ret) && !sized_read(rd, form, ret) &&
		 !other_read(rd, form, ret))
		return false;
	return !rd->cur.failed;
}

/* Where in @die attribute @name goes, or NULL. */
static struct ij_dwarf_value *slot_of(struct ij_dwarf_die *die, uint64_t name)
{
	switch (name) {
	case DW_AT_sibling:
		return &die->sibling;
	case DW_AT_location:
		return &die->location;
	case DW_AT_name:
		return &die->name;
	case DW_AT_low_pc:
		return &die->low_pc;
	case DW_AT_high_pc:
		return &die->high_pc;
	case DW_AT_abstract_origin:
	case DW_AT_specification:
		return &die->origin;
	case DW_AT_frame_base:
		return &die->frame_base;
	case DW_AT_type:
		return &die->type;
	case DW_AT_ranges:
		return &die->ranges;
	case DW_AT_str_offsets_base:
		return &die->str_offsets_base;
	case DW_AT_addr_base:
		return &die->addr_base;
	case DW_AT_rnglists_base:
		return &die->rnglists_base;
	case DW_AT_loclists_base:
		return &die->loclists_base;
	default:
		return NULL;
	}
}

/* One attribute's name and form; false at the end of the list. */
static bool spec_read(struct ij_cursor *abbrev, uint64_t *name, uint64_t *form, int64_t *implicit)
{
	*name = ij_cursor_uleb(abbrev);
	*form = ij_cursor_uleb(abbrev);
	*implicit = *form == DW_FORM_implicit_const ? ij_cursor_sleb(abbrev) : 0;
	return !abbrev->failed && (*name || *form);
}

/* Skip tag, children and attributes of one abbreviation. */
static bool abbrev_skip(struct ij_dwarf *dwarf, struct ij_cursor *abbrev)
{
	uint64_t name, form;
	int64_t implicit;

	(void)ij_cursor_uleb(abbrev);
	(void)ij_cursor_u8(abbrev);
	while (spec_read(abbrev, &name, &form, &implicit))
		if (!spend(dwarf))
			return false;
	return !abbrev->failed;
}

struct ij_error *ij_dwarf_abbrevs_index(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit)
{
	struct ij_cursor abbrev = cursor_of(dwarf->abbrev, unit->abbrev_off, ".debug_abbrev");

	dwarf->abbrevs.len = 0;
	dwarf->abbrevs_off = unit->abbrev_off;
	while (ij_cursor_uleb(&abbrev) == dwarf->abbrevs.len + 1 && !abbrev.failed &&
	       dwarf->abbrev.size <= UINT32_MAX) {
		IJ_TRY(ij_vec_push(&dwarf->abbrevs, (uint32_t)ij_cursor_off(&abbrev)));
		if (!abbrev_skip(dwarf, &abbrev))
			break;
	}
	return NULL;
}

void ij_dwarf_deinit(struct ij_dwarf *dwarf)
{
	ij_vec_deinit(&dwarf->abbrevs);
}

/* Move @abbrev behind the code of abbreviation @code of @unit; false if it has none. */
static bool abbrev_find(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
			struct ij_cursor *abbrev, uint64_t code)
{
	if (unit->abbrev_off == dwarf->abbrevs_off && code - 1 < dwarf->abbrevs.len) {
		ij_cursor_seek(abbrev, dwarf->abbrevs.items[code - 1]);
		return true;
	}
	for (;;) {
		uint64_t found = ij_cursor_uleb(abbrev);

		if (abbrev->failed || !found || !spend(dwarf))
			return false;
		if (found == code)
			return true;
		if (!abbrev_skip(dwarf, abbrev))
			return false;
	}
}

bool ij_dwarf_die_read(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit, uint64_t off,
		       struct ij_dwarf_die *ret)
{
	struct reader rd = {dwarf, unit, cursor_of(dwarf->info, off, ".debug_info")};
	struct ij_cursor abbrev = cursor_of(dwarf->abbrev, unit->abbrev_off, ".debug_abbrev");
	uint64_t code, name, form;
	int64_t implicit;

	memset(ret, 0, sizeof(*ret));
	if (off < unit->die_off || off >= unit->end || !spend(dwarf))
		return false;
	ret->off = off;
	code = ij_cursor_uleb(&rd.cur);
	if (code) {
		if (rd.cur.failed || !abbrev_find(dwarf, unit, &abbrev, code))
			return false;
		ret->tag = ij_cursor_uleb(&abbrev);
		ret->children = ij_cursor_u8(&abbrev) != 0;
		while (spec_read(&abbrev, &name, &form, &implicit)) {
			struct ij_dwarf_value value, *slot = slot_of(ret, name);

			if (!spend(dwarf) || !value_read(&rd, form, implicit, &value))
				return false;
			if (slot)
				*slot = value;
		}
	}
	ret->next = ij_cursor_off(&rd.cur);
	return !rd.cur.failed && !abbrev.failed;
}

static enum ij_dwarf_read header_read(struct ij_dwarf *dwarf, uint64_t off,
				      struct ij_dwarf_unit *ret)
{
	struct ij_cursor cur = cursor_of(dwarf->info, off, ".debug_info");
	uint64_t size = ij_cursor_u32(&cur);
	uint8_t kind = DW_UT_compile, addr_size;

	*ret = (struct ij_dwarf_unit){.off = off, .wide = size == UINT32_MAX};
	if (ret->wide)
		size = ij_cursor_u64(&cur);
	if (cur.failed || size > ij_cursor_left(&cur) || !spend(dwarf))
		return IJ_DWARF_END;
	ret->end = ij_cursor_off(&cur) + size;
	ret->version = ij_cursor_u16(&cur);
	if (ret->version >= 5) {
		kind = ij_cursor_u8(&cur);
		addr_size = ij_cursor_u8(&cur);
		ret->abbrev_off = offset_read(&cur, ret->wide);
	} else {
		ret->abbrev_off = offset_read(&cur, ret->wide);
		addr_size = ij_cursor_u8(&cur);
	}
	ret->die_off = ij_cursor_off(&cur);
	if (cur.failed || ret->die_off > ret->end || ret->version < 2 || ret->version > 5 ||
	    addr_size != 8 || (kind != DW_UT_compile && kind != DW_UT_partial))
		return IJ_DWARF_SKIP;
	return IJ_DWARF_OK;
}

enum ij_dwarf_read ij_dwarf_unit_read(struct ij_dwarf *dwarf, uint64_t off,
				      struct ij_dwarf_unit *ret, struct ij_dwarf_die *die_ret)
{
	enum ij_dwarf_read how = header_read(dwarf, off, ret);
	struct ij_dwarf_die die;

	if (how != IJ_DWARF_OK)
		return how;
	if (!ij_dwarf_die_read(dwarf, ret, ret->die_off, &die))
		return IJ_DWARF_SKIP;
	/* Strings and addresses by index need bases that stand in the same entry: read it again. */
	ret->addr_base = die.addr_base.u;
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
