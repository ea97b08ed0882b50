/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Indices of the names of debug information, kept on disk. */
#ifndef IJ_SESSION_NAMECACHE_H
#define IJ_SESSION_NAMECACHE_H

#include "obj/debug.h"

/**
 * Have the index of @debug there: from $XDG_CACHE_HOME/interject/names, if one of exactly this file
 * is there (device, inode, size and change time: never the build-id alone, which the target
 * controls), else built, and kept if that took long. A cache that cannot be read or written is
 * passed over silently.
 *
 * Errors: NOMEM.
 */
struct ij_error *ij_namecache_get(struct ij_debug *debug) IJ_WARN_UNUSED;

#endif
