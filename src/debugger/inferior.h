/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that stands: its threads, its memory, its breakpoints. All threads are stopped, or all
 * that are wanted run.
 *
 * One that we started is the debugger's own, by ptrace(2): it dies with us (PTRACE_O_EXITKILL), so
 * that what stands in its text (int3) outlives nobody, and its debug information is as trusted as
 * the program that is about to run with our rights. Hence no tracer of its own (inferior.c). One
 * that was attached to is held by the tracer of its session, and goes on if that dies (held.c).
 */
#ifndef IJ_DEBUGGER_INFERIOR_H
#define IJ_DEBUGGER_INFERIOR_H

#include <signal.h>
#include <sys/types.h>
#include <sys/user.h>

#include "base/vec.h"
#include "interject/debugger.h"

struct ij_inferior_thread {
	pid_t tid;
	bool running;
	bool has_event; /* `status` was met and not told yet */
	int status;     /* as of wait(2) */
	int deliver;    /* the signal that it receives when it goes on; 0: none */
	bool calls;     /* it is about to make a system call, and was stopped for that */
};

struct ij_inferior_break {
	uint64_t addr;
	unsigned users;
	uint8_t was; /* the byte that the int3 stands for, while it is in */
	bool in;
};

/** So many at once: the processor has as many debug registers. */
enum { IJ_INFERIOR_WATCHES_MAX = 4 };

/** Memory that is watched: `size` bytes, 1, 2, 4 or 8, at a multiple of that. */
struct ij_inferior_watch {
	uint64_t addr;
	unsigned size;
	bool reads; /* not writes alone */
};

struct ij_inferior_ops;
struct ij_inferior {
	const struct ij_inferior_ops *ops;
	pid_t pid;
	IJ_VEC(struct ij_inferior_thread) threads;
	IJ_VEC(struct ij_inferior_break) breaks;
	IJ_VEC(struct ij_inferior_watch) watches;
	bool may_trap;           /* int3 may be written into the code of one that was attached to */
	bool watched;            /* some were, so that threads may be armed still */
	int mem;                 /* /proc/PID/mem, for writing too; -1: gone */
	pid_t vforks;            /* whose memory a child of vfork(2) shares; 0: none */
	unsigned catches;        /* bit N: enum ij_debugger_catch N is told of */
	uint64_t caught_signals; /* the same of signals, from 1 */
	pid_t child, parent; /* a child that was told of, and stands until it goes on; 0: none */
	bool child_shares;   /* the memory of its parent, by vfork(2) */
	IJ_VEC(pid_t) early; /* children that stood before their parents told of them */
	const struct ij_debugger_signal *signals; /* of the debugger, by number; borrowed */
	const volatile sig_atomic_t *interrupted; /* borrowed */
	void (*told)(void *ctx, int signo);       /* a signal that is printed and stops nothing */
	void (*forked)(void *ctx, pid_t child, bool vfork); /* it was let go of */
	void *told_ctx;
};

enum ij_inferior_kind {
	IJ_INFERIOR_STEPPED, /* a single step is done, or a trap that is none of ours */
	IJ_INFERIOR_BREAK,   /* an int3 of ours: the PC is at its address */
	IJ_INFERIOR_WATCHED, /* memory at `addr` was written or read */
	IJ_INFERIOR_SIGNAL,
	IJ_INFERIOR_EXECUTED,
	IJ_INFERIOR_FORKED, /* `child`, which stands, too */
	IJ_INFERIOR_VFORKED,
	IJ_INFERIOR_CALLS,  /* system call `status` is about to be made, */
	IJ_INFERIOR_CALLED, /* or has returned */
	IJ_INFERIOR_EXITED, /* `status` */
	IJ_INFERIOR_KILLED, /* `signo` */
};

struct ij_inferior_event {
	enum ij_inferior_kind kind;
	pid_t tid;
	int signo, status;
	pid_t child;
	uint64_t addr;
};

/** What is done by other means in a program of ours than in one that was attached to. Each as the
 * function below that is called so. */
struct ij_inferior_ops {
	void (*destroy)(struct ij_inferior *inf);
	void (*release)(struct ij_inferior *inf);
	struct ij_error *(*resume)(struct ij_inferior *inf, pid_t tid, bool step, bool alone,
				   struct ij_inferior_event *ret);
	struct ij_error *(*read)(struct ij_inferior *inf, uint64_t addr, void *buf, size_t size);
	struct ij_error *(*write)(struct ij_inferior *inf, uint64_t addr, const void *bytes,
				  size_t size);
	struct ij_error *(*regs)(struct ij_inferior *inf, pid_t tid, struct user_regs_struct *ret);
	struct ij_error *(*regs_set)(struct ij_inferior *inf, pid_t tid,
				     const struct user_regs_struct *regs);
	struct ij_error *(*xstate)(struct ij_inferior *inf, pid_t tid, uint8_t **ret,
				   size_t *size_ret);
	struct ij_error *(*xstate_set)(struct ij_inferior *inf, pid_t tid, uint8_t *xstate,
				       size_t size);
	/* What the kernel tells of the signal that thread @tid stopped for; NULL: that is not
	 * known. Errors: OS. */
	struct ij_error *(*siginfo)(struct ij_inferior *inf, pid_t tid, siginfo_t *ret);
	struct ij_error *(*siginfo_set)(struct ij_inferior *inf, pid_t tid, const siginfo_t *info);
};

/** Start a program and stop it at its first instruction. Errors: OS, in gdb's words; NOMEM. */
struct ij_error *ij_inferior_start(const struct ij_debugger_run *run, struct ij_inferior **ret)
	IJ_WARN_UNUSED;
struct ij_session;
/** Hold the process of @session, which was attached to. Errors: those of ij_session_hold. */
struct ij_error *ij_inferior_hold(struct ij_session *session, struct ij_inferior **ret)
	IJ_WARN_UNUSED;
/** The session's calls are made by thread @tid. */
struct ij_error *ij_inferior_caller(struct ij_inferior *inf, pid_t tid) IJ_WARN_UNUSED;
/** Who is held, after a call that its session made. Errors: NOMEM. */
struct ij_error *ij_inferior_renew(struct ij_inferior *inf) IJ_WARN_UNUSED;
/** Kill it, if it is ours and lives; else let it go. Free it. Takes NULL. */
void ij_inferior_destroy(struct ij_inferior *inf);
/** Let it go on alone, and free. */
void ij_inferior_release(struct ij_inferior *inf);

/**
 * Let it run until something happens, and stop all of it.
 *
 * @tid: the thread that goes on first, over a breakpoint of its PC. @step: one instruction of it.
 * @alone: the other threads stay.
 * Errors: OS.
 */
struct ij_error *ij_inferior_resume(struct ij_inferior *inf, pid_t tid, bool step, bool alone,
				    struct ij_inferior_event *ret) IJ_WARN_UNUSED;

/** NULL: there is none. */
struct ij_inferior_thread *ij_inferior_thread(struct ij_inferior *inf, pid_t tid);

/** Errors: FAULT with the address. */
struct ij_error *ij_inferior_read(struct ij_inferior *inf, uint64_t addr, void *buf, size_t size)
	IJ_WARN_UNUSED;
struct ij_error *ij_inferior_write(struct ij_inferior *inf, uint64_t addr, const void *bytes,
				   size_t size) IJ_WARN_UNUSED;

/** Errors: OS. */
struct ij_error *ij_inferior_regs(struct ij_inferior *inf, pid_t tid, struct user_regs_struct *ret)
	IJ_WARN_UNUSED;
struct ij_error *ij_inferior_regs_set(struct ij_inferior *inf, pid_t tid,
				      const struct user_regs_struct *regs) IJ_WARN_UNUSED;
struct ij_error *ij_inferior_fpregs(struct ij_inferior *inf, pid_t tid,
				    struct user_fpregs_struct *ret) IJ_WARN_UNUSED;
struct ij_error *ij_inferior_fpregs_set(struct ij_inferior *inf, pid_t tid,
					const struct user_fpregs_struct *regs) IJ_WARN_UNUSED;

/** All of its floating-point and vector state. @ret: @size_ret bytes; free(3) it. */
struct ij_error *ij_inferior_xstate(struct ij_inferior *inf, pid_t tid, uint8_t **ret,
				    size_t *size_ret) IJ_WARN_UNUSED;
struct ij_error *ij_inferior_xstate_set(struct ij_inferior *inf, pid_t tid, uint8_t *xstate,
					size_t size) IJ_WARN_UNUSED;

/** A breakpoint at @addr, counted: as many `clear` take it away. Errors: NOMEM. */
struct ij_error *ij_inferior_break_set(struct ij_inferior *inf, uint64_t addr) IJ_WARN_UNUSED;
void ij_inferior_break_clear(struct ij_inferior *inf, uint64_t addr);
/** That at @addr; NULL: there is none. */
struct ij_inferior_break *ij_inferior_break_at(struct ij_inferior *inf, uint64_t addr);

/** What is common to both, and @inf itself. */
void ij_inferior_free(struct ij_inferior *inf);

#endif
