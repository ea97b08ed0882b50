/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Experiments on a child: what injections do to a thread, done to one of our own (ptrace(2),
 * proc(5)).
 */
#include "doctor/experiments.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/process.h"

#define STOP_WAIT_NS (10 * IJ_NS_PER_S)
#define PAGE         4096u
/* Linux 5.13, include/uapi/linux/ptrace.h; older headers lack it. */
#define GET_RSEQ_CONFIGURATION 0x420f

static void nothing(void)
{
}

static bool stopped(struct ij_subject *subject, void (*prepare)(void), struct ij_trial *trial)
{
	return ij_subject_start(subject, prepare, nothing, trial) &&
	       ij_subject_stop(subject, trial);
}

static void conclude(struct ij_trial *trial, struct ij_error *err)
{
	if (err)
		ij_trial_fails_by(trial, err);
	else
		ij_trial_works(trial);
}

void ij_try_ptrace(struct ij_trial *trial)
{
	static uint8_t xstate[IJ_XSTATE_MAX];
	struct ij_subject subject;
	struct ij_regs regs;
	size_t xstate_size;
	uint64_t mask;
	struct ij_error *err;

	if (!stopped(&subject, NULL, trial))
		return;
	err = ij_thread_regs_get(&subject.thread, &regs);
	if (!err)
		err = ij_thread_regs_set(&subject.thread, &regs);
	if (!err)
		err = ij_thread_xstate_get(&subject.thread, xstate, &xstate_size);
	if (!err)
		err = ij_thread_xstate_set(&subject.thread, xstate, xstate_size);
	if (!err)
		err = ij_thread_sigmask_get(&subject.thread, &mask);
	if (!err)
		err = ij_thread_sigmask_set(&subject.thread, mask);
	conclude(trial, err);
}

void ij_try_syscall_stops(struct ij_trial *trial)
{
	struct ij_subject subject;
	struct ij_event event = {0};
	enum ij_syscall_stop stop;
	struct ij_error *err;

	if (!stopped(&subject, NULL, trial))
		return;
	/* It waits in read(2), which it makes again. */
	err = ij_thread_resume_syscall(&subject.thread, 0);
	if (!err)
		err = ij_thread_wait(&subject.thread, ij_deadline_ns(STOP_WAIT_NS), &event);
	if (!err && event.kind != IJ_EVENT_SYSCALL)
		err = ij_error_new(OS, "no stop at a system call");
	if (!err)
		err = ij_thread_syscall_stop(&subject.thread, &stop);
	conclude(trial, err);
}

static int open_mem(const struct ij_subject *subject)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", subject->pid);
	return open(path, O_RDWR | O_CLOEXEC);
}

/* Change a byte at @place of the child, and see that it has. */
static void change(struct ij_trial *trial, const void *place)
{
	const off_t at = (off_t)(uintptr_t)place;
	struct ij_subject subject;
	uint8_t byte = 0, other, back = 0;
	int fd;

	if (!stopped(&subject, NULL, trial))
		return;
	fd = open_mem(&subject);
	if (fd < 0) {
		ij_trial_fails(trial, errno, "/proc/PID/mem cannot be opened: %s", strerror(errno));
		return;
	}
	if (pread(fd, &byte, 1, at) != 1) {
		ij_trial_fails(trial, errno, "cannot be read: %s", strerror(errno));
		return;
	}
	other = (uint8_t)~byte;
	if (pwrite(fd, &other, 1, at) != 1)
		ij_trial_fails(trial, errno, "cannot be written: %s", strerror(errno));
	else if (pread(fd, &back, 1, at) != 1 || back != other)
		ij_trial_fails(trial, 0, "cannot be written: it stays as it is");
	else
		ij_trial_works(trial);
}

void ij_try_memory(struct ij_trial *trial)
{
	static uint8_t place = 1;

	change(trial, &place);
}

static __attribute__((noinline)) void never_run(void)
{
	__asm__ volatile("nop");
}

void ij_try_code(struct ij_trial *trial)
{
	change(trial, (const void *)(uintptr_t)never_run);
}

void ij_try_process_vm(struct ij_trial *trial)
{
	static uint64_t value = 4711;
	uint64_t back = 0;
	const struct iovec local = {&back, sizeof(back)}, remote = {&value, sizeof(value)};
	struct ij_subject subject;

	if (!ij_subject_start(&subject, NULL, nothing, trial))
		return;
	if (process_vm_readv(subject.pid, &local, 1, &remote, 1, 0) != (ssize_t)sizeof(back))
		ij_trial_fails(trial, errno, "process_vm_readv: %s", strerror(errno));
	else
		ij_trial_works(trial);
}

void ij_try_map_files(struct ij_trial *trial)
{
	volatile uint8_t *memory =
		mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct ij_subject subject;
	volatile uint8_t *view;
	char path[96];
	int fd;

	if (memory == MAP_FAILED) {
		ij_trial_fails(trial, errno, "no shared code pages: %s", strerror(errno));
		return;
	}
	if (!ij_subject_start(&subject, NULL, nothing, trial))
		return;
	snprintf(path, sizeof(path), "/proc/%d/map_files/%lx-%lx", subject.pid,
		 (unsigned long)memory, (unsigned long)memory + PAGE);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		ij_trial_fails(trial, errno, "cannot be opened: %s", strerror(errno));
		return;
	}
	view = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (view == MAP_FAILED) {
		ij_trial_fails(trial, errno, "cannot be mapped: %s", strerror(errno));
		return;
	}
	/* We have the child's mapping from before it was born. */
	*view = 1;
	if (*memory == 1)
		ij_trial_works(trial);
	else
		ij_trial_fails(trial, 0, "what is written there does not arrive");
}

/* A filter that allows everything. */
static void confine(void)
{
	struct sock_filter allow = {.code = BPF_RET | BPF_K, .k = SECCOMP_RET_ALLOW};
	const struct sock_fprog prog = {.len = 1, .filter = &allow};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		_exit(1);
}

void ij_try_filters(struct ij_trial *trial)
{
	struct ij_subject subject;
	struct sock_filter *prog;
	size_t len = 0;
	struct ij_error *err;

	if (!stopped(&subject, confine, trial))
		return;
	prog = malloc(BPF_MAXINSNS * sizeof(*prog));
	err = prog ? ij_thread_filter_get(&subject.thread, 0, prog, BPF_MAXINSNS, &len)
		   : ij_error_nomem();
	free(prog);
	if (!err && !len)
		err = ij_error_new(UNSUPPORTED, "a seccomp filter that cannot be found");
	if (err && err->code == IJ_ERR_PERM) {
		ij_trial_fails(trial, err->os,
			       "cannot be read: it takes CAP_SYS_ADMIN outside of user namespaces, "
			       "and to be under no filter oneself");
		ij_error_free(err);
		return;
	}
	conclude(trial, err);
}

void ij_try_suspend(struct ij_trial *trial)
{
	struct ij_subject subject;

	if (stopped(&subject, confine, trial))
		conclude(trial, ij_thread_unconfine(&subject.thread, true));
}

void ij_try_rseq(struct ij_trial *trial)
{
	struct ij_subject subject;
	uint64_t config[8] = {0};

	if (!stopped(&subject, NULL, trial))
		return;
	if (syscall(SYS_ptrace, GET_RSEQ_CONFIGURATION, (long)subject.pid, sizeof(config), config) <
	    0)
		ij_trial_fails(trial, errno, "cannot be asked for: %s", strerror(errno));
	else
		ij_trial_works(trial);
}

void ij_try_blocked(struct ij_trial *trial)
{
	struct ij_subject subject;
	struct ij_process process = {0};
	struct ij_blocked blocked;
	char path[64];

	if (!ij_subject_start(&subject, NULL, nothing, trial))
		return;
	snprintf(path, sizeof(path), "/proc/%d", subject.pid);
	process.pid = subject.pid;
	process.proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ij_process_blocked(&process, subject.pid, &blocked);
	if (blocked.known)
		ij_trial_works(trial);
	else
		ij_trial_fails(trial, errno, "/proc/PID/task/TID/syscall cannot be read: %s",
			       strerror(errno));
}
