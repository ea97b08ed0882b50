/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The frames of a stop, as the judge looks at them. */
#ifndef IJ_INJECT_JUDGE_FRAMES_H
#define IJ_INJECT_JUDGE_FRAMES_H

#include "inject/judge.h"

/** A walk over frames that remembers the first and the last that hold what the callee needs. */
struct ij_frames {
	const struct ij_injector *inj;
	ij_classes need;
	struct ij_stop *stop;                 /* NULL: do not record */
	struct ij_mem *mem;                   /* of the target, with `stop` */
	const struct ij_unwind_module *floor; /* frames in it and outward do not matter, or NULL */
	bool floor_reached;
	/* Of a call of C in a process with Go in it: */
	bool in_go;      /* the frames lead into Go otherwise than by a call of C */
	bool from_go;    /* into runtime.asmcgocall, which changes the stack for C */
	bool go_reached; /* and runtime.cgocall: what is outward is Go's, and waits for C */
	/* The interpreter that gives others their turn here: its frames hold nothing of it. */
	const struct ij_unwind_module *yielding;
	unsigned count;
	ij_classes conflict;
	ij_addr conflict_pc;
	const struct ij_unwind_module *outermost;
};

/** Unwind from @regs. Fills frames->stop, if there is one. @end_pc: as of ij_unwind. */
enum ij_unwind_end ij_frames_walk(struct ij_injector *inj, const struct ij_regs *regs,
				  struct ij_frames *frames, ij_addr *end_pc);

#endif
