/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A held stop: a target whose threads stay stopped while somebody looks at them, and go on from one
 * event to the next. libinterject(3), STOPS.
 *
 *	struct ij_stop *stop;
 *	struct ij_stop_report what;
 *	struct ij_error *err = ij_session_hold(session, 0, &stop);
 *
 *	if (!err)
 *		err = ij_stop_step(stop, NULL, &what);
 *	...
 *	ij_stop_release(stop);
 *
 * Safe, or untouched, here too: nothing is written to the target but what is asked for. Should this
 * process or the tracer die at any instant, the threads go on; nothing is left in the code or the
 * flags of the target, for breakpoints belong to descriptors of the tracer and steps are made by
 * them. A signal that arrives is told of and delivered when its thread goes on, never lost.
 *
 * The session's other functions go on working while a stop is held: a call is made in the thread
 * that is looked at, where it stands, or not at all; nobody is moved, the other threads stay where
 * they are, and what one of them holds stands in the way as if it were the thread's own. Afterwards
 * the stop is as before. It is held for as long as this process lives if the session is patient,
 * else until nothing is asked for 60 seconds.
 */
#ifndef INTERJECT_STOP_H
#define INTERJECT_STOP_H

#include "interject/interject.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ij_stop;

/** What threads that were let go on have met. */
enum ij_stop_event {
	IJ_STOP_ASKED,      /* nothing: they were stopped because that was asked for */
	IJ_STOP_BREAKPOINT, /* breakpoint `breakpoint` */
	IJ_STOP_STEPPED,    /* the next instruction, or the first one of a signal's handler */
	IJ_STOP_SIGNAL,     /* signal `signo`, which `tid` receives when it goes on */
	IJ_STOP_JOB,        /* job control: signal `signo` has stopped the process */
	IJ_STOP_LATE,       /* nothing in time; they are stopped wherever they are now */
	IJ_STOP_CANCELLED,  /* ij_session_cancel; the same */
	IJ_STOP_GONE,       /* thread `tid`, which went alone, has ended */
	IJ_STOP_EXECUTED,   /* the process has executed another program: it is let go of */
	IJ_STOP_EXITED,     /* the process has ended, with wait status `exit_status` */
};

struct ij_stop_report {
	enum ij_stop_event event;
	pid_t tid;           /* the thread that it is about */
	int signo;           /* of SIGNAL and JOB */
	int sigcode;         /* of SIGNAL: si_code of sigaction(2) */
	pid_t sender;        /* of SIGNAL: the process that sent it; 0: the kernel did */
	uint64_t addr;       /* of SIGNAL: si_addr of a fault */
	unsigned breakpoint; /* index in the list that was given; IJ_BREAKPOINTS_AT_ONCE: it is one
				of the traps, where `tid` stands */
	int exit_status;     /* as of wait(2); -1: not known */
};

/* ---- Taking hold, and letting go ---- */

/**
 * Stop every thread of the target, or @tid alone, and keep them stopped.
 *
 * Threads that cannot be stopped run on (ij_stop_threads tells). The session's other calls fail
 * with REFUSED until ij_stop_release.
 *
 * @tid: 0: all. @ret: give it to ij_stop_release before the session ends.
 * Errors: PROTOCOL (one is held already), UNSAFE (no thread stopped in time), GONE (no such
 * thread), REFUSED (a thread must not be stopped: the message says why), PERM, TRACED, INTERRUPTED,
 * NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_session_hold(struct ij_session *session, pid_t tid,
					       struct ij_stop **ret);

/** Let all threads go on, each with the signal that it is stopped with, and free. Takes NULL. */
IJ_API void ij_stop_release(struct ij_stop *stop);

/** What it was that happened last. Borrowed, until the threads go on again. */
IJ_API const struct ij_stop_report *ij_stop_what(const struct ij_stop *stop);

/** Is anything held? False after GONE of the only thread, EXECUTED and EXITED. */
IJ_API bool ij_stop_held(const struct ij_stop *stop);

/* ---- Threads ---- */

struct ij_stop_thread {
	pid_t tid;
	bool stopped;     /* else it runs, and `text` says why */
	int signo;        /* it receives this one when it goes on; 0: none */
	int syscall;      /* number of the system call it was stopped in, or -1 */
	uint64_t pc, sp;  /* if stopped */
	const char *comm; /* its name */
	const char *text; /* what else there is to say, or "" */
};

/** All threads, by number. @len_ret: how many. Borrowed, until the threads go on again. */
IJ_API const struct ij_stop_thread *ij_stop_threads(const struct ij_stop *stop, size_t *len_ret);

/** The thread that what happened last was about; else the main one. It is the one that is looked at
 * unless ij_stop_select chose another. */
IJ_API pid_t ij_stop_thread(const struct ij_stop *stop);

/** Look at thread @tid from now on, until the threads go on. Errors: NOTFOUND (it is not held). */
IJ_API_RESULT struct ij_error *ij_stop_select(struct ij_stop *stop, pid_t tid);

/**
 * The thread that is looked at receives @signo when it goes on: the signal that it is stopped with,
 * or 0: none. Errors: USAGE (another signal), those of any request.
 */
IJ_API_RESULT struct ij_error *ij_stop_signal_set(struct ij_stop *stop, int signo);

/* ---- Frames and registers of the thread that is looked at ---- */

/** One frame. */
struct ij_stop_frame {
	uint64_t pc;  /* the next instruction, or a return address */
	uint64_t cfa; /* the stack pointer before the call that made the frame; 0: not known */
	bool exact;   /* `pc` is the next instruction to run, not a return address */
	bool guessed; /* by frame pointer, through code that nothing is known of */
	bool signal;  /* the kernel's, of a signal's handler */
	const char *function; /* NULL: not known */
	uint64_t offset;      /* of `pc` in it; else in the module; else `pc` */
	const char *module;   /* base name; NULL: it lies in none */
};

/**
 * Frame @level, 0 the innermost. Its strings are borrowed, until the threads go on.
 *
 * Errors: NOTFOUND (there are fewer: the message says why they end there), those of any request.
 */
IJ_API_RESULT struct ij_error *ij_stop_frame(struct ij_stop *stop, unsigned level,
					     struct ij_stop_frame *ret);

enum ij_register_group {
	IJ_REGISTER_GENERAL, /* integers and the program counter */
	IJ_REGISTER_FLAGS,
	IJ_REGISTER_SEGMENT,
	IJ_REGISTER_FLOAT,
	IJ_REGISTER_VECTOR,
};

#define IJ_REGISTER_SIZE_MAX 64

struct ij_register {
	const char *name; /* static */
	enum ij_register_group group;
	unsigned size; /* bytes */
	bool known;    /* else `bytes` are zero: a callee may have changed it */
	uint8_t bytes[IJ_REGISTER_SIZE_MAX]; /* in the machine's order */
};

/** How many registers this kind of machine has. They are numbered in the order of a listing. */
IJ_API size_t ij_stop_registers(void);

/** The name of register @idx; NULL behind the last one. Static storage. */
IJ_API const char *ij_register_name(size_t idx);

/**
 * Register @idx as frame @level has it. Outside of the innermost frame the general registers alone
 * are known, as far as unwinding tells.
 *
 * Errors: NOTFOUND (no such frame, or this processor has no such register), those of any request.
 */
IJ_API_RESULT struct ij_error *ij_stop_register(struct ij_stop *stop, unsigned level, size_t idx,
						struct ij_register *ret);

/** The number of the register called @name, also "pc", "sp" and "fp". Errors: NOTFOUND. */
IJ_API_RESULT struct ij_error *ij_stop_register_find(const char *name, size_t *ret);

/**
 * Set register @idx of the innermost frame. A new program counter is where the thread goes on: the
 * system call that it was stopped in is not taken up again.
 *
 * @bytes: @size of them, as many as the register has.
 * Errors: USAGE (another size), NOTFOUND, DENIED (by interject.conf(5)), those of any request.
 */
IJ_API_RESULT struct ij_error *ij_stop_register_set(struct ij_stop *stop, size_t idx,
						    const void *bytes, size_t size);

/* ---- Variables of frames ---- */

/**
 * What ij_session_eval evaluates from now on has the variables and registers of frame @level of the
 * thread that is looked at, until the threads go on or another one is looked at. Errors: those of
 * ij_stop_frame.
 */
IJ_API_RESULT struct ij_error *ij_stop_look_at(struct ij_stop *stop, unsigned level);

/**
 * What @text is worth in frame @level: an expression as of ij_session_eval, in which the frame's
 * variables come first and `$rip` is a register. It calls nothing; an assignment is made.
 *
 * Returns what came of it, never NULL: give it to ij_result_free.
 */
IJ_API_RESULT struct ij_result *ij_stop_eval(struct ij_stop *stop, unsigned level,
					     const char *text);

/** A variable or parameter. Strings are borrowed during the visit. */
struct ij_stop_variable {
	const char *name, *type;
	const char *value; /* as text */
	bool is_parameter;
	bool is_gone;     /* optimised out here */
	unsigned inlined; /* 0: of the function whose code it is; more: of one inlined into that */
	unsigned block;   /* how deep in the function's blocks */
};
typedef void (*ij_stop_variable_visit)(void *ctx, const struct ij_stop_variable *variable);

/**
 * Visit the variables that are in scope in frame @level: of the innermost function and block first.
 *
 * Errors: NOTFOUND (no such frame, or nothing is known of it), BADDATA, NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_stop_variables(struct ij_stop *stop, unsigned level,
						 ij_stop_variable_visit visit, void *ctx);

/* ---- Memory ---- */

/** Read @size bytes at @addr. Errors: FAULT. */
IJ_API_RESULT struct ij_error *ij_stop_read(struct ij_stop *stop, uint64_t addr, void *buf,
					    size_t size);

/** Write @size bytes at @addr, where the program itself may write. Errors: FAULT (some may be
 * written), DENIED. */
IJ_API_RESULT struct ij_error *ij_stop_write(struct ij_stop *stop, uint64_t addr, const void *bytes,
					     size_t size);

/** Name @addr: "main+0x12 (program)", as far as it is known. @buf: @size bytes. */
IJ_API void ij_stop_describe(struct ij_stop *stop, uint64_t addr, char *buf, size_t size);

/** The address that [MODULE!]SYMBOL[+OFFSET], MODULE+OFFSET or a number in code means. Errors:
 * those of --at of interject-call(1). */
IJ_API_RESULT struct ij_error *ij_stop_locate(struct ij_stop *stop, const char *text,
					      uint64_t *ret);

/** A function or an object of data. */
struct ij_stop_symbol {
	const char *name;   /* borrowed until the threads go on */
	uint64_t addr;      /* where it begins */
	uint64_t size;      /* bytes; 0: not known */
	const char *module; /* base name */
	bool data;
};

/** What holds @addr. Errors: NOTFOUND. */
IJ_API_RESULT struct ij_error *ij_stop_symbol(struct ij_stop *stop, uint64_t addr,
					      struct ij_stop_symbol *ret);

struct ij_stop_module {
	const char *name, *path; /* borrowed until the threads go on */
	uint64_t lo, hi;         /* where it is mapped; hi exclusive */
	bool main;               /* the program itself */
	const char *problem;     /* why nothing is known of it; NULL: something is */
};

/** Module @idx, from 0, in the order in which names are looked up; false behind the last. */
IJ_API bool ij_stop_module(struct ij_stop *stop, size_t idx, struct ij_stop_module *ret);

/** What the maps say of the function that holds @addr: ij_maps_show. Errors: NOTFOUND, those of
 * ij_maps_open. */
IJ_API_RESULT struct ij_error *ij_stop_maps(struct ij_stop *stop, uint64_t addr,
					    struct ij_maps_report **ret);

/**
 * The instruction at @addr, as text.
 *
 * @buf: @size bytes; "(bad)" if it is none. @len_ret: its length, bytes; 1 if it is none.
 * Errors: FAULT.
 */
IJ_API_RESULT struct ij_error *ij_stop_disassemble(struct ij_stop *stop, uint64_t addr, char *buf,
						   size_t size, unsigned *len_ret);

/* ---- Going on ---- */

enum ij_breakpoint_on {
	IJ_BREAKPOINT_ON_EXECUTE, /* before the instruction at `addr` runs */
	IJ_BREAKPOINT_ON_WRITE,   /* after `size` bytes there were written to */
	IJ_BREAKPOINT_ON_ACCESS,  /* after they were read or written */
};

/** So many at once: a thread has as many debug registers. */
#define IJ_BREAKPOINTS_AT_ONCE 4

/** A place to stop at. */
struct ij_stop_breakpoint {
	uint64_t addr;
	enum ij_breakpoint_on on;
	unsigned size;   /* of WRITE and ACCESS: 1, 2, 4 or 8, and `addr` is a multiple; else 0 */
	pid_t tid;       /* this thread only; 0: any */
	uint64_t sp_min; /* only with the stack pointer at or above this, which tells a frame from
			    one that it called; 0: any */
};

/**
 * So many int3 at once. Where four breakpoints do not suffice they can be written into the code,
 * for the time that threads run: that is not fail-open. Should the tracer be killed in that time, a
 * thread that comes to one is killed by SIGTRAP, and so is a child that the process forks
 * meanwhile.
 */
#define IJ_TRAPS_AT_ONCE 64

/** The signal a thread is stopped with. */
#define IJ_STOP_SIGNAL_OWN (-1)

/** To be initialised by ij_stop_options_init. */
struct ij_stop_options {
	size_t size; /* sizeof(struct ij_stop_options) where the program was compiled */
	const struct ij_stop_breakpoint *breakpoints; /* @breakpoints_len of them, up to
							 IJ_BREAKPOINTS_AT_ONCE */
	size_t breakpoints_len;
	bool alone;    /* the thread that is looked at; the others stay where they are */
	int signo;     /* what that thread receives: a signal, 0 for none, or IJ_STOP_SIGNAL_OWN */
	uint64_t pass; /* signals that are delivered and not told of; bit N-1: signal N */
	uint64_t timeout_ns;   /* UINT64_MAX: none */
	const uint64_t *traps; /* @traps_len addresses of instructions, up to IJ_TRAPS_AT_ONCE */
	size_t traps_len;
};

/** No breakpoints, all threads, their own signals, all of them told of, no timeout. @size:
 * sizeof(*@options). */
IJ_API void ij_stop_options_init(struct ij_stop_options *options, size_t size);

/**
 * Let the threads go on until something happens, then stop them all again. A breakpoint at the very
 * place where the thread that is looked at stands counts only when it comes there once more; a trap
 * at such a place counts at once: step first.
 *
 * @options: NULL for the defaults. @ret: what happened; may be NULL (ij_stop_what).
 * Errors: USAGE (malformed options), UNSUPPORTED (no breakpoint can be had here: the message says
 *   why), those of any request. The threads are stopped then, unless nothing is held any more.
 */
IJ_API_RESULT struct ij_error *ij_stop_continue(struct ij_stop *stop,
						const struct ij_stop_options *options,
						struct ij_stop_report *ret);

/**
 * Let the thread that is looked at run one instruction; the others stay where they are. One that
 * receives a signal comes to the first instruction of its handler.
 *
 * A system call that does not return within @options->timeout_ns is LATE.
 *
 * @options: NULL for the defaults; its breakpoints and `alone` are not looked at.
 * Errors: those of ij_stop_continue; UNSUPPORTED (also: it is not known where the instruction
 * leads).
 */
IJ_API_RESULT struct ij_error *ij_stop_step(struct ij_stop *stop,
					    const struct ij_stop_options *options,
					    struct ij_stop_report *ret);

/**
 * Walk the thread that is looked at to where @call would be safe, and make no call: what
 * ij_session_run does first where nothing is held. The others stay where they are.
 *
 * @call: NULL: one that may need anything. @options: NULL for the defaults: walkers, times.
 * @text_ret: lines: each walk with the instructions that it went by, and the verdict in the end;
 *   free(3) it. @safe_ret: whether it would be safe now.
 * Errors: those of ij_session_prepare; UNSUPPORTED (it is about to receive a signal).
 */
IJ_API_RESULT struct ij_error *ij_stop_walk(struct ij_stop *stop, const struct ij_call *call,
					    const struct ij_call_options *options, char **text_ret,
					    bool *safe_ret);

#ifdef __cplusplus
}
#endif

#endif
