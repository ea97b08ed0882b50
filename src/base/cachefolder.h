/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where what is kept on disk lies. */
#ifndef IJ_BASE_CACHEFOLDER_H
#define IJ_BASE_CACHEFOLDER_H

/**
 * Open $XDG_CACHE_HOME/interject/NAME, else the same below ~/.cache; it is made if it is not there.
 *
 * Returns a descriptor of the caller's; -1 if there is no cache, or others could write to it.
 */
int ij_cache_folder(const char *name);

#endif
