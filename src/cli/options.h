/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Command lines: the option table of options.def and what it parses to. */
#ifndef IJ_CLI_OPTIONS_H
#define IJ_CLI_OPTIONS_H

#include "repl/util.h"

/** Processes, in order. */
struct ij_pids {
	IJ_LIST(pid_t) list;
};

enum ij_command {
#define IJ_CMD(NAME, name, letter, operands, summary) IJ_COMMAND_##NAME,
#include "cli/commands.def"
#undef IJ_CMD
	IJ_COMMAND_COUNT
};

/** Its name, and what it is for. Static storage. */
const char *ij_command_name(enum ij_command command);
const char *ij_command_summary(enum ij_command command);

struct ij_options {
	enum ij_command command;
	struct ij_pids pids;            /* of -p, in order */
	IJ_LIST(const char *) names;    /* of -n; borrowed from argv */
	IJ_LIST(const char *) decls;    /* of --decl; borrowed from argv */
	IJ_LIST(const char *) headers;  /* of --header; borrowed from argv */
	IJ_LIST(const char *) policies; /* of --policy; borrowed from argv */
	IJ_LIST(char *) avoid;          /* of --avoid, one name each; owned */
	struct ij_call_options call;
	struct ij_maps_options maps;
	const char *codec, *output; /* of maps; borrowed from argv */
	bool one_stop, explain, json, quiet, verbose, help, dry_run, no_init, list;
	const char *targets; /* of --targets; NULL: not given */
	unsigned jobs;       /* targets at a time */
	char **exprs;        /* the operands; borrowed from argv */
	size_t exprs_len;
};

/**
 * Parse @argv, where argv[0] is the command's name.
 *
 * @ret: the caller frees it with ij_options_deinit.
 * Errors: USAGE.
 */
struct ij_error *ij_options_parse(enum ij_command command, int argc, char **argv,
				  struct ij_options *ret) IJ_CLI_RESULT;
void ij_options_deinit(struct ij_options *options);

/** Print the help of @command. */
void ij_options_help(enum ij_command command, FILE *out);

#endif
