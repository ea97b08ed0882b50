/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The inside of a program that we started, by ptrace(2). */
#ifndef IJ_DEBUGGER_OWN_H
#define IJ_DEBUGGER_OWN_H

#include "debugger/inferior.h"

extern const struct ij_inferior_ops ij_own_ops;

/** Have thread @tid, which is stopped, watch what is to be watched. */
void ij_own_watch(struct ij_inferior *inf, pid_t tid);
/** Whether its trap was that of memory that is watched. @ret: its address. */
bool ij_own_watch_met(struct ij_inferior *inf, pid_t tid, uint64_t *ret);

/** Take all breakpoints out of its code. */
void ij_own_lift(struct ij_inferior *inf);

/* ---- own_fork.c ---- */

/** Is that it forked, by the wait status @status, to be told of? */
bool ij_own_is_caught(const struct ij_inferior *inf, int status);
/** @thread forked, by @status: the child goes its way, or stands if it is to be told of. True: it
 * went. */
bool ij_own_forked(struct ij_inferior *inf, const struct ij_inferior_thread *thread, int status);
/** The child that was told of goes its way, if there is one. */
void ij_own_leave_child(struct ij_inferior *inf);

/* As in struct ij_inferior_ops. */
struct ij_error *ij_own_read(struct ij_inferior *inf, uint64_t addr, void *buf, size_t size)
	IJ_WARN_UNUSED;
struct ij_error *ij_own_write(struct ij_inferior *inf, uint64_t addr, const void *bytes,
			      size_t size) IJ_WARN_UNUSED;
struct ij_error *ij_own_regs(struct ij_inferior *inf, pid_t tid, struct user_regs_struct *ret)
	IJ_WARN_UNUSED;
struct ij_error *ij_own_regs_set(struct ij_inferior *inf, pid_t tid,
				 const struct user_regs_struct *regs) IJ_WARN_UNUSED;
struct ij_error *ij_own_xstate(struct ij_inferior *inf, pid_t tid, uint8_t **ret, size_t *size_ret)
	IJ_WARN_UNUSED;
struct ij_error *ij_own_xstate_set(struct ij_inferior *inf, pid_t tid, uint8_t *xstate, size_t size)
	IJ_WARN_UNUSED;
struct ij_error *ij_own_siginfo(struct ij_inferior *inf, pid_t tid, siginfo_t *ret) IJ_WARN_UNUSED;
struct ij_error *ij_own_siginfo_set(struct ij_inferior *inf, pid_t tid, const siginfo_t *info)
	IJ_WARN_UNUSED;

#endif
