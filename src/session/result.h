/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making results that programs get. */
#ifndef IJ_SESSION_RESULT_H
#define IJ_SESSION_RESULT_H

#include "session/report.h"

/**
 * Room for a result, to be had before a call is made, so that none is lost. Never NULL: what says
 * that there is no memory needs none.
 */
struct ij_result *ij_result_new(void) IJ_WARN_UNUSED;

/** Whether @result is the one that says so. */
bool ij_result_is_nomem(const struct ij_result *result);

/**
 * Make @result tell of @report; nothing if it is the one that says that there is no memory.
 *
 * @taken: report->result, or NULL; consumed, as is report->error where it is not that of @taken.
 */
void ij_result_fill(struct ij_result *result, const struct ij_report *report,
		    struct ij_call_result *taken);

/** The value of an expression that was evaluated and filled in: as a number, or as text alone if
 * @type is VOID. @string: of a STRING; copied. */
void ij_result_set_value(struct ij_result *result, const struct ij_type *type,
			 const struct ij_result_regs *regs, const char *string);

/** The result of what nobody made. @report: without an error; that is a copy of @error, or NULL. */
struct ij_result *ij_result_unmade(struct ij_report *report, const struct ij_error *error)
	IJ_WARN_UNUSED;

#endif
