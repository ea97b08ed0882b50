/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Units and entries of .debug_info, read through the bounds-checked cursor. DWARF 2 to 5, 64-bit.
 */
#ifndef IJ_OBJ_DWARF_H
#define IJ_OBJ_DWARF_H

#include "base/cursor.h"
#include "base/dwarf_ops.h"
#include "base/vec.h"

/* Tags and attributes that are looked at (DWARF 5, 7.5.3, 7.5.4). */
enum {
	DW_TAG_array_type = 0x01,
	DW_TAG_class_type = 0x02,
	DW_TAG_enumeration_type = 0x04,
	DW_TAG_formal_parameter = 0x05,
	DW_TAG_imported_declaration = 0x08,
	DW_TAG_lexical_block = 0x0b,
	DW_TAG_member = 0x0d,
	DW_TAG_pointer_type = 0x0f,
	DW_TAG_reference_type = 0x10,
	DW_TAG_compile_unit = 0x11,
	DW_TAG_structure_type = 0x13,
	DW_TAG_subroutine_type = 0x15,
	DW_TAG_typedef = 0x16,
	DW_TAG_union_type = 0x17,
	DW_TAG_unspecified_parameters = 0x18,
	DW_TAG_variant = 0x19,
	DW_TAG_inheritance = 0x1c,
	DW_TAG_inlined_subroutine = 0x1d,
	DW_TAG_ptr_to_member_type = 0x1f,
	DW_TAG_subrange_type = 0x21,
	DW_TAG_base_type = 0x24,
	DW_TAG_catch_block = 0x25,
	DW_TAG_const_type = 0x26,
	DW_TAG_enumerator = 0x28,
	DW_TAG_subprogram = 0x2e,
	DW_TAG_template_type_param = 0x2f,
	DW_TAG_try_block = 0x32,
	DW_TAG_variant_part = 0x33,
	DW_TAG_variable = 0x34,
	DW_TAG_volatile_type = 0x35,
	DW_TAG_restrict_type = 0x37,
	DW_TAG_namespace = 0x39,
	DW_TAG_unspecified_type = 0x3b,
	DW_TAG_imported_unit = 0x3d,
	DW_TAG_module = 0x1e,
	DW_TAG_rvalue_reference_type = 0x42,
	DW_TAG_atomic_type = 0x47,
	DW_TAG_call_site = 0x48,
	DW_TAG_call_site_parameter = 0x49,
	DW_TAG_type_unit = 0x41,
	DW_TAG_partial_unit = 0x3c,
	DW_TAG_GNU_call_site = 0x4109,
	DW_TAG_GNU_call_site_parameter = 0x410a,

#define IJ_A(member, name, code) DW_AT_##name = (code),
#include "obj/dwarf_attrs.def"
#undef IJ_A
};

struct ij_dwarf_span {
	const uint8_t *bytes; /* borrowed; NULL: there is no such section */
	size_t size;
	/* They are read from the file only where ij_dwarf_have was asked for them: its image, and
	 * where they begin in it. NULL: all are there. */
	struct ij_image *img;
	uint64_t at;
};

/** Where the abbreviations 1, 2, ... of one table stand in .debug_abbrev. */
struct ij_dwarf_abbrevs {
	uint64_t off; /* of the table */
	uint64_t end; /* where it ends, or cannot be read any further */
	IJ_VEC(uint32_t) starts;
};

/** Set in offsets of entries that are in .debug_types (DWARF 4) rather than .debug_info. */
#define IJ_DWARF_TYPES ((uint64_t)1 << 62)
/** In offsets of entries: 0: of the file itself; n: of its part n - 1, sections of another file. */
#define IJ_DWARF_PART_SHIFT 40
#define IJ_DWARF_PARTS      (IJ_DWARF_TYPES - ((uint64_t)1 << IJ_DWARF_PART_SHIFT))
/** The part that a supplementary file (dwz) is. */
#define IJ_DWARF_ALT_PART ((uint64_t)1 << IJ_DWARF_PART_SHIFT)

/** The sections of one object, decompressed. */
struct ij_dwarf {
	struct ij_dwarf_span info, types, abbrev, str, line_str, str_offsets, addr;
	struct ij_dwarf_span ranges, rnglists, loc, loclists, line, aranges, names;
	/* Sections of other files, which entries of this one refer to; items may be NULL. Borrowed.
	 */
	struct ij_dwarf *const *parts;
	size_t parts_len;
	/* Of a part that is a split unit (.dwo): what its skeleton tells. */
	bool is_dwo;
	uint64_t addr_base, ranges_base, base;
	/* Entries and attributes that may still be read: hostile sections end here. */
	uint64_t budget;
	uint64_t have_from, have_to;             /* entries of these offsets were read last */
	IJ_VEC(struct ij_dwarf_abbrevs) abbrevs; /* that were asked for; sorted */
};

enum ij_dwarf_class {
	IJ_DWARF_NONE, /* not there, or of no use to us */
	IJ_DWARF_CONSTANT,
	IJ_DWARF_ADDRESS,
	IJ_DWARF_BLOCK,
	IJ_DWARF_STRING,
	IJ_DWARF_REFERENCE, /* u: offset in .debug_info */
	IJ_DWARF_OFFSET,    /* u: offset in another section */
	IJ_DWARF_INDEX,     /* u: index of a list */
	IJ_DWARF_SIGNATURE, /* u: of a type unit */
	IJ_DWARF_ALT,       /* an entry of another file, which is not read */
};

struct ij_dwarf_value {
	enum ij_dwarf_class class;
	uint64_t u;
	const uint8_t *block; /* of BLOCK: u bytes */
	const char *string;   /* of STRING */
};

/** The text that @value is; NULL: it is none. */
static inline const char *ij_dwarf_text(const struct ij_dwarf_value *value)
{
	return value->class == IJ_DWARF_STRING ? value->string : NULL;
}

struct ij_dwarf_unit {
	uint64_t off, end; /* in .debug_info; end: of the first byte behind it */
	uint64_t die_off;  /* of its first entry */
	uint64_t abbrev_off;
	uint16_t version;
	bool wide;          /* 64-bit DWARF: offsets of 8 bytes */
	bool is_type;       /* a type unit: */
	uint64_t signature; /* by which it is referred to */
	uint64_t type_off;  /* of its type, in .debug_info or .debug_types */
	uint64_t dwo_id;    /* of a skeleton and its split unit (DWARF 5) */
	/* From its first entry: */
	uint64_t base; /* address that lists count from */
	uint64_t addr_base, str_offsets_base, rnglists_base, loclists_base, ranges_base;
};

/** One entry, and its attributes that are looked at. */
struct ij_dwarf_die {
	uint64_t off, next; /* in .debug_info; next: of what follows it */
	uint64_t tag;       /* 0: the end of a list of children */
	bool children;
#define IJ_A(member, name, code) struct ij_dwarf_value member;
#include "obj/dwarf_attrs.def"
#undef IJ_A
};

/**
 * Read the unit at @off of .debug_info, its first entry too.
 *
 * @die_ret: that entry; may be NULL. @unit_ret: where the next unit is even if this one is of no
 * use.
 * @return: IJ_DWARF_OK; SKIP: a unit without code, or of a version or kind that is not known; END:
 * nothing more can be read.
 */
enum ij_dwarf_read { IJ_DWARF_OK, IJ_DWARF_SKIP, IJ_DWARF_END };
enum ij_dwarf_read ij_dwarf_unit_read(struct ij_dwarf *dwarf, uint64_t off,
				      struct ij_dwarf_unit *unit_ret, struct ij_dwarf_die *die_ret);

/**
 * Remember where the abbreviations of @unit stand, if its entries are to be read one after the
 * other.
 */
struct ij_error *ij_dwarf_abbrevs_index(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit)
	IJ_WARN_UNUSED;

/** Free what the reader remembers, not the sections. */
void ij_dwarf_deinit(struct ij_dwarf *dwarf);

/** The same without its first entry: bases are 0. Type units are OK, too. */
enum ij_dwarf_read ij_dwarf_unit_header(struct ij_dwarf *dwarf, uint64_t off,
					struct ij_dwarf_unit *ret);

/** Where @die says that its name, type and the rest are, too; NONE if nowhere. */
const struct ij_dwarf_value *ij_dwarf_die_origin(const struct ij_dwarf_die *die);

/** Read the entry at @off of .debug_info, which lies in @unit; false if it cannot be. */
bool ij_dwarf_die_read(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit, uint64_t off,
		       struct ij_dwarf_die *ret);

/** Entry @idx of the unit's part of .debug_addr; false if there is none. */
bool ij_dwarf_addr_at(const struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit, uint64_t idx,
		      uint64_t *ret);

/** Does the code of @die hold link-time address @pc? (Dwarf 5, 2.17.) */
bool ij_dwarf_die_contains(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
			   const struct ij_dwarf_die *die, uint64_t pc);

/** Where the code of @die begins: its first range; false: it has none. */
bool ij_dwarf_die_start(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
			const struct ij_dwarf_die *die, uint64_t *ret);

/**
 * The location description @value that holds at @pc: itself, or one of its list (DWARF 5, 2.6).
 *
 * @return: false if there is none there.
 */
bool ij_dwarf_location_at(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
			  const struct ij_dwarf_value *value, uint64_t pc,
			  struct ij_dwarf_span *ret);

#endif
