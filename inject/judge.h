/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The judge: may this callee run on top of this stop? Looks, and writes nothing. */
#ifndef IJ_INJECT_JUDGE_H
#define IJ_INJECT_JUDGE_H

#include "base/clock.h"
#include "inject/injector.h"
#include "inject/limit.h"
#include "inject/means.h"

/** The outermost frame that holds what the callee needs: what a walk must get out of. */
struct ij_conflict {
	ij_addr pc;          /* in the frame: a return address, unless depth is 0 */
	ij_addr sp;          /* the stack pointer in it; 0: not known */
	ij_addr cfa;         /* the stack pointer after it has returned; 0: not known */
	ij_addr return_addr; /* where it returns to; 0: not known */
	unsigned depth;      /* 0: innermost */
	ij_classes held;
	const struct ij_unwind_module *module; /* NULL: there is no such frame */
	const struct ij_map_mark *mark;        /* the mark that makes it unsafe, if one does */
};

/** One stopped thread, as the judge sees it. */
struct ij_stop {
	struct ij_thread *thread;
	struct ij_regs regs;   /* as stopped: what is judged */
	struct ij_regs resume; /* where it goes on: elsewhere than `regs` after ij_stop_rseq only */
	struct ij_status status; /* of the thread, as of before the stop */
	uint64_t since_ns;       /* when the interrupt was sent, or the present stop began */
	uint64_t paused_ns;      /* in earlier stops of the same attempt */
	bool held;               /* a person looks at it: it is not let go of (inject/hold) */
	int owed; /* of one that is held, after a call: the signal that it is about to receive */
	bool contended;        /* it had to wait for a CPU in order to stop */
	struct ij_means means; /* what our part may do in it */
	struct ij_regs again;  /* if `again_known`: restarts its system call without the kernel */
	bool again_known;
	struct ij_limit limit;               /* of its system call, if that has one */
	const struct ij_wire_callee *callee; /* what is to be called makes these calls; or NULL */
	bool bare;          /* a system call is to be made: no code of the program's runs */
	uint32_t flags;     /* of the call to be made: enum ij_wire_call_flags */
	uint64_t args_size; /* bytes of its arguments on the stack */
	bool vectors;       /* it loads whole vector registers */
	bool foreign; /* the call runs on a stack of ours; by the last ij_judge, as the next two */
	/* Of a call in Go that one goroutine is to make: names it; else NULL. */
	const struct ij_wire_call *wanted;
	uint32_t go_kind; /* enum ij_map_go_kind of its PC; of a Go program, by the last ij_judge */
	/* Where the call of Go's returns to that the thread stands before and will make; it is
	 * judged, and interrupted, as if that had returned. Holds as long as it stands there. */
	ij_addr go_back;
	/* Where a call in Go is to be made, if not here: the thread gets there by itself (struct
	 * ij_gocall). 0: here. */
	ij_addr go_goal, go_goal_sp;
	bool idle;       /* `below` is not the interrupted stack: zeros belong there */
	ij_addr below;   /* stack below is free for a signal frame of ours; 0: there is none */
	bool alternate;  /* it is in a handler on an alternate stack */
	ij_addr deepest; /* the lowest stack pointer of its frames: not its own, if it is on another
			    stack than they */
	ij_addr frames[IJ_WIRE_FRAMES_MAX];
	size_t frames_len;
	enum ij_unwind_end end;      /* of the last unwinding */
	ij_classes yielded;          /* by the last ij_judge: INTERPRETER if one yields here */
	struct ij_conflict conflict; /* by the last ij_judge; module is NULL without one */
};

/**
 * A thread stopped inside a restartable sequence would lose the kernel's abort when it comes back
 * from a call: point its registers at the abort address, as the kernel itself does on preemption.
 *
 * Source: Linux, kernel/rseq.c, rseq_ip_fixup; include/uapi/linux/rseq.h.
 */
void ij_stop_rseq(const struct ij_injector *inj, struct ij_stop *stop);

/** How long the thread has not done its own work in this attempt, nanoseconds. */
static inline uint64_t ij_stop_paused(const struct ij_stop *stop)
{
	return stop->paused_ns + (ij_now_ns() - stop->since_ns);
}

/** How to put back a thread whose call was not disturbed: by the kernel, unless a filter stands
 * against that. */
static inline enum ij_put_back ij_stop_put_back(const struct ij_stop *stop)
{
	return stop->means.restart ? IJ_PUT_BACK_KERNEL : IJ_PUT_BACK_BY_HAND;
}

/** Read the registers of a thread that was moved, and forget what was known of its last place. */
struct ij_error *ij_stop_reread(struct ij_injector *inj, struct ij_stop *stop) IJ_WARN_UNUSED;

/**
 * Judge @stop for a callee that needs @need.
 *
 * @ret: the verdict; reason NONE means safe. Fills stop->frames and stop->conflict.
 */
void ij_judge(struct ij_injector *inj, struct ij_stop *stop, ij_classes need,
	      struct ij_wire_verdict *ret);

/**
 * Does the call that runs on top of our stub hold anything at this stop of its own? Only if it does
 * not may it be rolled back.
 *
 * @stop: what it interrupted; @regs: the registers now.
 * @return: true if it holds nothing; else @ret says what it holds.
 */
bool ij_judge_callee(struct ij_injector *inj, const struct ij_stop *stop,
		     const struct ij_regs *regs, struct ij_wire_verdict *ret);

/**
 * The signal for the end marker: ignored by default, without a handler and not blocked in this
 * thread if possible; 0 if none is free.
 */
int ij_judge_marker(const struct ij_status *status, uint64_t sigmask);

/** Will this reason never go away for this thread (a mode, not a place)? */
bool ij_judge_is_permanent(enum ij_wire_reason reason);

/**
 * Is @call made wherever the thread stands, because a person forces it? No call in Go is: where we
 * refuse, the runtime does as well, or does not see that the program will die of it (a goroutine in
 * a system call has no P). What is forced there are the arguments, before the tracer is asked.
 */
bool ij_judge_is_forced(const struct ij_wire_call *call);

/** May a person who forces a call override this reason? */
bool ij_judge_is_forcible(enum ij_wire_reason reason);

#endif
