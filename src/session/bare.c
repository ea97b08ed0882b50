/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names and types without a tracer. */
#include "session/bare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define PAGE 4096u

static struct ij_error *open_path(const char *path, int *fd_ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return ij_error_os(NOTFOUND, errno, "%s: %s", path, strerror(errno));
	if (fd < 0)
		return ij_error_os(OS, errno, "%s: %s", path, strerror(errno));
	*fd_ret = fd;
	return NULL;
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

/* Memory as it will be once the file is loaded: data that it does not hold is zero. */
static struct ij_error *read_image(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct ij_session *s = (void *)((char *)mem - offsetof(struct ij_session, mem.mem));
	const struct ij_segment *segs;
	struct ij_error *err;
	size_t len = 0;

	segs = s->image ? ij_object_segments(s->image, &len) : NULL;
	for (size_t i = 0; i < len; i++) {
		uint64_t off = addr - segs[i].vaddr, part;

		if (addr < segs[i].vaddr || off >= segs[i].mem_size ||
		    size > segs[i].mem_size - off)
			continue;
		memset(buf, 0, size);
		if (off >= segs[i].file_size)
			return NULL;
		part = segs[i].file_size - off < size ? segs[i].file_size - off : size;
		return ij_object_read(s->image, addr, buf, part);
	}
	err = ij_error_new(FAULT, "0x%llx is in no segment of the file", (unsigned long long)addr);
	err->addr = addr;
	return err;
}

static void let_go(struct ij_session *s)
{
	ij_modules_destroy(s->mods);
	ij_vmas_deinit(&s->vmas);
	ij_object_close(s->image);
	if (s->maps_fd >= 0)
		close(s->maps_fd);
	if (s->mem.fd >= 0)
		close(s->mem.fd);
	s->mods = NULL;
	s->vmas = (struct ij_vmas){0};
	s->image = NULL;
	s->maps_fd = -1;
	ij_mem_fd_init(&s->mem, -1);
	s->mem.mem.read = read_image;
	s->pid = 0;
	s->generation++;
}

/* The modules in @vmas, which is consumed. */
static struct ij_error *take(struct ij_session *s, struct ij_vmas *vmas)
{
	struct ij_error *err = ij_modules_create(vmas, &s->mem.mem, &s->opener, &s->mods);

	if (err)
		ij_vmas_deinit(vmas);
	else
		s->vmas = *vmas;
	return err;
}

/* Without modules, after @err, which is returned. */
static struct ij_error *without(struct ij_session *s, struct ij_error *err)
{
	struct ij_vmas none = {0};

	let_go(s);
	ij_error_free(take(s, &none));
	return err;
}

struct ij_error *ij_session_bare(struct ij_debugs *debugs, const struct ij_prototypes *protos,
				 struct ij_session **ret)
{
	struct ij_session *s = calloc(1, sizeof(*s));
	struct ij_vmas none = {0};
	struct ij_error *err;

	if (!s)
		return ij_error_nomem();
	s->bare = s->tracer_gone = s->keeps_debugs = true;
	s->tracer.sock = s->tracer.pidfd = s->maps_fd = s->mem.fd = -1;
	s->debugs = debugs;
	s->prototypes = protos;
	s->opener = (struct ij_opener){.module = open_module, .debug = open_debug};
	let_go(s);
	err = take(s, &none);
	if (err) {
		ij_session_destroy(s);
		return err;
	}
	*ret = s;
	return NULL;
}

/* The mappings that the loader would make of s->image. */
static struct ij_error *add_vmas(struct ij_session *s, const char *path, const struct stat *st,
				 struct ij_vmas *vmas)
{
	size_t len;
	const struct ij_segment *segs = ij_object_segments(s->image, &len);
	uint64_t last = 0;

	for (size_t i = 0; i < len; i++) {
		uint64_t cut = segs[i].vaddr % PAGE, end = segs[i].vaddr + segs[i].mem_size;
		struct ij_vma vma = {
			.lo = segs[i].vaddr - cut,
			.hi = (end + PAGE - 1) / PAGE * PAGE,
			.off = segs[i].off - (cut <= segs[i].off ? cut : segs[i].off),
			.inode = st->st_ino,
			.dev_major = major(st->st_dev),
			.dev_minor = minor(st->st_dev),
			/* The program headers' flags are 4 2 1, ours 1 2 4. */
			.flags = (segs[i].flags & 4 ? IJ_VMA_READ : 0) |
				 (segs[i].flags & 2 ? IJ_VMA_WRITE : 0) |
				 (segs[i].flags & 1 ? IJ_VMA_EXEC : 0),
		};
		struct ij_error *err;

		if (!segs[i].mem_size || vma.lo < last)
			continue;
		last = vma.hi;
		vma.path = strdup(path);
		err = vma.path ? ij_vec_push(&vmas->list, vma) : ij_error_nomem();
		if (err) {
			free(vma.path);
			return err;
		}
	}
	return NULL;
}

static struct ij_error *open_image(struct ij_session *s, const char *path, struct ij_vmas *vmas)
{
	struct ij_error *err;
	struct stat st;
	int fd = -1;

	IJ_TRY(open_path(path, &fd));
	/* It is read for as long as the session lives: the descriptor is s->mem's. */
	ij_mem_fd_init(&s->mem, fd);
	s->mem.mem.read = read_image;
	if (fstat(fd, &st))
		return ij_error_os(OS, errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return ij_error_new(BADDATA, "%s is no regular file", path);
	IJ_TRY(ij_object_open_fd(fd, path, &s->image));
	err = add_vmas(s, path, &st, vmas);
	return err;
}

struct ij_error *ij_session_bare_file(struct ij_session *s, const char *path)
{
	struct ij_vmas vmas = {0};
	struct ij_error *err = NULL;

	let_go(s);
	if (path)
		err = open_image(s, path, &vmas);
	if (!err)
		return take(s, &vmas);
	ij_vmas_deinit(&vmas);
	return without(s, err);
}

struct ij_error *ij_session_bare_process(struct ij_session *s, pid_t pid)
{
	struct ij_vmas vmas = {0};
	struct ij_error *err;
	char path[32];
	int fd = -1;

	let_go(s);
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	err = open_path(path, &s->maps_fd);
	if (!err) {
		snprintf(path, sizeof(path), "/proc/%d/mem", pid);
		err = open_path(path, &fd);
	}
	if (!err) {
		ij_mem_fd_init(&s->mem, fd);
		err = ij_vmas_read(s->maps_fd, &vmas);
	}
	if (err)
		return without(s, err);
	s->pid = pid;
	return take(s, &vmas);
}

void ij_session_share_debugs(struct ij_session *s, struct ij_debugs *debugs)
{
	ij_debugs_destroy(s->debugs);
	s->debugs = debugs;
	s->keeps_debugs = true;
}
