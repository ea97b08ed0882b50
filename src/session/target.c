/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Choosing targets by what /proc shows to everybody (Linux, Documentation/filesystems/proc.rst). */
#include "interject/interject.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "session/target.h"

#define KERNEL_THREAD 0x00200000u /* PF_KTHREAD, linux/sched.h */
#define COMM_MAX      15          /* TASK_COMM_LEN - 1 */

struct status {
	pid_t tgid;
	char state;
	char name[64];
	unsigned threads; /* a leader that has ended lives on as a zombie while others run */
	bool kernel;
};

/* Read the start of /proc/@pid/@file as text; an errno value, or 0. */
static int read_proc(pid_t pid, const char *file, char *buf, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	n = read(fd, buf, size - 1);
	if (n < 0) {
		n = -errno;
		close(fd);
		return (int)-n;
	}
	close(fd);
	buf[n] = 0;
	return n ? 0 : ESRCH;
}

/* The text after "@key:\t" in @text, or NULL. */
static const char *status_field(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, len) && line[len] == ':')
			return line + len + 1 + strspn(line + len + 1, "\t ");
	}
	return NULL;
}

/* Whether the flags in the text of /proc/PID/stat (field 9) say kernel thread. */
static bool is_kernel_thread(const char *stat)
{
	const char *end = strrchr(stat, ')');
	unsigned flags;

	return end && sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %u", &flags) == 1 &&
	       (flags & KERNEL_THREAD);
}

static struct ij_error *read_status(pid_t pid, struct status *ret)
{
	char text[4096], stat[1024];
	const char *tgid, *state, *name, *threads;
	int err = read_proc(pid, "status", text, sizeof(text));

	if (err == ENOENT || err == ESRCH)
		return ij_error_os(NOPROC, err, "there is no process %d", pid);
	if (err)
		return ij_error_os(NOPROC, err, "cannot look at process %d: %s", pid,
				   strerror(err));
	tgid = status_field(text, "Tgid");
	state = status_field(text, "State");
	name = status_field(text, "Name");
	threads = status_field(text, "Threads");
	if (!tgid || !state || !name)
		return ij_error_new(NOPROC, "/proc/%d/status has no Tgid, State or Name", pid);
	*ret = (struct status){.tgid = (pid_t)strtol(tgid, NULL, 10), .state = *state};
	ret->threads = threads ? (unsigned)strtoul(threads, NULL, 10) : 1;
	snprintf(ret->name, sizeof(ret->name), "%.*s", (int)strcspn(name, "\n"), name);
	if (!read_proc(pid, "stat", stat, sizeof(stat)))
		ret->kernel = is_kernel_thread(stat);
	return NULL;
}

bool ij_target_thread_ended(pid_t tid)
{
	struct status status;
	IJ_ERROR_AUTO err = read_status(tid, &status);

	return err || status.state == 'Z' || status.state == 'X';
}

bool ij_target_ended(pid_t pid)
{
	struct status status;
	IJ_ERROR_AUTO err = read_status(pid, &status);

	/* The first thread may end before the others. */
	return err || ((status.state == 'Z' || status.state == 'X') && status.threads <= 1);
}

struct ij_error *ij_target_check(pid_t pid)
{
	struct status status;

	if (pid == getpid())
		return ij_error_new(REFUSED, "process %d is interject itself", pid);
	IJ_TRY(read_status(pid, &status));
	if (status.tgid != pid)
		return ij_error_new(NOPROC,
				    "%d is a thread (%s) of process %d; use --pid=%d --tid=%d", pid,
				    status.name, status.tgid, status.tgid, pid);
	if (status.kernel)
		return ij_error_new(REFUSED, "%d (%s) is a kernel thread and runs no program", pid,
				    status.name);
	if (status.state == 'X' || (status.state == 'Z' && status.threads <= 1))
		return ij_error_new(NOPROC, "process %d (%s) has ended already (zombie)", pid,
				    status.name);
	return NULL;
}

struct ij_error *ij_target_of_thread(pid_t tid, pid_t *ret)
{
	struct status status;

	IJ_TRY(read_status(tid, &status));
	*ret = status.tgid;
	return NULL;
}

/* Whether the executable of @pid has base name @name; false where we may not look. */
static bool exe_is(pid_t pid, const char *name)
{
	static const char deleted[] = " (deleted)";
	char path[64], exe[4096];
	char *base;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	n = readlink(path, exe, sizeof(exe) - 1);
	if (n <= 0)
		return false;
	exe[n] = 0;
	if ((size_t)n > sizeof(deleted) && !strcmp(exe + n - sizeof(deleted) + 1, deleted))
		exe[(size_t)n - sizeof(deleted) + 1] = 0;
	base = strrchr(exe, '/');
	return !strcmp(base ? base + 1 : exe, name);
}

static bool comm_is(pid_t pid, const char *name)
{
	char comm[64];

	if (read_proc(pid, "comm", comm, sizeof(comm)))
		return false;
	comm[strcspn(comm, "\n")] = 0;
	return !strcmp(comm, name);
}

static int by_number(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

struct ij_error *ij_target_find(const char *name, pid_t **ret, size_t *len_ret)
{
	IJ_VEC(pid_t) list = {0};
	struct ij_error *err = NULL;
	struct dirent *entry;
	DIR *dir = opendir("/proc");

	if (!dir)
		return ij_error_os(OS, errno, "cannot list /proc: %s", strerror(errno));
	while (!err && (entry = readdir(dir))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (!isdigit((unsigned char)entry->d_name[0]) || pid == getpid())
			continue;
		if (comm_is(pid, name) || exe_is(pid, name))
			err = ij_vec_push(&list, pid);
	}
	closedir(dir);
	if (!err && !list.len)
		err = ij_error_new(NOPROC,
				   "there is no process named %s (comm, at most %d characters, or "
				   "base name of its executable)",
				   name, COMM_MAX);
	if (err) {
		ij_vec_deinit(&list);
		return err;
	}
	qsort(list.items, list.len, sizeof(pid_t), by_number);
	*ret = list.items;
	*len_ret = list.len;
	return NULL;
}
