/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System calls that are refused, or about which there is something to say. */
#ifndef IJ_SESSION_SYSRULES_H
#define IJ_SESSION_SYSRULES_H

#include "lang/syscall.h"
#include "mem/vmas.h"

/**
 * May @call be made?
 *
 * @vmas: of the target. @force: what is merely dangerous may.
 * Errors: DENIED, with the reason.
 */
struct ij_error *ij_sysrules_check(const struct ij_syscall *call, const struct ij_vmas *vmas,
				   bool force) IJ_WARN_UNUSED;

/** What there is to know of @call besides its result, as a sentence; NULL: nothing. Static. */
const char *ij_sysrules_note(const struct ij_syscall *call);

#endif
