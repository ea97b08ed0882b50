/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs whose runtime looks at the stacks of their threads: no call may run on another one. */
#ifndef IJ_INJECT_SCANNER_H
#define IJ_INJECT_SCANNER_H

#include "maps/container.h"

/**
 * Does a module belong to a runtime that scans stacks for pointers, walks them, or compares the
 * stack pointer with the bounds of the thread's own stack: a garbage collector, an interpreter, a
 * virtual machine?
 *
 * Known by its functions, where the policy knows them (classes collector and interpreter), or by
 * its name. @name: of the module's file, without directory.
 */
bool ij_scanner_is(const char *name, const struct ij_map *map);

#endif
