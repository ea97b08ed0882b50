/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One thread under ptrace: stopped, read, set, let go. Only SEIZE and INTERRUPT; stops are never
 * consumed. */
#ifndef IJ_PROC_THREAD_H
#define IJ_PROC_THREAD_H

#include <linux/filter.h>
#include <signal.h>

#include "arch/regs.h"
#include "base/error.h"

/** Where waits look besides the thread: created once in a tracer. */
struct ij_waiter {
	int sigchld_fd; /* signalfd of SIGCHLD, which is blocked */
	int cancel_fd;  /* a message to this socket, or its hangup, ends a wait; -1: none */
	bool cancelled; /* it was seen; who reads the message unsets it */
};
/** Blocks SIGCHLD for the calling process. Errors: OS. */
struct ij_error *ij_waiter_init(struct ij_waiter *waiter, int cancel_fd) IJ_WARN_UNUSED;
void ij_waiter_deinit(struct ij_waiter *waiter);

struct ij_thread {
	pid_t pid;                /* of its process; 0: not known */
	pid_t tid;                /* becomes pid when it executes a program */
	bool renamed;             /* it just has, which is still to be met by a wait */
	struct ij_waiter *waiter; /* borrowed */
	bool seized;
	bool stopped; /* in a ptrace stop that we have seen */
	int signo;    /* if that is a signal's: about to be received; else 0 */
	/* That signal, if the next resume is to put it back into its queue: under a mask that
	 * blocks it then (Linux, kernel/signal.c, ptrace_signal). */
	int owed;
};

/** What a wait met, and what the caller must do next. */
enum ij_event_kind {
	IJ_EVENT_STOP,       /* our interrupt: inspect; resume or detach */
	IJ_EVENT_GROUP_STOP, /* job control stopped the process: detach keeps it stopped */
	IJ_EVENT_SIGNAL,  /* about to receive `signo`: resume or detach with it, else it is lost */
	IJ_EVENT_SYSCALL, /* entry or exit of a system call after ij_thread_resume_syscall */
	IJ_EVENT_EXEC, /* the process has executed another program: detach, nothing of ours is left
			*/
	IJ_EVENT_EXITING,  /* the thread is ending and can do nothing else: resume */
	IJ_EVENT_ENDED,    /* the thread is gone; `status` is its wait status if it was told */
	IJ_EVENT_DEADLINE, /* nothing happened in time: the thread runs on */
	IJ_EVENT_CLONE,    /* it has made a process or thread, which is attached: resume; only after
			      ij_thread_follow */
	IJ_EVENT_CANCELLED, /* by the descriptor; reported once, the thread runs on */
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

/** The same at once: false if there is nothing to meet. The stop that it stands in is met again. */
bool ij_thread_peek(struct ij_thread *thread, struct ij_event *ret);

/**
 * The same for whichever of @threads, which share one waiter, comes first. Those that are stopped
 * or let go of already are passed over.
 *
 * @which_ret: its index; @len if none (DEADLINE, CANCELLED).
 */
struct ij_error *ij_threads_wait(struct ij_thread *threads, size_t len, uint64_t deadline_ns,
				 size_t *which_ret, struct ij_event *ret) IJ_WARN_UNUSED;

/** Resume a stopped thread, delivering @signo if it is in that signal's stop; 0: none. Errors:
 * GONE. */
struct ij_error *ij_thread_resume(struct ij_thread *thread, int signo) IJ_WARN_UNUSED;
/** The same, up to the next entry or exit of a system call. */
struct ij_error *ij_thread_resume_syscall(struct ij_thread *thread, int signo) IJ_WARN_UNUSED;

/** Let a thread that job control stopped go on being stopped, and be told of its continuation.
 * Errors: GONE. Source: ptrace(2), PTRACE_LISTEN. */
struct ij_error *ij_thread_listen(struct ij_thread *thread) IJ_WARN_UNUSED;

/** Let go of a stopped thread for good, delivering @signo. A thread that is gone is let go of too.
 */
void ij_thread_detach(struct ij_thread *thread, int signo);

/** From now on attach (@on) whatever the stopped thread creates by clone(2), from its birth on. */
struct ij_error *ij_thread_follow(struct ij_thread *thread, bool on) IJ_WARN_UNUSED;

/** At IJ_EVENT_CLONE: what was created. */
struct ij_error *ij_thread_created_get(struct ij_thread *thread, pid_t *ret) IJ_WARN_UNUSED;

/**
 * Take over process @tid that was attached at its birth: wait for its first stop, before its first
 * instruction. Errors: GONE, TIMEOUT, OS.
 */
struct ij_error *ij_thread_adopt(struct ij_thread *thread, pid_t tid, struct ij_waiter *waiter,
				 uint64_t deadline_ns) IJ_WARN_UNUSED;

/** Have a process that was adopted, and is stopped, killed should we die. Errors: GONE, OS. */
struct ij_error *ij_thread_exit_kill(struct ij_thread *thread) IJ_WARN_UNUSED;

/** Kill a process that was adopted, and take its end, which hands it to its real parent. */
void ij_thread_kill(struct ij_thread *thread);

/** Where an IJ_EVENT_SYSCALL stop is. */
enum ij_syscall_stop {
	IJ_SYSCALL_ENTRY,
	IJ_SYSCALL_ENTRY_FOREIGN, /* not by the 64-bit convention: the numbers mean other calls */
	IJ_SYSCALL_EXIT,
};
/** Errors: UNSUPPORTED (before Linux 5.3), GONE. Source: ptrace(2), PTRACE_GET_SYSCALL_INFO. */
struct ij_error *ij_thread_syscall_stop(struct ij_thread *thread, enum ij_syscall_stop *ret)
	IJ_WARN_UNUSED;

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
 * Copy the seccomp filter @idx of a stopped thread, as it was installed.
 *
 * @prog: room for @max instructions. @len_ret: its instructions; 0: it has no more than @idx.
 * Errors: PERM (CAP_SYS_ADMIN outside of user namespaces, and no seccomp mode of our own, are what
 * it takes), UNSUPPORTED (before Linux 4.4, or a filter that cannot be read), GONE, OS.
 * Source: ptrace(2), PTRACE_SECCOMP_GET_FILTER; Linux, kernel/seccomp.c, get_nth_filter.
 */
struct ij_error *ij_thread_filter_get(struct ij_thread *thread, unsigned idx,
				      struct sock_filter *prog, size_t max, size_t *len_ret)
	IJ_WARN_UNUSED;

/**
 * Have the kernel apply no filter to the stopped thread as long as we trace it, or again.
 *
 * Errors: UNSUPPORTED (no CAP_SYS_ADMIN, a seccomp mode of our own, or no such feature), GONE.
 * Source: ptrace(2), PTRACE_O_SUSPEND_SECCOMP.
 */
struct ij_error *ij_thread_unconfine(struct ij_thread *thread, bool on) IJ_WARN_UNUSED;

/**
 * Write @size bytes at @addr as debuggers do, also where neither the thread nor /proc/PID/mem may.
 * Errors: FAULT (some may be written), GONE.
 */
struct ij_error *ij_thread_poke(struct ij_thread *thread, ij_addr addr, const void *bytes,
				size_t size) IJ_WARN_UNUSED;

/**
 * The registered rseq area: its address and signature; *@addr_ret is 0 if there is none or the
 * kernel cannot tell (before Linux 5.13).
 */
void ij_thread_rseq_get(struct ij_thread *thread, ij_addr *addr_ret, uint32_t *signature_ret);

#endif
