/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the program defines, by regular expressions. */
#ifndef IJ_REPL_GDB_SYMBOLS_H
#define IJ_REPL_GDB_SYMBOLS_H

#include <regex.h>

#include "interject/listing.h"
#include "repl/gdb/gdb.h"

/** Compiled; private to ij_gdb_search. */
struct ij_gdb_search {
	regex_t name, type;
};

/** To be zeroed. Borrowed for the call. */
struct ij_gdb_search_how {
	enum ij_debugger_defined what;
	const char *name, *type; /* basic regular expressions of POSIX; NULL: any */
	bool symbols;            /* as of ij_debugger_wanted */
};

/** Compile @text, a basic regular expression. @ret: regfree(3) it. Errors: USAGE ("Invalid regexp:
 * ..."). */
struct ij_error *ij_gdb_regex(const char *text, regex_t *ret) IJ_CLI_RESULT;

/** Errors: USAGE ("Invalid regexp: ..."), those of ij_debugger_definitions. */
struct ij_error *ij_gdb_search(struct ij_gdb *g, const struct ij_gdb_search_how *how,
			       struct ij_debugger_definitions **ret) IJ_CLI_RESULT;

/** What of @what is defined by exactly that name, those known by their symbols alone too. @ret: as
 * of ij_debugger_definitions, and errors. */
struct ij_error *ij_gdb_named(struct ij_gdb *g, const char *name, enum ij_debugger_defined what,
			      struct ij_debugger_definitions **ret) IJ_CLI_RESULT;

#endif
