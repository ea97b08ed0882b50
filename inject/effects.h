/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * System calls of a copy of the target: which of them have an effect that outlives the copy.
 *
 * What is the copy's own may be used in every way: its memory, signal handlers, timers,
 * credentials, and the descriptors that it opened itself. Of what it shares with the target, such
 * as open files and their positions, sockets and the file system, it may only see what looking does
 * not consume.
 */
#ifndef IJ_INJECT_EFFECTS_H
#define IJ_INJECT_EFFECTS_H

#include "inject/shared.h"

enum { IJ_EFFECTS_FDS = 1024 };

/** What a rehearsal knows of the copy. */
struct ij_effects {
	const struct ij_shared *shared;
	struct ij_mem *mem;                /* of the copy */
	int proc_fd;                       /* its /proc/PID */
	ij_addr tp;                        /* the thread pointer of the target's thread */
	pid_t inner;                       /* the copy, as itself and the target number it */
	pid_t tgid, tid;                   /* the target's process and thread, likewise */
	pid_t parent;                      /* the target's parent, likewise; 0: not known */
	unsigned threads;                  /* of the target */
	uint64_t own[IJ_EFFECTS_FDS / 64]; /* descriptors that the copy opened */
};

enum ij_effect_kind {
	IJ_EFFECT_NONE,    /* let it be made */
	IJ_EFFECT_DENIED,  /* do not make it: it fails with EPERM */
	IJ_EFFECT_ANSWER,  /* do not make it: it returns `answer`, as it does in the target */
	IJ_EFFECT_CHANGED, /* make it with the changed arguments */
	IJ_EFFECT_SHARED,  /* the shared memory at `addr` must be private first, then make it */
	IJ_EFFECT_STUCK,   /* it waits for a lock that nobody in the copy can release */
	IJ_EFFECT_EXIT,    /* it ends the process with status `answer` */
};

struct ij_effect {
	enum ij_effect_kind kind;
	long answer;
	uint64_t args[6]; /* CHANGED */
	ij_addr addr;     /* SHARED; STUCK: the lock */
	pid_t owner;      /* STUCK: who holds it, as the target numbers it; 0: not known */
	bool own;         /* STUCK: certainly the calling thread itself, or there is no other */
};

/** Judge system call @nr at its entry. */
void ij_effects_judge(const struct ij_effects *effects, long nr, const uint64_t args[6],
		      struct ij_effect *ret);

/** Take note that it was made and returned @result. */
void ij_effects_note(struct ij_effects *effects, long nr, const uint64_t args[6], long result);

#endif
