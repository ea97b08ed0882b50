/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What steps pass over: gdb's `skip`. */
#ifndef IJ_REPL_GDB_SKIPS_H
#define IJ_REPL_GDB_SKIPS_H

#include <regex.h>

#include "repl/gdb/gdb.h"

struct ij_gdb_skip {
	unsigned id;
	bool disabled;
	char *file, *function; /* NULL: any */
	bool is_glob;          /* of the file */
	bool is_regex;         /* of the function: `pattern` */
	regex_t pattern;
};

/** A hook of struct ij_debugger_hooks. */
bool ij_gdb_skips(void *ctx, const char *function, const char *file, const char *path);
void ij_gdb_skips_deinit(struct ij_gdb *g);

#endif
