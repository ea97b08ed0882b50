/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fixture files as bytes, and fake targets made of them. */
#include "files.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096u

int fx_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail_msg("%s: %s", path, strerror(errno));
	return fd;
}

uint8_t *fx_bytes(const char *path, size_t *size_ret)
{
	int fd = fx_open(path);
	off_t size = lseek(fd, 0, SEEK_END);
	uint8_t *bytes = malloc((size_t)size);

	assert_non_null(bytes);
	assert_int_equal(pread(fd, bytes, (size_t)size, 0), size);
	close(fd);
	*size_ret = (size_t)size;
	return bytes;
}

int fx_memfd(const void *bytes, size_t size)
{
	int fd = memfd_create("fixture", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	return fd;
}

struct ij_object *fx_object(const char *path, int *fd_ret)
{
	struct ij_object *obj = NULL;

	*fd_ret = fx_open(path);
	fx_assert_ok(ij_object_open_fd(*fd_ret, path, &obj));
	return obj;
}

void fx_assert_ok(struct ij_error *err)
{
	if (err)
		fail_msg("%s: %s", ij_error_code_name(err->code), err->msg);
}

void fx_assert_error(struct ij_error *err, enum ij_error_code code, const char *text)
{
	assert_non_null(err);
	if (err->code != code || !strstr(err->msg, text))
		fail_msg("expected %s with \"%s\", got %s: %s", ij_error_code_name(code), text,
			 ij_error_code_name(err->code), err->msg);
	ij_error_free(err);
}

static struct ij_error *target_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct fx_target *target = (struct fx_target *)mem;

	for (unsigned i = 0; i < target->regions_len; i++) {
		ij_addr base = target->regions[i].base;

		if (addr >= base && addr - base <= target->regions[i].size &&
		    size <= target->regions[i].size - (addr - base)) {
			memcpy(buf, target->regions[i].bytes + (addr - base), size);
			return NULL;
		}
	}
	return ij_error_new(FAULT, "nothing at 0x%llx", (unsigned long long)addr);
}

static struct ij_error *open_path(struct fx_target *target, const char *path, int *fd_ret)
{
	for (unsigned i = 0; i < target->files_len; i++)
		if (!strcmp(target->files[i].path, path)) {
			*fd_ret = fx_open(target->files[i].real);
			return NULL;
		}
	return ij_error_new(NOTFOUND, "there is no %s", path);
}

static struct ij_error *open_module(struct ij_opener *self, const struct ij_vma *vma, int *fd_ret)
{
	char *target = (char *)self - offsetof(struct fx_target, opener);

	return open_path((struct fx_target *)(void *)target, vma->path, fd_ret);
}

static struct ij_error *open_debug(struct ij_opener *self, const char *path, int *fd_ret)
{
	struct fx_target *target = (void *)((char *)self - offsetof(struct fx_target, opener));
	bool found = !target->expected_len;

	for (size_t i = 0; i < target->expected_len; i++)
		found |= !strcmp(target->expected[i], path);
	assert_true(found);
	target->debug_opens++;
	return open_path(target, path, fd_ret);
}

static void expect_debugs(struct ij_opener *self, const char *const *paths, size_t len)
{
	struct fx_target *target = (void *)((char *)self - offsetof(struct fx_target, opener));

	target->expected = paths;
	target->expected_len = len;
	target->expectations += len > 0;
}

void fx_target_init(struct fx_target *target)
{
	*target = (struct fx_target){.mem = {target_read},
				     .opener = {open_module, open_debug, NULL, expect_debugs}};
}

void fx_target_deinit(struct fx_target *target)
{
	ij_modules_destroy(target->mods);
	for (unsigned i = 0; i < target->regions_len; i++)
		free(target->regions[i].bytes);
}

uint8_t *fx_target_memory(struct fx_target *target, ij_addr base, const void *bytes, size_t size)
{
	uint8_t *copy = calloc(1, size);

	assert_non_null(copy);
	assert_true(target->regions_len < FX_REGIONS);
	if (bytes)
		memcpy(copy, bytes, size);
	target->regions[target->regions_len].base = base;
	target->regions[target->regions_len].bytes = copy;
	target->regions[target->regions_len++].size = size;
	return copy;
}

void fx_target_file(struct fx_target *target, const char *path, const char *real)
{
	assert_true(target->files_len < FX_REGIONS);
	target->files[target->files_len].path = path;
	target->files[target->files_len++].real = real;
}

void fx_target_map(struct fx_target *target, ij_addr lo, ij_addr hi, const char *perms,
		   uint64_t off, unsigned inode, const char *path)
{
	size_t len = strlen(target->maps);

	snprintf(target->maps + len, sizeof(target->maps) - len,
		 "%llx-%llx %s %08llx 08:01 %u %s\n", (unsigned long long)lo,
		 (unsigned long long)hi, perms, (unsigned long long)off, inode, path);
}

uint8_t *fx_target_load(struct fx_target *target, const char *real, const char *path, ij_addr bias)
{
	size_t size, len, inode = target->files_len + 1;
	uint8_t *file = fx_bytes(real, &size), *image;
	const struct ij_segment *segs;
	struct ij_object *obj;
	ij_addr base;

	fx_assert_ok(ij_object_open_bytes(file, size, real, &obj));
	base = bias + ij_object_base(obj);
	image = fx_target_memory(target, base, NULL,
				 (ij_object_span(obj) + PAGE - 1) / PAGE * PAGE);
	segs = ij_object_segments(obj, &len);
	for (size_t i = 0; i < len; i++) {
		ij_addr lo = (bias + segs[i].vaddr) / PAGE * PAGE;
		char perms[] = {segs[i].flags & PF_R ? 'r' : '-', segs[i].flags & PF_W ? 'w' : '-',
				segs[i].flags & PF_X ? 'x' : '-', 'p', 0};

		memcpy(image + (bias + segs[i].vaddr - base), file + segs[i].off,
		       segs[i].file_size);
		fx_target_map(target, lo,
			      (bias + segs[i].vaddr + segs[i].file_size + PAGE - 1) / PAGE * PAGE,
			      perms, segs[i].off / PAGE * PAGE, (unsigned)inode, path);
	}
	ij_object_close(obj);
	free(file);
	fx_target_file(target, path, real);
	return image;
}

struct ij_modules *fx_target_modules(struct fx_target *target)
{
	struct ij_vmas vmas;

	fx_assert_ok(ij_vmas_parse(target->maps, strlen(target->maps), &vmas));
	fx_assert_ok(ij_modules_create(&vmas, &target->mem, &target->opener, &target->mods));
	ij_vmas_deinit(&vmas);
	return target->mods;
}

struct ij_module *fx_target_module(struct fx_target *target, const char *name)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(target->mods, &len);

	for (size_t i = 0; i < len; i++)
		if (!strcmp(list[i]->name, name))
			return list[i];
	fail_msg("no module %s", name);
	return NULL;
}
