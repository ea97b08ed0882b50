/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line in the system's log for every injection (syslog(3)): who, target, expression, verdict,
 * outcome. */
#ifndef IJ_TRACER_AUDIT_H
#define IJ_TRACER_AUDIT_H

#include "inject/injector.h"
#include "tracer/guard.h"

/** Nothing is held while it is written. @err: why there is no outcome; NULL: @outcome. */
void ij_audit_call(const struct ij_guard *guard, pid_t pid, const struct ij_wire_call *call,
		   const struct ij_wire_outcome *outcome, const struct ij_error *err);
/** The same of a write to memory, @size bytes at @addr. */
void ij_audit_memory(const struct ij_guard *guard, pid_t pid, ij_addr addr, uint32_t size,
		     const struct ij_error *err);
/** The same of registers that were set in the held thread @tid. */
void ij_audit_registers(const struct ij_guard *guard, pid_t pid, pid_t tid,
			const struct ij_error *err);
/** The same of thread @tid, or with 0 of all, when they are to be held stopped. */
void ij_audit_hold(const struct ij_guard *guard, pid_t pid, pid_t tid, const struct ij_error *err);

#endif
