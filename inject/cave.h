/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Our code where no memory can be mapped for it: at the unused end of a page of the target's code.
 *
 * The last page of a module's code is mapped whole, and behind the code the file has zeros, which
 * nobody reads or runs. The stub is written there as a debugger writes a breakpoint, which makes
 * that page a private copy; descriptor and scratch memory go to the stack, between the red zone and
 * what the stub saves. So no system call is made in the target at all. When the call is over the
 * zeros are put back. Were we killed, what is left is code that nobody enters, known by its header,
 * and the next session puts the zeros back.
 */
#ifndef IJ_INJECT_CAVE_H
#define IJ_INJECT_CAVE_H

#include "inject/judge.h"

/** In front of the stub, so that a later session knows what a killed one left. */
struct ij_cave_header {
	struct ij_pages_header owner; /* its size: of the cave, bytes */
	ij_addr desc;                 /* of the call that the stub was written for */
	uint32_t inner_tid;           /* the thread that may be in it, as the target numbers it */
	uint32_t reserved;
};

/** From the begin of a cave to the stub, bytes. From there on all that a call runs through, up to
 * ij_stub_code_left, has room in it. */
#define IJ_CAVE_STUB_OFF ((sizeof(struct ij_cave_header) + 15) & ~(size_t)15)

/**
 * An unused cave of the target. Looks only.
 *
 * @return: its address; 0: there is none.
 */
ij_addr ij_cave_find(const struct ij_injector *inj);

/**
 * Is what a session whose tracer is dead left at the unused end of @vma? Looks only; everything
 * read there is hostile.
 *
 * @return: its address; 0: no.
 */
ij_addr ij_cave_recognise(const struct ij_process *process, const struct ij_vma *vma);

/** Bytes of stack that a call with @scratch_room takes besides what every call does. */
uint64_t ij_cave_stack(size_t scratch_room);

/**
 * Write the stub into a cave, and choose the place of descriptor and scratch memory in the stack of
 * @stop, whose state is in inj->saved: inj->cave. *@why_ret, where it cannot be, says why.
 *
 * Errors: FAULT, GONE.
 */
struct ij_error *ij_cave_open(struct ij_injector *inj, const struct ij_stop *stop,
			      size_t scratch_room, const char **why_ret) IJ_WARN_UNUSED;

/** Put the zeros back, if the cave is open; nobody may be in it. Errors: FAULT, GONE. */
struct ij_error *ij_cave_close(struct ij_injector *inj, struct ij_thread *thread) IJ_WARN_UNUSED;

/** Forget the cave, if it is open: a call goes on in it, or its thread is gone. */
void ij_cave_leave(struct ij_injector *inj);

/** Put the zeros back into what killed sessions left, where no thread is in it. */
struct ij_error *ij_cave_sweep(struct ij_injector *inj) IJ_WARN_UNUSED;

#endif
