/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory of a process, and which of it belongs into a core file (gdb/linux-tdep.c,
 * dump_mapping_p; Linux, fs/coredump.c, vma_dump_size). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debugger/core.h"
#include "debugger/debugger.h"

/* Linux, include/linux/mm_types.h, MMF_DUMP_FILTER_DEFAULT. */
enum {
	USUAL = IJ_CORE_ANONYMOUS_PRIVATE | IJ_CORE_ANONYMOUS_SHARED | IJ_CORE_ELF_HEADERS |
		IJ_CORE_HUGE_PRIVATE
};

unsigned ij_core_filter(pid_t pid, bool asked)
{
	unsigned filter = USUAL;
	char path[48];
	FILE *file;

	if (!asked)
		return filter;
	snprintf(path, sizeof(path), "/proc/%d/coredump_filter", pid);
	file = fopen(path, "re");
	if (!file)
		return filter;
	if (fscanf(file, "%x", &filter) != 1)
		filter = USUAL;
	fclose(file);
	return filter;
}

static bool is_file(const struct ij_core_region *it)
{
	size_t len = strlen(it->path);

	return *it->path == '/' && strcmp(it->path, "/dev/zero") != 0 &&
	       strncmp(it->path, "/SYSV", 5) != 0 &&
	       (len < 10 || strcmp(it->path + len - 10, " (deleted)") != 0);
}

bool ij_core_is_wanted(const struct ij_core_region *it, unsigned filter, bool excluded)
{
	const bool file = is_file(it), anonymous = !file || it->changed;

	if (it->io || (it->dont && !excluded) || !strcmp(it->path, "[vsyscall]"))
		return false;
	/* What nobody may read has nothing in it: guards. */
	if (!it->readable && !it->writable && !it->executable)
		return false;
	if (!strcmp(it->path, "[vdso]"))
		return true;
	if (it->huge)
		return filter & (it->shared ? IJ_CORE_HUGE_SHARED : IJ_CORE_HUGE_PRIVATE);
	if (anonymous &&
	    filter & (it->shared ? IJ_CORE_ANONYMOUS_SHARED : IJ_CORE_ANONYMOUS_PRIVATE))
		return true;
	return file && filter & (it->shared ? IJ_CORE_FILE_SHARED : IJ_CORE_FILE_PRIVATE);
}

/* "7f00-7f10 r-xp 0000 08:01 12   /usr/bin/x" */
static struct ij_error *take_mapping(struct ij_core_regions *ret, const char *line, bool *is_ret)
{
	struct ij_core_region it = {.path = ""};
	unsigned long long lo, hi, off;
	char perms[5];
	int end = 0;

	*is_ret =
		sscanf(line, "%llx-%llx %4s %llx %*x:%*x %*u %n", &lo, &hi, perms, &off, &end) == 4;
	if (!*is_ret)
		return NULL;
	it.lo = lo;
	it.hi = hi;
	it.off = off;
	it.readable = perms[0] == 'r';
	it.writable = perms[1] == 'w';
	it.executable = perms[2] == 'x';
	it.shared = perms[3] == 's';
	/* Without more of it, what a file's copy may be is taken for changed. */
	it.changed = it.writable && !it.shared;
	if (line[end])
		it.path = ij_arena_text(&ret->arena, line + end, strlen(line + end));
	if (!it.path)
		return ij_error_nomem();
	return ij_vec_push(&ret->list, it);
}

/* A line that follows that of its mapping. */
static void take_detail(struct ij_core_region *it, const char *line)
{
	unsigned long kilobytes;

	if (sscanf(line, "Anonymous: %lu", &kilobytes) == 1)
		it->changed = kilobytes && !it->shared;
	if (strncmp(line, "VmFlags:", 8) != 0)
		return;
	it->io = strstr(line, " io");
	it->dont = strstr(line, " dd");
	it->huge = strstr(line, " ht");
}

/* What smaps has; or maps, which says less. False: it cannot be opened. */
static struct ij_error *read_file(pid_t pid, const char *name, struct ij_core_regions *ret,
				  bool *opened_ret)
{
	struct ij_error *err = NULL;
	char path[32], *line = NULL;
	size_t size = 0;
	ssize_t len;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	file = fopen(path, "re");
	*opened_ret = file;
	if (!file)
		return NULL;
	while (!err && (len = getline(&line, &size, file)) > 0) {
		bool is;

		if (line[len - 1] == '\n')
			line[len - 1] = 0;
		err = take_mapping(ret, line, &is);
		if (!err && !is && ret->list.len)
			take_detail(&ret->list.items[ret->list.len - 1], line);
	}
	free(line);
	fclose(file);
	return err;
}

/* What the session knows, of a process whose /proc we may not read. */
static struct ij_error *from_session(struct ij_debugger *d, struct ij_core_regions *ret)
{
	struct ij_session *s = ij_debugger_names(d);

	IJ_TRY(ij_session_refresh(s));
	IJ_VEC_EACH (&s->vmas.list, vma) {
		struct ij_core_region it = {.lo = vma->lo,
					    .hi = vma->hi,
					    .off = vma->off,
					    .readable = vma->flags & IJ_VMA_READ,
					    .writable = vma->flags & IJ_VMA_WRITE,
					    .executable = vma->flags & IJ_VMA_EXEC,
					    .path = ""};

		it.shared = vma->flags & IJ_VMA_SHARED;
		it.changed = it.writable && !it.shared;
		it.io = !strncmp(vma->path, "[vvar", 5);
		it.path = ij_arena_text(&ret->arena, vma->path, strlen(vma->path));
		if (!it.path)
			return ij_error_nomem();
		IJ_TRY(ij_vec_push(&ret->list, it));
	}
	return NULL;
}

struct ij_error *ij_core_regions_read(struct ij_debugger *d, struct ij_core_regions *ret)
{
	bool opened;

	IJ_TRY(read_file(d->inf->pid, "smaps", ret, &opened));
	if (!opened || !ret->list.len)
		IJ_TRY(read_file(d->inf->pid, "maps", ret, &opened));
	return opened && ret->list.len ? NULL : from_session(d, ret);
}

void ij_core_regions_deinit(struct ij_core_regions *regions)
{
	ij_vec_deinit(&regions->list);
	ij_arena_deinit(&regions->arena);
}
