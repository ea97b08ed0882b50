/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The target process as /proc shows it (Linux, Documentation/filesystems/proc.rst). */
#include "proc/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"

/* A system call that lasts so long waits for something outside. */
#define WAITS_NS (20 * IJ_NS_PER_MS)

#define KERNEL_THREAD 0x00200000u /* PF_KTHREAD, linux/sched.h */

/* The line of groups alone may name 65536 of them (Linux, include/uapi/linux/limits.h,
 * NGROUPS_MAX).
 */
#define STATUS_MAX (1 << 20)

/*
 * @whole: one read gives all that there is, as of files whose text the kernel makes in one piece
 * (fs/seq_file.c, single_open): none is needed to see the end.
 */
static ssize_t slurp(int dir, const char *path, bool whole, char *buf, size_t size)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	size_t done = 0;
	ssize_t n;
	int os;

	if (fd < 0)
		return -1;
	do {
		n = read(fd, buf + done, size - 1 - done);
		if (n > 0)
			done += (size_t)n;
	} while ((n > 0 && done < size - 1 && !whole) || (n < 0 && errno == EINTR));
	os = errno;
	close(fd);
	if (n < 0) {
		errno = os;
		return -1;
	}
	buf[done] = 0;
	return (ssize_t)done;
}

ssize_t ij_process_slurp(int dir, const char *path, char *buf, size_t size)
{
	return slurp(dir, path, false, buf, size);
}

/* Field number @nth, from 3 on, of /proc/PID/stat (proc(5)), a number; 0: there is none. */
static uint64_t stat_field(pid_t pid, int nth)
{
	char path[64], text[1024];
	const char *p;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (slurp(AT_FDCWD, path, true, text, sizeof(text)) < 0)
		return 0;
	/* The command name may hold anything, closing brackets too: count from the last one. */
	p = strrchr(text, ')');
	for (int i = 2; p && i < nth; i++)
		p = strchr(p + 1, ' ');
	return p ? strtoull(p + 1, NULL, 10) : 0;
}

uint64_t ij_process_start_time(pid_t pid)
{
	return stat_field(pid, 22);
}

bool ij_process_is_kernel(pid_t pid)
{
	return stat_field(pid, 9) & KERNEL_THREAD;
}

uint64_t ij_process_private_size(const struct ij_process *process)
{
	unsigned long long total, resident, shared;
	char text[256];

	/* Pages; shared are those of files and of shared memory, which fork(2) does not copy. */
	if (slurp(process->live_fd, "statm", true, text, sizeof(text)) < 0 ||
	    sscanf(text, "%llu %llu %llu", &total, &resident, &shared) != 3 || shared > resident)
		return 0;
	return (resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE);
}

bool ij_process_shares_memory(const struct ij_process *process, pid_t other)
{
	return other > 0 && !syscall(SYS_kcmp, process->pid, other, KCMP_VM, 0, 0);
}

void ij_process_pid_namespace(const struct ij_process *process, bool *children_ret, bool *ours_ret)
{
	struct stat own, children, ours;

	*children_ret = *ours_ret = false;
	if (fstatat(process->live_fd, "ns/pid", &own, 0))
		return;
	*children_ret = !fstatat(process->live_fd, "ns/pid_for_children", &children, 0) &&
			children.st_ino == own.st_ino;
	*ours_ret = !stat("/proc/self/ns/pid", &ours) && ours.st_ino == own.st_ino;
}

static ssize_t read_status(const struct ij_process *process, pid_t tid, char *buf, size_t size)
{
	return tid ? ij_task_files_read(process->tasks, process->proc_fd, tid, IJ_TASK_STATUS, buf,
					size)
		   : slurp(process->proc_fd, "status", true, buf, size);
}

struct ij_error *ij_process_status(const struct ij_process *process, pid_t tid,
				   struct ij_status *ret)
{
	char text[8192], *large = NULL;
	ssize_t n = read_status(process, tid, text, sizeof(text));

	if (n == sizeof(text) - 1) {
		large = malloc(STATUS_MAX);
		if (!large)
			return ij_error_nomem();
		n = read_status(process, tid, large, STATUS_MAX);
	}
	if (n >= 0)
		ij_status_parse(large ? large : text, ret);
	free(large);
	if (n < 0)
		return ij_error_os(GONE, errno, "thread %d of %d has ended",
				   tid ? tid : process->pid, process->pid);
	return NULL;
}

bool ij_process_thread_ended(pid_t pid, pid_t tid)
{
	struct ij_process process = {.pid = pid};
	struct ij_status status;
	struct ij_error *err;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d", pid);
	process.proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (process.proc_fd < 0)
		return errno == ENOENT;
	err = ij_process_status(&process, tid, &status);
	close(process.proc_fd);
	if (err) {
		ij_error_free(err);
		return true;
	}
	return status.state == 'Z' || status.state == 'X';
}

bool ij_process_thread_runs(const struct ij_process *process, pid_t tid)
{
	struct ij_status status;
	IJ_ERROR_AUTO err = ij_process_status(process, tid, &status);

	return !err && status.state == 'R';
}

bool ij_process_is_alive(const struct ij_process *process)
{
	struct pollfd pfd = {.fd = process->pidfd, .events = POLLIN};

	return poll(&pfd, 1, 0) == 0;
}

void ij_process_await_exit(const struct ij_process *process, uint64_t span_ns)
{
	struct pollfd pfd = {.fd = process->pidfd, .events = POLLIN};
	struct timespec span = ij_timespec(span_ns);

	ppoll(&pfd, 1, &span, NULL);
}

struct ij_error *ij_process_threads(const struct ij_process *process, struct ij_tids *ret)
{
	union {
		char bytes[8192];
		struct dirent64 entry;
	} buf;
	int fd = ij_task_files_folder(process->tasks, process->proc_fd);
	struct ij_error *err = NULL;
	ssize_t n;

	if (fd < 0)
		return ij_error_os(GONE, errno, "process %d has exited", process->pid);
	ret->list.len = 0;
	while (!err && (n = getdents64(fd, buf.bytes, sizeof(buf.bytes))) > 0) {
		const struct dirent64 *entry;

		for (ssize_t at = 0; !err && at < n; at += entry->d_reclen) {
			pid_t tid;

			entry = (const struct dirent64 *)(buf.bytes + at);
			tid = (pid_t)strtol(entry->d_name, NULL, 10);
			if (tid > 0)
				err = ij_vec_push(&ret->list, tid);
		}
	}
	if (!process->tasks)
		close(fd);
	if (!err && !ret->list.len)
		err = ij_error_new(GONE, "process %d has exited", process->pid);
	return err;
}

void ij_process_blocked(const struct ij_process *process, pid_t tid, struct ij_blocked *ret)
{
	unsigned long long v[8];
	char text[256];
	int n;

	*ret = (struct ij_blocked){.nr = -1};
	if (ij_task_files_read(process->tasks, process->proc_fd, tid, IJ_TASK_SYSCALL, text,
			       sizeof(text)) < 0)
		return;
	ret->known = true;
	ret->running = !strncmp(text, "running", 7);
	if (ret->running)
		return;
	n = sscanf(text, "%ld %llx %llx %llx %llx %llx %llx %llx %llx", &ret->nr, &v[0], &v[1],
		   &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]);
	if (n == 9) {
		for (int i = 0; i < 6; i++)
			ret->args[i] = v[i];
		ret->sp = v[6];
		ret->pc = v[7];
	}
}

bool ij_process_waits(const struct ij_process *process, pid_t tid, struct ij_block_looks *looks)
{
	const struct ij_blocked *seen = &looks->seen;
	struct ij_blocked now;

	ij_process_blocked(process, tid, &now);
	if (!now.known || now.running || now.nr < 0) {
		looks->since_ns = 0;
		return false;
	}
	if (!looks->since_ns || now.nr != seen->nr || now.sp != seen->sp || now.pc != seen->pc) {
		looks->seen = now;
		looks->since_ns = ij_now_ns();
	}
	return ij_now_ns() - looks->since_ns >= WAITS_NS;
}

void ij_process_fd_link(const struct ij_process *process, int fd, char *buf, size_t size)
{
	char name[24];
	ssize_t len;

	snprintf(name, sizeof(name), "fd/%d", fd);
	len = fd < 0 ? -1 : readlinkat(process->proc_fd, name, buf, size - 1);
	buf[len > 0 ? len : 0] = 0;
}

int ij_process_cpu(const struct ij_process *process, pid_t tid)
{
	char text[1024];
	const char *p;

	if (ij_task_files_read(process->tasks, process->proc_fd, tid, IJ_TASK_STAT, text,
			       sizeof(text)) < 0)
		return -1;
	p = strrchr(text, ')');
	for (int i = 0; p && i < 37; i++)
		p = strchr(p + 1, ' ');
	return p ? (int)strtol(p + 1, NULL, 10) : -1;
}

struct ij_error *ij_process_write(const struct ij_process *process, ij_addr addr, const void *bytes,
				  size_t size)
{
	ssize_t n;

	do
		n = pwrite(process->mem.fd, bytes, size, (off_t)addr);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)size)
		return NULL;
	return ij_error_os(FAULT, n < 0 ? errno : EIO,
			   "cannot write %zu bytes at 0x%llx of the target", size,
			   (unsigned long long)addr);
}
