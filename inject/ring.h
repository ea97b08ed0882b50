/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Several calls in one stop: a struct ij_ring at the start of the scratch memory, arguments' data
 * behind it. */
#ifndef IJ_INJECT_RING_H
#define IJ_INJECT_RING_H

#include "arch/ring.h"
#include "inject/injector.h"

/**
 * Is the ring of @call well formed? A client may be hostile: once this is true, the rest needs no
 * check.
 *
 * @scratch: call->scratch_size bytes.
 */
bool ij_ring_check(const struct ij_wire_call *call, const uint8_t *scratch);

/** The run of a ring. Its memory is the result's `scratch`. */
struct ij_ring_run {
	bool on;
	bool steps;          /* each call ends in a stop, or else all of them in one */
	struct ij_ring head; /* as it was before the target could write to it */
	uint32_t seen;       /* calls that had returned at the last look */
	uint64_t step_ns;    /* when the present call began, if steps */
};

/**
 * Begin a ring that was checked.
 *
 * @scratch: call->scratch_size bytes, as the client sent them. @desc: becomes that of the function
 * which makes all the calls, or of the first one: always the latter in a cave, which has no room
 * for that function, and the former where the end of a call is told by no signal. @result: its
 * scratch memory becomes what is to lie in the target's.
 */
void ij_ring_begin(struct ij_ring_run *run, const struct ij_injector *inj,
		   const struct ij_wire_call *call, const uint8_t *scratch,
		   struct ij_stub_desc *desc, struct ij_call_result *result);

/** One step has returned as @desc says: keep what it left, and describe the next. False: there is
 * none. */
bool ij_ring_next(struct ij_ring_run *run, struct ij_stub_desc *desc,
		  struct ij_call_result *result);

/** Has a call returned since the last time this was asked? Of a ring without steps. */
bool ij_ring_moves(struct ij_ring_run *run, const struct ij_injector *inj);

/**
 * Take what the calls left that returned, and count them: at the end, or from a ring that failed.
 * Times become nanoseconds. Errors: FAULT.
 */
struct ij_error *ij_ring_collect(const struct ij_ring_run *run, const struct ij_injector *inj,
				 const struct ij_wire_call *call, struct ij_call_result *result)
	IJ_WARN_UNUSED;

#endif
