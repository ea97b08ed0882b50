/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Printing values as gdb does, and as JSON. */
#ifndef IJ_LANG_SHOW_H
#define IJ_LANG_SHOW_H

#include "lang/host.h"

/** What is printed of large values; gdb's defaults. */
enum {
	IJ_SHOW_ELEMENTS = 200, /* of an array or string */
	IJ_SHOW_REPEATS = 10,   /* more equal elements are printed as one */
	IJ_SHOW_DEPTH = 20,     /* of structs within structs */
	IJ_SHOW_STRING = 4096,  /* bytes of a string that a result points to */
};

/** How a value is to look, as gdb's `set print` has it; zero but for ij_show_how_init. */
struct ij_show_how {
	char format;       /* a letter of gdb's `print/x`, or 0 */
	unsigned elements; /* of an array or string; 0: all */
	unsigned repeats;  /* more equal elements are printed as one; 0: never */
	unsigned depth;    /* of structs within structs */
	bool pretty;       /* a member of a struct on each line */
	bool array;        /* an element of an array on each line */
	bool indexes;      /* elements with their index */
	bool null_stop;    /* arrays of characters end at their first NUL */
	bool sevenbit;     /* bytes over 127 in octal */
	bool no_union;     /* unions inside of structs as {...} */
	bool no_address;   /* pointers to what is shown besides without their number */
	bool no_symbol;    /* pointers without the name of what is there */
	bool all_digits;   /* of floating-point numbers, rather than as few as tell them apart */
	bool no_type;      /* pointers without their type before them */
	bool follow;       /* a reference with what it refers to */
	bool statics;      /* static members of classes, too */
};
void ij_show_how_init(struct ij_show_how *how);

/** ij_show with all that can be chosen. */
struct ij_error *ij_show_as(struct ij_host *host, const struct ij_val *val,
			    const struct ij_show_how *how, struct ij_strbuf *out) IJ_WARN_UNUSED;

/**
 * Add @val as text: `{x = 1, name = "abc", '\000' <repeats 12 times>}`.
 *
 * @host: reads what pointers to char point to, and names addresses.
 * @format: a letter of gdb's `print/x`, or 0.
 * Errors: those of types that are loaded; UNSUPPORTED (a format that cannot be). What cannot be
 * read is told in the text.
 */
struct ij_error *ij_show(struct ij_host *host, const struct ij_val *val, char format,
			 struct ij_strbuf *out) IJ_WARN_UNUSED;

/** The same as a JSON value: structs are objects, arrays arrays, enums and texts strings. */
struct ij_error *ij_show_json(struct ij_host *host, const struct ij_val *val, struct ij_strbuf *out)
	IJ_WARN_UNUSED;

#endif
