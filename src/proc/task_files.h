/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The folder /proc/PID/task and the files in it that are read for each call, kept open: to open and
 * close one takes longer than to read it.
 */
#ifndef IJ_PROC_TASK_FILES_H
#define IJ_PROC_TASK_FILES_H

#include <stddef.h>
#include <sys/types.h>

enum ij_task_file { IJ_TASK_STATUS, IJ_TASK_STAT, IJ_TASK_SYSCALL, IJ_TASK_FILE_LEN };

/** That many are kept open; of more, those that were read last. */
#define IJ_TASK_FILES_MAX 64

struct ij_task_files {
	int folder; /* /proc/PID/task; -1: not opened yet */
	struct {
		pid_t tid;
		enum ij_task_file file;
		int fd; /* -1: free */
	} slots[IJ_TASK_FILES_MAX];
};

/** With nothing open. NULL if there is no memory: then nothing is kept. Freed by the caller. */
struct ij_task_files *ij_task_files_create(void);
void ij_task_files_free(struct ij_task_files *files);

/**
 * The text of a file of thread @tid, of at most @size - 1 bytes and NUL-terminated: from the
 * beginning, as the thread is now. A number that another thread has got since is that one's.
 *
 * @files: where it is kept open; NULL: nowhere. @proc_fd: the folder /proc/PID.
 * @return: its length, or -1 with errno.
 */
ssize_t ij_task_files_read(struct ij_task_files *files, int proc_fd, pid_t tid,
			   enum ij_task_file file, char *buf, size_t size);

/**
 * The folder of all threads, to be read from the beginning.
 *
 * @return: the caller's, to be closed, if @files is NULL; -1 with errno.
 */
int ij_task_files_folder(struct ij_task_files *files, int proc_fd);

#endif
