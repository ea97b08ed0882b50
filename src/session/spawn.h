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
 * @path: its file, or NULL to look for it: beside our executable, then in ../libexec/interject; in
 * the static build our own executable. The host may be threaded: nothing runs between fork and
 * exec. Errors: OS.
 */
struct ij_error *ij_spawn_tracer(const char *path, struct ij_spawned *ret) IJ_WARN_UNUSED;

#endif
