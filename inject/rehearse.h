/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rehearsals: a call made first, or only, in a copy of the target.
 *
 * The copy is made in the stop in which the call is to be made, so it stands exactly where the call
 * would find the target. It runs under our eyes: system calls whose effect would outlive it are
 * denied (inject/effects.h), shared memory is private to it (inject/shared.h), and it is killed
 * when it has returned, failed, or taken too long.
 */
#ifndef IJ_INJECT_REHEARSE_H
#define IJ_INJECT_REHEARSE_H

#include "inject/effects.h"
#include "inject/run.h"

struct ij_rehearsal {
	struct ij_injector *inj;
	const struct ij_run *run;
	const uint8_t *scratch;
	struct ij_pages pages; /* the copy's, not shared with anybody */
	struct ij_copy copy;
	struct ij_shared shared;
	struct ij_effects effects;
	struct ij_stub_desc desc;
	struct ij_effect effect; /* of the system call that the copy is in */
	long nr;
	uint64_t args[6];
	uint64_t start_ns, deadline_ns;
	bool exists; /* the copy: it must be ended */
	bool over;
};

/** Does @call ask for one? */
bool ij_rehearse_is_wanted(const struct ij_wire_call *call);

/**
 * Make the copy of the target's stopped thread; our pages are mapped, inj->saved holds its state.
 *
 * @r: filled in; r->exists: made. If it cannot be made, the outcome of @run says so.
 * Errors: those of ij_copy_make but REFUSED; the thread must be put back.
 */
struct ij_error *ij_rehearse_begin(struct ij_rehearsal *r, struct ij_injector *inj,
				   const struct ij_run *run, const uint8_t *scratch) IJ_WARN_UNUSED;

/**
 * Make the call in the copy, and kill the copy. The target's thread may run meanwhile.
 *
 * The outcome of r->run tells what came of it: of an in-copy call, all that a call's outcome tells;
 * of a rehearsal, why the call is not to be made in the target.
 * @return: true if it is.
 */
bool ij_rehearse_run(struct ij_rehearsal *r);

/**
 * Both, and the copy reaped, in one stop. *@go_ret: the call is to be made in the target.
 *
 * Errors: those of ij_rehearse_begin.
 */
struct ij_error *ij_rehearse(struct ij_rehearsal *r, struct ij_injector *inj,
			     const struct ij_run *run, const uint8_t *scratch, bool *go_ret)
	IJ_WARN_UNUSED;

#endif
