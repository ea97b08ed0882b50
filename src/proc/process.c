/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The target process as /proc shows it (Linux, Documentation/filesystems/proc.rst). */
#include "proc/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"

/* The line of groups alone may name 65536 of them (Linux, include/uapi/linux/limits.h,
 * NGROUPS_MAX).
 */
#define STATUS_MAX (1 << 20)

/* Read a small /proc file whole; returns its size, or -1 with errno. */
static ssize_t slurp_at(int dir, const char *path, char *buf, size_t size)
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
	} while ((n > 0 && done < size - 1) || (n < 0 && errno == EINTR));
	os = errno;
	close(fd);
	if (n < 0) {
		errno = os;
		return -1;
	}
	buf[done] = 0;
	return (ssize_t)done;
}

/* The last number of a line such as "NSpid:\t4711\t12\t1": the innermost namespace's. */
static pid_t last_number(const char *line)
{
	const char *p = line + strcspn(line, "\n");

	while (p > line && p[-1] != '\t' && p[-1] != ' ')
		p--;
	return (pid_t)strtol(p, NULL, 10);
}

static const char *line_of(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (const char *p = text; p; p = strchr(p, '\n')) {
		if (*p == '\n')
			p++;
		if (!strncmp(p, key, len))
			return p + len + strspn(p + len, " \t");
		if (!*p)
			break;
	}
	return NULL;
}

static uint64_t field(const char *text, const char *key, int base)
{
	const char *value = line_of(text, key);

	return value ? strtoull(value, NULL, base) : 0;
}

void ij_status_parse(const char *text, struct ij_status *ret)
{
	const char *value;

	memset(ret, 0, sizeof(*ret));
	value = line_of(text, "Name:");
	if (value)
		snprintf(ret->comm, sizeof(ret->comm), "%.*s", (int)strcspn(value, "\n"), value);
	value = line_of(text, "State:");
	ret->state = value ? *value : '?';
	ret->tgid = (pid_t)field(text, "Tgid:", 10);
	value = line_of(text, "NSpid:");
	ret->inner_pid = value ? last_number(value) : (pid_t)field(text, "Pid:", 10);
	ret->tracer = (pid_t)field(text, "TracerPid:", 10);
	value = line_of(text, "Uid:");
	if (value) {
		char *effective;

		strtoul(value, &effective, 10);
		ret->uid = (uid_t)strtoul(effective, NULL, 10);
	}
	ret->threads = (unsigned)field(text, "Threads:", 10);
	ret->seccomp = (unsigned)field(text, "Seccomp:", 10);
	ret->has_memory = line_of(text, "VmSize:") != NULL;
	value = line_of(text, "x86_Thread_features:");
	ret->shadow_stack = value && memmem(value, strcspn(value, "\n"), "shstk", 5);
	ret->sig_pending = field(text, "SigPnd:", 16) | field(text, "ShdPnd:", 16);
	ret->sig_blocked = field(text, "SigBlk:", 16);
	ret->sig_caught = field(text, "SigCgt:", 16);
}

uint64_t ij_process_start_time(pid_t pid)
{
	char path[64], text[1024];
	const char *p;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (slurp_at(AT_FDCWD, path, text, sizeof(text)) < 0)
		return 0;
	/* The command name may hold anything, closing brackets too: count from the last one. */
	p = strrchr(text, ')');
	for (int i = 0; p && i < 20; i++)
		p = strchr(p + 1, ' ');
	return p ? strtoull(p + 1, NULL, 10) : 0;
}

static struct ij_error *check_kind(pid_t pid, const struct ij_status *status)
{
	if (status->tgid != pid)
		return ij_error_new(NOPROC, "%d is a thread of process %d (%s): use -p %d -t %d",
				    pid, status->tgid, status->comm, status->tgid, pid);
	if (pid == getpid() || pid == getppid())
		return ij_error_new(REFUSED, "cannot attach to %d: that is interject itself", pid);
	if (status->state == 'Z' && status->threads <= 1)
		return ij_error_new(REFUSED,
				    "cannot attach to %d (%s): it is a zombie; it has "
				    "exited and waits for its parent",
				    pid, status->comm);
	if (!status->has_memory && status->state != 'Z')
		return ij_error_new(REFUSED, "cannot attach to %d (%s): it is a kernel thread", pid,
				    status->comm);
	if (status->tracer)
		return ij_process_denied(pid, EPERM);
	return NULL;
}

static struct ij_error *open_files(struct ij_process *process)
{
	int mem_fd = openat(process->proc_fd, "mem", O_RDWR | O_CLOEXEC);

	if (mem_fd < 0)
		return errno == ENOENT ? ij_error_new(GONE, "%d exited", process->pid)
				       : ij_process_denied(process->pid, errno);
	ij_mem_fd_init(&process->mem, mem_fd);
	process->maps_fd = openat(process->proc_fd, "maps", O_RDONLY | O_CLOEXEC);
	if (process->maps_fd < 0)
		return ij_process_denied(process->pid, errno);
	return NULL;
}

struct ij_error *ij_process_open(pid_t pid, struct ij_process *ret)
{
	struct ij_process process = {.pid = pid, .pidfd = -1, .maps_fd = -1, .mem.fd = -1};
	struct ij_status status;
	struct ij_error *err;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d", pid);
	process.proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (process.proc_fd < 0)
		return ij_error_os(NOPROC, errno, "no process %d", pid);
	err = ij_process_status(&process, 0, &status);
	if (err && err->code == IJ_ERR_GONE) {
		ij_error_free(err);
		err = ij_error_new(NOPROC, "no process %d", pid);
	}
	if (!err)
		err = check_kind(pid, &status);
	if (!err) {
		process.pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		if (process.pidfd < 0)
			err = ij_error_os(NOPROC, errno, "cannot refer to process %d: %s", pid,
					  strerror(errno));
	}
	if (!err) {
		process.start_time = ij_process_start_time(pid);
		err = open_files(&process);
	}
	if (err) {
		ij_process_close(&process);
		return err;
	}
	*ret = process;
	return NULL;
}

void ij_process_close(struct ij_process *process)
{
	const int fds[] = {process->pidfd, process->maps_fd, process->proc_fd, process->mem.fd};

	for (size_t i = 0; i < IJ_COUNT(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	process->pidfd = process->maps_fd = process->proc_fd = process->mem.fd = -1;
}

struct ij_error *ij_process_status(const struct ij_process *process, pid_t tid,
				   struct ij_status *ret)
{
	char path[64] = "status", text[8192], *large = NULL;
	ssize_t n;

	if (tid)
		snprintf(path, sizeof(path), "task/%d/status", tid);
	n = slurp_at(process->proc_fd, path, text, sizeof(text));
	if (n == sizeof(text) - 1) {
		large = malloc(STATUS_MAX);
		if (!large)
			return ij_error_nomem();
		n = slurp_at(process->proc_fd, path, large, STATUS_MAX);
	}
	if (n >= 0)
		ij_status_parse(large ? large : text, ret);
	free(large);
	if (n < 0)
		return ij_error_os(GONE, errno, "thread %d of %d has ended",
				   tid ? tid : process->pid, process->pid);
	return NULL;
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
	int fd = openat(process->proc_fd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct ij_error *err = NULL;
	struct dirent *entry;

	if (!dir) {
		int os = errno;

		if (fd >= 0)
			close(fd);
		return ij_error_os(GONE, os, "process %d has exited", process->pid);
	}
	ret->list.len = 0;
	while (!err && (entry = readdir(dir))) {
		pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (tid > 0)
			err = ij_vec_push(&ret->list, tid);
	}
	closedir(dir);
	if (!err && !ret->list.len)
		err = ij_error_new(GONE, "process %d has exited", process->pid);
	return err;
}

void ij_process_blocked(const struct ij_process *process, pid_t tid, struct ij_blocked *ret)
{
	char path[64], text[256];
	unsigned long long v[8];
	int n;

	*ret = (struct ij_blocked){.nr = -1};
	snprintf(path, sizeof(path), "task/%d/syscall", tid);
	if (slurp_at(process->proc_fd, path, text, sizeof(text)) < 0)
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

int ij_process_cpu(const struct ij_process *process, pid_t tid)
{
	char path[64], text[1024];
	const char *p;

	snprintf(path, sizeof(path), "task/%d/stat", tid);
	if (slurp_at(process->proc_fd, path, text, sizeof(text)) < 0)
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
