/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What came of making a call in a copy of the target first. */
#ifndef IJ_WIRE_REHEARSAL_H
#define IJ_WIRE_REHEARSAL_H

#include "base/types.h"

enum { IJ_WIRE_DENIED_MAX = 16, IJ_WIRE_STRING_MAX = 4096 };

enum ij_wire_rehearsal_status {
	IJ_WIRE_REHEARSAL_NONE, /* none was made */
	IJ_WIRE_REHEARSAL_RETURNED,
	IJ_WIRE_REHEARSAL_DEADLOCK, /* waited for a lock that its own thread holds */
	IJ_WIRE_REHEARSAL_BUSY,     /* or perhaps another thread, which the copy does not have */
	IJ_WIRE_REHEARSAL_TIMEOUT,
	IJ_WIRE_REHEARSAL_FAULT,   /* outcome: signo, sigcode, fault_pc, fault_addr */
	IJ_WIRE_REHEARSAL_EXITED,  /* outcome: exit_status */
	IJ_WIRE_REHEARSAL_REFUSED, /* no copy could be made: outcome's text says why */
};

/** A system call that the copy was not let make. */
struct ij_wire_denied {
	int32_t nr;
	uint32_t count;
	uint64_t arg; /* its first argument */
};

struct ij_wire_rehearsal {
	uint32_t status; /* enum ij_wire_rehearsal_status */
	uint32_t denied_len;
	uint32_t denied_more; /* system calls denied that are not in the list */
	uint32_t string_size; /* bytes of the string, which follow the scratch memory */
	uint64_t pause_ns;    /* the target's thread waited for it so long */
	uint64_t copy_ns;     /* of this, until the copy was there */
	struct ij_wire_denied denied[IJ_WIRE_DENIED_MAX];
};

#endif
