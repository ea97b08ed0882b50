/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walking: moving a stopped thread from an unsafe stop to a safe-point.
 *
 * A walker is one way of doing so, in a file of its own under inject/walkers. It looks (fit), and
 * moves the thread (go); the judge looks again afterwards, whatever the walker promised. Every
 * walker is fail-open: at any instant of it the thread, were we to die, goes on as if nothing had
 * been.
 *
 * Three move no stopped thread, and are used by ij_injector_call itself: pick (inject/pick.h),
 * retry where it lets go wholly (inject/retry.h) and until (inject/arrive.h).
 */
#ifndef IJ_INJECT_WALK_H
#define IJ_INJECT_WALK_H

#include "arch/decode.h"
#include "inject/judge.h"
#include "proc/breakpoint.h"

/** What a walker that lets a thread run in our page says of a stop there. */
enum ij_walk_leave {
	IJ_WALK_ELSEWHERE,   /* it does not stand in the page */
	IJ_WALK_LEFT,        /* it did; the registers are now those that it would have without us */
	IJ_WALK_LEFT_MARKED, /* the same, from where it tells of its arrival */
};

struct ij_walk {
	struct ij_injector *inj;
	struct ij_stop *stop; /* where the thread stands; brought up to date by every move */
	ij_classes need;
	const struct ij_wire_verdict *verdict; /* why that is unsafe */
	const struct ij_wire_call *call;       /* for `until`; else nothing a walker needs */
	uint64_t deadline_ns;                  /* of the walk, monotonic clock */
	int signo;                             /* the breakpoints' signal; 0: there is none free */
	bool breakpoints;                      /* they can be had, and are hit */
	/* Of the walker, for ij_walk_run: asked in every stop of a signal. NULL: none. */
	enum ij_walk_leave (*leave)(struct ij_walk *walk, struct ij_regs *regs);
	unsigned moments;  /* of `retry`, in all walks so far */
	uint32_t steps;    /* in: 0; out: instructions or stops on the way */
	uint32_t path_len; /* the same; the instructions that ij_walk_step ran, the first ones */
	ij_addr path[IJ_WIRE_PATH_MAX];
	char text[64]; /* out: what the walker has to say, or "" */
};

struct ij_walker {
	enum ij_wire_walker id;
	/**
	 * What it would cost here in nanoseconds, most of the time; IJ_NEVER: it is of no use.
	 * Looks at the stop only: target memory may be read, nothing is written or run.
	 */
	uint64_t (*fit)(struct ij_walk *walk);
	/** Move. Errors: OS, GONE; the thread is then stopped or let go of. */
	struct ij_error *(*go)(struct ij_walk *walk, enum ij_walk_end *ret);
};

extern const struct ij_walker ij_walker_step, ij_walker_return, ij_walker_trampoline,
	ij_walker_exit, ij_walker_restart, ij_walker_simulate, ij_walker_displace, ij_walker_poll,
	ij_walker_retry;

/** Where a walk may end, besides the deadline. */
struct ij_walk_goal {
	ij_addr addr;
	enum ij_breakpoint_kind kind;
	ij_addr sp_min; /* a hit counts only if the stack pointer is at or above this; 0: any */
};

/**
 * Let the thread run until it meets one of @goals, armed as fail-open breakpoints, or until
 * walk->deadline_ns; then it is stopped as by ij_attempt_stop and walk->stop is read anew. Signals
 * on the way are delivered. The building stone of the walkers.
 *
 * @hit_ret: index of the goal that was met, or -1.
 * @ret: MOVED, LATE, BLOCKED or GONE; UNFIT if no breakpoint can be had (nothing has moved then).
 *       A thread in a system call is let go on even then, until that is over or known to be
 * BLOCKED.
 */
struct ij_error *ij_walk_run(struct ij_walk *walk, const struct ij_walk_goal *goals, size_t len,
			     int *hit_ret, enum ij_walk_end *ret) IJ_WARN_UNUSED;

/**
 * Let the thread run for about @span_ns, and stop it wherever it is then.
 *
 * @ret: MOVED, LATE (the client gave up) or GONE.
 */
struct ij_error *ij_walk_let_run(struct ij_walk *walk, uint64_t span_ns, enum ij_walk_end *ret)
	IJ_WARN_UNUSED;

/**
 * Map our pages in this stop, if they are not there, for a walker that needs them.
 *
 * @ret: MOVED if they are there; else what became of the thread: UNFIT (nothing), GONE.
 */
struct ij_error *ij_walk_map_pages(struct ij_walk *walk, enum ij_walk_end *ret) IJ_WARN_UNUSED;

/** Say in our pages that the thread may be in them, by one of IJ_STUB_STATE_*, for sessions after
 * us. Errors: FAULT. */
struct ij_error *ij_walk_tell(const struct ij_walk *walk, uint32_t state) IJ_WARN_UNUSED;

/**
 * The stop in which @pc is set by one register write, without running anything: for walkers that
 * have worked out a state that is equivalent. Keeps a pending breakpoint-resume flag out of it.
 */
struct ij_error *ij_walk_jump(struct ij_walk *walk, const struct ij_regs *regs) IJ_WARN_UNUSED;

/** Judge where the thread stands now, for a walker that goes on until it is safe. */
bool ij_walk_judge(struct ij_walk *walk);

/**
 * Let the thread run to the next instruction, over a call and not into it.
 *
 * @ret: as of ij_walk_run; UNFIT also where it cannot be told which instruction comes next.
 */
struct ij_error *ij_walk_step(struct ij_walk *walk, enum ij_walk_end *ret) IJ_WARN_UNUSED;

/** Read the instruction at @pc of the target and decode it; false: cannot. */
bool ij_walk_insn(struct ij_walk *walk, ij_addr pc, struct ij_insn *ret);

#endif
