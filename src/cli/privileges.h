/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Giving up privileges once the tracers run, so that hostile debug information never meets root. */
#ifndef IJ_CLI_PRIVILEGES_H
#define IJ_CLI_PRIVILEGES_H

#include "repl/util.h"

/**
 * Without privileges do nothing. As root become SUDO_UID and SUDO_GID, or nobody; otherwise give up
 * all capabilities. Either way no later execve gives any back, and the process cannot be traced by
 * its new peers. A cache directory is prepared first, which only this uid inside interject can
 * reach.
 *
 * Errors: PERM (the privileges could not be given up).
 */
struct ij_error *ij_privileges_drop(void) IJ_CLI_RESULT;

#endif
