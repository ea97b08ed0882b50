/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The frames of a thread that stands, with what is in scope in each. */
#ifndef IJ_DEBUGGER_STACK_H
#define IJ_DEBUGGER_STACK_H

#include "maps/unwind.h"
#include "obj/debug_frame.h"
#include "obj/modules.h"

/** One frame as people count them: a function that was inlined has one of its own. */
struct ij_stack_frame {
	uint64_t pc, cfa;
	uint64_t regs[IJ_MAP_REGS]; /* by DWARF number */
	uint32_t known;             /* bit N: regs[N] is known */
	bool exact;                 /* `pc` is the next instruction to run */
	bool signal, dummy;
	bool inlined;               /* the next one is of the same real frame */
	unsigned level;             /* in here->levels */
	unsigned physical;          /* number of its real frame */
	struct ij_module *module;   /* NULL: none */
	struct ij_debug *debug;     /* NULL: none */
	struct ij_debug_here *here; /* NULL: no function is known; shared by those inlined */
};

struct ij_stack {
	IJ_VEC(struct ij_stack_frame) list;
	size_t shown; /* of them: those behind main are not */
	enum ij_unwind_end end;
	bool valid;
};

/** Containers of the modules, for unwinding. */
struct ij_stack_maps {
	IJ_VEC(struct ij_unwind_module) list;
	uint64_t generation; /* of the session whose they are */
	struct ij_policy *policy;
};

#endif
