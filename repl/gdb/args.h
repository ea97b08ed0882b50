/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gdb's command line: options with one dash or two, in any place. */
#ifndef IJ_REPL_GDB_ARGS_H
#define IJ_REPL_GDB_ARGS_H

#include "repl/util.h"

/** A command or a file of commands, in the order in which they were given. */
struct ij_gdb_arg {
	bool is_file, early; /* early: before the program is loaded, -iex and -ix */
	const char *text;
	char *loaded; /* of a file; NULL: it was not read yet. Owned */
};

struct ij_gdb_args {
	IJ_LIST(struct ij_gdb_arg) run;
	const char *program, *symbols, *core, *pid, *cd, *tty;
	IJ_LIST(const char *) folders;
	char **args; /* of the program, behind --args; NULL: none */
	size_t args_len;
	bool batch, quiet, no_init, no_home_init, help, version, gdb_status, readnever;
	bool mi; /* GDB/MI is spoken */
};

/**
 * Parse @argv, where argv[0] is the name of the program. What is borrowed is so from there.
 *
 * Errors: USAGE, in gdb's words.
 */
struct ij_error *ij_gdb_args_parse(int argc, char **argv, struct ij_gdb_args *ret) IJ_CLI_RESULT;
void ij_gdb_args_deinit(struct ij_gdb_args *args);
/** Print the options. */
void ij_gdb_args_help(FILE *out);

#endif
