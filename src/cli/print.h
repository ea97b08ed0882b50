/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results to standard output, diagnostics to standard error. */
#ifndef IJ_CLI_PRINT_H
#define IJ_CLI_PRINT_H

#include "cli/options.h"

/** One expression in one target. */
struct ij_printed {
	pid_t pid;
	const char *expr;
	bool parsed; /* what cannot be parsed is quoted by its message itself */
	bool many;   /* there are several targets: say which */
	const struct ij_result *result;
};

/** Print what came of an expression as the options want it; its exit status, or that of a failure
 * to print. */
int ij_print_result(const struct ij_options *options, const struct ij_printed *printed);

/** Print why @pid, of @many targets, cannot be had; its exit status. */
int ij_print_error(pid_t pid, bool many, const struct ij_error *err);

/** One line to standard output. @many: with the target's @pid before it. */
void ij_print_line(pid_t pid, bool many, const char *text);

/** Have what was printed written; an exit status: 0, or that of a failure, which was told. */
int ij_print_flush(void);

#endif
