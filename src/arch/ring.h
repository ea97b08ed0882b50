/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ring: calls in the target's memory that the stub makes one after another, in one stop. x86-64.
 */
#ifndef IJ_ARCH_RING_H
#define IJ_ARCH_RING_H

#include <stddef.h>

#include "arch/stub_layout.h"
#include "base/types.h"

enum { IJ_RING_INT_ARGS = 6, IJ_RING_SSE_ARGS = 8 };

/** Before the entries; 8-byte aligned. */
struct ij_ring {
	uint32_t len;        /* entries */
	uint32_t done;       /* of them, calls that have returned: counted by the stub */
	uint32_t entry_size; /* bytes: of struct ij_ring_entry, with or without `sse_args` */
	uint32_t reserved;
};

/** One call: what to make, and from `callee_errno` on what it left. All addresses are the
 * target's. */
struct ij_ring_entry {
	ij_addr func;
	uint64_t int_args[IJ_RING_INT_ARGS];
	uint8_t sse_len;      /* vector registers used, for %al */
	uint8_t scratch_mask; /* bit N: int_args[N] is an offset in scratch memory */
	uint16_t reserved;
	int32_t callee_errno; /* errno after the call, where the thread has one */
	uint64_t rax;
	uint64_t xmm0;
	uint64_t ticks; /* of the time-stamp counter, from before the call to after it */
	uint64_t sse_args[IJ_RING_SSE_ARGS]; /* only in entries of the full size */
};

/** Bytes of an entry of a ring in which no call takes arguments in vector registers. */
#define IJ_RING_ENTRY_SHORT offsetof(struct ij_ring_entry, sse_args)

_Static_assert(sizeof(struct ij_ring) == IJ_RING_SIZE, "ring layout");
_Static_assert(sizeof(struct ij_ring_entry) == IJ_RING_SSE + 8 * IJ_RING_SSE_ARGS, "ring layout");
#define IJ_RING_ASSERT(type, member, off) \
	_Static_assert(offsetof(struct type, member) == (off), "ring layout: " #member)
IJ_RING_ASSERT(ij_ring, len, IJ_RING_LEN);
IJ_RING_ASSERT(ij_ring, done, IJ_RING_DONE);
IJ_RING_ASSERT(ij_ring, entry_size, IJ_RING_ENTRY_SIZE);
IJ_RING_ASSERT(ij_ring_entry, func, IJ_RING_FUNC);
IJ_RING_ASSERT(ij_ring_entry, int_args, IJ_RING_INT);
IJ_RING_ASSERT(ij_ring_entry, sse_len, IJ_RING_SSE_LEN);
IJ_RING_ASSERT(ij_ring_entry, callee_errno, IJ_RING_ERRNO);
IJ_RING_ASSERT(ij_ring_entry, rax, IJ_RING_RAX);
IJ_RING_ASSERT(ij_ring_entry, xmm0, IJ_RING_XMM0);
IJ_RING_ASSERT(ij_ring_entry, ticks, IJ_RING_TICKS);
IJ_RING_ASSERT(ij_ring_entry, sse_args, IJ_RING_SSE);

#endif
