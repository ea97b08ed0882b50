/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the front ends that take commands need of this program: policy, attaching, privileges,
 * signals. */
#ifndef IJ_CLI_FRONT_H
#define IJ_CLI_FRONT_H

#include "cli/targets.h"
#include "repl/batch.h"

struct ij_front {
	const struct ij_options *options;
	struct ij_policy *policy;
	struct ij_host host;
	struct ij_session *spawned;          /* not opened yet; NULL: none */
	struct ij_session *volatile opening; /* NULL: none */
	bool root;                           /* it is run by root */
	bool dropped;                        /* no privileges are left */
	bool keeps;                          /* they are not given up, for somebody said so */
	struct ij_interp interp;
};

/** Read the policy. Errors: those of ij_policy_load. */
struct ij_error *ij_front_init(struct ij_front *front, const struct ij_options *options)
	IJ_CLI_RESULT;
void ij_front_deinit(struct ij_front *front);

/** Start the tracer of @pid, and give up privileges; nothing of the target is read yet. */
struct ij_error *ij_front_spawn(struct ij_front *front, pid_t pid) IJ_CLI_RESULT;

/** SIGINT, SIGTERM and SIGHUP interrupt front->interp from here on. @hard: a second one ends this
 * process. */
void ij_front_signals(struct ij_front *front, bool hard);

/** Set by the signals that ij_front_signals catches; hangup by SIGTERM and SIGHUP alone. */
extern volatile sig_atomic_t ij_front_interrupted, ij_front_hangup;

#endif
