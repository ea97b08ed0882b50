/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A copy-on-write copy of the target (clone(2), ptrace(2); Linux, kernel/fork.c, kernel/exit.c). */
#include "proc/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/stub.h"
#include "base/clock.h"

/* For the first stop of a copy, and for one system call in it. */
#define CALL_WAIT_NS (1 * IJ_NS_PER_S)

/* Resume @thread to its next system call stop, or the event of a clone. */
static struct ij_error *next_stop(struct ij_thread *thread, uint64_t deadline_ns,
				  enum ij_event_kind *kind_ret)
{
	struct ij_event event;

	IJ_TRY(ij_thread_resume_syscall(thread, 0));
	do
		IJ_TRY(ij_thread_wait(thread, deadline_ns, &event));
	while (event.kind == IJ_EVENT_CANCELLED);
	*kind_ret = event.kind;
	switch (event.kind) {
	case IJ_EVENT_SYSCALL:
	case IJ_EVENT_CLONE:
		return NULL;
	case IJ_EVENT_ENDED:
	case IJ_EVENT_EXITING:
	case IJ_EVENT_EXEC:
		return ij_error_new(GONE, "thread %d ended while a copy was made", thread->tid);
	case IJ_EVENT_DEADLINE:
		return ij_error_new(TIMEOUT, "a copy was not made in time by thread %d",
				    thread->tid);
	default:
		return ij_error_os(INTERRUPTED, event.signo,
				   "signal %d came while a copy was made by thread %d", event.signo,
				   thread->tid);
	}
}

/* The process that @thread has just created. */
static struct ij_error *created(struct ij_remote *remote, struct ij_copy *copy)
{
	pid_t pid;
	struct ij_error *err = ij_thread_created_get(remote->thread, &pid);

	/* Asked again if need be: a process that nobody knows of would stay stopped until we end.
	 */
	if (err) {
		ij_error_free(err);
		IJ_TRY(ij_thread_created_get(remote->thread, &pid));
	}
	copy->thread =
		(struct ij_thread){.tid = pid, .waiter = remote->thread->waiter, .seized = true};
	return ij_process_open_traced(pid, &copy->process);
}

/*
 * From the event of the clone to its exit, whatever else has failed: the kernel will yet write the
 * result over the registers of a thread that is put back before.
 */
static struct ij_error *leave_clone(struct ij_remote *remote)
{
	enum ij_event_kind kind;
	struct ij_error *err = next_stop(remote->thread, remote->deadline_ns, &kind);

	if (!err || !remote->thread->stopped || err->code == IJ_ERR_INTERRUPTED)
		return err;
	ij_error_free(err);
	return next_stop(remote->thread, remote->deadline_ns, &kind);
}

static struct ij_error *fork_target(struct ij_remote *remote, ij_addr code, struct ij_copy *copy)
{
	/* No flags and no exit signal; the child goes on with the same stack pointer. */
	static const uint64_t args[6];
	struct ij_regs regs = remote->saved->by_hand;
	struct ij_error *err = NULL, *late = NULL;
	enum ij_event_kind kind;
	long result;

	ij_regs_set_syscall(&regs, code, remote->frame.sp, SYS_clone, args);
	IJ_TRY(ij_thread_regs_set(remote->thread, &regs));
	IJ_TRY(ij_thread_sigmask_set(remote->thread, remote->block));
	IJ_TRY(next_stop(remote->thread, remote->deadline_ns, &kind));
	IJ_TRY(next_stop(remote->thread, remote->deadline_ns, &kind));
	if (kind == IJ_EVENT_CLONE) {
		err = created(remote, copy);
		late = leave_clone(remote);
	}
	/* Read whatever has failed: it is what the target must reap. */
	if (!late)
		late = ij_thread_regs_get(remote->thread, &regs);
	result = late ? 0 : ij_regs_syscall_result(&regs);
	if (result > 0)
		copy->inner = (pid_t)result;
	if (err || late) {
		ij_error_free(err ? late : NULL);
		return err ? err : late;
	}
	if (result > 0)
		return NULL;
	/* ERESTARTNOINTR: something came between (Linux, include/linux/errno.h). */
	if (result == -513)
		return ij_error_os(INTERRUPTED, 0, "a signal came while a copy was made");
	return ij_error_os(REFUSED, (int)-result, "clone in the target failed: %s",
			   strerror((int)-result));
}

/* Of a copy that was made in spite of an error: what the target must reap. */
static void find_inner(struct ij_copy *copy)
{
	struct ij_status status;
	IJ_ERROR_AUTO err = NULL;

	if (copy->inner || copy->process.proc_fd < 0)
		return;
	err = ij_process_status(&copy->process, 0, &status);
	if (!err)
		copy->inner = status.inner_pid;
}

struct ij_error *ij_copy_make(struct ij_remote *remote, ij_addr code, struct ij_copy *ret)
{
	struct ij_error *err;

	*ret = (struct ij_copy){
		.process = {
			.pidfd = -1, .maps_fd = -1, .proc_fd = -1, .live_fd = -1, .mem.fd = -1}};
	IJ_TRY(ij_thread_follow(remote->thread, true));
	err = fork_target(remote, code, ret);
	if (remote->thread->stopped)
		ij_error_free(ij_thread_follow(remote->thread, false));
	if (err) {
		find_inner(ret);
		ij_copy_kill(ret);
	}
	return err;
}

struct ij_error *ij_copy_adopt(struct ij_copy *copy, ij_addr code, bool alone)
{
	const uint64_t name[6] = {PR_SET_NAME,
				  code + (ij_addr)(ij_stub_code_name - ij_stub_code_fork)};
	long result;

	IJ_TRY(ij_thread_adopt(&copy->thread, copy->thread.tid, copy->thread.waiter,
			       ij_deadline_ns(CALL_WAIT_NS)));
	/* First the name, then the danger of ending without it. This system call, were we to die in
	 * it, returns 0 to the code that ends a child. */
	if (alone)
		IJ_TRY(ij_copy_syscall(copy, code, SYS_prctl, name, &result));
	return ij_thread_exit_kill(&copy->thread);
}

void ij_copy_kill(struct ij_copy *copy)
{
	ij_thread_kill(&copy->thread);
	ij_process_close(&copy->process);
}

struct ij_error *ij_copy_reap(struct ij_remote *remote, struct ij_copy *copy)
{
	enum ij_event_kind kind;
	struct ij_regs regs;

	IJ_TRY(next_stop(remote->thread, remote->deadline_ns, &kind));
	IJ_TRY(next_stop(remote->thread, remote->deadline_ns, &kind));
	IJ_TRY(ij_thread_regs_get(remote->thread, &regs));
	if (ij_regs_syscall_result(&regs) == copy->inner)
		copy->inner = 0;
	return NULL;
}

/* A zombie without exit signal, by our name: field 38 of stat is the exit signal. */
static bool is_leftover(const char *stat)
{
	const char *name = strchr(stat, '('), *p = strrchr(stat, ')');

	if (!name || !p ||
	    strncmp(name, "(" IJ_STUB_COPY_NAME ") Z ", strlen(IJ_STUB_COPY_NAME) + 5))
		return false;
	for (int i = 0; p && i < 36; i++)
		p = strchr(p + 1, ' ');
	return p && !strncmp(p, " 0 ", 3);
}

size_t ij_copy_leftovers(const struct ij_process *process, pid_t tid, pid_t *inner, size_t max)
{
	char path[64], list[16384], stat[1024], *at = list, *end;
	size_t len = 0;

	snprintf(path, sizeof(path), "task/%d/children", tid);
	if (ij_process_slurp(process->proc_fd, path, list, sizeof(list)) < 0)
		return 0;
	for (; len < max; at = end) {
		long pid = strtol(at, &end, 10);
		struct ij_process child = {.pid = (pid_t)pid};
		struct ij_status status;
		IJ_ERROR_AUTO err = NULL;

		/* A number that the buffer cut off has nothing behind it. */
		if (pid <= 0 || *end != ' ')
			break;
		snprintf(path, sizeof(path), "/proc/%ld", pid);
		child.proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (child.proc_fd < 0)
			continue;
		err = ij_process_status(&child, 0, &status);
		if (!err && status.state == 'Z' &&
		    ij_process_slurp(child.proc_fd, "stat", stat, sizeof(stat)) > 0 &&
		    is_leftover(stat))
			inner[len++] = status.inner_pid;
		close(child.proc_fd);
	}
	return len;
}

struct ij_error *ij_copy_syscall(struct ij_copy *copy, ij_addr gadget, long nr,
				 const uint64_t args[6], long *result_ret)
{
	uint64_t deadline = ij_deadline_ns(CALL_WAIT_NS);
	struct ij_regs before, regs;
	enum ij_event_kind kind;

	IJ_TRY(ij_thread_regs_get(&copy->thread, &before));
	regs = before;
	ij_regs_set_syscall(&regs, gadget, ij_regs_sp(&regs), nr, args);
	IJ_TRY(ij_thread_regs_set(&copy->thread, &regs));
	IJ_TRY(next_stop(&copy->thread, deadline, &kind));
	IJ_TRY(next_stop(&copy->thread, deadline, &kind));
	IJ_TRY(ij_thread_regs_get(&copy->thread, &regs));
	*result_ret = ij_regs_syscall_result(&regs);
	return ij_thread_regs_set(&copy->thread, &before);
}
