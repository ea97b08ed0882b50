/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The targets that a command line selects, each with its session. */
#ifndef IJ_CLI_TARGETS_H
#define IJ_CLI_TARGETS_H

#include "cli/options.h"

struct ij_target {
	pid_t pid;
	struct ij_session *session; /* NULL if `error` */
	struct ij_error *error;     /* why this target cannot be had */
};

struct ij_targets {
	IJ_VEC(struct ij_target) list;
};

/**
 * Select the processes, start a tracer for each, give up privileges, and open the sessions. A
 * target that fails keeps its `error`; the others go on. SIGINT, SIGTERM and SIGHUP interrupt all
 * sessions from here on.
 *
 * Errors: USAGE, NOPROC (nothing is selected), PERM (privileges could not be given up).
 */
struct ij_error *ij_targets_start(const struct ij_options *options, struct ij_targets *ret)
	IJ_WARN_UNUSED;
void ij_targets_deinit(struct ij_targets *targets);

#endif
