/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads of a program that we started: how they stop and go on, and the signals that they meet. */
#include "debugger/own.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVENT(status) ((status) >> 16)
/* A stop at a system call (PTRACE_O_TRACESYSGOOD). */
#define SYSCALL_STOP (SIGTRAP | 0x80)

static void remove_thread(struct ij_inferior *inf, pid_t tid)
{
	struct ij_inferior_thread *thread = ij_inferior_thread(inf, tid);

	if (thread)
		*thread = inf->threads.items[--inf->threads.len];
}

static void free_inferior(struct ij_inferior *inf)
{
	if (inf->mem >= 0)
		close(inf->mem);
	ij_inferior_free(inf);
}

/* ---- Breakpoints ---- */

static void insert(struct ij_inferior *inf, struct ij_inferior_break *it)
{
	static const uint8_t int3 = 0xcc;

	if (it->in || pread(inf->mem, &it->was, 1, (off_t)it->addr) != 1)
		return;
	it->in = pwrite(inf->mem, &int3, 1, (off_t)it->addr) == 1;
}

static void lift(struct ij_inferior *inf, struct ij_inferior_break *it)
{
	if (it->in && pwrite(inf->mem, &it->was, 1, (off_t)it->addr) == 1)
		it->in = false;
}

void ij_own_lift(struct ij_inferior *inf)
{
	IJ_VEC_EACH (&inf->breaks, it)
		lift(inf, it);
}

static void insert_all(struct ij_inferior *inf)
{
	/* A child of vfork(2) that we do not trace would die of them. */
	if (inf->vforks)
		return;
	IJ_VEC_EACH (&inf->breaks, it)
		insert(inf, it);
}

/* ---- Going on ---- */

static void go(struct ij_inferior *inf, struct ij_inferior_thread *thread, bool step)
{
	int signo = thread->deliver;

	ij_own_watch(inf, thread->tid);
	thread->deliver = 0;
	thread->calls = false;
	if (!ptrace(step                                             ? PTRACE_SINGLESTEP
		    : inf->catches & 1u << IJ_DEBUGGER_CATCH_SYSCALL ? PTRACE_SYSCALL
								     : PTRACE_CONT,
		    thread->tid, NULL, (void *)(uintptr_t)signo))
		thread->running = true;
}

static void reopen(struct ij_inferior *inf)
{
	char path[32];

	if (inf->mem >= 0)
		close(inf->mem);
	snprintf(path, sizeof(path), "/proc/%d/mem", inf->pid);
	inf->mem = open(path, O_RDWR | O_CLOEXEC);
}

/* What the kernel tells of itself; true: the thread may just go on. */
static bool is_internal(struct ij_inferior *inf, struct ij_inferior_thread *thread, int status)
{
	unsigned long message = 0;

	if (!EVENT(status) && WSTOPSIG(status) == SYSCALL_STOP)
		return !(inf->catches & 1u << IJ_DEBUGGER_CATCH_SYSCALL);
	switch (EVENT(status)) {
	case PTRACE_EVENT_CLONE:
		ptrace(PTRACE_GETEVENTMSG, thread->tid, NULL, &message);
		if (!ij_inferior_thread(inf, (pid_t)message))
			ij_error_free(ij_vec_push(
				&inf->threads, ((struct ij_inferior_thread){.tid = (pid_t)message,
									    .running = true})));
		return true;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
		return ij_own_forked(inf, thread, status);
	case PTRACE_EVENT_VFORK_DONE:
		inf->vforks = 0;
		insert_all(inf);
		return true;
	case PTRACE_EVENT_STOP:
		/* A new thread, one that was interrupted, or job control: gdb lets that go on. */
		return true;
	default:
		return false;
	}
}

/* Children that were not told of yet go their way. */
static void leave_all(struct ij_inferior *inf)
{
	inf->catches = 0;
	IJ_VEC_EACH (&inf->threads, it)
		if (it->has_event && EVENT(it->status))
			(void)is_internal(inf, it, it->status);
}

static void own_release(struct ij_inferior *inf)
{
	ij_own_leave_child(inf);
	leave_all(inf);
	ij_own_lift(inf);
	IJ_VEC_EACH (&inf->threads, it)
		ptrace(PTRACE_DETACH, it->tid, NULL, (void *)(uintptr_t)it->deliver);
	free_inferior(inf);
}

static void own_destroy(struct ij_inferior *inf)
{
	if (inf->child) {
		kill(inf->child, SIGKILL);
		while (waitpid(inf->child, NULL, __WALL) < 0 && errno == EINTR)
			;
	}
	leave_all(inf);
	if (inf->threads.len) {
		kill(inf->pid, SIGKILL);
		while (inf->threads.len) {
			int status;
			pid_t tid = waitpid(-1, &status, __WALL);

			if (tid < 0 && errno == EINTR)
				continue;
			if (tid < 0)
				break;
			if (WIFEXITED(status) || WIFSIGNALED(status))
				remove_thread(inf, tid);
			else
				ptrace(PTRACE_CONT, tid, NULL, NULL);
		}
	}
	free_inferior(inf);
}

/* Signals that stop nothing are delivered on the way; true: it is one. */
static bool passes(struct ij_inferior *inf, struct ij_inferior_thread *thread, int status)
{
	const struct ij_debugger_signal *how;
	int signo = WSTOPSIG(status);

	if (EVENT(status) || signo == SIGTRAP || signo < 0 || signo >= IJ_DEBUGGER_SIGNALS)
		return false;
	how = &inf->signals[signo];
	if (how->stop || inf->caught_signals >> (signo - 1) & 1)
		return false;
	if (how->print && inf->told)
		inf->told(inf->told_ctx, signo);
	thread->deliver = how->pass ? signo : 0;
	return true;
}

/* Stop every thread that runs; what else they meet meanwhile waits. */
static void stop_all(struct ij_inferior *inf)
{
	for (size_t i = 0; i < inf->threads.len; i++) {
		pid_t tid = inf->threads.items[i].tid;
		struct ij_inferior_thread *thread = &inf->threads.items[i];
		int status;

		if (!thread->running || thread->has_event)
			continue;
		if (ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) ||
		    waitpid(tid, &status, __WALL) != tid) {
			remove_thread(inf, tid);
			i--;
			continue;
		}
		thread->running = false;
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			remove_thread(inf, tid);
			i--;
			continue;
		}
		if (EVENT(status) == PTRACE_EVENT_STOP)
			continue;
		/* One at a time: a child that is to be told of waits for its turn. */
		if (EVENT(status) && !ij_own_is_caught(inf, status)) {
			(void)is_internal(inf, thread, status);
			continue;
		}
		thread->has_event = true;
		thread->status = status;
	}
}

/* An int3 of ours that @tid met: its PC goes back to it. */
static bool met_break(struct ij_inferior *inf, pid_t tid)
{
	struct user_regs_struct regs;
	struct ij_inferior_break *it;

	if (ptrace(PTRACE_GETREGS, tid, NULL, &regs))
		return false;
	it = ij_inferior_break_at(inf, regs.rip - 1);
	if (!it || !it->in)
		return false;
	regs.rip--;
	return !ptrace(PTRACE_SETREGS, tid, NULL, &regs);
}

/* The system call that @thread stopped for. */
static void classify_call(struct ij_inferior_thread *thread, struct ij_inferior_event *event)
{
	struct __ptrace_syscall_info info = {.op = 0};
	struct user_regs_struct regs = {.orig_rax = 0};

	ptrace(PTRACE_GET_SYSCALL_INFO, thread->tid, (void *)sizeof(info), &info);
	ptrace(PTRACE_GETREGS, thread->tid, NULL, &regs);
	thread->calls = info.op == PTRACE_SYSCALL_INFO_ENTRY;
	event->kind = thread->calls ? IJ_INFERIOR_CALLS : IJ_INFERIOR_CALLED;
	event->status = (int)regs.orig_rax;
}

static struct ij_inferior_event classify(struct ij_inferior *inf, pid_t tid, int status, bool step)
{
	struct ij_inferior_event event = {.kind = IJ_INFERIOR_STEPPED, .tid = tid};
	siginfo_t info = {.si_code = 0};

	if (EVENT(status) == PTRACE_EVENT_EXEC) {
		reopen(inf);
		inf->breaks.len = 0;
		event.kind = IJ_INFERIOR_EXECUTED;
		return event;
	}
	if (EVENT(status)) {
		event.kind = EVENT(status) == PTRACE_EVENT_VFORK ? IJ_INFERIOR_VFORKED
								 : IJ_INFERIOR_FORKED;
		event.child = inf->child;
		return event;
	}
	event.signo = WSTOPSIG(status);
	if (event.signo == SYSCALL_STOP) {
		classify_call(ij_inferior_thread(inf, tid), &event);
		return event;
	}
	if (event.signo != SIGTRAP) {
		event.kind = IJ_INFERIOR_SIGNAL;
		return event;
	}
	ptrace(PTRACE_GETSIGINFO, tid, NULL, &info);
	/* SI_KERNEL: an int3; TRAP_TRACE: a step (Linux, arch/x86/kernel/traps.c). */
	if (info.si_code == SI_KERNEL && met_break(inf, tid))
		event.kind = IJ_INFERIOR_BREAK;
	else if (ij_own_watch_met(inf, tid, &event.addr))
		event.kind = IJ_INFERIOR_WATCHED;
	else if (!step)
		event.kind = IJ_INFERIOR_SIGNAL;
	return event;
}

/* Whether @tid is a thread of it, rather than a child that it forked. */
static bool is_thread(const struct ij_inferior *inf, pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", inf->pid, tid);
	return !access(path, F_OK);
}

/* The first stop of a thread or child may come before its parent tells of it. */
static void take_unknown(struct ij_inferior *inf, pid_t tid, int status)
{
	if (!WIFSTOPPED(status) || EVENT(status) != PTRACE_EVENT_STOP)
		return;
	if (!is_thread(inf, tid)) {
		ij_error_free(ij_vec_push(&inf->early, tid));
		return;
	}
	if (!ij_vec_push(&inf->threads, ((struct ij_inferior_thread){.tid = tid})))
		go(inf, &inf->threads.items[inf->threads.len - 1], false);
}

/* An event of one thread, or of the whole. False: it was nothing, and that thread goes on. */
static bool take(struct ij_inferior *inf, pid_t tid, int status, bool step,
		 struct ij_inferior_event *ret)
{
	struct ij_inferior_thread *thread = ij_inferior_thread(inf, tid);

	if (!thread) {
		take_unknown(inf, tid, status);
		return false;
	}
	thread->running = false;
	if (WIFEXITED(status) || WIFSIGNALED(status)) {
		remove_thread(inf, tid);
		if (tid != inf->pid && inf->threads.len)
			return false;
		inf->threads.len = 0;
		*ret = (struct ij_inferior_event){.kind = WIFEXITED(status) ? IJ_INFERIOR_EXITED
									    : IJ_INFERIOR_KILLED,
						  .tid = tid};
		ret->status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
		ret->signo = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
		return true;
	}
	if (is_internal(inf, thread, status) || passes(inf, thread, status)) {
		thread = ij_inferior_thread(inf, tid);
		if (thread)
			go(inf, thread, step);
		return false;
	}
	*ret = classify(inf, tid, status, step);
	return true;
}

static void terminal_to(struct ij_inferior *inf, bool program)
{
	pid_t from = program ? getpgrp() : getpgid(inf->pid);
	sigset_t ttou, old;

	if (!isatty(0) || (program && tcgetpgrp(0) != from))
		return;
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &ttou, &old);
	if (program || tcgetpgrp(0) == from || kill(-tcgetpgrp(0), 0))
		tcsetpgrp(0, program ? getpgid(inf->pid) : getpgrp());
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static struct ij_error *wait_event(struct ij_inferior *inf, pid_t stepping,
				   struct ij_inferior_event *ret)
{
	for (;;) {
		int status;
		pid_t tid = waitpid(-1, &status, __WALL);

		if (tid < 0 && errno == EINTR) {
			/* Who typed it meant the program. */
			if (*inf->interrupted)
				kill(inf->pid, SIGINT);
			continue;
		}
		if (tid < 0)
			return ij_error_os(GONE, errno, "wait: %s.", strerror(errno));
		if (take(inf, tid, status, tid == stepping, ret))
			return NULL;
	}
}

/* An event that came while another one was told of. */
static bool take_waiting(struct ij_inferior *inf, struct ij_inferior_event *ret)
{
	for (size_t i = 0; i < inf->threads.len; i++) {
		struct ij_inferior_thread *thread = &inf->threads.items[i];

		if (!thread->has_event)
			continue;
		thread->has_event = false;
		if (take(inf, thread->tid, thread->status, false, ret))
			return true;
	}
	return false;
}

/* One instruction of @thread alone, over the breakpoint that it stands at. */
static struct ij_error *step_over(struct ij_inferior *inf, pid_t tid, struct ij_inferior_event *ret)
{
	struct ij_inferior_thread *thread = ij_inferior_thread(inf, tid);

	ij_own_lift(inf);
	go(inf, thread, true);
	return wait_event(inf, tid, ret);
}

static struct ij_error *resume(struct ij_inferior *inf, pid_t tid, bool step, bool alone,
			       struct ij_inferior_event *ret)
{
	struct ij_inferior_thread *thread = ij_inferior_thread(inf, tid);
	struct user_regs_struct regs;
	struct ij_error *err;

	if (!thread)
		return ij_error_new(GONE, "No thread selected");
	ij_own_leave_child(inf);
	if (take_waiting(inf, ret))
		return NULL;
	err = ij_own_regs(inf, tid, &regs);
	if (err && err->os == ESRCH) {
		/* It was killed while it stood: what is left is its end. */
		ij_error_free(err);
		return wait_event(inf, 0, ret);
	}
	IJ_TRY(err);
	if (ij_inferior_break_at(inf, regs.rip)) {
		IJ_TRY(step_over(inf, tid, ret));
		if (step || ret->kind != IJ_INFERIOR_STEPPED)
			return NULL;
	}
	insert_all(inf);
	for (size_t i = 0; i < inf->threads.len; i++)
		if (!inf->threads.items[i].running && (!alone || inf->threads.items[i].tid == tid))
			go(inf, &inf->threads.items[i], step && inf->threads.items[i].tid == tid);
	return wait_event(inf, step ? tid : 0, ret);
}

static struct ij_error *own_resume(struct ij_inferior *inf, pid_t tid, bool step, bool alone,
				   struct ij_inferior_event *ret)
{
	struct ij_error *err;

	terminal_to(inf, true);
	err = resume(inf, tid, step, alone, ret);
	if (inf->threads.len) {
		stop_all(inf);
		ij_own_lift(inf);
		inf->watched = inf->watches.len;
		terminal_to(inf, false);
	} else {
		terminal_to(inf, false);
	}
	return err;
}

const struct ij_inferior_ops ij_own_ops = {
	.destroy = own_destroy,
	.release = own_release,
	.resume = own_resume,
	.read = ij_own_read,
	.write = ij_own_write,
	.regs = ij_own_regs,
	.regs_set = ij_own_regs_set,
	.xstate = ij_own_xstate,
	.xstate_set = ij_own_xstate_set,
	.siginfo = ij_own_siginfo,
	.siginfo_set = ij_own_siginfo_set,
};
