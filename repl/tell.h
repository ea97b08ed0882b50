/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the interpreter says: results on standard output, diagnostics on standard error, or all of
 * it as JSON Lines. */
#ifndef IJ_REPL_TELL_H
#define IJ_REPL_TELL_H

#include "repl/interp.h"

/** What came of a call or a system call. @show: its value, too. */
void ij_tell_result(struct ij_interp *interp, const char *expr, const struct ij_result *result,
		    bool show);
/** A command that failed. */
void ij_tell_error(struct ij_interp *interp, const struct ij_error *err);
/** A value that was asked for. @expr: what was evaluated. */
void ij_tell_value(struct ij_interp *interp, const char *expr, const struct ij_value *value);
/** A line of text for people. */
void ij_tell_line(struct ij_interp *interp, const char *text);
/** A line, "echo" in JSON. */
void ij_tell_echo(struct ij_interp *interp, const char *text);
/** A line that is JSON already or, without --json, @text. */
void ij_tell_either(struct ij_interp *interp, const char *text, const char *json);
/** The call @expr that --dry-run judged. @tid: a thread that is safe; 0: none, for @reason. */
void ij_tell_judged(struct ij_interp *interp, const char *expr, pid_t tid, const char *reason);
/** The last line of --json. @targets: how many there were. */
void ij_tell_summary(const struct ij_counts *counts, unsigned targets);
/** Have what was printed written. Errors: OS. */
struct ij_error *ij_tell_flush(void) IJ_CLI_RESULT;

#endif
