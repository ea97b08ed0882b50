/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting the tracer process. */
#ifndef IJ_SESSION_SPAWN_H
#define IJ_SESSION_SPAWN_H

#include "base/error.h"

struct ij_spawned {
	pid_t pid;
	int pidfd; /* owned by the caller */
	int sock;  /* our end of the socket pair; owned by the caller */
};

/**
 * Execute the tracer with one end of a socket pair as its only descriptor beside standard error.
 *
 * The host may be threaded and large: nothing of it is copied, and nothing of it runs between fork
 * and exec. Its children are its own: the tracer is not among them, unless @child says so, sends it
 * no SIGCHLD, and cannot be met by its wait(2).
 *
 * @path: the tracer's file.
 * @child: leave it our child, which the host's PR_SET_PTRACER needs under Yama (a descendant of
 *   whom a process chose may trace it; Linux, security/yama/yama_lsm.c).
 * Errors: OS.
 */
struct ij_error *ij_spawn_tracer(const char *path, bool child, struct ij_spawned *ret)
	IJ_WARN_UNUSED;

#endif
