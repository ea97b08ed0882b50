/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Real programs under a load of their own, whose work can be checked afterwards. */
#ifndef IJ_TESTS_PROGRAMS_H
#define IJ_TESTS_PROGRAMS_H

#include "harness.h"

struct subject {
	struct victim target;
	struct victim load; /* pid 0: the target makes its own */
	int port;
};

struct program {
	const char *name;
	/** Start it and its load, and wait until it serves; skips the test where it is not
	 * installed. */
	void (*start)(struct subject *sub);
	/** End the load and the program, and fail the test unless all of its work is right. */
	void (*finish)(struct subject *sub);
};

extern const struct program ij_program_redis;
extern const struct program ij_program_nginx;
extern const struct program ij_program_python;
extern const struct program ij_program_sqlite;
extern const struct program ij_program_storm1;
extern const struct program ij_program_storm4;
extern const struct program ij_program_exceptions;
extern const struct program ij_program_daemon;

/** The path of an installed program; skips the test if there is none. Static storage. */
const char *program_require(const char *name);

#endif
