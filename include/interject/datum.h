/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A part of libinterject's interface, which interject/debugger.h includes: values of expressions,
 * as text and in their parts.
 */
#ifndef INTERJECT_DATUM_H
#define INTERJECT_DATUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "interject/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ij_debugger;
struct ij_datum; /* a value that an expression had */

IJ_API void ij_datum_free(struct ij_datum *datum);

/** How values look: gdb's `set print`. To be initialised by ij_datum_how_init. */
struct ij_datum_how {
	size_t size;       /* sizeof(struct ij_datum_how) where the program was compiled */
	char format;       /* a letter of `print/x`; 0: by the type */
	unsigned elements; /* of an array or string (200); 0: all */
	unsigned repeats;  /* more equal ones are printed as one (10); 0: never */
	unsigned depth;    /* of structs in structs (20) */
	bool pretty, array, indexes, null_stop, sevenbit;
	bool no_union, no_address, no_symbol;
	bool bare;       /* a pointer without its type before it, as in lists of variables */
	bool no_statics; /* of classes: no static members */
	bool through;    /* of a reference only what it refers to */
	bool object; /* what an object of C++ really is, or what it is that a pointer points to */
};
IJ_API void ij_datum_how_init(struct ij_datum_how *how, size_t size);

/** The value as text. @ret: free(3) it. Errors: those of reading what it points to; TYPE. */
IJ_API_RESULT struct ij_error *ij_datum_text(struct ij_debugger *debugger,
					     const struct ij_datum *datum,
					     const struct ij_datum_how *how, char **ret);
/** The virtual tables of an object of C++, or of what it points to, as `info vtbl` lists them.
 * @ret: free(3) it. Errors: FAULT, LIMIT. */
IJ_API_RESULT struct ij_error *ij_datum_tables(struct ij_debugger *debugger,
					       const struct ij_datum *datum, char **ret);
/** The name of its type. @ret: free(3) it. */
IJ_API_RESULT struct ij_error *ij_datum_type(const struct ij_datum *datum, char **ret);
/** Is it one thing, without parts: no struct, union or array? */
IJ_API bool ij_datum_is_scalar(const struct ij_datum *datum);
IJ_API bool ij_datum_is_void(const struct ij_datum *datum);
/** Is its type one of whole numbers: no pointer, nor one with a point? */
IJ_API bool ij_datum_is_integer(const struct ij_datum *datum);
/** The value as a number, cut as by a cast. False if it is none: @ret is not set. */
IJ_API bool ij_datum_integer(const struct ij_datum *datum, int64_t *ret);
IJ_API bool ij_datum_float(const struct ij_datum *datum, double *ret);
/** Where it is in the program; false: nowhere. */
IJ_API bool ij_datum_address(const struct ij_datum *datum, uint64_t *ret);
/** A pointer to it; it is in the program. @ret: free it with ij_datum_free. Errors: NOMEM. */
IJ_API_RESULT struct ij_error *
ij_datum_pointer(struct ij_debugger *debugger, const struct ij_datum *datum, struct ij_datum **ret);
/** Bytes of its type; 0: it has none. */
IJ_API uint64_t ij_datum_size(const struct ij_datum *datum);
/**
 * The text that it is, or points to, up to its NUL or @max bytes.
 *
 * @ret: free(3) it. Errors: TYPE (it is no string), FAULT.
 */
IJ_API_RESULT struct ij_error *
ij_datum_string(struct ij_debugger *debugger, const struct ij_datum *datum, size_t max, char **ret);

/* Parts of a value. */
enum ij_datum_kind {
	IJ_DATUM_PLAIN,
	IJ_DATUM_POINTER,
	IJ_DATUM_FUNCTION,
	IJ_DATUM_ARRAY,
	IJ_DATUM_STRUCT, /* class, too */
	IJ_DATUM_UNION,
};
/** What it is; of a reference, what that refers to. */
IJ_API enum ij_datum_kind ij_datum_kind(const struct ij_datum *datum);
/**
 * The number of its parts: elements of an array; members of a struct, or of one that it points to;
 * 1 of another pointer, unless that is to a function or to nothing that is known.
 */
IJ_API size_t ij_datum_parts(const struct ij_datum *datum);
/**
 * Part @idx, from 0.
 *
 * @name_ret: of a member; NULL: it has none. Borrowed from the types of the program.
 * @ret: free it with ij_datum_free. What has parts is read when its text is asked
 * for; so is what cannot be read now. Errors: NOTFOUND, NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_datum_part(struct ij_debugger *debugger,
					     const struct ij_datum *datum, size_t idx,
					     const char **name_ret, struct ij_datum **ret);

/* The same of a class of C++, or of what points or refers to one, as it was declared: with its
 * static members. */
enum ij_datum_access { IJ_DATUM_PUBLIC, IJ_DATUM_PRIVATE, IJ_DATUM_PROTECTED };
struct ij_datum_member {
	const char *name; /* NULL: it has none. Borrowed from the types of the program */
	enum ij_datum_access access;
	bool is_base, is_static;
	bool is_hidden; /* the compiler's own, as the pointer to the virtual table */
};
IJ_API bool ij_datum_is_class(const struct ij_datum *datum);
/** Member or base class @idx, from 0; false behind the last one. */
IJ_API bool ij_datum_member(const struct ij_datum *datum, size_t idx, struct ij_datum_member *ret);
/** @ret: as of ij_datum_part. Errors: as there, and those of ij_debugger_eval of a static one. */
IJ_API_RESULT struct ij_error *ij_datum_member_value(struct ij_debugger *debugger,
						     const struct ij_datum *datum, size_t idx,
						     struct ij_datum **ret);

/** What memory is shown as, whatever the program has there. */
enum ij_debugger_word {
	IJ_DEBUGGER_INT8,
	IJ_DEBUGGER_INT16,
	IJ_DEBUGGER_INT32,
	IJ_DEBUGGER_INT64,
	IJ_DEBUGGER_FLOAT,
	IJ_DEBUGGER_DOUBLE,
	IJ_DEBUGGER_CHAR16,
	IJ_DEBUGGER_CHAR32,
	IJ_DEBUGGER_WORDS
};
/** The object of that type at @addr, which is read when its text is asked for. @ret: free it with
 * ij_datum_free. Errors: NOMEM. */
IJ_API_RESULT struct ij_error *ij_debugger_word(struct ij_debugger *debugger,
						enum ij_debugger_word which, uint64_t addr,
						struct ij_datum **ret);

#ifdef __cplusplus
}
#endif

#endif
