/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call in Go while it is made: what the files that carry it out share. */
#ifndef IJ_INJECT_GO_MAKING_H
#define IJ_INJECT_GO_MAKING_H

#include "arch/gocall.h"
#include "inject/attempt.h"

struct ij_go_making {
	struct ij_injector *inj;
	const struct ij_wire_call *call;
	struct ij_stop *stop;
	struct ij_call_result *result;
	ij_addr base;        /* of the struct ij_gocall in the target */
	bool busy;           /* a call of another one is under way */
	uint64_t frame_size; /* bytes that the arguments take on the stack */
	uint64_t start_ns;
	struct ij_block_looks looks; /* at a thread that steps */
	bool called_back;
};

/** The struct ij_gocall as the target has it now. */
struct ij_error *ij_go_call_read(struct ij_go_making *m, struct ij_gocall *ret) IJ_WARN_UNUSED;

/**
 * Is a call held that was not seen before? The handler leaves HELD before it goes on to the next
 * call, so a new one that is still held at the second look is whole.
 *
 * @seen: the number of the last that was.
 */
struct ij_error *ij_go_is_held_anew(struct ij_go_making *m, uint32_t seen, struct ij_gocall *ret,
				    bool *is) IJ_WARN_UNUSED;

/** Of a call that is held: read what its results lead to, or pass them on to the next. */
struct ij_error *ij_go_gather(struct ij_go_making *m, struct ij_gocall *held) IJ_WARN_UNUSED;

#endif
