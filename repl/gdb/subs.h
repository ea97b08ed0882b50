/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The subcommands of info, set and show. */
#ifndef IJ_REPL_GDB_SUBS_H
#define IJ_REPL_GDB_SUBS_H

#include "repl/gdb/gdb.h"

/** Each ends with a row without a name. */
extern const struct ij_gdb_command ij_gdb_info[], ij_gdb_set[], ij_gdb_show[];

#define IJ_GI(name, function, usage, summary) IJ_GDB_DO(function) IJ_CLI_RESULT;
#include "repl/gdb/info.def"
#undef IJ_GI

IJ_GDB_DO(set_environment) IJ_CLI_RESULT;
IJ_GDB_DO(set_variable) IJ_CLI_RESULT;
IJ_GDB_DO(show_version) IJ_CLI_RESULT;
IJ_GDB_DO(show_convenience) IJ_CLI_RESULT;
IJ_GDB_DO(show_values) IJ_CLI_RESULT;
IJ_GDB_DO(show_user) IJ_CLI_RESULT;
IJ_GDB_DO(show_directories) IJ_CLI_RESULT;
IJ_GDB_DO(show_environment) IJ_CLI_RESULT;
IJ_GDB_DO(show_inferior_tty) IJ_CLI_RESULT;

#endif
