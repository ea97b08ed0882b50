/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Expressions that are shown at every stop. */
#ifndef IJ_REPL_GDB_DISPLAY_H
#define IJ_REPL_GDB_DISPLAY_H

#include "repl/gdb/gdb.h"

struct ij_gdb_display {
	unsigned id;
	char *expr;
	struct ij_gdb_format format;
	bool disabled;
};

/** Show all of them. */
void ij_gdb_displays(struct ij_gdb *g);
void ij_gdb_displays_deinit(struct ij_gdb *g);

/** Have those of the numbers @args shown, or not; none given: all. */
struct ij_error *ij_gdb_displays_enable(struct ij_gdb *g, char *args, bool on) IJ_CLI_RESULT;

#endif
