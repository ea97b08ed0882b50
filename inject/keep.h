/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory of a call that stays in the target after it: private pages of the program's own from then
 * on, which nothing of ours recognises or unmaps.
 */
#ifndef IJ_INJECT_KEEP_H
#define IJ_INJECT_KEEP_H

#include "inject/judge.h"

/**
 * Map memory for @call, if it is to be kept, or take the last again where the call says so and it
 * is large enough; ij_pages_scratch is there until ij_keep_end. Needs ij_prepare_code.
 *
 * *@why_ret, if this stop's thread cannot have it, says why; else it stays.
 * Errors: as ij_remote_enter and ij_remote_syscall; REFUSED (mmap failed).
 */
struct ij_error *ij_keep_begin(struct ij_injector *inj, const struct ij_stop *stop,
			       const struct ij_wire_call *call, const char **why_ret)
	IJ_WARN_UNUSED;

/**
 * The call is over, or was not made.
 *
 * @entered: the function may have run and know of the memory, which therefore stays, and is told of
 *   in @ret; else what was mapped for it is unmapped.
 */
void ij_keep_end(struct ij_injector *inj, const struct ij_stop *stop, bool entered,
		 struct ij_wire_outcome *ret);

#endif
