/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the tracer runs while it holds a thread: on that thread's CPU, and first. */
#ifndef IJ_INJECT_PLACE_H
#define IJ_INJECT_PLACE_H

#include <sched.h>

#include "base/types.h"

struct ij_place {
	bool joined;
	bool first; /* parted, and not yet back to normal */
	int cpu;
	cpu_set_t before; /* where we may run otherwise */
};

/**
 * Run on @cpu, before everybody else if we may, from just before an interrupt on.
 *
 * On the thread's own CPU each stop and resume costs a third of what it costs across CPUs, and the
 * pause is made of these; on a busy machine it is made of our waiting for that CPU. A negative @cpu
 * (unknown) changes nothing.
 */
void ij_place_join(struct ij_place *place, int cpu);

/**
 * Leave the thread its CPU, by way of another one if there is one, but stay first elsewhere: for
 * a call that the thread carries out by itself, and in which it may wait for us. Does nothing
 * unless joined. Until ij_place_leave() whatever we do but sleep delays others.
 */
void ij_place_part(struct ij_place *place);

/**
 * Back to normal as soon as the thread is let go of, by way of another CPU if there is one: what we
 * have to do then must not delay the thread. Does nothing unless joined or parted.
 */
void ij_place_leave(struct ij_place *place);

#endif
