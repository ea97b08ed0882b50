/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Choosing targets by what /proc shows to everybody, before a tracer is started. */
#ifndef IJ_SESSION_TARGET_H
#define IJ_SESSION_TARGET_H

#include "base/vec.h"

struct ij_pids {
	IJ_VEC(pid_t) list;
};

/**
 * Refuse what cannot be a target: no such process, a thread's id, a kernel thread, a zombie,
 * ourselves.
 *
 * Errors: NOPROC, REFUSED.
 */
struct ij_error *ij_target_check(pid_t pid) IJ_WARN_UNUSED;

/** The process that thread @tid belongs to. Errors: NOPROC. */
struct ij_error *ij_target_of_thread(pid_t tid, pid_t *ret) IJ_WARN_UNUSED;

/** Append every process whose comm or executable's base name is @name. Errors: NOPROC (none). */
struct ij_error *ij_target_find(const char *name, struct ij_pids *ret) IJ_WARN_UNUSED;

#endif
