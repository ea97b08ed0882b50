/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Go: which goroutine a thread runs, whether a call may be made on top of it, and the call. */
#ifndef IJ_INJECT_GO_GO_H
#define IJ_INJECT_GO_GO_H

#include "arch/gocall.h"
#include "inject/judge.h"
#include "inject/walk.h"

/** Bounds of a stack. */
struct ij_go_stack {
	ij_addr lo, hi;
};

/** Bytes that debugCallV1 and V2 want below the stack pointer (src/runtime/asm_amd64.s), and what
 * we push. */
#define IJ_GO_ROOM (256 + IJ_GOCALL_PUSHED)

/** What the runtime keeps of a thread. Every word of it is checked against others. */
struct ij_go_thread {
	ij_addr g, m;
	ij_addr g0, gsignal;
	ij_addr curg;              /* the goroutine that it runs, or 0 */
	struct ij_go_stack stack;  /* of g */
	struct ij_go_stack signal; /* of gsignal, on which handlers run */
	bool user;                 /* g is a goroutine, and the stack pointer is on its stack */
	bool locked;               /* the runtime must not be entered: m.locks is not 0 */
};

/**
 * Look at the runtime's structures of a stopped thread.
 *
 * @return: false if it has none that hang together (a thread of C, or one that is being born).
 * Source: Go 1.11 to 1.27, src/runtime/runtime2.go (g, m, gobuf).
 */
bool ij_go_look(const struct ij_injector *inj, const struct ij_regs *regs,
		struct ij_go_thread *ret);

/** What a stop at @addr means; NONE outside of Go code. */
enum ij_map_go_kind ij_go_kind_at(const struct ij_injector *inj, ij_addr addr);

/**
 * Where the runtime is to be told that the thread stands: its PC, or where the call returns to that
 * it is about to make again (stop->go_back).
 */
ij_addr ij_go_pc(const struct ij_stop *stop);
/** May a stop be judged as if a system call had returned to a place of that kind? There its results
 * do not matter, and by then the runtime has the thread back. */
bool ij_go_may_go_back(enum ij_map_go_kind kind);
/** Bytes of the instruction before ij_stop.go_back, a direct call. */
#define IJ_GO_CALL_SIZE 5

/** Tell the handler of a call that the thread is about to make again, or comes to: its arguments
 * may lead into its own stack, which moves. Fills back, back_words, stack_lo and stack_hi of @ret,
 * and of gp, if it is yet to come there, where it makes the call. */
void ij_go_fill_back(const struct ij_injector *inj, const struct ij_stop *stop,
		     struct ij_gocall *ret);

/** Judge the stop for a call in Go. Fills stop->below, go_kind and conflict. */
void ij_go_judge(struct ij_injector *inj, struct ij_stop *stop, struct ij_wire_verdict *ret);

/** Is @g the goroutine that @call wants? */
bool ij_go_is_wanted(const struct ij_injector *inj, const struct ij_wire_call *call, ij_addr g);

/** Where the goroutine that a call wants is, seen without stopping anybody. */
enum ij_go_where {
	IJ_GO_WHERE_GONE,   /* it has ended, or was never there */
	IJ_GO_WHERE_THREAD, /* a thread runs it, or waits for it in a system call */
	IJ_GO_WHERE_PARKED,
	IJ_GO_WHERE_UNKNOWN, /* it is on its way from one to the other */
};

/**
 * Find the goroutine that @call wants.
 *
 * @tid_ret: of THREAD. @where_ret: of PARKED, where it is first safe when it goes on: return_addr,
 * 0 if there is no such place, and cfa. @stack_ret: of PARKED, its stack.
 */
enum ij_go_where ij_go_find_wanted(struct ij_injector *inj, const struct ij_wire_call *call,
				   pid_t *tid_ret, struct ij_conflict *where_ret,
				   struct ij_go_stack *stack_ret);

/** The verdict where the goroutine that is wanted did not come to a place for a call. */
void ij_go_elsewhere(enum ij_go_where where, struct ij_wire_verdict *ret);

/**
 * Where no breakpoint can be had: have the call be made where the frame of goroutine @g that @where
 * returns to is safe, to which the thread is to go by itself from @regs (stop->go_goal).
 *
 * @g: 0: the one that the thread runs.
 * @return: false: there is no such place, or no room on the goroutine's stack.
 */
bool ij_go_aim(struct ij_walk *walk, ij_addr g, const struct ij_regs *regs,
	       const struct ij_conflict *where);

/**
 * The same for a thread that comes to the first instruction of a function at @entry, with stack
 * pointer
 * @sp, by which it makes a system call again: from before that call, as if it returned to @back.
 */
bool ij_go_aim_again(struct ij_walk *walk, const struct ij_regs *regs, ij_addr entry, ij_addr sp,
		     ij_addr back);

/** Find stop->below on the stack of signal handlers; false: somebody is on it. */
bool ij_go_find_below(const struct ij_injector *inj, struct ij_stop *stop);

/**
 * Judge a stop of one of Go's threads for a system call, which is safe wherever a frame can lie on
 * the stack of signal handlers; the rest goes to a stack of ours.
 *
 * @return: false: it is none of Go's.
 */
bool ij_go_judge_bare(struct ij_injector *inj, struct ij_stop *stop, struct ij_wire_verdict *ret);

/** The verdict where no thread ran any Go code, and where it is not our turn. */
void ij_go_idle(const struct ij_injector *inj, struct ij_wire_verdict *ret);
void ij_go_busy(struct ij_wire_verdict *ret);
#define IJ_GO_BUSY_TEXT "another call in Go is under way in the process"

/**
 * Is it our turn to make a call? To be asked again later if it is not, and before each attempt.
 *
 * Takes the turn from other live sessions, and looks whether a thread is just entering a call that
 * a dead one began.
 */
bool ij_go_turn_take(struct ij_injector *inj);
void ij_go_turn_end(struct ij_injector *inj);

/** Is it a well-formed call in Go? @scratch: call->scratch_size bytes. */
bool ij_go_call_check(const struct ij_wire_call *call, const uint8_t *scratch);

/**
 * Make the call in a stop that is safe for it. The thread is let go of at once, and carries the
 * call out by itself (arch/gocall.h).
 *
 * @ret: DONE, with the struct ij_gocall and what followed it as scratch memory; LEFT if it took too
 *   long; EXITED.
 */
struct ij_error *ij_go_inject(struct ij_injector *inj, const struct ij_wire_call *call,
			      const uint8_t *scratch, struct ij_stop *stop,
			      struct ij_call_result *ret) IJ_WARN_UNUSED;

/** The thread by whose stop alone our pages may be unmapped, the last that can be in our handler;
 * 0: any. */
pid_t ij_go_unmaps(const struct ij_injector *inj);

/** How a thread that is blocked in system call @nr can be woken. */
enum ij_go_wake {
	IJ_GO_WAKE_NOT,
	IJ_GO_WAKE_EINTR, /* what called it may make it again */
	IJ_GO_WAKE_EPOLL, /* the scheduler waits for the network */
	IJ_GO_WAKE_AWAIT, /* not, but its end can be waited for */
};
enum ij_go_wake ij_go_wakes(long nr);

/**
 * The first frame outward from @regs that is safe when what it called has returned.
 *
 * @ret: `return_addr` in it, and `cfa`, the stack pointer there. False: there is none.
 */
bool ij_go_find_return(struct ij_injector *inj, struct ij_stop *stop,
		       const struct ij_unwind_regs *regs, struct ij_conflict *ret);

/** The registers with which a parked goroutine @g will go on; false if it is none. */
bool ij_go_parked(const struct ij_injector *inj, ij_addr g, struct ij_unwind_regs *ret);

/** Wake an idle program, whose threads all wait in the kernel. */
extern const struct ij_walker ij_walker_go_wake;

/** From an unsafe point on, instruction by instruction: mostly a handful. */
extern const struct ij_walker ij_walker_go_step;

#endif
