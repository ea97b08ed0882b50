/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "proc/task_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "proc/process.h"

struct ij_task_files *ij_task_files_create(void)
{
	struct ij_task_files *files = malloc(sizeof(*files));

	if (!files)
		return NULL;
	files->folder = -1;
	for (size_t i = 0; i < IJ_TASK_FILES_MAX; i++)
		files->slots[i].fd = -1;
	return files;
}

void ij_task_files_free(struct ij_task_files *files)
{
	if (!files)
		return;
	if (files->folder >= 0)
		close(files->folder);
	for (size_t i = 0; i < IJ_TASK_FILES_MAX; i++)
		if (files->slots[i].fd >= 0)
			close(files->slots[i].fd);
	free(files);
}

static void path_of(pid_t tid, enum ij_task_file file, char *path, size_t size)
{
	static const char *const names[] = {
		[IJ_TASK_STATUS] = "status",
		[IJ_TASK_STAT] = "stat",
		[IJ_TASK_SYSCALL] = "syscall",
	};

	snprintf(path, size, "task/%d/%s", tid, names[file]);
}

/* The kernel makes the text of these files in one piece (fs/seq_file.c, single_open), anew for each
 * read at the beginning: a second read, to see the end, is not needed. */
static ssize_t read_file(int fd, char *buf, size_t size)
{
	ssize_t n;

	do
		n = pread(fd, buf, size - 1, 0);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		buf[n] = 0;
	return n;
}

ssize_t ij_task_files_read(struct ij_task_files *files, int proc_fd, pid_t tid,
			   enum ij_task_file file, char *buf, size_t size)
{
	size_t idx = ((size_t)tid * IJ_TASK_FILE_LEN + file) % IJ_TASK_FILES_MAX;
	char path[64];
	ssize_t n;

	path_of(tid, file, path, sizeof(path));
	if (!files)
		return ij_process_slurp(proc_fd, path, buf, size);
	if (files->slots[idx].fd >= 0) {
		if (files->slots[idx].tid == tid && files->slots[idx].file == file) {
			n = read_file(files->slots[idx].fd, buf, size);
			if (n >= 0)
				return n;
			/* That thread has ended; there may be another one of its number. */
		}
		close(files->slots[idx].fd);
	}
	files->slots[idx].fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
	if (files->slots[idx].fd < 0)
		return -1;
	files->slots[idx].tid = tid;
	files->slots[idx].file = file;
	return read_file(files->slots[idx].fd, buf, size);
}

int ij_task_files_folder(struct ij_task_files *files, int proc_fd)
{
	if (files && files->folder >= 0)
		return lseek(files->folder, 0, SEEK_SET) < 0 ? -1 : files->folder;
	proc_fd = openat(proc_fd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (files)
		files->folder = proc_fd;
	return proc_fd;
}
