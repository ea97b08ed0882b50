/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How wide vectors a function takes in registers. */
#ifndef IJ_SESSION_VECTORS_H
#define IJ_SESSION_VECTORS_H

#include "obj/modules.h"

/**
 * Bytes of the widest vectors that the function at @addr passes in registers: 16, 32 or 64.
 *
 * That depends on the instruction sets that its compiler was allowed, which debug information does
 * not say: its code does, for a compiler that may uses the wider encodings for all its vectors.
 * (For clang those of the whole file count, not what `__attribute__((target))` adds for one
 * function; its arguments of over 16 bytes are not found then.)
 *
 * @mem: the target's. Unknown code counts as such that uses none: 16.
 * Source: System V psABI AMD64 1.0, 3.2.3 ("__m256"); GCC 12, gcc/config/i386/i386.cc,
 *   type_natural_mode; clang 14, lib/CodeGen/TargetInfo.cpp, getNativeVectorSizeForAVXABI.
 */
unsigned ij_vectors_max(struct ij_modules *mods, struct ij_mem *mem, ij_addr addr);

#endif
