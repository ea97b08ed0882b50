/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /proc. */
#include "repl/gdb/proc.h"

#include <dirent.h>
#include <string.h>

#include "repl/file.h"

static int by_number(const void *a, const void *b)
{
	const pid_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

struct ij_error *ij_gdb_threads(pid_t pid, pid_t **ret, size_t *len_ret)
{
	IJ_LIST(pid_t) list = {0};
	struct ij_error *err = NULL;
	struct dirent *entry;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return ij_error_create(IJ_ERR_GONE, "process %d is gone", pid);
	while (!err && (entry = readdir(dir))) {
		pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (tid > 0)
			err = ij_list_push(&list, tid);
	}
	closedir(dir);
	if (err || !list.len) {
		ij_list_deinit(&list);
		return err ? err : ij_error_create(IJ_ERR_GONE, "process %d is gone", pid);
	}
	qsort(list.items, list.len, sizeof(*list.items), by_number);
	*ret = list.items;
	*len_ret = list.len;
	return NULL;
}

struct ij_error *ij_gdb_cmdline(pid_t pid, char **ret)
{
	char path[64], buf[4096];
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	file = fopen(path, "re");
	if (!file)
		return ij_error_create(IJ_ERR_GONE, "process %d is gone", pid);
	len = fread(buf, 1, sizeof(buf) - 1, file);
	fclose(file);
	while (len && !buf[len - 1])
		len--;
	for (size_t i = 0; i < len; i++)
		if (!buf[i])
			buf[i] = ' ';
	buf[len] = 0;
	*ret = strdup(buf);
	return *ret ? NULL : ij_cli_nomem();
}

struct ij_error *ij_gdb_thread_name(pid_t pid, pid_t tid, char **ret)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/comm", pid, tid);
	IJ_CLI_TRY(ij_file_load(path, ret));
	(*ret)[strcspn(*ret, "\n")] = 0;
	return NULL;
}

pid_t ij_gdb_tracer(pid_t pid)
{
	char path[64], line[256];
	int tracer = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (!tracer && fgets(line, sizeof(line), file))
		(void)sscanf(line, "TracerPid: %d", &tracer);
	fclose(file);
	return tracer;
}

bool ij_gdb_sleeps_at(pid_t pid, pid_t tid, uint64_t *ret)
{
	char path[64], buf[512];
	const char *last;
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", pid, tid);
	file = fopen(path, "re");
	if (!file)
		return false;
	len = fread(buf, 1, sizeof(buf) - 1, file);
	fclose(file);
	buf[len] = 0;
	last = strrchr(buf, ' ');
	if (!last || !strncmp(buf, "running", 7))
		return false;
	*ret = strtoull(last + 1, NULL, 16);
	return *ret;
}
