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
	IJ_LIST(struct ij_target) list;
	struct ij_policy *policy; /* that the sessions judge by */
	const struct ij_prototypes *protos;
};

/**
 * The processes that @options select, each once.
 *
 * @ret: appended to. Errors: NOPROC (none of a name, no such thread), USAGE.
 */
struct ij_error *ij_targets_select(const struct ij_options *options, struct ij_pids *ret)
	IJ_CLI_RESULT;

/** What all sessions of this program have in common. */
void ij_targets_session_options(struct ij_session_options *ret);

/**
 * Read the policy files, select the processes, start a tracer for each, give up privileges, and
 * open the sessions. A target that fails keeps its `error`; the others go on. SIGINT, SIGTERM and
 * SIGHUP interrupt all sessions from here on.
 *
 * @protos: what the sessions know of functions; borrowed until ij_targets_deinit. NULL: the
 *   built-in table.
 * Errors: those of ij_policy_load, USAGE, NOPROC (nothing is selected), PERM (privileges could
 * not be given up).
 */
struct ij_error *ij_targets_start(const struct ij_options *options,
				  const struct ij_prototypes *protos, struct ij_targets *ret)
	IJ_CLI_RESULT;
void ij_targets_deinit(struct ij_targets *targets);

#endif
