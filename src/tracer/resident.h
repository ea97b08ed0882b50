/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tracer's memory, which is not to be read from a disk while a target waits. */
#ifndef IJ_TRACER_RESIDENT_H
#define IJ_TRACER_RESIDENT_H

#include <stdbool.h>

/**
 * Lock all memory of this process, once; *@done says that it was. Before the first stop, and not
 * earlier: all pages are made present by it, and who only asks for names stops nobody. Where the
 * system refuses, all works, only less surely.
 */
void ij_resident_make(bool *done);

#endif
