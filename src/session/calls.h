/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which system calls a function of the C library makes, for threads under a seccomp filter. */
#ifndef IJ_SESSION_CALLS_H
#define IJ_SESSION_CALLS_H

#include "wire/messages.h"

/** A callee that makes no system call, until some are added. */
void ij_calls_init(struct ij_wire_callee *callee);

/**
 * Add what the C library's function @name makes; a function that is not in the list makes any.
 *
 * @needs_nothing: the prototype table says so.
 */
void ij_calls_add(struct ij_wire_callee *callee, const char *name, bool needs_nothing);

/** The callee is the function @name alone, called with the @args_len arguments of @call, all
 * integers. */
void ij_calls_of(struct ij_wire_callee *callee, const char *name, bool needs_nothing,
		 const struct ij_wire_call *call, size_t args_len);

/** Add what another callee may make. What is known of arguments is lost. */
void ij_calls_merge(struct ij_wire_callee *callee, const struct ij_wire_callee *other);

#endif
