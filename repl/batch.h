/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running one script on one target, or on many, each in a process of its own. */
#ifndef IJ_REPL_BATCH_H
#define IJ_REPL_BATCH_H

#include "repl/interp.h"

/** A process to run on, and variables that only its run has. */
struct ij_batch_target {
	pid_t pid; /* 0: none; the script attaches by itself */
	struct ij_vars vars;
};

struct ij_batch {
	const char *name; /* of the script, for messages */
	const char *text;
	struct ij_call_options call; /* what the settings begin with */
	const struct ij_vars *vars;  /* of the command line */
	bool json, dry_run, quiet, many;
};

/**
 * Parse the script, attach to @target, run, detach.
 *
 * @protos: owned from now on. @interp: where it runs, for who interrupts it; deinitialised at the
 * end.
 * @ret: what came of it.
 */
void ij_batch_run(const struct ij_batch *batch, const struct ij_batch_target *target,
		  const struct ij_host *host, struct ij_prototypes *protos,
		  struct ij_interp *interp, struct ij_counts *ret);

/** The value of a parameter on a command line: a number if it is one, else a string. Errors: NOMEM.
 */
struct ij_error *ij_batch_param(const char *text, struct ij_value *ret) IJ_CLI_RESULT;

/** Add KEY=VALUE to @vars. Errors: USAGE, NOMEM. */
struct ij_error *ij_batch_assign(const char *word, struct ij_vars *vars) IJ_CLI_RESULT;

#endif
