/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which names a string table has for certain not.
 *
 * A set of the last bytes of all its names, each standing for one bit of a table: strings may share
 * their ends (a linker merges them), so ends are what can be told of each without the symbols.
 */
#ifndef IJ_OBJ_SYMTAB_ENDS_H
#define IJ_OBJ_SYMTAB_ENDS_H

#include "base/error.h"

/** Bytes of a name that count; shorter ones are not looked at. */
#define IJ_END_SIZE 8u

struct ij_ends {
	uint64_t *bits;
	unsigned shift; /* of a 64-bit hash, to a bit's number */
	bool whole;     /* all of the string table was added */
};

/** A set for a string table of @size bytes. Errors: NOMEM. */
struct ij_error *ij_ends_init(struct ij_ends *ends, uint64_t size) IJ_WARN_UNUSED;
/** Back to all zeros. */
void ij_ends_deinit(struct ij_ends *ends);

/**
 * Add the names that end in @bytes[@from] to @bytes[@size - 1], with NUL or before a version's '@'.
 * Names whose last bytes are not all in @bytes are passed over: give IJ_END_SIZE bytes before
 * @from, unless the table begins later.
 */
void ij_ends_add(struct ij_ends *ends, const uint8_t *bytes, size_t size, size_t from);

/** False: no name that was added is @name. Only a set that is whole says so. */
bool ij_ends_may_have(const struct ij_ends *ends, const char *name);

#endif
