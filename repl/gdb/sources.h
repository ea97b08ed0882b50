/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The source files of the program. */
#ifndef IJ_REPL_GDB_SOURCES_H
#define IJ_REPL_GDB_SOURCES_H

#include "interject/listing.h"
#include "repl/gdb/gdb.h"

/** What a regular expression is to match. */
enum ij_gdb_sources_by {
	IJ_GDB_SOURCES_BY_PATH,
	IJ_GDB_SOURCES_BY_NAME,
	IJ_GDB_SOURCES_BY_FOLDER,
};

/** To be zeroed. Borrowed for the call. */
struct ij_gdb_sources {
	const char *pattern; /* NULL: any */
	enum ij_gdb_sources_by by;
	/** Each module, */
	void (*begin)(void *ctx, const struct ij_debugger_module *module);
	ij_debugger_source visit; /* its files that match, */
	void (*end)(void *ctx, const struct ij_debugger_module *module);
	void *ctx;
};

/** Errors: NOTFOUND (nothing has debug information), USAGE ("Invalid regexp: ..."), NOMEM. */
struct ij_error *ij_gdb_sources(struct ij_gdb *g, const struct ij_gdb_sources *how) IJ_CLI_RESULT;

#endif
