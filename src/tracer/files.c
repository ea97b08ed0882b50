/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files opened for the client, through the target's own mount namespace (proc(5), map_files, root).
 */
#include "tracer/files.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct ij_error *ij_files_proc(const struct ij_process *process, const char *name, int *fd_ret)
{
	int fd = openat(process->live_fd, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return ij_process_denied(process->pid, errno);
	*fd_ret = fd;
	return NULL;
}

/* The target's root; -1: it cannot be had. */
static int open_root(const struct ij_process *process)
{
	return openat(process->live_fd, "root", O_PATH | O_CLOEXEC);
}

/* Open @path as the target sees it; links cannot lead out of its @root. Regular files only. */
static int open_in_root(int root, const char *path, struct stat *st)
{
	struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
			       .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	int fd;

	if (root < 0)
		return -1;
	fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	if (fd >= 0 && (fstat(fd, st) || !S_ISREG(st->st_mode))) {
		close(fd);
		fd = -1;
		errno = ENOENT;
	}
	return fd;
}

static int open_mapped(const struct ij_process *process, const struct ij_vma *vma)
{
	struct stat st;
	char path[64];
	int fd, root;

	snprintf(path, sizeof(path), "map_files/%llx-%llx", (unsigned long long)vma->lo,
		 (unsigned long long)vma->hi);
	fd = openat(process->live_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		if (!fstat(fd, &st) && S_ISREG(st.st_mode))
			return fd;
		close(fd);
	}
	if (vma->flags & IJ_VMA_DELETED)
		return -1;
	root = open_root(process);
	fd = open_in_root(root, vma->path, &st);
	if (root >= 0)
		close(root);
	/* The device of an overlay differs between stat and maps, so only the inode is compared. */
	if (fd >= 0 && st.st_ino != vma->inode) {
		close(fd);
		fd = -1;
	}
	return fd;
}

struct ij_error *ij_files_module(struct ij_injector *inj, ij_addr lo, ij_addr hi, int *fd_ret)
{
	const struct ij_vma *vma = ij_vmas_find(&inj->vmas, lo);
	int fd;

	if (!vma || vma->lo != lo || vma->hi != hi) {
		IJ_TRY(ij_injector_refresh(inj));
		vma = ij_vmas_find(&inj->vmas, lo);
	}
	if (!vma || vma->lo != lo || vma->hi != hi || !vma->inode)
		return ij_error_new(NOTFOUND, "no file is mapped at 0x%llx of the target",
				    (unsigned long long)lo);
	fd = open_mapped(&inj->process, vma);
	if (fd < 0)
		return ij_error_os(
			NOTFOUND, errno,
			"%s, as mapped in the target, cannot be opened: it was deleted or "
			"replaced, and reading /proc/%d/map_files needs "
			"CAP_CHECKPOINT_RESTORE",
			vma->path, inj->process.pid);
	*fd_ret = fd;
	return NULL;
}

/* The folder of @path, with its last slash; 0 if it has none. */
static size_t folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

static bool is_debug_place(const struct ij_injector *inj, const char *path)
{
	static const char store[] = "/usr/lib/debug/";
	static const char beside[] = ".debug/";
	size_t len = folder_len(path);

	if (strstr(path, "/../"))
		return false;
	if (!strncmp(path, store, sizeof(store) - 1))
		return true;
	if (len > sizeof(beside) &&
	    !strncmp(path + len - (sizeof(beside) - 1), beside, sizeof(beside) - 1))
		len -= sizeof(beside) - 1;
	IJ_VEC_EACH (&inj->vmas.list, vma)
		if (vma->inode && len && folder_len(vma->path) == len &&
		    !strncmp(vma->path, path, len))
			return true;
	return false;
}

/* The target chooses what it maps, and so beside which files: no others may be had that way. */
static bool is_elf(int fd)
{
	char magic[SELFMAG];

	return pread(fd, magic, SELFMAG, 0) == SELFMAG && !memcmp(magic, ELFMAG, SELFMAG);
}

/* -1: it cannot be had, by the rules if @denied says why. */
static int open_debug(const struct ij_injector *inj, int root, const char *path,
		      const char **denied)
{
	struct stat st;
	int fd;

	*denied = NULL;
	if (!is_debug_place(inj, path)) {
		*denied = "not where debug files live";
		return -1;
	}
	fd = open_in_root(root, path, &st);
	if (fd >= 0 && !is_elf(fd)) {
		*denied = "no ELF file";
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The folders of mapped files are known, and the target's root is open. */
static struct ij_error *debug_root(struct ij_injector *inj, int *ret)
{
	if (!inj->vmas.list.len)
		IJ_TRY(ij_injector_refresh(inj));
	*ret = open_root(&inj->process);
	return NULL;
}

struct ij_error *ij_files_debug(struct ij_injector *inj, const char *path, int *fd_ret)
{
	const char *denied;
	int root, fd, os;

	IJ_TRY(debug_root(inj, &root));
	fd = open_debug(inj, root, path, &denied);
	os = errno;
	if (root >= 0)
		close(root);
	if (fd < 0 && denied)
		return ij_error_new(DENIED, "%s is %s", path, denied);
	if (fd < 0)
		return ij_error_os(NOTFOUND, os, "no debug file %s", path);
	*fd_ret = fd;
	return NULL;
}

struct ij_error *ij_files_debugs(struct ij_injector *inj, const char *paths, uint32_t len,
				 struct ij_wire_debugs *ret, int *fds, size_t *fds_len)
{
	struct ij_wire_debugs debugs = {.tried = 0};
	const char *denied;
	int root;

	IJ_TRY(debug_root(inj, &root));
	for (*fds_len = 0; debugs.tried < len && *fds_len < IJ_WIRE_FDS_MAX; debugs.tried++) {
		int fd = open_debug(inj, root, paths, &denied);

		if (fd >= 0) {
			debugs.opened[debugs.tried / 64] |= (uint64_t)1 << debugs.tried % 64;
			fds[(*fds_len)++] = fd;
		}
		paths += strlen(paths) + 1;
	}
	if (root >= 0)
		close(root);
	*ret = debugs;
	return NULL;
}
