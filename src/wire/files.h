/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that the tracer opens for the client. */
#ifndef IJ_WIRE_FILES_H
#define IJ_WIRE_FILES_H

#include "base/types.h"

#define IJ_WIRE_FILES_MAX 32 /* that are opened together */

struct ij_wire_open_module {
	ij_addr lo, hi; /* of one of its mappings */
};

struct ij_wire_open_modules {
	uint32_t len;
	uint32_t reserved;
	struct ij_wire_open_module list[IJ_WIRE_FILES_MAX];
};

struct ij_wire_files {
	uint32_t opened; /* bit n: the file of list[n]; their descriptors come in that order */
	uint32_t reserved;
};

struct ij_wire_open_debug {
	char path[512]; /* absolute, in the target's file system */
};

#endif
