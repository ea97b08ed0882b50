/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The test process as a target: containers of its own modules, and its own memory. */
#ifndef IJ_TESTS_MAPS_SELF_H
#define IJ_TESTS_MAPS_SELF_H

#include <ucontext.h>

#include "maps/unwind.h"

#define SELF_MODULES_MAX 64

struct self {
	struct ij_unwind_module modules[SELF_MODULES_MAX];
	void *containers[SELF_MODULES_MAX];
	struct ij_unwind_space space;
	struct ij_mem_fd mem;
	int fd;
};

/** Compile every loaded module by its .eh_frame_hdr in memory. */
void self_init(struct self *self);
void self_deinit(struct self *self);

/** The registers of a context, by DWARF number. */
struct ij_unwind_regs self_regs(const ucontext_t *context);

#endif
