/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places in a target's code, as people write them. */
#ifndef IJ_SESSION_LOCATION_H
#define IJ_SESSION_LOCATION_H

#include "obj/modules.h"

/**
 * Resolve [MODULE!]SYMBOL[+OFFSET], MODULE+OFFSET (from the module's start) or an address, each as
 * ij_modules_describe writes it. Offsets and addresses are bytes, decimal or 0x hexadecimal.
 *
 * Errors: NOTFOUND (no such symbol or module), AMBIGUOUS, TYPE (data), USAGE (malformed, or not
 * inside a module's code).
 */
struct ij_error *ij_location_resolve(struct ij_modules *mods, const char *text, ij_addr *ret)
	IJ_WARN_UNUSED;

#endif
