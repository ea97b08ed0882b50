/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stopped thread's state, taken and put back; and system calls made in its name meanwhile. */
#ifndef IJ_PROC_REMOTE_H
#define IJ_PROC_REMOTE_H

#include "arch/sigframe.h"
#include "proc/breakpoint.h"
#include "proc/process.h"
#include "proc/thread.h"

/** Everything of a thread that a call may change and memory does not hold. */
struct ij_saved {
	struct ij_regs regs;    /* as stopped: what the kernel's own restart logic goes on from */
	struct ij_regs by_hand; /* the same without pending restart: what the target can restore by
				   itself */
	bool call_known; /* `by_hand` makes the interrupted call itself again, not restart_syscall
			  */
	uint64_t sigmask;
	size_t xstate_size; /* bytes */
	uint8_t xstate[IJ_XSTATE_MAX] __attribute__((aligned(64)));
};

/**
 * Take the state of a stopped thread whose registers were read into @regs (and corrected, where a
 * restartable sequence was interrupted).
 */
struct ij_error *ij_saved_take(struct ij_thread *thread, const struct ij_process *process,
			       const struct ij_regs *regs, struct ij_saved *ret) IJ_WARN_UNUSED;

/** How to put a thread back into the system call that it was interrupted in. */
enum ij_put_back {
	IJ_PUT_BACK_KERNEL,  /* by the kernel's restart logic: the normal way */
	IJ_PUT_BACK_BY_HAND, /* the restart block is lost: make the call again, its timeout starts
				anew */
	IJ_PUT_BACK_EINTR,   /* a handled signal was delivered meanwhile, which ends the call */
};

/**
 * Put the state back into the stopped thread, which then may be detached from.
 *
 * The general registers come last and in one request: until then the thread, were we to die, would
 * restore itself from the stub or the signal frame that it stands in.
 * Errors: GONE, OS; the thread then still restores itself.
 */
struct ij_error *ij_saved_put_back(struct ij_thread *thread, const struct ij_saved *saved,
				   enum ij_put_back how) IJ_WARN_UNUSED;

/**
 * Leave the stop of a signal that only told us something, if the program blocks that signal: were
 * we to die there with the program's mask in place, the kernel would put the signal back in the
 * queue, where it would stay (Linux, kernel/signal.c, ptrace_signal). The thread, which must stand
 * in code that restores it, is stopped again before it executes anything; if it is not, it goes on
 * by itself and @thread says so. Before ij_saved_put_back.
 */
void ij_saved_settle(struct ij_thread *thread, const struct ij_saved *saved, uint64_t deadline_ns);

/** System calls in a stopped thread, each returning into a frame that restores the thread. */
struct ij_remote {
	struct ij_thread *thread;
	const struct ij_process *process;
	const struct ij_saved *saved;
	ij_addr syscall_ret; /* gadgets in the target, checked by the caller */
	ij_addr sigreturn;
	uint64_t block; /* signals to block meanwhile */
	uint64_t deadline_ns;
	bool ask;      /* seccomp filters are suspended meanwhile */
	ij_addr below; /* the stack below this address is free: the lowest that is in use now */
	int marker;    /* signal that may tell of `done`, and is not in `block`; 0: none */
	struct ij_breakpoint done; /* behind the gadget's system call; fd -1: not set */
	struct ij_sigframe frame;
};

/**
 * Write the restoring frame below the interrupted stack pointer's red zone. The thread's registers
 * are not changed. The caller has made sure that there is room (IJ_SIGFRAME_SIZE).
 *
 * Errors: FAULT, UNSUPPORTED (an extended state we cannot describe).
 */
struct ij_error *ij_remote_enter(struct ij_remote *remote) IJ_WARN_UNUSED;

/**
 * Make one system call. With a marker it ends at a breakpoint behind its instruction, which takes
 * the thread one wait for its CPU instead of two; else, and where none can be had, by the stops of
 * ptrace. If we die at any
 * instant in it, the thread finishes it and restores itself.
 *
 * @result_ret: a value, or a negative errno.
 * Errors: GONE, TIMEOUT, INTERRUPTED (a signal or job control came between; its number is in `os`):
 * the thread stands stopped in our state and must be put back.
 */
struct ij_error *ij_remote_syscall(struct ij_remote *remote, long nr, const uint64_t args[6],
				   long *result_ret) IJ_WARN_UNUSED;

/**
 * Take the breakpoint away before the thread runs code of its own, which may meet it. To be called
 * behind a group of system calls, also after an error.
 */
void ij_remote_leave(struct ij_remote *remote);

/** Put zeros where the frame was, once the thread has been put back: nobody else may use that
 * place.
 */
void ij_remote_erase(struct ij_remote *remote);

/** Signals that the kernel raises for faults: never blocked, for the kernel kills who blocks them.
 */
#define IJ_SIGNALS_SYNCHRONOUS                                                    \
	(IJ_SIGNAL_BIT(SIGSEGV) | IJ_SIGNAL_BIT(SIGBUS) | IJ_SIGNAL_BIT(SIGFPE) | \
	 IJ_SIGNAL_BIT(SIGILL) | IJ_SIGNAL_BIT(SIGTRAP) | IJ_SIGNAL_BIT(SIGSYS))
#define IJ_SIGNAL_BIT(signo) (1ull << ((signo)-1))

#endif
