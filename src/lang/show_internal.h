/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the printers of values share. */
#ifndef IJ_LANG_SHOW_INTERNAL_H
#define IJ_LANG_SHOW_INTERNAL_H

#include "lang/show.h"

/** What was shown, and is not shown again. */
struct ij_show_seen {
	uint64_t *items;
	size_t len, cap;
};

struct ij_shower {
	struct ij_host *host;
	struct ij_arena arena;
	struct ij_show_how how;
	unsigned depth;
	unsigned left; /* elements that may still be printed of the whole value */
	struct ij_strbuf *out;
	struct ij_show_seen bases;   /* virtual ones, by their type */
	struct ij_show_seen statics; /* objects by their address, arrays by what they consist of */
	bool in_static;              /* the next class is a static member */
};

struct ij_error *ij_show_any(struct ij_shower *sh, const struct ij_val *val) IJ_WARN_UNUSED;

/** The number of elements that may be shown of one array or string. */
static inline uint64_t ij_show_elements(const struct ij_shower *sh)
{
	return sh->how.elements ? sh->how.elements : UINT64_MAX / 2;
}

/** A number by the shower's format. */
struct ij_error *ij_show_formatted(struct ij_shower *sh, const struct ij_val *val) IJ_WARN_UNUSED;

/** The character @value of a type of @size bytes, `97 'a'`. */
void ij_show_char(struct ij_shower *sh, __int128 value, const struct ij_ctype *type);
/** @count characters of @type at @bytes, as a string with its repeats. @more: it goes on. */
void ij_show_chars(struct ij_shower *sh, const struct ij_ctype *type, const uint8_t *bytes,
		   uint64_t count, bool more);
/** The string at @addr, of at most @max characters of @type. */
struct ij_error *ij_show_string_at(struct ij_shower *sh, const struct ij_ctype *type, ij_addr addr,
				   uint64_t max) IJ_WARN_UNUSED;
/** Read a string as far as it goes. @more_ret: it goes on. NULL in @ret: nothing is readable. */
struct ij_error *ij_show_read_string(struct ij_shower *sh, uint64_t size, ij_addr addr,
				     uint64_t max, const uint8_t **ret, uint64_t *count_ret,
				     bool *more_ret) IJ_WARN_UNUSED;

/** A floating-point number of @size bytes. */
void ij_show_float(struct ij_shower *sh, uint32_t size, long double value);

/** Integers of any size in decimal. */
void ij_show_integer(__int128 value, bool is_unsigned, struct ij_strbuf *out);

/** The name of an enum's value, or `A | B`, or the number. */
struct ij_error *ij_show_enum(const struct ij_val *val, struct ij_strbuf *out) IJ_WARN_UNUSED;

/** Member @member of @val, whose bytes are there. */
struct ij_val ij_show_part(const struct ij_val *val, const struct ij_cmember *member);
/** Element @i of an array. */
struct ij_val ij_show_element(const struct ij_val *val, uint64_t i);

/** Of a Rust enum: the member that holds. NULL: none does. */
const struct ij_cvariant *ij_show_variant(const struct ij_val *val);

/** @count elements of @val, whose bytes are there: {1, 2}. */
struct ij_error *ij_show_list(struct ij_shower *sh, const struct ij_val *val, uint64_t count)
	IJ_WARN_UNUSED;
/** The members of @val, without what is around them; @equals stands behind each name. */
struct ij_error *ij_show_members(struct ij_shower *sh, const struct ij_val *val, const char *equals)
	IJ_WARN_UNUSED;

/** A new line, as deep as what is shown. */
void ij_show_indent(struct ij_shower *sh);
/** "<main+4>" after @before, if something has that address. */
void ij_show_symbol(struct ij_shower *sh, ij_addr addr, const char *before);
/** An object of C or C++, whose type is complete: {<Base> = {x = 1}, y = 2}. */
struct ij_error *ij_show_class(struct ij_shower *sh, const struct ij_val *val) IJ_WARN_UNUSED;
/** A pointer to a member of a class: which it is. */
struct ij_error *ij_show_member_pointer(struct ij_shower *sh, const struct ij_val *val)
	IJ_WARN_UNUSED;
/** A reference: where that is, and with how.follow what is there. */
struct ij_error *ij_show_reference(struct ij_shower *sh, const struct ij_val *val) IJ_WARN_UNUSED;
/** The bytes as one number. */
void ij_show_raw(struct ij_shower *sh, const struct ij_val *val);

/** A struct of Rust: Name {x: 1}, Name(1), a slice. */
struct ij_error *ij_show_rust(struct ij_shower *sh, const struct ij_val *val) IJ_WARN_UNUSED;
bool ij_show_is_tuple(const struct ij_ctype *type);

#endif
