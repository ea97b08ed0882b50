/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Binding to the target process: which may be, and by which files (proc(5), pidfd_open(2)). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proc/process.h"

static struct ij_process none(pid_t pid)
{
	return (struct ij_process){
		.pid = pid, .pidfd = -1, .maps_fd = -1, .proc_fd = -1, .live_fd = -1, .mem.fd = -1};
}

static int open_folder(pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d", tid);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

struct ij_error *ij_process_check(pid_t pid, const struct ij_status *status)
{
	if (status->tgid != pid)
		return ij_error_new(NOPROC, "%d is a thread of process %d (%s): use -p %d -t %d",
				    pid, status->tgid, status->comm, status->tgid, pid);
	if (pid == getpid())
		return ij_error_new(REFUSED, "cannot attach to %d: that is interject itself", pid);
	if (status->state == 'Z' && status->threads <= 1)
		return ij_error_new(REFUSED,
				    "cannot attach to %d (%s): it is a zombie; it has "
				    "exited and waits for its parent",
				    pid, status->comm);
	if (status->has_memory || status->state == 'Z')
		return NULL;
	if (ij_process_is_kernel(pid))
		return ij_error_new(REFUSED, "cannot attach to %d (%s): it is a kernel thread", pid,
				    status->comm);
	/* Its memory goes first. */
	return ij_error_new(GONE, "%d (%s) is ending", pid, status->comm);
}

/* The files of a folder /proc/TID, which is taken over. */
static struct ij_error *open_files_of(struct ij_process *process, int folder)
{
	int mem_fd = openat(folder, "mem", O_RDWR | O_CLOEXEC);

	process->live_fd = folder;
	/* A thread that has ended, its process perhaps not: it has no memory. */
	if (mem_fd < 0)
		return errno == ENOENT || errno == ESRCH
			       ? ij_error_new(GONE, "%d exited", process->pid)
			       : ij_process_denied(process->pid, errno);
	ij_mem_fd_init(&process->mem, mem_fd);
	process->maps_fd = openat(folder, "maps", O_RDONLY | O_CLOEXEC);
	if (process->maps_fd < 0)
		return ij_process_denied(process->pid, errno);
	return NULL;
}

static struct ij_error *open_files(struct ij_process *process)
{
	int folder = fcntl(process->proc_fd, F_DUPFD_CLOEXEC, 0);

	if (folder < 0)
		return ij_error_os(OS, errno, "cannot keep a descriptor: %s", strerror(errno));
	return open_files_of(process, folder);
}

/*
 * The main thread has ended, and others go on: the files of one of those. Threads have folders such
 * as processes have, which are not listed (proc(5), /proc/TID).
 */
static struct ij_error *find_live(struct ij_process *process)
{
	struct ij_tids tids = {0};
	struct ij_error *err = ij_process_threads(process, &tids);
	bool found = false;

	for (size_t i = 0; !err && !found && i < tids.list.len; i++) {
		pid_t tid = tids.list.items[i];
		int folder = ij_process_thread_ended(process->pid, tid) ? -1 : open_folder(tid);

		if (folder < 0)
			continue;
		err = open_files_of(process, folder);
		found = !err;
		if (err && err->code == IJ_ERR_GONE) {
			close(folder);
			process->live_fd = -1;
			ij_error_free(err);
			err = NULL;
		}
	}
	ij_vec_deinit(&tids.list);
	if (!err && !found)
		err = ij_error_new(GONE, "%d exited", process->pid);
	return err;
}

struct ij_error *ij_process_open(pid_t pid, struct ij_process *ret)
{
	struct ij_process process = none(pid);
	struct ij_status status;
	struct ij_error *err;

	process.proc_fd = open_folder(pid);
	if (process.proc_fd < 0)
		return ij_error_os(NOPROC, errno, "no process %d", pid);
	err = ij_process_status(&process, 0, &status);
	if (err && err->code == IJ_ERR_GONE) {
		ij_error_free(err);
		err = ij_error_new(NOPROC, "no process %d", pid);
	}
	if (!err)
		err = ij_process_check(pid, &status);
	if (!err && status.tracer)
		err = ij_process_denied(pid, EPERM);
	if (!err) {
		process.pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		if (process.pidfd < 0)
			err = ij_error_os(NOPROC, errno, "cannot refer to process %d: %s", pid,
					  strerror(errno));
	}
	if (!err) {
		process.start_time = ij_process_start_time(pid);
		err = status.state == 'Z' ? find_live(&process) : open_files(&process);
	}
	if (err) {
		ij_process_close(&process);
		return err;
	}
	process.tasks = ij_task_files_create();
	*ret = process;
	return NULL;
}

void ij_process_close(struct ij_process *process)
{
	const int fds[] = {process->pidfd, process->maps_fd, process->proc_fd, process->live_fd,
			   process->mem.fd};

	for (size_t i = 0; i < IJ_COUNT(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	process->pidfd = process->maps_fd = process->proc_fd = -1;
	process->live_fd = process->mem.fd = -1;
	ij_task_files_free(process->tasks);
	process->tasks = NULL;
}

struct ij_error *ij_process_open_traced(pid_t pid, struct ij_process *ret)
{
	struct ij_process process = none(pid);
	struct ij_error *err;

	process.proc_fd = open_folder(pid);
	if (process.proc_fd < 0)
		return ij_error_os(GONE, errno, "process %d has exited", pid);
	err = open_files(&process);
	if (err) {
		ij_process_close(&process);
		return err;
	}
	*ret = process;
	return NULL;
}
