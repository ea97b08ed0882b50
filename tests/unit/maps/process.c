/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The modules of the test process. */
#include "process.h"

#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct ij_error *open_path(const char *path, int *fd_ret)
{
	*fd_ret = open(path, O_RDONLY | O_CLOEXEC);
	return *fd_ret < 0 ? ij_error_new(NOTFOUND, "no %s", path) : NULL;
}

static struct ij_error *open_module(struct ij_opener *self, const struct ij_vma *vma, int *fd_ret)
{
	(void)self;
	return open_path(vma->path, fd_ret);
}

static struct ij_error *open_debug(struct ij_opener *self, const char *path, int *fd_ret)
{
	(void)self;
	return open_path(path, fd_ret);
}

static void must(struct ij_error *err)
{
	assert(!err);
}

void process_init(struct process *proc)
{
	int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	*proc = (struct process){.opener = {open_module, open_debug},
				 .mem_fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)};
	assert(maps >= 0 && proc->mem_fd >= 0);
	ij_mem_fd_init(&proc->mem, proc->mem_fd);
	must(ij_vmas_read(maps, &proc->vmas));
	close(maps);
	must(ij_modules_create(&proc->vmas, &proc->mem.mem, &proc->opener, &proc->mods));
}

void process_deinit(struct process *proc)
{
	ij_modules_destroy(proc->mods);
	ij_vmas_deinit(&proc->vmas);
	close(proc->mem_fd);
}

struct ij_module *process_module(struct process *proc, const char *name)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(proc->mods, &len);

	for (size_t i = 0; i < len; i++)
		if (!strncmp(list[i]->name, name, strlen(name)))
			return list[i];
	return NULL;
}
