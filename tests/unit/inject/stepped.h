/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A child that works in the C library and checks its own results, stopped and single-stepped. */
#ifndef IJ_TESTS_INJECT_STEPPED_H
#define IJ_TESTS_INJECT_STEPPED_H

#include "inject/walk.h"

struct stepped {
	pid_t pid;
	struct ij_injector inj;
	struct ij_thread thread;
	struct ij_stop stop;
	struct ij_wire_verdict verdict;
	struct ij_walk walk;
	struct ij_unwind_module module; /* stands for the one that a conflict is in */
	volatile struct stepped_page {
		uint64_t rounds, wrong;
	} * page;
};

/** Start the child, and an injector for it. */
void stepped_start(struct stepped *s);
/** Stop it somewhere, with nothing in s->stop.conflict. */
void stepped_stop(struct stepped *s);
/** One instruction, by the trap flag. Registers are read into s->stop. */
void stepped_step(struct stepped *s);
/** Let go of it, and wait until it has gone on. */
void stepped_let_go(struct stepped *s);
/** Fail unless it is well; end it. */
void stepped_end(struct stepped *s);

uint64_t stepped_word(struct stepped *s, ij_addr addr);

#endif
