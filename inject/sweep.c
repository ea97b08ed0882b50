/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What sessions left that were killed, removed. */
#include "inject/sweep.h"

#include "base/clock.h"
#include "inject/attempt.h"
#include "inject/cave.h"
#include "inject/go/astray.h"
#include "inject/pick.h"
#include "inject/reap.h"

/* For the thread that can remove what was left to stand where it may. */
#define SWEEP_TRIES    10
#define SWEEP_PAUSE_NS (1 * IJ_NS_PER_MS)

/*
 * Only the thread that was in these pages can still be, and so must be the one that is stopped; 0:
 * it has ended, and any will do.
 */
static pid_t owner_of(const struct ij_injector *inj, const struct ij_leftover *left)
{
	pid_t owner = 0;

	IJ_VEC_EACH (&inj->tids.list, each) {
		struct ij_status status;
		IJ_ERROR_AUTO err = ij_process_status(&inj->process, *each, &status);

		if (!err && status.inner_pid == left->inner_tid)
			owner = *each;
	}
	return owner;
}

struct ij_error *ij_sweep(struct ij_injector *inj)
{
	inj->swept = true;
	ij_reap_leftovers(inj);
	IJ_TRY(ij_cave_sweep(inj));
	for (size_t i = 0; i < inj->vmas.list.len; i++) {
		const struct ij_vma *vma = &inj->vmas.list.items[i];
		struct ij_leftover left;
		pid_t owner;
		bool done = false, is_free = true;

		if (!ij_leftover_recognise(&inj->process, &inj->vmas, vma, &left) ||
		    (left.busy && !left.entered))
			continue;
		owner = left.inner_tid ? owner_of(inj, &left) : 0;
		if (left.busy)
			IJ_TRY(ij_go_free_left(inj, owner, &left, &is_free));
		if (!is_free)
			continue;
		for (unsigned tries = 0; tries < SWEEP_TRIES && !done; tries++) {
			/* A thread that waits for its vfork child, say, soon stands elsewhere. */
			if (tries)
				ij_process_await_exit(&inj->process, SWEEP_PAUSE_NS);
			for (size_t t = 0; t < inj->tids.list.len && t < IJ_PICK_MAX && !done; t++)
				if (!owner || inj->tids.list.items[t] == owner)
					IJ_TRY(ij_attempt_unmap(inj, inj->tids.list.items[t], &left,
								&done));
		}
		inj->removed += done;
	}
	inj->stopped_ns = 0;
	return NULL;
}
