/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where in its source an instruction of Go comes from, by pclntab alone. Client only. */
#ifndef IJ_MAPS_GOLINES_H
#define IJ_MAPS_GOLINES_H

#include "maps/goprog.h"

/** A function that the compiler may have inlined into the next one. Texts are borrowed. */
struct ij_goline {
	const char *func; /* "main.add" */
	const char *file; /* "" if it is not known */
	int64_t line;     /* 0: not known */
};

enum { IJ_GOLINES_MAX = 32 }; /* functions inlined in one another that are told of */

/**
 * The functions that the instruction at link-time address @pc belongs to, innermost first; the last
 * one is the function of the code itself. Up to Go 1.11 that one alone.
 *
 * @ret: room for @max of them.
 * @return: how many; 0: no function of Go holds @pc.
 * Source: Go 1.12 to 1.27, src/runtime/symtabinl.go, symtab.go (funcline1, inlinedCall).
 */
size_t ij_golines_at(const struct ij_goprog *prog, uint64_t pc, struct ij_goline *ret, size_t max);

#endif
