/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A session from its command line to its exit status. */
#ifndef IJ_REPL_GDB_START_H
#define IJ_REPL_GDB_START_H

#include "repl/gdb/args.h"
#include "repl/gdb/gdb.h"

/**
 * Do all that @args say, then what a person types, and end.
 *
 * Returns the exit status: interject-gdb(1), EXIT STATUS.
 */
int ij_gdb_start(struct ij_gdb *g, struct ij_gdb_args *args);

#endif
