/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* set logging. */
#ifndef IJ_REPL_GDB_LOGGING_H
#define IJ_REPL_GDB_LOGGING_H

#include "repl/gdb/gdb.h"

/** Write what is printed to the file that was set. Errors: OS (it cannot be opened), NOMEM. */
struct ij_error *ij_gdb_log_begin(struct ij_gdb *g) IJ_CLI_RESULT;
/** What was set for it now counts from the next time on. */
void ij_gdb_log_warn(const struct ij_gdb *g);
/** No more of that. */
void ij_gdb_log_end(struct ij_gdb *g);
/** What gdb says to `set logging` and words that are none of its settings, or list these. */
struct ij_error *ij_gdb_log_undefined(const char *args) IJ_CLI_RESULT;

#endif
