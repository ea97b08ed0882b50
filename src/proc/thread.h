/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One thread under ptrace: stopped, read, set, let go. Only SEIZE and INTERRUPT; stops are never
 * consumed. */
#ifndef IJ_PROC_THREAD_H
#define IJ_PROC_THREAD_H

#include <signal.h>

#include "arch/regs.h"
#include "base/error.h"

/** Where waits look besides the thread: created once in a tracer. */
struct ij_waiter {
	int sigchld_fd; /* signalfd of SIGCHLD, which is blocked */
	int cancel_fd;  /* hangup of this descriptor ends a wait; -1: none */
	bool cancelled; /* it was seen */
};
/** Blocks SIGCHLD for the calling process. Errors: OS. */
struct ij_error *ij_waiter_init(struct ij_waiter *waiter, int cancel_fd) IJ_WARN_UNUSED;
void ij_waiter_deinit(struct ij_waiter *waiter);

struct ij_thread {
	pid_t tid;
	struct ij_waiter *waiter; /* borrowed */
	bool seized;
	bool stopped; /* in a ptrace stop that we have seen */
};

/** What a wait met, and what the caller must do next. */
enum ij_event_kind {
	IJ_EVENT_STOP,       /* our interrupt: inspect; resume or detach */
	IJ_EVENT_GROUP_STOP, /* job control stopped the process: detach keeps it stopped */
	IJ_EVENT_SIGNAL,  /* about to receive `signo`: resume or detach with it, else it is lost */
	IJ_EVENT_SYSCALL, /* entry or exit of a system call after ij_thread_resume_syscall */
	IJ_EVENT_EXEC, /* the process has executed another program: detach, nothing of ours is left
			*/
	IJ_EVENT_EXITING,   /* the thread is ending and can do nothing else: resume */
	IJ_EVENT_ENDED,     /* the thread is gone; `status` is its wait status if it was told */
	IJ_EVENT_DEADLINE,  /* nothing happened in time: the thread runs on */
	IJ_EVENT_CANCELLED, /* the descriptor hung up; reported once, the thread runs on */
};

struct ij_event {
	enum ij_event_kind kind;
	int signo;
	int status;
};

/** Attach without stopping. Errors: GONE (no such thread), TRACED or PERM (with the reason). */
struct ij_error *ij_thread_seize(struct ij_thread *thread, pid_t pid, pid_t tid,
				 struct ij_waiter *waiter) IJ_WARN_UNUSED;

/** Ask the thread to stop; the stop is met by ij_thread_wait. Errors: GONE. */
struct ij_error *ij_thread_interrupt(struct ij_thread *thread) IJ_WARN_UNUSED;

/**
 * Wait for the thread's next event. The stop is left unconsumed, so that a signal survives our
 * death.
 *
 * @deadline_ns: of the monotonic clock.
 * Errors: OS only.
 * Source: waitid(2), WNOWAIT; Linux, kernel/exit.c, wait_task_stopped.
 */
struct ij_error *ij_thread_wait(struct ij_thread *thread, uint64_t deadline_ns,
				struct ij_event *ret) IJ_WARN_UNUSED;

/** Resume a stopped thread, delivering @signo if it is in that signal's stop; 0: none. Errors:
 * GONE. */
struct ij_error *ij_thread_resume(struct ij_thread *thread, int signo) IJ_WARN_UNUSED;
/** The same, up to the next entry or exit of a system call. */
struct ij_error *ij_thread_resume_syscall(struct ij_thread *thread, int signo) IJ_WARN_UNUSED;

/** Let go of a stopped thread for good, delivering @signo. A thread that is gone is let go of too.
 */
void ij_thread_detach(struct ij_thread *thread, int signo);

/** Registers of a stopped thread. Errors: GONE, OS. */
struct ij_error *ij_thread_regs_get(struct ij_thread *thread, struct ij_regs *ret) IJ_WARN_UNUSED;
struct ij_error *ij_thread_regs_set(struct ij_thread *thread, const struct ij_regs *regs)
	IJ_WARN_UNUSED;

/** Extended state; @size_ret: bytes of it in @buf of IJ_XSTATE_MAX bytes. */
struct ij_error *ij_thread_xstate_get(struct ij_thread *thread, void *buf, size_t *size_ret)
	IJ_WARN_UNUSED;
struct ij_error *ij_thread_xstate_set(struct ij_thread *thread, const void *buf, size_t size)
	IJ_WARN_UNUSED;

/** Blocked signals; bit N-1: signal N. */
struct ij_error *ij_thread_sigmask_get(struct ij_thread *thread, uint64_t *ret) IJ_WARN_UNUSED;
struct ij_error *ij_thread_sigmask_set(struct ij_thread *thread, uint64_t mask) IJ_WARN_UNUSED;

/** The signal of the present signal-delivery stop. */
struct ij_error *ij_thread_siginfo_get(struct ij_thread *thread, siginfo_t *ret) IJ_WARN_UNUSED;

/**
 * The registered rseq area: its address and signature; *@addr_ret is 0 if there is none or the
 * kernel cannot tell (before Linux 5.13).
 */
void ij_thread_rseq_get(struct ij_thread *thread, ij_addr *addr_ret, uint32_t *signature_ret);

#endif
