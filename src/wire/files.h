/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that the tracer opens for the client. */
#ifndef IJ_WIRE_FILES_H
#define IJ_WIRE_FILES_H

#include "base/types.h"

#define IJ_WIRE_FILES_MAX 32  /* that are opened together */
#define IJ_WIRE_PATHS_MAX 256 /* that are tried together */
#define IJ_WIRE_PATH_SIZE 512 /* bytes of one of them, with its NUL */

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
	char path[IJ_WIRE_PATH_SIZE]; /* absolute, in the target's file system */
};

struct ij_wire_open_debugs {
	uint32_t len; /* of paths, which follow one another, each with its NUL */
	uint32_t reserved;
};

struct ij_wire_debugs {
	uint32_t tried; /* of the paths, from the first one: for the others there was no room */
	uint32_t reserved;
	/* Bit n of word n / 64: the file of path n; descriptors come in that order. */
	uint64_t opened[IJ_WIRE_PATHS_MAX / 64];
};

#endif
