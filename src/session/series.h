/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many calls in one stop: judged once, for all that they need, and made one after another. */
#ifndef IJ_SESSION_SERIES_H
#define IJ_SESSION_SERIES_H

#include "session/session.h"

enum ij_series_way {
	IJ_SERIES_RING, /* by a loop in the target, with one stop at its end: the quickest */
	/** A stop after each call: a call that fails by its own fault can be told from one that
	 * fails by what an earlier one left; 50 times slower, and still one judgement for all. */
	IJ_SERIES_STEPS,
};

/** Calls that are laid out once and can be made many times. */
struct ij_series;

/** What one call of a series left. */
struct ij_series_item {
	struct ij_result_regs regs; /* converted to the call's result type */
	int32_t callee_errno;       /* errno after it, if outcome.errno_known */
	uint64_t ns;                /* that it took */
	char *string;               /* as in struct ij_call_result */
	bool string_cut;
};

/** What came of one run. */
struct ij_series_result {
	struct ij_call_result stop; /* of the whole: outcome, frames, needs, scratch memory */
	size_t done;                /* calls that returned: items[0] to items[done - 1] */
	IJ_VEC(struct ij_series_item) items;
	/** Why call `done` is not made, or was rolled back; those behind it were not attempted.
	 * NULL if all are done. */
	struct ij_error *error;
};

/**
 * Lay out @calls for one stop.
 *
 * @s, @calls, @options: borrowed for the life of the series. options->rehearse and in_copy are not
 * for a series; options->timeout_ns is of each call.
 * @ret: the caller destroys it.
 * Errors: those of ij_session_prepare; LIMIT (a call with arguments on the stack, or all together
 *   take more memory than one stop has); UNSUPPORTED (a long double result; a rehearsal); USAGE
 *   (no calls).
 */
struct ij_error *ij_series_create(struct ij_session *s, struct ij_call *const *calls, size_t len,
				  enum ij_series_way way, const struct ij_call_options *options,
				  struct ij_series **ret) IJ_WARN_UNUSED;
void ij_series_destroy(struct ij_series *series);

/**
 * Make the calls. If modules came or went since the last time, they are laid out anew.
 *
 * @ret: filled on success, which means that an outcome is known; the caller frees it.
 * Errors: those of ij_session_call and ij_series_create.
 */
struct ij_error *ij_series_run(struct ij_series *series, struct ij_series_result *ret)
	IJ_WARN_UNUSED;
void ij_series_result_deinit(struct ij_series_result *result);

/**
 * Call @idx as a single call would have told of it: what it left, if it is done; else the outcome
 * of the stop, with no `error`, which is the result's.
 *
 * @ret: the caller frees it. Errors: NOMEM.
 */
struct ij_error *ij_series_item(const struct ij_series *series,
				const struct ij_series_result *result, size_t idx,
				struct ij_call_result *ret) IJ_WARN_UNUSED;

#endif
