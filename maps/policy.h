/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which library functions hold which non-reentrant state while a frame of theirs is on the stack.
 */
#ifndef IJ_MAPS_POLICY_H
#define IJ_MAPS_POLICY_H

#include "maps/classes.h"

/**
 * Classes that every frame of a module holds, by its base name: the loader ("ld-linux-x86-64.so.2";
 * not musl's, which is its libc too), allocators (libjemalloc*, libtcmalloc*, libmimalloc*), the
 * unwinder (libgcc_s*), collectors (libgc.so*), ... 0 for ordinary modules.
 */
ij_classes ij_policy_module(const char *soname);

/**
 * Classes that a function of this exported or internal name holds ("malloc", "_IO_puts"), in any
 * module: statically linked programs have the same functions. 0 for ordinary functions.
 */
ij_classes ij_policy_function(const char *name);

/** A number that changes when the policy does, for what is cached of it. */
uint64_t ij_policy_fingerprint(void);

#endif
