/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Leftovers of killed sessions. */
#ifndef IJ_INJECT_SWEEP_H
#define IJ_INJECT_SWEEP_H

#include "inject/injector.h"

/**
 * Remove what killed sessions left in the target: pages, caves, dead copies. What is still in use,
 * or could not be removed in time, stays for a later session. Errors: as ij_attempt_unmap.
 */
struct ij_error *ij_sweep(struct ij_injector *inj) IJ_WARN_UNUSED;

#endif
