/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A hash that finds damage, not malice. */
#ifndef IJ_BASE_HASH_H
#define IJ_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/** FNV-1a over words of 8 bytes, of the last of which what is missing is 0, in four sequences that
 * take turns and are hashed together at the end; on from @value. */
uint64_t ij_hash_on(uint64_t value, const void *bytes, size_t size);

/** The same from the start. */
uint64_t ij_hash(const void *bytes, size_t size);

#endif
