/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What /proc shows of a victim before and after: nothing may be left. */
#include "harness.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *proc_read(const char *path)
{
	size_t cap = 65536, len = 0;
	char *text = malloc(cap);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;
	while (text && fd >= 0 && (got = read(fd, text + len, cap - len - 1)) > 0) {
		len += (size_t)got;
		if (cap - len < 4096) {
			cap *= 2;
			text = realloc(text, cap);
		}
	}
	if (fd >= 0)
		close(fd);
	if (got < 0 || !text) {
		free(text);
		return NULL;
	}
	text[len] = '\0';
	return text;
}

void proc_status(pid_t pid, pid_t tid, const char *name, char *buf, size_t size)
{
	char path[64], line[64];
	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
	snprintf(line, sizeof(line), "\n%s:\t", name);
	char *text = proc_read(path);
	const char *at = NULL;
	buf[0] = '\0';
	/* The first line has none before it. */
	if (text && !strncmp(text, line + 1, strlen(line) - 1))
		at = text + strlen(line) - 1;
	else if (text && (at = strstr(text, line)))
		at += strlen(line);
	if (at)
		snprintf(buf, size, "%.*s", (int)strcspn(at, "\n"), at);
	free(text);
}

char proc_state(pid_t pid, pid_t tid)
{
	char text[64];
	proc_status(pid, tid, "State", text, sizeof(text));
	return text[0];
}

static int count_dir(pid_t pid, const char *what)
{
	char path[64];
	int len = 0;
	snprintf(path, sizeof(path), "/proc/%d/%s", pid, what);
	DIR *dir = opendir(path);
	while (dir && readdir(dir))
		len++;
	if (dir)
		closedir(dir);
	return len;
}

static char *maps_of(pid_t pid)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	return proc_read(path);
}

static void masks_of(pid_t pid, pid_t tid, char *buf, size_t size)
{
	static const char *const names[] = {"SigBlk", "SigIgn", "SigCgt"};
	size_t len = 0;
	for (unsigned i = 0; i < 3; i++) {
		char value[64];
		proc_status(pid, tid, names[i], value, sizeof(value));
		len += (size_t)snprintf(buf + len, size - len, "%s %s\n", names[i], value);
	}
}

void snapshot_counts(pid_t pid, int *fds_ret, int *threads_ret)
{
	*fds_ret = count_dir(pid, "fd");
	*threads_ret = count_dir(pid, "task");
}

void snapshot_take(struct snapshot *snap, pid_t pid, pid_t tid)
{
	char masks[sizeof(snap->masks)];
	snap->maps = maps_of(pid);
	masks_of(pid, tid, snap->masks, sizeof(snap->masks));
	/* A handler that runs just now adds bits to SigBlk, the first line: take the least of some.
	 */
	for (int i = 0; i < 5; i++) {
		masks_of(pid, tid, masks, sizeof(masks));
		if (strcmp(masks, snap->masks) < 0)
			memcpy(snap->masks, masks, sizeof(masks));
		poll(NULL, 0, 1);
	}
	snap->state = proc_state(pid, tid);
	snapshot_counts(pid, &snap->fds, &snap->threads);
}

/* The stack's low end moves by itself; heap and anonymous memory only where a call may allocate. */
static bool line_counts(const char *line, size_t len, unsigned flags)
{
	char text[512];
	snprintf(text, sizeof(text), "%.*s", (int)len, line);
	if (strstr(text, "[stack]"))
		return false;
	if (!(flags & SNAPSHOT_HEAP))
		return true;
	/* Address, permissions, offset, device, inode, and for some a name. */
	char perms[8] = "";
	unsigned long inode = 1;
	sscanf(text, "%*s %7s %*s %*s %lu", perms, &inode);
	bool plain = inode == 0 && perms[2] != 'x' && perms[3] == 'p' && !strchr(text, '[');
	return !plain && !strstr(text, "[heap]");
}

/* Lines of @maps that @other has not; the first one is copied to @first. */
static int lines_missing(const char *maps, const char *other, unsigned flags, char *first,
			 size_t size)
{
	int missing = 0;
	for (const char *line = maps; *line;) {
		size_t len = strcspn(line, "\n");
		const char *found = other;
		bool same = false;
		while (!same && (found = memmem(found, strlen(found), line, len))) {
			same = (found == other || found[-1] == '\n') && (found[len] == '\n');
			found++;
		}
		if (!same && line_counts(line, len, flags) && missing++ == 0)
			snprintf(first, size, "%.*s", (int)len, line);
		line += len + (line[len] == '\n');
	}
	return missing;
}

int snapshot_new_maps(const struct snapshot *snap, pid_t pid)
{
	char first[512];
	char *now = maps_of(pid);
	int len = now && snap->maps ? lines_missing(now, snap->maps, 0, first, sizeof(first)) : 0;
	free(now);
	return len;
}

bool snapshot_masks_same(const struct snapshot *snap, pid_t pid, pid_t tid)
{
	char masks[sizeof(snap->masks)];
	for (int i = 0; i < 2000; i++) {
		masks_of(pid, tid, masks, sizeof(masks));
		if (strcmp(masks, snap->masks) == 0)
			return true;
		poll(NULL, 0, 1);
	}
	print_error("signal masks are\n%snot\n%s", masks, snap->masks);
	return false;
}

/* A thread let go of in a group stop is awake for a moment until it stops for the group again
 * (Linux, kernel/ptrace.c, __ptrace_unlink). */
static char settled_state(const struct snapshot *snap, pid_t pid, pid_t tid)
{
	char state = proc_state(pid, tid);
	for (int i = 0; i < 2000 && state != snap->state; i++) {
		poll(NULL, 0, 1);
		state = proc_state(pid, tid);
	}
	return state;
}

bool snapshot_state_same(const struct snapshot *snap, pid_t pid, pid_t tid)
{
	return settled_state(snap, pid, tid) == snap->state;
}

void snapshot_check(struct snapshot *snap, pid_t pid, pid_t tid, unsigned flags)
{
	char first[512], tracer[32];
	int fds, threads;
	char *maps = maps_of(pid);
	if (!maps || !snap->maps)
		fail_msg("cannot read the mappings of %d", pid);
	if (lines_missing(maps, snap->maps, flags, first, sizeof(first)))
		fail_msg("a mapping was left: %s", first);
	if (lines_missing(snap->maps, maps, flags, first, sizeof(first)))
		fail_msg("a mapping is gone: %s", first);
	free(maps);
	proc_status(pid, tid, "TracerPid", tracer, sizeof(tracer));
	if (strcmp(tracer, "0") != 0)
		fail_msg("TracerPid is %s", tracer);
	assert_true(snapshot_masks_same(snap, pid, tid));
	snapshot_counts(pid, &fds, &threads);
	if (fds != snap->fds || threads != snap->threads)
		fail_msg("%d descriptors and %d threads, not %d and %d", fds, threads, snap->fds,
			 snap->threads);
	if (!(flags & SNAPSHOT_STATE))
		return;
	char state = settled_state(snap, pid, tid);
	if (state != snap->state)
		fail_msg("state %c, not %c", state, snap->state);
}

void snapshot_free(struct snapshot *snap)
{
	free(snap->maps);
	snap->maps = NULL;
}

void snapshot_check_code(pid_t pid)
{
	char path[64], *maps, *save = NULL;
	unsigned compared = 0;
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	int mem = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(mem >= 0);
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = proc_read(path);
	for (char *line = strtok_r(maps, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		unsigned long lo, hi, off;
		char name[512];
		if (sscanf(line, "%lx-%lx r-xp %lx %*s %*s %511s", &lo, &hi, &off, name) != 4 ||
		    name[0] != '/')
			continue;
		size_t size = hi - lo;
		char *seen = malloc(size), *filed = calloc(1, size);
		/* In another mount namespace the name may be that of another file, or none. */
		snprintf(path, sizeof(path), "/proc/%d/map_files/%lx-%lx", pid, lo, hi);
		int file = open(path, O_RDONLY | O_CLOEXEC);
		if (file < 0)
			file = open(name, O_RDONLY | O_CLOEXEC);
		assert_int_equal(pread(mem, seen, size, (off_t)lo), size);
		assert_true(pread(file, filed, size, (off_t)off) > 0);
		if (memcmp(seen, filed, size) != 0)
			fail_msg("the code of %s differs from its file", name);
		compared++;
		close(file);
		free(seen);
		free(filed);
	}
	assert_true(compared > 0);
	free(maps);
	close(mem);
}
