/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a part of an expression that the target evaluates ends, seen from its text alone. */
#ifndef IJ_REPL_SCAN_H
#define IJ_REPL_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/** Whether a C cast begins at @at: a type in parentheses, and something that it may be applied to
 * behind it. */
bool ij_scan_is_cast(const char *at);

/**
 * Bytes of the operand at @at as the target takes it: prefixes (casts, & and *), a name with its
 * module, calls, subscripts and members. 0: none begins here.
 *
 * @problem_ret: set on 0 if one begins and is malformed: what is wrong with it.
 */
size_t ij_scan_operand(const char *at, const char **problem_ret);

/** A member that is being typed: `obj.fi`, `p->`. */
struct ij_scan_member {
	const char *object; /* @object_len bytes of the text: what it is a member of */
	size_t object_len;
	const char *prefix; /* what there is of its name, the end of the text */
};
/** Whether @text ends in one. */
bool ij_scan_member(const char *text, struct ij_scan_member *ret);

/** Bytes of the string or character constant at @at with its quotes; 0: it does not end. */
size_t ij_scan_quoted(const char *at);

#endif
