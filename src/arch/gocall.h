/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A call by Go's own protocol for debuggers, carried out in the target by a handler of SIGTRAP.
 *
 * runtime.debugCallV1 and V2 stop at int3 instructions and expect a debugger at each of them; with
 * nobody there the runtime would end the process. So for the time of the call SIGTRAP's action is
 * this handler, which does what a debugger would do: enters the call, keeps its results, restores
 * every register, puts the program's own action back. Nobody needs to watch it, and whoever does
 * may die. x86-64.
 *
 * Source: Go 1.11 to 1.27, src/runtime/asm_amd64.s (debugCallV1, debugCallV2).
 */
#ifndef IJ_ARCH_GOCALL_H
#define IJ_ARCH_GOCALL_H

#include <stddef.h>

#include "arch/gocall_layout.h"
#include "arch/regs.h"

enum {
	IJ_GOCALL_INT_ARGS = 9,
	IJ_GOCALL_FLOAT_ARGS = 15,
	IJ_GOCALL_CALLS_MAX = 8,
	IJ_GOCALL_READS_MAX = 5,
	IJ_GOCALL_READ_MAX = 4096, /* bytes */
	IJ_GOCALL_VALUE_SIZE = 24, /* bytes that are read of a value of unknown type */
	IJ_GOCALL_READ_ONE = 0xffff,
	IJ_GOCALL_READ_HEAP = 0xfffe,
	IJ_GOCALL_GP_PC = 16,           /* index in gp */
	IJ_GOCALL_HEAP_MAX = 64 * 1024, /* bytes that are read of the new memory */
};

/** The mask of old_action before the kernel has written that: no mask that the kernel keeps has
 * SIGKILL (kernel/signal.c, do_sigaction). */
#define IJ_GOCALL_NOT_ENTERED UINT64_MAX

/** The codes of the stops. */
enum ij_gocall_code {
	IJ_GOCALL_CODE_NONE = 0, /* "ready for the call" is never kept */
	IJ_GOCALL_CODE_RETURNED = 1,
	IJ_GOCALL_CODE_PANICKED = 2,
	IJ_GOCALL_CODE_DROPPED = 3,           /* our own: the next is a method that is not there */
	IJ_GOCALL_CODE_LATE = IJ_GOCALL_LATE, /* our own: it has not come to its goal */
	IJ_GOCALL_CODE_REJECTED = 8,
};

/**
 * One call: first perhaps that of runtime.mallocgc, then those that are wanted. Of these the tracer
 * passes on what one returned to the next, while it is alive.
 */
struct ij_gocall_one {
	ij_addr func;
	uint64_t context;    /* of a closure, for RDX */
	ij_addr stack;       /* bytes for the stack; as sent an offset, as the next but one */
	uint64_t stack_size; /* bytes */
	/* Bit N: ints[N], bit 9+N: word N of the stack, counts from the memory that the first call
	 * gave. */
	uint64_t heap_mask;
	uint64_t ints[IJ_GOCALL_INT_ARGS];
	uint64_t floats[IJ_GOCALL_FLOAT_ARGS];
	/*
	 * What it takes of the call before it: `from_len` words from word `from` of the results on
	 * (counted as in struct ij_gocall_read), for arguments from `to` on (counted as in
	 * `heap_mask`). With `method` its function's address lies so many bytes behind where the
	 * word before `from` leads, to an interface's table of methods.
	 */
	uint16_t from, to, from_len, method;
};

/**
 * Memory that the tracer reads at HELD: where word `ptr` of the results leads, as many elements as
 * word `len` says, or IJ_GOCALL_READ_ONE of them; if elements are of size 0, IJ_GOCALL_VALUE_SIZE
 * bytes of what lies there, and behind them the text that they point to if they begin with a
 * string. Words 0 to 8 are ints[], 9 on are those of the stack. With `len` IJ_GOCALL_READ_HEAP:
 * `max` bytes, up to IJ_GOCALL_HEAP_MAX, of the new memory from `elem_size` on.
 */
struct ij_gocall_read {
	uint16_t ptr, len;
	uint32_t elem_size; /* bytes */
	uint32_t max;       /* bytes; up to IJ_GOCALL_READ_MAX */
	uint32_t off;       /* out: of what was read, from the struct ij_gocall on */
	uint32_t size;      /* out: bytes */
	uint32_t cut;       /* out: 1: there is more */
};

/** What the handler reads and writes; all addresses are the target's. */
struct ij_gocall {
	uint32_t state;         /* IJ_GOCALL_RUNNING, HELD, DONE; a futex */
	uint32_t ack;           /* `owner` until the tracer has read, or is dead; a futex */
	uint32_t flags;         /* IJ_GOCALL_V2, ... */
	uint32_t tid;           /* that met the last stop, as the target numbers it */
	uint64_t old_action[4]; /* as the kernel keeps it: handler, flags, restorer, mask; until the
				   thread has entered IJ_GOCALL_NOT_ENTERED */
	uint64_t new_action[4];
	ij_addr lo, hi;      /* traps in (lo, hi] are of the protocol */
	ij_addr again;       /* where a call returns to */
	uint32_t phase;      /* index of the call that is made */
	uint32_t calls_len;  /* 0: none, only ask the runtime */
	uint32_t code;       /* enum ij_gocall_code: how the last call ended */
	uint32_t frame_size; /* bytes that all arguments and results of a call take on the stack */
	uint64_t hold_time[2]; /* struct timespec: how long to wait at HELD */
	uint64_t words[2];     /* PANICKED: type and data; REJECTED: a string */
	ij_addr desc_state;    /* 32 bits that say whether our pages are in use */
	ij_addr heap;          /* what the first call returned, if there are data */
	ij_addr data;          /* to be copied there; as sent an offset from here */
	uint64_t data_size;    /* bytes; 0: the first call is no allocation */
	uint64_t sigmask;
	uint64_t gp[18]; /* in the order of struct sigcontext: r8 ... r15, rdi, rsi, rbp, rbx, rdx,
			    rax, rcx, rsp, rip, eflags */
	uint64_t xstate_size; /* bytes */
	ij_addr xstate;
	/* What the last call left in registers, and of the stack. */
	uint64_t ints[IJ_GOCALL_INT_ARGS];
	uint64_t floats[IJ_GOCALL_FLOAT_ARGS];
	ij_addr stack;       /* as sent an offset from here */
	uint64_t stack_size; /* bytes */
	struct ij_gocall_one calls[IJ_GOCALL_CALLS_MAX];
	/* Of a panic only the first: its value. */
	struct ij_gocall_read reads[IJ_GOCALL_READS_MAX];
	uint32_t owner;     /* proc/owned.h; 0: nobody tells of the tracer's death */
	uint32_t next;      /* from the tracer at HELD: 1: the next call is ready to be made */
	ij_addr fixes;      /* 32-bit offsets of words in the copied data to which its address is
			       added; as sent an offset from here */
	uint64_t fixes_len; /* of them */
	/*
	 * With SLOTS, of a thread that stands before a call of Go's and is interrupted as if that
	 * had returned: bytes from there back, and how many words of arguments lie at the stack
	 * pointer. Those that lead into the goroutine's stack, which was [stack_lo, stack_hi), move
	 * with it.
	 */
	uint64_t back, back_words;
	ij_addr stack_lo, stack_hi;
	/* Where `heap` is written so that the collector finds it between calls: a word that nobody
	 * needs any more, of the frame of debugCall on the stack of the goroutine that waits for
	 * the one that calls (Go 1.15 on), which is looked into conservatively; 0: nowhere. */
	ij_addr root;
	/* runtime.unreachableMethod, which stands in tables for methods that the linker has
	 * dropped, and ends the program; 0: there is none. */
	ij_addr unreachable;
	/*
	 * With STEPS: where the thread enters the protocol at `entry`, if it has that stack pointer
	 * there; gp, xstate and `root`, if that is not 0, are of that moment. With `back` that is
	 * the first instruction of what it calls again, if it has come from where gp then says that
	 * it is: it enters as from before that call. Up to then SIGURG is put off: a goroutine that
	 * is preempted would keep the trap flag on its stack, and take it along to another thread
	 * (src/runtime/preempt_amd64.s).
	 */
	ij_addr goal, goal_sp;
	ij_addr entry;
	uint64_t steps_left; /* then it is let be, with IJ_GOCALL_CODE_LATE */
};

#define IJ_GOCALL_ASSERT(type, member, off) \
	_Static_assert(offsetof(struct type, member) == (off), "Go call layout: " #member)
IJ_GOCALL_ASSERT(ij_gocall, state, IJ_GOCALL_STATE);
IJ_GOCALL_ASSERT(ij_gocall, ack, IJ_GOCALL_ACK);
IJ_GOCALL_ASSERT(ij_gocall, flags, IJ_GOCALL_FLAGS);
IJ_GOCALL_ASSERT(ij_gocall, tid, IJ_GOCALL_TID);
IJ_GOCALL_ASSERT(ij_gocall, old_action, IJ_GOCALL_OLD);
IJ_GOCALL_ASSERT(ij_gocall, new_action, IJ_GOCALL_NEW);
IJ_GOCALL_ASSERT(ij_gocall, lo, IJ_GOCALL_LO);
IJ_GOCALL_ASSERT(ij_gocall, hi, IJ_GOCALL_HI);
IJ_GOCALL_ASSERT(ij_gocall, again, IJ_GOCALL_AGAIN);
IJ_GOCALL_ASSERT(ij_gocall, phase, IJ_GOCALL_PHASE);
IJ_GOCALL_ASSERT(ij_gocall, calls_len, IJ_GOCALL_CALLS_LEN);
IJ_GOCALL_ASSERT(ij_gocall, code, IJ_GOCALL_CODE);
IJ_GOCALL_ASSERT(ij_gocall, hold_time, IJ_GOCALL_HOLD_TIME);
IJ_GOCALL_ASSERT(ij_gocall, words, IJ_GOCALL_WORDS);
IJ_GOCALL_ASSERT(ij_gocall, desc_state, IJ_GOCALL_DESC_STATE);
IJ_GOCALL_ASSERT(ij_gocall, heap, IJ_GOCALL_HEAP);
IJ_GOCALL_ASSERT(ij_gocall, data, IJ_GOCALL_DATA);
IJ_GOCALL_ASSERT(ij_gocall, data_size, IJ_GOCALL_DATA_SIZE);
IJ_GOCALL_ASSERT(ij_gocall, sigmask, IJ_GOCALL_SIGMASK);
IJ_GOCALL_ASSERT(ij_gocall, gp, IJ_GOCALL_GP);
IJ_GOCALL_ASSERT(ij_gocall, xstate_size, IJ_GOCALL_XSTATE_SIZE);
IJ_GOCALL_ASSERT(ij_gocall, xstate, IJ_GOCALL_XSTATE);
IJ_GOCALL_ASSERT(ij_gocall, ints, IJ_GOCALL_INTS);
IJ_GOCALL_ASSERT(ij_gocall, floats, IJ_GOCALL_FLOATS);
IJ_GOCALL_ASSERT(ij_gocall, stack, IJ_GOCALL_STACK);
IJ_GOCALL_ASSERT(ij_gocall, stack_size, IJ_GOCALL_STACK_SIZE);
IJ_GOCALL_ASSERT(ij_gocall, calls, IJ_GOCALL_CALLS);
IJ_GOCALL_ASSERT(ij_gocall, reads, IJ_GOCALL_READS);
IJ_GOCALL_ASSERT(ij_gocall, owner, IJ_GOCALL_OWNER);
IJ_GOCALL_ASSERT(ij_gocall, next, IJ_GOCALL_NEXT);
IJ_GOCALL_ASSERT(ij_gocall, fixes, IJ_GOCALL_FIXES);
IJ_GOCALL_ASSERT(ij_gocall, fixes_len, IJ_GOCALL_FIXES_LEN);
IJ_GOCALL_ASSERT(ij_gocall, back, IJ_GOCALL_BACK);
IJ_GOCALL_ASSERT(ij_gocall, back_words, IJ_GOCALL_BACK_WORDS);
IJ_GOCALL_ASSERT(ij_gocall, stack_lo, IJ_GOCALL_STACK_LO);
IJ_GOCALL_ASSERT(ij_gocall, stack_hi, IJ_GOCALL_STACK_HI);
IJ_GOCALL_ASSERT(ij_gocall, root, IJ_GOCALL_ROOT);
IJ_GOCALL_ASSERT(ij_gocall, frame_size, IJ_GOCALL_FRAME_SIZE);
IJ_GOCALL_ASSERT(ij_gocall, goal, IJ_GOCALL_GOAL);
IJ_GOCALL_ASSERT(ij_gocall, goal_sp, IJ_GOCALL_GOAL_SP);
IJ_GOCALL_ASSERT(ij_gocall, entry, IJ_GOCALL_ENTRY);
IJ_GOCALL_ASSERT(ij_gocall, steps_left, IJ_GOCALL_STEPS_LEFT);
IJ_GOCALL_ASSERT(ij_gocall_one, context, IJ_GOCALL_ONE_CONTEXT);
IJ_GOCALL_ASSERT(ij_gocall_one, stack, IJ_GOCALL_ONE_STACK);
IJ_GOCALL_ASSERT(ij_gocall_one, stack_size, IJ_GOCALL_ONE_STACK_SIZE);
IJ_GOCALL_ASSERT(ij_gocall_one, heap_mask, IJ_GOCALL_ONE_HEAP_MASK);
IJ_GOCALL_ASSERT(ij_gocall_one, ints, IJ_GOCALL_ONE_INTS);
IJ_GOCALL_ASSERT(ij_gocall_one, floats, IJ_GOCALL_ONE_FLOATS);
_Static_assert(sizeof(struct ij_gocall_one) == IJ_GOCALL_ONE_SIZE, "Go call layout");
_Static_assert(sizeof(struct ij_gocall) == IJ_GOCALL_SIZE, "Go call layout");

/** The handler: copy all of [ij_gocall_code, ij_gocall_code_end) to executable memory, with the
 * address of the struct ij_gocall in the last eight bytes. */
extern const uint8_t ij_gocall_code[];
extern const uint8_t ij_gocall_code_end[];

/** Keep @regs in @call->gp. */
void ij_gocall_regs(struct ij_gocall *call, const struct ij_regs *regs);

/** @regs with the trap flag. */
struct ij_regs ij_gocall_stepping(const struct ij_regs *regs);
/** Is a thread with @regs stepping, then with the flag cleared in them? */
bool ij_gocall_is_stepping(struct ij_regs *regs);

/**
 * The registers with which a thread that stands at @regs enters the protocol at @entry.
 *
 * @words_ret: what goes to the stack first: at sp - 8 the PC, at sp - 24 the size of the arguments'
 * frame, which the caller fills in.
 */
struct ij_regs ij_gocall_enter(const struct ij_regs *regs, ij_addr entry);

/** Bytes of stack below the interrupted stack pointer that are written before the protocol begins.
 */
#define IJ_GOCALL_PUSHED 24

#endif
