/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The planner: which walkers to try from an unsafe stop, in which order, and when to give up. */
#ifndef IJ_INJECT_PLAN_H
#define IJ_INJECT_PLAN_H

#include "inject/attempt.h"
#include "inject/walk.h"

/**
 * Walk the thread of @stop until the judge says safe, or no walker is left.
 *
 * Each time the cheapest walker that is allowed and fits goes; one that has failed does not go
 * again in this attempt, and there is a limit of walks, a deadline and the pause budget: so it
 * ends.
 *
 * @out: verdict holds the reason for walking, and then the last one; walks are added.
 * Errors: OS. The thread is stopped, or was let go of (stop->thread->stopped says which).
 */
struct ij_error *ij_plan_walk(struct ij_injector *inj, const struct ij_attempt *at,
			      struct ij_stop *stop, struct ij_wire_outcome *out) IJ_WARN_UNUSED;

/** The walkers that fit @stop for a callee that needs @need: a set of enum ij_wire_walker. */
uint32_t ij_plan_exits(struct ij_injector *inj, struct ij_stop *stop, ij_classes need,
		       const struct ij_wire_verdict *verdict);

#endif
