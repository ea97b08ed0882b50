/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The modules of the test process as ij_modules_create finds them. */
#ifndef IJ_TESTS_MAPS_PROCESS_H
#define IJ_TESTS_MAPS_PROCESS_H

#include "obj/modules.h"

struct process {
	struct ij_opener opener;
	struct ij_mem_fd mem;
	struct ij_vmas vmas;
	struct ij_modules *mods;
	int mem_fd;
};

void process_init(struct process *proc);
void process_deinit(struct process *proc);

/** The module whose base name starts with @name. */
struct ij_module *process_module(struct process *proc, const char *name);

#endif
