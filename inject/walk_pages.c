/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Our pages, for walkers that let a thread run in them. */
#include <stdio.h>

#include "inject/prepare.h"
#include "inject/walk.h"

struct ij_error *ij_walk_map_pages(struct ij_walk *walk, enum ij_walk_end *ret)
{
	struct ij_injector *inj = walk->inj;
	struct ij_thread *thread = walk->stop->thread;
	IJ_ERROR_AUTO err = NULL;

	*ret = IJ_WALK_MOVED;
	if (inj->pages.ready)
		return NULL;
	IJ_TRY(ij_saved_take(thread, &inj->process, &walk->stop->resume, &inj->saved));
	ij_prepare_remote(inj, walk->stop, ij_regs_sp(&walk->stop->regs));
	err = ij_prepare_pages(inj, walk->call ? walk->call->scratch_room : 0, false);
	if (!inj->pages.base)
		ij_pages_forget(&inj->pages);
	if (thread->stopped && !(err && err->code == IJ_ERR_INTERRUPTED))
		ij_saved_settle(thread, &inj->saved, inj->remote.deadline_ns);
	if (!thread->stopped) {
		*ret = IJ_WALK_GONE;
		/* It restores itself. */
		if (thread->seized)
			ij_injector_strand(inj, thread);
		return NULL;
	}
	IJ_TRY(ij_saved_put_back(thread, &inj->saved, ij_stop_put_back(walk->stop)));
	if (!err)
		return NULL;
	*ret = IJ_WALK_UNFIT;
	snprintf(walk->text, sizeof(walk->text), "%s", err->msg);
	if (err->code == IJ_ERR_INTERRUPTED) {
		ij_thread_detach(thread, err->os);
		*ret = IJ_WALK_GONE;
	}
	return NULL;
}

struct ij_error *ij_walk_tell(const struct ij_walk *walk, uint32_t state)
{
	const struct ij_injector *inj = walk->inj;
	ij_addr desc = ij_pages_desc(&inj->pages);
	const uint32_t tid = (uint32_t)walk->stop->status.inner_pid;

	IJ_TRY(ij_pages_write(&inj->pages, &inj->process, desc + IJ_STUB_TID, &tid, sizeof(tid)));
	return ij_pages_write(&inj->pages, &inj->process, desc + IJ_STUB_STATE, &state,
			      sizeof(state));
}
