/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The commands. Each takes its parsed options and gives the exit status. */
#ifndef IJ_CLI_COMMANDS_H
#define IJ_CLI_COMMANDS_H

#include "cli/options.h"

#define IJ_CMD(NAME, name, letter, operands, summary) \
	int ij_cmd_##name(const struct ij_options *options);
#define IJ_CMD_RAW(NAME, name, letter, operands, summary) int ij_cmd_##name(int argc, char **argv);
#include "cli/commands.def"
#undef IJ_CMD

/** The built-in prototypes and those of --decl. */
struct ij_error *ij_commands_prototypes(const struct ij_options *options,
					struct ij_prototypes **ret) IJ_CLI_RESULT;

/** Tell of @err, for which nothing can be looked at in target @pid; its exit status. */
int ij_commands_report(const struct ij_options *options, pid_t pid, const struct ij_error *err);

/** Print @err (consumed) on standard error; its exit status. */
int ij_commands_fail(struct ij_error *err);

#endif
