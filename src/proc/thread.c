/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One thread under ptrace (ptrace(2); Linux, kernel/ptrace.c). */
#include "proc/thread.h"

#include <elf.h>
#include <errno.h>
#include <linux/audit.h>
#include <poll.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <linux/ptrace.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/process.h"
#include "proc/thread_impl.h"

/* For a killed process to end, and between looks at it. */
#define KILL_WAIT_NS (2 * IJ_NS_PER_S)
#define KILL_PACE_NS (1 * IJ_NS_PER_MS)

struct ij_error *ij_thread_failed(const struct ij_thread *thread, const char *what)
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
	uintptr_t options = IJ_THREAD_OPTIONS;

	*thread = (struct ij_thread){.pid = pid, .tid = tid, .waiter = waiter};
	if (ij_ptrace(PTRACE_SEIZE, tid, 0, (const void *)options)) {
		int os = errno;

		/* One that is just ending is refused, too (kernel/ptrace.c, ptrace_attach). */
		if (os == EPERM && ij_process_thread_ended(pid, tid))
			os = ESRCH;
		errno = os;
		return os == ESRCH ? ij_thread_failed(thread, "attach to")
				   : ij_process_denied(pid, os);
	}
	thread->seized = true;
	return NULL;
}

struct ij_error *ij_thread_interrupt(struct ij_thread *thread)
{
	return ij_ptrace(PTRACE_INTERRUPT, thread->tid, 0, NULL)
		       ? ij_thread_failed(thread, "interrupt")
		       : NULL;
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
	if (event == PTRACE_EVENT_CLONE)
		return (struct ij_event){.kind = IJ_EVENT_CLONE};
	if (event == PTRACE_EVENT_EXIT)
		return (struct ij_event){.kind = IJ_EVENT_EXITING};
	if (signo == (SIGTRAP | 0x80))
		return (struct ij_event){.kind = IJ_EVENT_SYSCALL};
	return (struct ij_event){.kind = IJ_EVENT_SIGNAL, .signo = signo & 0x7f};
}

static int ask(pid_t tid, siginfo_t *info)
{
	int n;

	do
		n = waitid(P_PID, (id_t)tid, info, WSTOPPED | WEXITED | WNOHANG | WNOWAIT | __WALL);
	while (n < 0 && errno == EINTR);
	return n;
}

/* One look, without blocking. Returns true if there was something to report. */
static bool look(struct ij_thread *thread, struct ij_event *ret)
{
	siginfo_t info = {0};
	int n = ask(thread->tid, &info);

	/*
	 * We have not reaped it, so it has not ended: a thread that executes a program goes on
	 * under the number of its process (Linux, fs/exec.c, de_thread).
	 */
	if (n < 0 && thread->seized && thread->pid && thread->tid != thread->pid) {
		thread->tid = thread->pid;
		thread->renamed = true;
		n = ask(thread->tid, &info);
	}
	if (n < 0) {
		*ret = (struct ij_event){.kind = IJ_EVENT_ENDED};
	} else if (info.si_pid) {
		*ret = decode(&info);
	} else {
		return false;
	}
	thread->stopped = ret->kind != IJ_EVENT_ENDED;
	thread->seized = thread->stopped;
	thread->signo = ret->kind == IJ_EVENT_SIGNAL ? ret->signo : 0;
	if (n == 0 && !thread->stopped) {
		/* Nobody but us waits for a thread's end: reap it. */
		waitid(P_PID, (id_t)thread->tid, &info, WEXITED | WNOHANG | __WALL);
	}
	/* A new number must have been waited for (Linux 5.13, kernel/ptrace.c,
	 * looks_like_a_spurious_pid). No signal is in this stop, to be lost with us. */
	if (thread->renamed && ret->kind == IJ_EVENT_EXEC) {
		thread->renamed = false;
		waitid(P_PID, (id_t)thread->tid, &info, WSTOPPED | WNOHANG | __WALL);
	}
	return true;
}

bool ij_thread_peek(struct ij_thread *thread, struct ij_event *ret)
{
	return look(thread, ret);
}

/*
 * One look at each that runs; the index of the first that has something to report, or @len. @all:
 * also at those that are stopped, whose stop is met again.
 */
static size_t look_all(struct ij_thread *threads, size_t len, bool all, struct ij_event *ret)
{
	for (size_t i = 0; i < len; i++)
		if ((all || (threads[i].seized && !threads[i].stopped)) && look(&threads[i], ret))
			return i;
	return len;
}

static struct ij_error *await(struct ij_thread *threads, size_t len, bool all, uint64_t deadline_ns,
			      size_t *which_ret, struct ij_event *ret)
{
	struct ij_waiter *waiter = threads[0].waiter;

	*which_ret = 0;
	for (;;) {
		struct pollfd pfds[2] = {{.fd = waiter->sigchld_fd, .events = POLLIN},
					 {.fd = waiter->cancelled ? -1 : waiter->cancel_fd,
					  .events = POLLIN | POLLRDHUP}};
		struct signalfd_siginfo drained;
		struct timespec left;
		uint64_t now;

		*which_ret = look_all(threads, len, all, ret);
		if (*which_ret < len)
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

struct ij_error *ij_thread_wait(struct ij_thread *thread, uint64_t deadline_ns,
				struct ij_event *ret)
{
	size_t which;

	return await(thread, 1, true, deadline_ns, &which, ret);
}

struct ij_error *ij_threads_wait(struct ij_thread *threads, size_t len, uint64_t deadline_ns,
				 size_t *which_ret, struct ij_event *ret)
{
	return await(threads, len, false, deadline_ns, which_ret, ret);
}

static struct ij_error *resume(struct ij_thread *thread, long request, int signo)
{
	if (!signo)
		signo = thread->owed;
	if (ij_ptrace(request, thread->tid, 0, (const void *)(uintptr_t)signo))
		return ij_thread_failed(thread, "resume");
	thread->owed = 0;
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

struct ij_error *ij_thread_listen(struct ij_thread *thread)
{
	return resume(thread, PTRACE_LISTEN, 0);
}

void ij_thread_detach(struct ij_thread *thread, int signo)
{
	if (thread->seized)
		ij_ptrace(PTRACE_DETACH, thread->tid, 0, (const void *)(uintptr_t)signo);
	thread->seized = thread->stopped = false;
}

struct ij_error *ij_thread_follow(struct ij_thread *thread, bool on)
{
	uintptr_t options = IJ_THREAD_OPTIONS | (on ? PTRACE_O_TRACECLONE : 0);

	return ij_ptrace(PTRACE_SETOPTIONS, thread->tid, 0, (const void *)options)
		       ? ij_thread_failed(thread, "set the options of")
		       : NULL;
}

struct ij_error *ij_thread_created_get(struct ij_thread *thread, pid_t *ret)
{
	unsigned long created = 0;

	if (ij_ptrace(PTRACE_GETEVENTMSG, thread->tid, 0, &created))
		return ij_thread_failed(thread, "ask about");
	*ret = (pid_t)created;
	return NULL;
}

struct ij_error *ij_thread_adopt(struct ij_thread *thread, pid_t tid, struct ij_waiter *waiter,
				 uint64_t deadline_ns)
{
	struct ij_event event;

	*thread = (struct ij_thread){.tid = tid, .waiter = waiter, .seized = true};
	do
		IJ_TRY(ij_thread_wait(thread, deadline_ns, &event));
	while (event.kind == IJ_EVENT_CANCELLED);
	if (event.kind == IJ_EVENT_DEADLINE)
		return ij_error_new(TIMEOUT, "process %d did not stop at its birth", tid);
	if (!thread->stopped)
		return ij_error_new(GONE, "process %d ended at its birth", tid);
	return NULL;
}

struct ij_error *ij_thread_exit_kill(struct ij_thread *thread)
{
	/* No exit stop: a killed process is to end at once. */
	uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;

	return ij_ptrace(PTRACE_SETOPTIONS, thread->tid, 0, (const void *)options)
		       ? ij_thread_failed(thread, "set the options of")
		       : NULL;
}

void ij_thread_kill(struct ij_thread *thread)
{
	struct pollfd pfd = {.fd = thread->waiter ? thread->waiter->sigchld_fd : -1,
			     .events = POLLIN};
	const struct timespec pace = ij_timespec(KILL_PACE_NS);
	uint64_t deadline = ij_deadline_ns(KILL_WAIT_NS);
	struct signalfd_siginfo drained;
	siginfo_t info = {0};

	/* A tracer may kill what it may not signal (Linux 5.19, kernel/ptrace.c, PTRACE_KILL). */
	if (thread->seized && kill(thread->tid, SIGKILL))
		ij_ptrace(PTRACE_KILL, thread->tid, 0, NULL);
	/* Not by ij_thread_wait: it would see the old stop again and again, and on the CPU that we
	 * share with it, where we come first, the process would never get to die. */
	while (thread->seized && ij_now_ns() < deadline) {
		/* A tracer is told of stops whether it asked for them or not (Linux, kernel/exit.c,
		 * wait_task_stopped). */
		if (waitid(P_PID, (id_t)thread->tid, &info, WEXITED | WNOHANG | __WALL) < 0 ||
		    (info.si_pid && info.si_code != CLD_TRAPPED))
			break;
		info.si_pid = 0;
		/* In the stop of its exit, if it still had that option. */
		ij_ptrace(PTRACE_CONT, thread->tid, 0, (const void *)(uintptr_t)SIGKILL);
		if (ppoll(&pfd, 1, &pace, NULL) > 0 &&
		    read(pfd.fd, &drained, sizeof(drained)) < 0 && errno != EAGAIN)
			break;
	}
	thread->seized = thread->stopped = false;
}

struct ij_error *ij_thread_syscall_stop(struct ij_thread *thread, enum ij_syscall_stop *ret)
{
	struct ptrace_syscall_info info = {0};

	if (ij_ptrace(PTRACE_GET_SYSCALL_INFO, thread->tid, sizeof(info), &info) < 0) {
		if (errno == EIO)
			return ij_error_new(UNSUPPORTED,
					    "this kernel does not describe system call stops; "
					    "Linux 5.3 does");
		return ij_thread_failed(thread, "ask about");
	}
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		*ret = info.arch == AUDIT_ARCH_X86_64 ? IJ_SYSCALL_ENTRY : IJ_SYSCALL_ENTRY_FOREIGN;
	else
		*ret = IJ_SYSCALL_EXIT;
	return NULL;
}

struct ij_error *ij_thread_regs_get(struct ij_thread *thread, struct ij_regs *ret)
{
	return ij_ptrace(PTRACE_GETREGS, thread->tid, 0, &ret->gp)
		       ? ij_thread_failed(thread, "read the registers of")
		       : NULL;
}

struct ij_error *ij_thread_regs_set(struct ij_thread *thread, const struct ij_regs *regs)
{
	return ij_ptrace(PTRACE_SETREGS, thread->tid, 0, &regs->gp)
		       ? ij_thread_failed(thread, "set the registers of")
		       : NULL;
}

struct ij_error *ij_thread_xstate_get(struct ij_thread *thread, void *buf, size_t *size_ret)
{
	struct iovec iov = {.iov_base = buf, .iov_len = IJ_XSTATE_MAX};

	if (ij_ptrace(PTRACE_GETREGSET, thread->tid, NT_X86_XSTATE, &iov))
		return ij_thread_failed(thread, "read the vector registers of");
	*size_ret = iov.iov_len;
	return NULL;
}

struct ij_error *ij_thread_xstate_set(struct ij_thread *thread, const void *buf, size_t size)
{
	struct iovec iov = {.iov_base = (void *)(uintptr_t)buf, .iov_len = size};

	return ij_ptrace(PTRACE_SETREGSET, thread->tid, NT_X86_XSTATE, &iov)
		       ? ij_thread_failed(thread, "set the vector registers of")
		       : NULL;
}

struct ij_error *ij_thread_sigmask_get(struct ij_thread *thread, uint64_t *ret)
{
	return ij_ptrace(PTRACE_GETSIGMASK, thread->tid, sizeof(*ret), ret)
		       ? ij_thread_failed(thread, "read the signal mask of")
		       : NULL;
}

struct ij_error *ij_thread_sigmask_set(struct ij_thread *thread, uint64_t mask)
{
	return ij_ptrace(PTRACE_SETSIGMASK, thread->tid, sizeof(mask), &mask)
		       ? ij_thread_failed(thread, "set the signal mask of")
		       : NULL;
}

struct ij_error *ij_thread_siginfo_get(struct ij_thread *thread, siginfo_t *ret)
{
	return ij_ptrace(PTRACE_GETSIGINFO, thread->tid, 0, ret)
		       ? ij_thread_failed(thread, "read the signal of")
		       : NULL;
}

struct ij_error *ij_thread_poke(struct ij_thread *thread, ij_addr addr, const void *bytes,
				size_t size)
{
	const uint8_t *from = bytes;
	unsigned long word;

	for (size_t done = 0; done < size; done += sizeof(word)) {
		size_t part = size - done < sizeof(word) ? size - done : sizeof(word);
		uintptr_t at = (uintptr_t)(addr + done);
		long failure = 0;

		if (part < sizeof(word))
			failure = ij_ptrace(PTRACE_PEEKTEXT, thread->tid, at, &word);
		memcpy(&word, from + done, part);
		/* A word is passed as the pointer itself. */
		if (!failure)
			failure = ij_ptrace(PTRACE_POKETEXT, thread->tid, at, (const void *)word);
		if (failure && errno == ESRCH)
			return ij_thread_failed(thread, "write to the memory of");
		if (failure)
			return ij_error_os(FAULT, errno, "cannot write to 0x%llx of the target: %s",
					   (unsigned long long)at, strerror(errno));
	}
	return NULL;
}

void ij_thread_rseq_get(struct ij_thread *thread, ij_addr *addr_ret, uint32_t *signature_ret)
{
	/* Linux 5.13, include/uapi/linux/ptrace.h; older headers lack it. */
	struct {
		uint64_t rseq_abi_pointer;
		uint32_t rseq_abi_size, signature, flags, pad;
	} config = {0};

	if (ij_ptrace(0x420f, thread->tid, sizeof(config), &config) < 0)
		config.rseq_abi_pointer = 0;
	*addr_ret = config.rseq_abi_pointer;
	*signature_ret = config.signature;
}
