/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the readers of .debug_info share: forms, abbreviations, one entry being read. */
#ifndef IJ_OBJ_DWARF_INTERNAL_H
#define IJ_OBJ_DWARF_INTERNAL_H

#include "obj/dwarf.h"
#include "obj/image.h"

enum {
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
	DW_FORM_GNU_addr_index = 0x1f01,
	DW_FORM_GNU_str_index,
	DW_FORM_GNU_ref_alt = 0x1f20,
	DW_FORM_GNU_strp_alt,
};

/** Reading one entry. */
struct ij_dwarf_reader {
	const struct ij_dwarf *dwarf;
	const struct ij_dwarf_unit *unit;
	struct ij_cursor cur;
};

/** Have bytes [@off, @off + @size) of @span there; false if they are outside, or unreadable. */
bool ij_dwarf_have(const struct ij_dwarf_span *span, uint64_t off, uint64_t size);
/** The same for what lies between two offsets of entries in one section. */
bool ij_dwarf_have_info(struct ij_dwarf *dwarf, uint64_t from, uint64_t to);

/** A cursor at @off of @span, all of which is there then; failed if that is outside. */
struct ij_cursor ij_dwarf_cursor(struct ij_dwarf_span span, uint64_t off, const char *what);

/** The same of which only @size bytes, or those up to the end, are there. */
struct ij_cursor ij_dwarf_cursor_part(const struct ij_dwarf_span *span, uint64_t off, uint64_t size,
				      const char *what);

/** The sections that what is at @off is read from; of a part that is not there: none. */
const struct ij_dwarf *ij_dwarf_part(const struct ij_dwarf *dwarf, uint64_t off);

/** A cursor at the abbreviations of @unit. */
struct ij_cursor ij_dwarf_abbrev_cursor(const struct ij_dwarf *dwarf,
					const struct ij_dwarf_unit *unit);

/** The same for entries and units, of .debug_info or .debug_types: what is there is to be read only
 * after ij_dwarf_have_info. */
struct ij_cursor ij_dwarf_info_cursor(const struct ij_dwarf *dwarf, uint64_t off);
/** Where @cur, made by that, stands now. @off: in the same section. */
uint64_t ij_dwarf_info_off(const struct ij_cursor *cur, uint64_t off);

/** Take one from the budget; false if nothing is left of it. */
bool ij_dwarf_spend(struct ij_dwarf *dwarf);

/** An offset of 32-bit or 64-bit DWARF. */
uint64_t ij_dwarf_offset(struct ij_cursor *cur, bool wide);

/** Read one value of form @form; false if the form is not known or there is no more. */
bool ij_dwarf_value_read(struct ij_dwarf_reader *rd, uint64_t form, int64_t implicit,
			 struct ij_dwarf_value *ret);

/** One attribute's name and form of an abbreviation; false at the end of the list. */
bool ij_dwarf_spec_read(struct ij_cursor *abbrev, uint64_t *name, uint64_t *form,
			int64_t *implicit);

/** Move @abbrev behind the code of abbreviation @code of @unit; false if it has none. */
bool ij_dwarf_abbrev_find(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
			  struct ij_cursor *abbrev, uint64_t code);

/** A list of ranges or of locations (dwarf_list.c), being read. */
struct ij_dwarf_list {
	struct ij_dwarf *dwarf;
	const struct ij_dwarf_unit *unit;
	bool locations;
	/* The entry: */
	uint64_t lo, hi;            /* link-time addresses; hi: behind it */
	struct ij_dwarf_span block; /* of locations: the description */
	/* The reader's own: */
	struct ij_dwarf_span span;
	struct ij_cursor cur;
	bool is_split; /* locations of a split unit before DWARF 5: GNU's form */
	uint64_t base;
};

/** Begin the list of @value; `dwarf`, `unit` and `locations` are set. False if there is none. */
bool ij_dwarf_list_open(struct ij_dwarf_list *list, const struct ij_dwarf_value *value);
/** Read the next entry; false at the end, and where the list is malformed: then `cur` has failed.
 */
bool ij_dwarf_list_next(struct ij_dwarf_list *list);

#endif
