/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bodies of the messages about a held stop (messages.h): threads that stay stopped over several
 * requests, for a person who looks at them.
 *
 * A CALL in between is made in the held thread that it names, where that stands; a CHECK judges the
 * held threads there.
 *
 * Between HOLD and RELEASE the tracer keeps the threads as long as its client lives, or, unless
 * that is patient, asks something once a minute. Nothing is armed in them meanwhile.
 */
#ifndef IJ_WIRE_STOPS_H
#define IJ_WIRE_STOPS_H

#include "base/types.h"

enum {
	IJ_WIRE_BREAKPOINTS_MAX = 4,    /* debug registers of a thread */
	IJ_WIRE_TRAPS_MAX = 64,         /* int3 in the code at once */
	IJ_WIRE_HELD_MAX = 1024,        /* threads in one STOPPED */
	IJ_WIRE_HELD_FRAMES_MAX = 512,  /* frames in one FRAMES */
	IJ_WIRE_FRAME_REGS = 17,        /* by DWARF number, the last is the PC */
	IJ_WIRE_XSTATE_MAX = 16 * 1024, /* bytes */
	IJ_WIRE_GENERAL_MAX = 256, /* bytes of the general registers as the kernel gives them */
};

struct ij_wire_hold {
	int32_t tid; /* this thread only; 0: all */
	uint32_t reserved;
};

enum ij_wire_stop_event {
	IJ_WIRE_STOP_ASKED,      /* it was asked for */
	IJ_WIRE_STOP_BREAKPOINT, /* `breakpoint` of the request was hit */
	IJ_WIRE_STOP_STEPPED,    /* one instruction further, or in a handler */
	IJ_WIRE_STOP_SIGNAL,     /* `signo` is about to be received */
	IJ_WIRE_STOP_JOB,        /* job control stopped the process */
	IJ_WIRE_STOP_LATE,       /* nothing happened in time */
	IJ_WIRE_STOP_CANCELLED,  /* the client asked for that */
	IJ_WIRE_STOP_GONE,       /* the thread that was asked for ended: nothing is held if it was
				    the only one */
	IJ_WIRE_STOP_EXECUTED,   /* the process executed a program: nothing is held any more */
	IJ_WIRE_STOP_EXITED,     /* the process exited: nothing is held any more */
	IJ_WIRE_STOP_EVENTS
};

enum ij_wire_held_state {
	IJ_WIRE_HELD_STOPPED,
	IJ_WIRE_HELD_RUNS,   /* it did not stop, or could not be attached to: `text` says why */
	IJ_WIRE_HELD_ENDING, /* it ends as soon as it is let go */
	IJ_WIRE_HELD_STATES
};

/** One thread. */
struct ij_wire_held {
	int32_t tid;
	uint32_t state;  /* enum ij_wire_held_state */
	int32_t signo;   /* of a signal that it receives when it goes on; 0: none */
	int32_t syscall; /* number of the system call that it was stopped in, or -1 */
	ij_addr pc, sp;  /* if STOPPED */
	char comm[16];
	char text[64];
};

/** Followed by `len` struct ij_wire_held. */
struct ij_wire_stopped {
	uint32_t event; /* enum ij_wire_stop_event */
	int32_t tid;    /* the thread that it is about; 0: none */
	int32_t signo;
	int32_t sigcode;     /* si_code */
	int32_t sender;      /* process that sent the signal, if one did; 0 */
	uint32_t breakpoint; /* index; IJ_WIRE_BREAKPOINTS_MAX: one in the code, where it stands */
	int32_t exit_status; /* of EXITED: wait status; -1: not known */
	uint32_t len;
	ij_addr addr;  /* of a fault: si_addr */
	uint32_t more; /* threads that are left out */
	uint32_t reserved;
};

enum ij_wire_breakpoint_kind {
	IJ_WIRE_BREAKPOINT_EXECUTE, /* before the instruction at `addr` runs */
	IJ_WIRE_BREAKPOINT_WRITE,   /* after `size` bytes were written to */
	IJ_WIRE_BREAKPOINT_ACCESS,  /* after they were read or written */
	IJ_WIRE_BREAKPOINT_KINDS
};

struct ij_wire_breakpoint {
	ij_addr addr;
	ij_addr sp_min; /* counts only with the stack pointer at or above; 0: any */
	uint32_t kind;  /* enum ij_wire_breakpoint_kind */
	uint32_t size;  /* 1, 2, 4, 8; of EXECUTE: 1 */
	int32_t tid;    /* counts in this thread only; 0: in all */
	uint32_t reserved;
};

enum ij_wire_go_flags {
	IJ_WIRE_GO_STEP = 1 << 0,  /* one instruction; the other threads stay where they are */
	IJ_WIRE_GO_ALONE = 1 << 1, /* so do they in a run */
};

/** What a thread receives: the signal that it is held with. */
#define IJ_WIRE_GO_SIGNAL_OWN (-1)

/** Let go on until something happens. */
struct ij_wire_go {
	int32_t tid;    /* that steps, runs alone or gets `signo` */
	uint32_t flags; /* set of enum ij_wire_go_flags */
	int32_t signo;  /* delivered to it: a signal, 0: none, IJ_WIRE_GO_SIGNAL_OWN */
	uint32_t breakpoints_len;
	struct ij_wire_breakpoint breakpoints[IJ_WIRE_BREAKPOINTS_MAX];
	ij_addr traps[IJ_WIRE_TRAPS_MAX]; /* `traps_len` of them: int3 in the code while it runs */
	uint32_t traps_len;
	uint32_t reserved;
	uint64_t pass;       /* signals that are delivered and not told of; bit N-1: signal N */
	uint64_t timeout_ns; /* UINT64_MAX: none */
};

/** What a held thread receives when it goes on: the signal that it is held with, or 0: none. */
struct ij_wire_signal_set {
	int32_t tid;
	int32_t signo;
};

/** Of a held thread. */
struct ij_wire_regs_get {
	int32_t tid;
	uint32_t reserved;
};

/** Followed by the general registers, and the extended state as NT_X86_XSTATE gives it; also what
 * REGS_SET sends, where a size of 0 leaves that part as it is. */
struct ij_wire_regs {
	int32_t tid;
	uint32_t general_size; /* bytes */
	uint32_t xstate_size;  /* bytes */
	uint32_t reserved;
};

struct ij_wire_frames_get {
	int32_t tid;
	uint32_t max; /* up to IJ_WIRE_HELD_FRAMES_MAX */
};

enum ij_wire_frame_flags {
	IJ_WIRE_FRAME_EXACT = 1 << 0,   /* `pc` is the next instruction, not a return address */
	IJ_WIRE_FRAME_GUESSED = 1 << 1, /* by frame pointer, through code without a map */
	IJ_WIRE_FRAME_SIGNAL = 1 << 2,  /* the kernel's frame of a handler */
};

struct ij_wire_frame {
	ij_addr pc, cfa; /* cfa 0: it has no caller that could be found */
	uint32_t flags;  /* set of enum ij_wire_frame_flags */
	uint32_t known;  /* bit N: regs[N] is known */
	uint64_t regs[IJ_WIRE_FRAME_REGS];
};

/** Followed by `len` struct ij_wire_frame, innermost first. */
struct ij_wire_frames {
	uint32_t len;
	uint32_t complete; /* 1: up to the thread's first function */
	ij_addr end_pc;    /* where it ended, if not complete */
	char text[64];     /* why, "" if complete or `max` was reached */
};

#endif
