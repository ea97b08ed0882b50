/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking ahead: the instructions between a stop and the place that a walk wants, simulated. */
#ifndef IJ_INJECT_PREDICT_H
#define IJ_INJECT_PREDICT_H

#include "arch/simulate.h"
#include "inject/walk.h"

enum ij_predict_end {
	IJ_PREDICT_GOES_ON, /* not there yet; never the end of a prediction */
	IJ_PREDICT_ARRIVED, /* the conflicting frame, or the marked code, is left */
	IJ_PREDICT_SYSCALL, /* it makes a system call first */
	IJ_PREDICT_LIMIT,   /* not within so many instructions */
	IJ_PREDICT_REFUSED, /* the simulator cannot follow; `text` names the instruction */
	IJ_PREDICT_NO_GOAL, /* nothing is known that would have to be left, or where to */
};

enum {
	IJ_PATH_STORES = 64,
	IJ_PATH_CALLS = 32,
};

/** A simulated thread on its way, and what it did. For walkers that act on it step by step. */
struct ij_path {
	struct ij_walk *walk;
	struct ij_sim sim;
	bool strict; /* allow only what may be committed, see ij_path_commits; read everything anew
		      */
	uint32_t steps;
	uint32_t loads;
	uint32_t locks; /* atomic instructions */
	uint32_t calls; /* made and not returned from yet */
	uint32_t rets;  /* returns out of frames that were there at the start */
	ij_addr sp_min; /* the lowest stack pointer on the way */
	bool lost; /* the stack was changed, or there were too many stores or calls to follow */
	struct {
		ij_addr addr;
		uint32_t size;
		bool dead; /* in a frame that has been returned from */
	} stores[IJ_PATH_STORES];
	uint32_t stores_len;
	struct {
		ij_addr sp, return_addr;
	} shadow[IJ_PATH_CALLS];
};

/** What lies ahead of a stop. */
struct ij_prediction {
	enum ij_predict_end end;
	uint32_t steps; /* instructions */
	uint32_t loads;
	uint32_t stores; /* that somebody can see afterwards */
	uint32_t locks;
	bool vectors;        /* a vector register changes */
	struct ij_regs regs; /* where it ended */
	char text[48];       /* of REFUSED: the instruction, and why */
};

/** Begin at walk->stop, which was judged last by ij_judge. False: there is nothing to look for. */
bool ij_path_start(struct ij_path *path, struct ij_walk *walk);

/** One instruction on. */
enum ij_predict_end ij_path_step(struct ij_path *path);

/** Stores so far whose effect can still be seen: all but those to stack that is dead by now. */
uint32_t ij_path_stores(const struct ij_path *path);

/**
 * May a path that was followed strictly be committed, by writing its registers to the thread?
 *
 * Sound because the simulated thread is one that ran between its stop and now, merely quicker than
 * it would have: every load was made at one instant, in program order (so the processor's own order
 * of loads is kept), from memory that the thread may read; it stored nothing that anyone can see,
 * made no system call and no atomic operation. Dead stack is what a signal handler may overwrite
 * at any time, or what a return has given up. Not seen: protection keys of the thread, and a change
 * of protection since the mappings were last listed.
 */
bool ij_path_commits(const struct ij_path *path);

/**
 * Simulate from walk->stop until the place that conflicts is left, @max instructions at most.
 *
 * Reads the target only; costs about a microsecond an instruction.
 * @return: whether it was (end ARRIVED).
 */
bool ij_predict(struct ij_walk *walk, unsigned max, struct ij_prediction *ret);

#endif
