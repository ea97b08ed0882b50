/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Forms of values (DWARF 5, 7.5; DWARF 4, 7.5; GNU extensions of binutils' dwarf2.def).
 */
#include "obj/dwarf_internal.h"

bool ij_dwarf_have(const struct ij_dwarf_span *span, uint64_t off, uint64_t size)
{
	const uint8_t *bytes;
	struct ij_error *err;

	if (off > span->size || size > span->size - off)
		return false;
	if (!span->img)
		return true;
	err = ij_image_get(span->img, span->at + off, size, &bytes);
	ij_error_free(err);
	return !err;
}

struct ij_cursor ij_dwarf_cursor_part(const struct ij_dwarf_span *span, uint64_t off, uint64_t size,
				      const char *what)
{
	struct ij_cursor cur = ij_cursor_make(span->bytes, span->size, what);

	ij_cursor_seek(&cur, off);
	if (size > ij_cursor_left(&cur))
		size = ij_cursor_left(&cur);
	cur.failed = cur.failed || !ij_dwarf_have(span, off, size);
	return cur;
}

struct ij_cursor ij_dwarf_cursor(struct ij_dwarf_span span, uint64_t off, const char *what)
{
	if (!ij_dwarf_have(&span, 0, span.size))
		span.size = 0;

	struct ij_cursor cur = ij_cursor_make(span.bytes, span.size, what);

	ij_cursor_seek(&cur, off);
	return cur;
}

const struct ij_dwarf *ij_dwarf_part(const struct ij_dwarf *dwarf, uint64_t off)
{
	static const struct ij_dwarf none;
	uint64_t part = (off & IJ_DWARF_PARTS) >> IJ_DWARF_PART_SHIFT;

	if (!part)
		return dwarf;
	return part <= dwarf->parts_len && dwarf->parts[part - 1] ? dwarf->parts[part - 1] : &none;
}

static const struct ij_dwarf_span *info_of(const struct ij_dwarf *dwarf, uint64_t off)
{
	const struct ij_dwarf *part = ij_dwarf_part(dwarf, off);

	return off & IJ_DWARF_TYPES ? &part->types : &part->info;
}

struct ij_cursor ij_dwarf_info_cursor(const struct ij_dwarf *dwarf, uint64_t off)
{
	return ij_dwarf_cursor_part(info_of(dwarf, off), off & ~(IJ_DWARF_TYPES | IJ_DWARF_PARTS),
				    0, off & IJ_DWARF_TYPES ? ".debug_types" : ".debug_info");
}

bool ij_dwarf_have_info(struct ij_dwarf *dwarf, uint64_t from, uint64_t to)
{
	const struct ij_dwarf_span *span = info_of(dwarf, from);
	uint64_t off = from & ~(IJ_DWARF_TYPES | IJ_DWARF_PARTS);

	if (from >= dwarf->have_from && to <= dwarf->have_to)
		return true;
	if (off > span->size)
		return false;
	if (!ij_dwarf_have(span, off, to - from < span->size - off ? to - from : span->size - off))
		return false;
	dwarf->have_from = from;
	dwarf->have_to = to;
	return true;
}

uint64_t ij_dwarf_info_off(const struct ij_cursor *cur, uint64_t off)
{
	return ij_cursor_off(cur) | (off & (IJ_DWARF_TYPES | IJ_DWARF_PARTS));
}

bool ij_dwarf_spend(struct ij_dwarf *dwarf)
{
	return dwarf->budget && dwarf->budget--;
}

uint64_t ij_dwarf_offset(struct ij_cursor *cur, bool wide)
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

/* The string at @off of a section that is read from the file. */
static const char *string_in_file(const struct ij_dwarf_span *span, uint64_t off)
{
	const char *string = NULL;
	struct ij_error *err;

	if (off >= span->size)
		return NULL;
	err = ij_image_str(span->img, span->at + off, span->at + span->size, span->size, &string);
	ij_error_free(err);
	return err ? NULL : string;
}

static struct ij_dwarf_value string_at(struct ij_dwarf_span span, uint64_t off)
{
	struct ij_cursor cur = ij_dwarf_cursor_part(&span, off, 0, "a string section");
	const char *string = span.img     ? string_in_file(&span, off)
			     : span.bytes ? ij_cursor_str(&cur)
					  : NULL;

	return (struct ij_dwarf_value){.class = string ? IJ_DWARF_STRING : IJ_DWARF_NONE,
				       .string = string};
}

static struct ij_dwarf_value string_index(const struct ij_dwarf_reader *rd, uint64_t idx)
{
	const struct ij_dwarf *dwarf = ij_dwarf_part(rd->dwarf, rd->unit->off);
	unsigned size = rd->unit->wide ? 8 : 4;
	struct ij_cursor cur;
	uint64_t off;

	if (!dwarf->str_offsets.bytes || idx > dwarf->str_offsets.size / size)
		return value_of(IJ_DWARF_NONE, 0);
	cur = ij_dwarf_cursor_part(&dwarf->str_offsets, rd->unit->str_offsets_base + idx * size,
				   size, ".debug_str_offsets");
	off = ij_dwarf_offset(&cur, rd->unit->wide);
	return cur.failed ? value_of(IJ_DWARF_NONE, 0) : string_at(dwarf->str, off);
}

bool ij_dwarf_addr_at(const struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit, uint64_t idx,
		      uint64_t *ret)
{
	struct ij_cursor cur;

	if (!dwarf->addr.bytes || idx > dwarf->addr.size / 8)
		return false;
	cur = ij_dwarf_cursor_part(&dwarf->addr, unit->addr_base + idx * 8, 8, ".debug_addr");
	*ret = ij_cursor_u64(&cur);
	return !cur.failed;
}

static struct ij_dwarf_value address_index(const struct ij_dwarf_reader *rd, uint64_t idx)
{
	uint64_t addr;

	if (!ij_dwarf_addr_at(rd->dwarf, rd->unit, idx, &addr))
		return value_of(IJ_DWARF_NONE, 0);
	return value_of(IJ_DWARF_ADDRESS, addr);
}

static struct ij_dwarf_value block_read(struct ij_dwarf_reader *rd, uint64_t size)
{
	const uint8_t *bytes = ij_cursor_bytes(&rd->cur, size);

	return (struct ij_dwarf_value){.class = IJ_DWARF_BLOCK, .u = size, .block = bytes};
}

static struct ij_dwarf_value reference(const struct ij_dwarf_reader *rd, uint64_t off)
{
	return value_of(IJ_DWARF_REFERENCE, rd->unit->off + off);
}

/* An entry of the supplementary file, if that is there. */
static struct ij_dwarf_value alt_reference(const struct ij_dwarf_reader *rd, uint64_t off)
{
	bool there = ij_dwarf_part(rd->dwarf, IJ_DWARF_ALT_PART)->info.bytes;

	return value_of(there ? IJ_DWARF_REFERENCE : IJ_DWARF_ALT, off | IJ_DWARF_ALT_PART);
}

/* Forms whose value has a fixed size and a class. */
static bool fixed_read(struct ij_dwarf_reader *rd, uint64_t form, struct ij_dwarf_value *ret)
{
	static const struct {
		uint8_t size;
		enum ij_dwarf_class class;
	} forms[] = {
		[DW_FORM_addr] = {8, IJ_DWARF_ADDRESS},
		[DW_FORM_data1] = {1, IJ_DWARF_CONSTANT},
		[DW_FORM_data2] = {2, IJ_DWARF_CONSTANT},
		[DW_FORM_data4] = {4, IJ_DWARF_CONSTANT},
		[DW_FORM_data8] = {8, IJ_DWARF_CONSTANT},
		[DW_FORM_flag] = {1, IJ_DWARF_CONSTANT},
		[DW_FORM_ref1] = {1, IJ_DWARF_REFERENCE},
		[DW_FORM_ref2] = {2, IJ_DWARF_REFERENCE},
		[DW_FORM_ref4] = {4, IJ_DWARF_REFERENCE},
		[DW_FORM_ref8] = {8, IJ_DWARF_REFERENCE},
		[DW_FORM_ref_sup4] = {4, IJ_DWARF_ALT},
		[DW_FORM_ref_sup8] = {8, IJ_DWARF_ALT},
		[DW_FORM_ref_sig8] = {8, IJ_DWARF_SIGNATURE},
		[DW_FORM_strx1] = {1, IJ_DWARF_STRING},
		[DW_FORM_strx2] = {2, IJ_DWARF_STRING},
		[DW_FORM_strx3] = {3, IJ_DWARF_STRING},
		[DW_FORM_strx4] = {4, IJ_DWARF_STRING},
		[DW_FORM_addrx1] = {1, IJ_DWARF_INDEX},
		[DW_FORM_addrx2] = {2, IJ_DWARF_INDEX},
		[DW_FORM_addrx3] = {3, IJ_DWARF_INDEX},
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
	else if (forms[form].class == IJ_DWARF_ALT)
		*ret = alt_reference(rd, number);
	return true;
}

/* Forms whose size follows from the unit, or is told. */
static bool sized_read(struct ij_dwarf_reader *rd, uint64_t form, struct ij_dwarf_value *ret)
{
	const struct ij_dwarf *own = ij_dwarf_part(rd->dwarf, rd->unit->off);
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
		*ret = string_at(own->str, ij_dwarf_offset(&rd->cur, wide));
		return true;
	case DW_FORM_line_strp:
		*ret = string_at(own->line_str, ij_dwarf_offset(&rd->cur, wide));
		return true;
	case DW_FORM_GNU_ref_alt:
		*ret = alt_reference(rd, ij_dwarf_offset(&rd->cur, wide));
		return true;
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_strp_alt:
		*ret = string_at(ij_dwarf_part(rd->dwarf, IJ_DWARF_ALT_PART)->str,
				 ij_dwarf_offset(&rd->cur, wide));
		return true;
	case DW_FORM_sec_offset:
		*ret = value_of(IJ_DWARF_OFFSET, ij_dwarf_offset(&rd->cur, wide));
		return true;
	case DW_FORM_ref_addr: /* DWARF 2: of the size of an address */
		*ret = value_of(IJ_DWARF_REFERENCE,
				ij_dwarf_offset(&rd->cur, wide || rd->unit->version < 3));
		ret->u |= rd->unit->off & IJ_DWARF_PARTS;
		return true;
	default:
		return false;
	}
}

/* Forms of a variable-length number, of none, and strings in place. */
static bool other_read(struct ij_dwarf_reader *rd, uint64_t form, struct ij_dwarf_value *ret)
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
	case DW_FORM_GNU_str_index:
		*ret = string_index(rd, ij_cursor_uleb(&rd->cur));
		return true;
	case DW_FORM_addrx:
	case DW_FORM_GNU_addr_index:
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

bool ij_dwarf_value_read(struct ij_dwarf_reader *rd, uint64_t form, int64_t implicit,
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
