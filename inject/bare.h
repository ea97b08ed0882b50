/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A bare system call that a person asked for: what it may not be let do to us. */
#ifndef IJ_INJECT_BARE_H
#define IJ_INJECT_BARE_H

#include "inject/judge.h"

/**
 * Would the system call @call take away, or make unusable, what the thread of @stop needs to come
 * back from it: our pages, the code that it returns through, or its stack?
 *
 * @return: NULL, or what it would hit. Static storage.
 */
const char *ij_bare_hits_us(const struct ij_injector *inj, const struct ij_stop *stop,
			    const struct ij_wire_call *call);

#endif
