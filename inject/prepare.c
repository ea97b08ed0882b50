/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Remote system calls set up, and our pages mapped by them. */
#include "inject/prepare.h"

#include "inject/attempt.h"
#include "inject/cave.h"

void ij_prepare_remote(struct ij_injector *inj, const struct ij_stop *stop, ij_addr below)
{
	struct ij_remote *remote = &inj->remote;
	int marker = ij_judge_marker(&stop->status, inj->saved.sigmask);

	remote->thread = stop->thread;
	remote->process = &inj->process;
	remote->saved = &inj->saved;
	remote->syscall_ret = inj->target.syscall_ret;
	remote->sigreturn = inj->target.sigreturn;
	/*
	 * A breakpoint costs more than the stop at a system call's entry that it saves, but less
	 * than a wait for the CPU.
	 */
	remote->marker = stop->contended ? marker : 0;
	remote->block = ~IJ_SIGNALS_SYNCHRONOUS;
	/*
	 * Killed between the register write and the mask of the stub, we leave the stub with this
	 * one: a marker that the program blocks would be pending for ever.
	 */
	if (marker && (remote->marker || inj->saved.sigmask & IJ_SIGNAL_BIT(marker)))
		remote->block &= ~IJ_SIGNAL_BIT(marker);
	remote->ask = stop->means.pages_ask;
	remote->below = below;
	remote->deadline_ns = ij_deadline_ns(IJ_HOLD_MAX_NS / 2);
}

struct ij_error *ij_prepare_take(struct ij_injector *inj, struct ij_stop *stop)
{
	struct ij_error *err =
		ij_saved_take(stop->thread, &inj->process, &stop->resume, &inj->saved);

	if (err) {
		ij_attempt_let_go(stop);
		return err;
	}
	ij_limit_enter(&stop->limit, &inj->saved);
	ij_prepare_remote(inj, stop, stop->below);
	return NULL;
}

bool ij_prepare_is_done(const struct ij_injector *inj, size_t scratch_room, bool stack)
{
	return inj->pages.ready && ij_pages_scratch_size(&inj->pages) >= scratch_room &&
	       (!stack || inj->pages.back);
}

struct ij_error *ij_prepare_pages(struct ij_injector *inj, size_t scratch_room, bool stack)
{
	struct ij_error *err = NULL;

	if (ij_prepare_is_done(inj, scratch_room, stack))
		return NULL;
	/* What later calls need again. */
	stack |= inj->pages.back > 0;
	IJ_TRY(ij_remote_enter(&inj->remote));
	if (inj->pages.base)
		err = ij_pages_unmap(&inj->pages, &inj->remote);
	if (!err)
		err = ij_pages_map(&inj->pages, &inj->remote, scratch_room, stack);
	ij_remote_leave(&inj->remote);
	return err;
}

struct ij_error *ij_prepare_code(struct ij_injector *inj, const struct ij_stop *stop, size_t room,
				 struct ij_wire_verdict *verdict, const char **why_ret)
{
	const struct ij_means *means = &stop->means;
	struct ij_error *err = NULL;

	*why_ret = NULL;
	if (stop->foreign)
		return ij_prepare_pages(inj, room, true);
	if (means->pages || means->pages_ask || ij_prepare_is_done(inj, room, false)) {
		err = ij_prepare_pages(inj, room, false);
		if (!err || (err->code != IJ_ERR_REFUSED && err->code != IJ_ERR_UNSUPPORTED))
			return err;
	}
	if (stop->vectors)
		*why_ret = "a cave has no room for code that loads whole vector registers";
	else
		ij_error_free(ij_cave_open(inj, stop, room, why_ret));
	if (inj->now == &inj->cave) {
		verdict->seccomp |= IJ_WIRE_SECCOMP_CAVE;
		verdict->seccomp &= ~(uint32_t)IJ_WIRE_SECCOMP_SUSPENDED;
	} else if (err) {
		*why_ret = NULL;
		return err;
	} else if (!*why_ret) {
		*why_ret = "code pages cannot be written to";
	}
	ij_error_free(err);
	return NULL;
}

bool ij_prepare_is_transient(const struct ij_error *err)
{
	return err->code == IJ_ERR_INTERRUPTED || err->code == IJ_ERR_TIMEOUT;
}
