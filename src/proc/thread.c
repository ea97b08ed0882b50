/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One thread under ptrace (ptrace(2); Linux, kernel/ptrace.c). */
#include "proc/thread.h"

#include <elf.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/process.h"

/* glibc's wrapper takes an enum and a variable number of arguments; the kernel takes four longs. */
static long trace(long request, pid_t tid, uintptr_t addr, const void *data)
{
	return syscall(SYS_ptrace, request, (long)tid, addr, data);
}

static struct ij_error *failed(const struct ij_thread *thread, const char *what)
{
	struct ij_error *err;

	if (errno == ESRCH)
		err = ij_error_os(GONE, errno, "thread %d has ended", thread->tid);
	else
		err = ij_error_os(OS, errno, "cannot %s thread %d: %s", what, thread->tid,
				  strerror(errno));
	err->tid = thread->tid;
	return err;
}

struct ij_error *ij_waiter_init(struct ij_waiter *waiter, int cancel_fd)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	*waiter = (struct ij_waiter){.cancel_fd = cancel_fd};
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return ij_error_os(OS, errno, "cannot block SIGCHLD: %s", strerror(errno));
	waiter->sigchld_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (waiter->sigchld_fd < 0)
		return ij_error_os(OS, errno, "cannot make a signalfd: %s", strerror(errno));
	return NULL;
}

void ij_waiter_deinit(struct ij_waiter *waiter)
{
	close(waiter->sigchld_fd);
}

struct ij_error *ij_thread_seize(struct ij_thread *thread, pid_t pid, pid_t tid,
				 struct ij_waiter *waiter)
{
	/* Options end with their tracer, so these leave nothing behind when we die. */
	uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT;

	*thread = (struct ij_thread){.tid = tid, .waiter = waiter};
	if (trace(PTRACE_SEIZE, tid, 0, (const void *)options)) {
		if (errno == ESRCH)
			return failed(thread, "attach to");
		return ij_process_denied(pid, errno);
	}
	thread->seized = true;
	return NULL;
}

struct ij_error *ij_thread_interrupt(struct ij_thread *thread)
{
	return trace(PTRACE_INTERRUPT, thread->tid, 0, NULL) ? failed(thread, "interrupt") : NULL;
}

/* The wait status (wait(2)) of an ending that waitid reported in parts. */
static int wait_status(const siginfo_t *info)
{
	if (info->si_code == CLD_EXITED)
		return W_EXITCODE(info->si_status & 0xff, 0);
	return (info->si_status & 0x7f) | (info->si_code == CLD_DUMPED ? WCOREFLAG : 0);
}

/* Translate one waitid report. */
static struct ij_event decode(const siginfo_t *info)
{
	int signo = info->si_status & 0xff, event = info->si_status >> 8;

	switch (info->si_code) {
	case CLD_EXITED:
	case CLD_KILLED:
	case CLD_DUMPED:
		return (struct ij_event){.kind = IJ_EVENT_ENDED, .status = wait_status(info)};
	default:
		break;
	}
	if (event == PTRACE_EVENT_STOP)
		return (struct ij_event){.kind = signo == SIGTRAP ? IJ_EVENT_STOP
								  : IJ_EVENT_GROUP_STOP,
					 .signo = signo};
	if (event == PTRACE_EVENT_EXEC)
		return (struct ij_event){.kind = IJ_EVENT_EXEC};
	if (event == PTRACE_EVENT_EXIT)
		return (struct ij_event){.kind = IJ_EVENT_EXITING};
	if (signo == (SIGTRAP | 0x80))
		return (struct ij_event){.kind = IJ_EVENT_SYSCALL};
	return (struct ij_event){.kind = IJ_EVENT_SIGNAL, .signo = signo & 0x7f};
}

/* One look, without blocking. Returns true if there was something to report. */
static bool look(struct ij_thread *thread, struct ij_event *ret)
{
	siginfo_t info = {0};
	int n;

	do
		n = waitid(P_PID, (id_t)thread->tid, &info,
			   WSTOPPED | WEXITED | WNOHANG | WNOWAIT | __WALL);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		*ret = (struct ij_event){.kind = IJ_EVENT_ENDED};
	} else if (info.si_pid) {
		*ret = decode(&info);
	} else {
		return false;
	}
	thread->stopped = ret->kind != IJ_EVENT_ENDED;
	thread->seized = thread->stopped;
	if (n == 0 && !thread->stopped) {
		/* Nobody but us waits for a thread's end: reap it. */
		waitid(P_PID, (id_t)thread->tid, &info, WEXITED | WNOHANG | __WALL);
	}
	return true;
}

struct ij_error *ij_thread_wait(struct ij_thread *thread, uint64_t deadline_ns,
				struct ij_event *ret)
{
	struct ij_waiter *waiter = thread->waiter;

	for (;;) {
		struct pollfd pfds[2] = {
			{.fd = waiter->sigchld_fd, .events = POLLIN},
			{.fd = waiter->cancelled ? -1 : waiter->cancel_fd, .events = POLLRDHUP}};
		struct signalfd_siginfo drained;
		struct timespec left;
		uint64_t now;

		if (look(thread, ret))
			return NULL;
		now = ij_now_ns();
		if (now >= deadline_ns) {
			*ret = (struct ij_event){.kind = IJ_EVENT_DEADLINE};
			return NULL;
		}
		left = ij_timespec(deadline_ns - now);
		if (ppoll(pfds, 2, deadline_ns == IJ_NEVER ? NULL : &left, NULL) < 0 &&
		    errno != EINTR)
			return ij_error_os(OS, errno, "cannot wait: %s", strerror(errno));
		if (pfds[0].revents)
			if (read(waiter->sigchld_fd, &drained, sizeof(drained)) < 0 &&
			    errno != EAGAIN)
				return ij_error_os(OS, errno, "cannot read a signalfd: %s",
						   strerror(errno));
		if (pfds[1].revents) {
			waiter->cancelled = true;
			*ret = (struct ij_event){.kind = IJ_EVENT_CANCELLED};
			return NULL;
		}
	}
}

static struct ij_error *resume(struct ij_thread *thread, long request, int signo)
{
	if (trace(request, thread->tid, 0, (const void *)(uintptr_t)signo))
		return failed(thread, "resume");
	thread->stopped = false;
	return NULL;
}

struct ij_error *ij_thread_resume(struct ij_thread *thread, int signo)
{
	return resume(thread, PTRACE_CONT, signo);
}

struct ij_error *ij_thread_resume_syscall(struct ij_thread *thread, int signo)
{
	return resume(thread, PTRACE_SYSCALL, signo);
}

void ij_thread_detach(struct ij_thread *thread, int signo)
{
	if (thread->seized)
		trace(PTRACE_DETACH, thread->tid, 0, (const void *)(uintptr_t)signo);
	thread->seized = thread->stopped = false;
}

struct ij_error *ij_thread_regs_get(struct ij_thread *thread, struct ij_regs *ret)
{
	return trace(PTRACE_GETREGS, thread->tid, 0, &ret->gp)
		       ? failed(thread, "read the registers of")
		       : NULL;
}

struct ij_error *ij_thread_regs_set(struct ij_thread *thread, const struct ij_regs *regs)
{
	return trace(PTRACE_SETREGS, thread->tid, 0, &regs->gp)
		       ? failed(thread, "set the registers of")
		       : NULL;
}

struct ij_error *ij_thread_xstate_get(struct ij_thread *thread, void *buf, size_t *size_ret)
{
	struct iovec iov = {.iov_base = buf, .iov_len = IJ_XSTATE_MAX};

	if (trace(PTRACE_GETREGSET, thread->tid, NT_X86_XSTATE, &iov))
		return failed(thread, "read the vector registers of");
	*size_ret = iov.iov_len;
	return NULL;
}

struct ij_error *ij_thread_xstate_set(struct ij_thread *thread, const void *buf, size_t size)
{
	struct iovec iov = {.iov_base = (void *)(uintptr_t)buf, .iov_len = size};

	return trace(PTRACE_SETREGSET, thread->tid, NT_X86_XSTATE, &iov)
		       ? failed(thread, "set the vector registers of")
		       : NULL;
}

struct ij_error *ij_thread_sigmask_get(struct ij_thread *thread, uint64_t *ret)
{
	return trace(PTRACE_GETSIGMASK, thread->tid, sizeof(*ret), ret)
		       ? failed(thread, "read the signal mask of")
		       : NULL;
}

struct ij_error *ij_thread_sigmask_set(struct ij_thread *thread, uint64_t mask)
{
	return trace(PTRACE_SETSIGMASK, thread->tid, sizeof(mask), &mask)
		       ? failed(thread, "set the signal mask of")
		       : NULL;
}

struct ij_error *ij_thread_siginfo_get(struct ij_thread *thread, siginfo_t *ret)
{
	return trace(PTRACE_GETSIGINFO, thread->tid, 0, ret) ? failed(thread, "read the signal of")
							     : NULL;
}

void ij_thread_rseq_get(struct ij_thread *thread, ij_addr *addr_ret, uint32_t *signature_ret)
{
	/* Linux 5.13, include/uapi/linux/ptrace.h; older headers lack it. */
	struct {
		uint64_t rseq_abi_pointer;
		uint32_t rseq_abi_size, signature, flags, pad;
	} config = {0};

	if (trace(0x420f, thread->tid, sizeof(config), &config) < 0)
		config.rseq_abi_pointer = 0;
	*addr_ret = config.rseq_abi_pointer;
	*signature_ret = config.signature;
}
