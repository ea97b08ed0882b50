/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lines of a script: joined where they go on, without comments, heredocs put in as string
 * literals. */
#ifndef IJ_REPL_LINES_H
#define IJ_REPL_LINES_H

#include "repl/script.h"

struct ij_lines {
	const char *pos; /* what is not read yet */
	unsigned line;   /* its number */
};

/**
 * The next line that is not empty.
 *
 * @ret: its text, to be freed, without blanks around it; NULL at the end. @at_ret: where it begins.
 * @open_ret: on an error, whether the text ends too early.
 * Errors: SYNTAX (unfinished quotes, no end of a heredoc), NOMEM; with @at_ret set.
 */
struct ij_error *ij_lines_next(struct ij_lines *lines, char **ret, struct ij_place *at_ret,
			       bool *open_ret) IJ_CLI_RESULT;

#endif
