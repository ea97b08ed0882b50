/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands before and behind each request that touches the target: the administrator's rules,
 * and the log. */
#ifndef IJ_TRACER_GUARD_H
#define IJ_TRACER_GUARD_H

#include "tracer/permit.h"
#include "wire/messages.h"

struct ij_process;

struct ij_guard {
	struct ij_permit_user user;
	char *rules;        /* NULL: there are none */
	char program[4096]; /* of the target; "" if it cannot be read */
};

/** Read who asks, what is allowed, and what program process @pid runs. Errors: those of
 * ij_permit_load. */
struct ij_error *ij_guard_init(struct ij_guard *guard, pid_t pid) IJ_WARN_UNUSED;
void ij_guard_deinit(struct ij_guard *guard);

/** May @call be made? It is made to end its texts. Errors: DENIED. */
struct ij_error *ij_guard_call(const struct ij_guard *guard, struct ij_wire_call *call)
	IJ_WARN_UNUSED;
/** May memory be written? Errors: DENIED. */
struct ij_error *ij_guard_write(const struct ij_guard *guard) IJ_WARN_UNUSED;
/** May threads be held stopped? Errors: DENIED. */
struct ij_error *ij_guard_hold(const struct ij_guard *guard) IJ_WARN_UNUSED;

#endif
