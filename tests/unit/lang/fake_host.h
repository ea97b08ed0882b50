/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that is not there: some objects in 4 KiB of memory, their types, and two functions. */
#ifndef IJ_TESTS_FAKE_HOST_H
#define IJ_TESTS_FAKE_HOST_H

#include "lang/eval.h"
#include "lang/show.h"

enum { FAKE_BASE = 0x1000, FAKE_SIZE = 4096 };

struct fake_host {
	struct ij_host host; /* first */
	uint8_t memory[FAKE_SIZE];
	unsigned calls, writes;
	const struct ij_ctype
		*types[8]; /* int, char *, struct s, enum e, array, function, union, bits */
};

/** Everything that is there: `i`, `text`, `s`, `e`, `a`, `f`, `g`, `u`. False: no memory. */
bool fake_host_init(struct fake_host *fake);
void fake_host_deinit(struct fake_host *fake);

#endif
