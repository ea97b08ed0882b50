/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What runs code of ours in a stopped thread: its saved state, remote system calls, our pages. */
#ifndef IJ_INJECT_PREPARE_H
#define IJ_INJECT_PREPARE_H

#include "inject/judge.h"

/**
 * Set up inj->remote for system calls in the thread of @stop, whose state is in inj->saved.
 *
 * @below: the stack below this address is free.
 */
void ij_prepare_remote(struct ij_injector *inj, const struct ij_stop *stop, ij_addr below);

/** Save the state of the thread of @stop, and be ready for system calls in its name. After an error
 * (GONE, OS) it was let go of. */
struct ij_error *ij_prepare_take(struct ij_injector *inj, struct ij_stop *stop) IJ_WARN_UNUSED;

/**
 * Our pages, mapped in this stop if there are none yet, or too small ones; needs ij_prepare_remote.
 *
 * @scratch_room: bytes. @stack: with a stack. Errors: as ij_remote_enter, ij_remote_syscall and
 * ij_pages_map; the thread must be put back in any case.
 */
struct ij_error *ij_prepare_pages(struct ij_injector *inj, size_t scratch_room, bool stack)
	IJ_WARN_UNUSED;

/** Are our pages there, large enough, and with a @stack if one is wanted? */
bool ij_prepare_is_done(const struct ij_injector *inj, size_t scratch_room, bool stack);

/**
 * A place for our code: our pages, with a stack if the call of @stop needs one; or, where the
 * filters or another policy do not let them be mapped, a cave. Needs ij_prepare_remote.
 *
 * @room: bytes of scratch memory. *@why_ret, if there is no place in this stop, says why.
 * Errors: as ij_prepare_pages.
 */
struct ij_error *ij_prepare_code(struct ij_injector *inj, const struct ij_stop *stop, size_t room,
				 struct ij_wire_verdict *verdict, const char **why_ret)
	IJ_WARN_UNUSED;

/** Is this error only that something came between, so that the attempt may be made again? */
bool ij_prepare_is_transient(const struct ij_error *err);

#endif
