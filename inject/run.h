/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The run of one call on top of a judged stop: into the stub, and out of it in one way or another.
 */
#ifndef IJ_INJECT_RUN_H
#define IJ_INJECT_RUN_H

#include "inject/judge.h"

/** How the thread stands when the run is over. */
enum ij_run_end {
	IJ_RUN_STOPPED,  /* stopped: the caller puts it back and detaches */
	IJ_RUN_RELEASED, /* let go of, or gone: nothing more to do */
};

struct ij_run {
	const struct ij_wire_call *call;
	struct ij_stop *stop;
	struct ij_call_result *result; /* status, times and values are filled in */
	enum ij_put_back put_back;     /* how to put the thread back, if STOPPED */
	int signo;                     /* signal to deliver when detaching, or 0 */
};

/**
 * Run the call: the stub's pages are mapped, inj->saved holds the thread's state.
 *
 * Every way out leaves the thread restored, restorable by the caller, or restoring itself.
 * Errors: OS, GONE: the thread then restores itself.
 */
struct ij_error *ij_run_call(struct ij_injector *inj, struct ij_run *run, const uint8_t *scratch,
			     enum ij_run_end *ret) IJ_WARN_UNUSED;

#endif
