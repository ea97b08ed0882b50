/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attaching and letting go, as commands and the command line have it. */
#ifndef IJ_REPL_GDB_PROCESS_H
#define IJ_REPL_GDB_PROCESS_H

#include "repl/gdb/gdb.h"

/** Attach, and say where the process is. Errors: as ptrace(2) has them in gdb's words, then ours.
 */
struct ij_error *ij_gdb_attach(struct ij_gdb *g, pid_t pid) IJ_CLI_RESULT;

/** Let go of the process, if there is one. @quiet: say nothing of it. */
struct ij_error *ij_gdb_let_go(struct ij_gdb *g, bool quiet) IJ_CLI_RESULT;

#endif
