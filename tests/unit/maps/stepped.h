/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The programs made of marks_program.c, run instruction by instruction. */
#ifndef IJ_TESTS_MAPS_STEPPED_H
#define IJ_TESTS_MAPS_STEPPED_H

#include <sys/types.h>
#include <sys/user.h>

#include "maps/compile.h"

struct stepped {
	struct ij_object *obj;
	int fd;
	void *bytes;
	struct ij_map map;
	const char *name;
	pid_t pid;     /* 0: it has ended */
	uint64_t bias; /* its address minus the link-time address */
};

/** Open the program, compile its map, and start it up to where it begins; fails the test else. */
void stepped_open(struct stepped *prog, const char *path);
/** The same without starting it. */
void stepped_open_file(struct stepped *prog, const char *path);
/** Takes one that has ended, or was never started. */
void stepped_close(struct stepped *prog);

void stepped_regs(const struct stepped *prog, struct user_regs_struct *ret);
/** Eight bytes of its memory, and those at a symbol of its plus @off. */
uint64_t stepped_word(const struct stepped *prog, uint64_t addr);
uint64_t stepped_symbol(const struct stepped *prog, const char *name, uint64_t off);
/** Whether @pc is in one of the functions that are looked at. */
bool stepped_is_compared(const struct stepped *prog, uint64_t pc);
/** Its module offset. */
uint64_t stepped_offset(const struct stepped *prog, uint64_t pc);
/**
 * Execute one instruction. @return: false once it is about to exit, its memory still there; then
 * its status must be good.
 */
bool stepped_next(struct stepped *prog);

/** All of them up to there. */
void stepped_rest(struct stepped *prog);

/** Visit the path of every program that was built; returns how many there are. */
int stepped_each(void (*visit)(const char *path));

#endif
