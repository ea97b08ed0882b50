/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Targets from a file of JSON Lines: an object a line with `pid`, or `name` for every process of
 * that name. What else it has, strings, numbers and truth values, are variables of the script for
 * this target.
 */
#ifndef IJ_REPL_TARGETS_IN_H
#define IJ_REPL_TARGETS_IN_H

#include "repl/batch.h"

struct ij_target_line {
	pid_t pid;  /* 0: by name */
	char *name; /* NULL: by number */
	struct ij_vars vars;
};

/** Parse one object (RFC 8259), which has no objects or arrays in it. Errors: SYNTAX (with the
 * column), NOMEM. */
struct ij_error *ij_target_line_parse(const char *text, struct ij_target_line *ret) IJ_CLI_RESULT;
void ij_target_line_deinit(struct ij_target_line *line);

struct ij_batch_targets {
	IJ_LIST(struct ij_batch_target) list;
};

/**
 * All targets that the lines of @text name. Empty lines are skipped; a name that no process has is
 * an error.
 *
 * @name: of the file, for messages. @ret: appended to.
 * Errors: SYNTAX (with the line), NOPROC, NOMEM.
 */
struct ij_error *ij_targets_read(const char *name, const char *text, struct ij_batch_targets *ret)
	IJ_CLI_RESULT;
void ij_batch_targets_deinit(struct ij_batch_targets *targets);

#endif
