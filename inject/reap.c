/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dead copies of the target, which are zombies of it until it waits for them (wait(2)). */
#include "inject/reap.h"

#include "base/clock.h"
#include "inject/attempt.h"
#include "proc/copy.h"

#define REAP_TRIES 50

void ij_reap_pending(struct ij_injector *inj)
{
	for (unsigned i = 0; i < REAP_TRIES && inj->unreaped && !inj->stray; i++) {
		struct ij_error *err = ij_injector_refresh(inj);

		for (size_t t = 0; !err && inj->unreaped && t < inj->tids.list.len && t < 64; t++)
			err = ij_attempt_reap(inj, inj->tids.list.items[t]);
		if (err && err->code == IJ_ERR_GONE)
			inj->unreaped = 0;
		ij_error_free(err);
		if (inj->unreaped)
			ij_process_await_exit(&inj->process, IJ_NS_PER_MS);
	}
}

void ij_reap_leftovers(struct ij_injector *inj)
{
	pid_t dead[16];

	IJ_VEC_EACH (&inj->tids.list, tid) {
		size_t len = ij_copy_leftovers(&inj->process, *tid, dead, IJ_COUNT(dead));

		for (size_t i = 0; i < len; i++) {
			inj->unreaped = dead[i];
			for (unsigned k = 0; k < 10 && inj->unreaped; k++)
				ij_error_free(ij_attempt_reap(inj, *tid));
		}
	}
	/* What could not be done now is tried again by the next session. */
	inj->unreaped = 0;
}
