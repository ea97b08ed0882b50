/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cache of map containers on disk, keyed by the module file's identity. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "maps/compile.h"

#define FILE_MAGIC         0x3148434143504a49ull /* "IJPCACH1" */
#define CONTAINER_SIZE_MAX ((off_t)1 << 30)

/* To be raised with every change in what ij_map_compile makes of a file. */
enum { COMPILER = 7 };

/* A file changed this recently may change again without a new change time. */
enum { RACY_SEC = 2 };

/* What a cache file starts with; the container follows. Compared as bytes, so it has no padding. */
struct head {
	uint64_t magic;
	uint32_t compiler;
	uint32_t container_version;
	uint64_t policy; /* its fingerprint */
	uint64_t path;   /* hash of the module's path, by which rules can know it */
	uint64_t dev, ino, size;
	int64_t change_sec, change_nsec;
	uint64_t container_size;
	char version[32]; /* of interject */
	char soname[64];
};

/* FNV-1a, 64 bits; 0 for no path. */
static uint64_t path_hash(const char *path)
{
	uint64_t hash = path ? 14695981039346656037ull : 0;

	for (; path && *path; path++)
		hash = (hash ^ (uint8_t)*path) * 1099511628211ull;
	return hash;
}

static bool head_make(int fd, const struct ij_map_source *source, struct head *ret)
{
	struct stat st;
	struct head head = {
		.magic = FILE_MAGIC,
		.compiler = COMPILER,
		.container_version = IJ_MAP_VERSION,
		.policy = ij_policy_fingerprint(source->policy),
		.path = path_hash(source->path),
		.version = IJ_VERSION,
	};

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) ||
	    strlen(source->soname) >= sizeof(head.soname) ||
	    time(NULL) - st.st_ctim.tv_sec < RACY_SEC)
		return false;
	head.dev = st.st_dev;
	head.ino = st.st_ino;
	head.size = (uint64_t)st.st_size;
	head.change_sec = st.st_ctim.tv_sec;
	head.change_nsec = st.st_ctim.tv_nsec;
	memcpy(head.soname, source->soname, strlen(source->soname));
	*ret = head;
	return true;
}

/* Open or make the directory @path. -1 if it is not ours alone: others could plant containers
 * there. */
static int dir_open(int at, const char *path)
{
	struct stat st;
	int dir;

	if (mkdirat(at, path, 0700) && errno != EEXIST)
		return -1;
	dir = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (dir >= 0 && !fstat(dir, &st) && st.st_uid == geteuid() && !(st.st_mode & 022))
		return dir;
	if (dir >= 0)
		close(dir);
	return -1;
}

/* $XDG_CACHE_HOME/interject, else ~/.cache/interject. -1: there is no cache. */
static int cache_open(void)
{
	const char *base = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	int home_dir, base_dir = -1, dir = -1;

	if (base && *base == '/') { /* relative ones are to be ignored (XDG base directory 0.8) */
		base_dir = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	} else if (home && *home == '/') {
		home_dir = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (home_dir >= 0) {
			base_dir = dir_open(home_dir, ".cache");
			close(home_dir);
		}
	}
	if (base_dir >= 0) {
		dir = dir_open(base_dir, "interject");
		close(base_dir);
	}
	return dir;
}

/*
 * The cache file's name: by device and inode only, so that a newer file of the same place takes the
 * place of the older one's container; and its base name, so that people can tell which is which.
 */
static void name_make(const struct head *head, struct ij_strbuf *out)
{
	ij_strbuf_printf(out, "%llx-%llx-", (unsigned long long)head->dev,
			 (unsigned long long)head->ino);
	for (const char *ch = head->soname; *ch; ch++)
		ij_strbuf_add(out, *ch == '/' ? "_" : ch, 1);
}

static bool read_all(int fd, void *buf, size_t size)
{
	uint8_t *at = buf;

	while (size) {
		ssize_t got = read(fd, at, size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		size -= (size_t)got;
	}
	return true;
}

static bool write_all(int fd, const void *buf, size_t size)
{
	const uint8_t *at = buf;

	while (size) {
		ssize_t put = write(fd, at, size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		at += put;
		size -= (size_t)put;
	}
	return true;
}

/* Read the container behind @want from the open cache file @fd. NULL if it is another, or not to be
 * trusted. */
static void *entry_read(int fd, const struct head *want, size_t *size_ret)
{
	struct stat st;
	struct head head, expected = *want;
	struct ij_map map;
	struct ij_error *err;
	void *bytes;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 022) || st.st_size < (off_t)sizeof(head) ||
	    st.st_size > CONTAINER_SIZE_MAX || !read_all(fd, &head, sizeof(head)))
		return NULL;
	*size_ret = (size_t)st.st_size - sizeof(head);
	expected.container_size = *size_ret;
	if (memcmp(&head, &expected, sizeof(head)))
		return NULL;
	bytes = malloc(*size_ret ? *size_ret : 1);
	if (!bytes)
		return NULL;
	if (read_all(fd, bytes, *size_ret)) {
		err = ij_map_open(bytes, *size_ret, &map);
		if (!err)
			return bytes;
		ij_error_free(err);
	}
	free(bytes);
	return NULL;
}

static void *cache_read(int dir, const char *name, const struct head *want, size_t *size_ret)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	void *bytes;

	if (fd < 0)
		return NULL;
	bytes = entry_read(fd, want, size_ret);
	close(fd);
	return bytes;
}

/* Under a temporary name first: readers see all of a container or none of it. */
static void cache_write(int dir, const char *name, const struct head *want, const void *bytes,
			size_t size)
{
	struct head head = *want;
	char temp[64];
	int fd;
	bool good;

	snprintf(temp, sizeof(temp), ".tmp-%ld-%llx", (long)getpid(), (unsigned long long)head.ino);
	fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	head.container_size = size;
	good = write_all(fd, &head, sizeof(head)) && write_all(fd, bytes, size);
	good = !close(fd) && good;
	if (!good || renameat(dir, temp, dir, name))
		unlinkat(dir, temp, 0);
}

struct ij_error *ij_map_get(struct ij_object *obj, int fd, const struct ij_map_source *source,
			    void **ret, size_t *size_ret)
{
	struct head head;
	int dir = head_make(fd, source, &head) ? cache_open() : -1;
	IJ_STRBUF_AUTO name = {0};
	struct ij_error *err = NULL;
	void *bytes = NULL;

	if (dir >= 0) {
		name_make(&head, &name);
		bytes = name.failed ? NULL : cache_read(dir, ij_strbuf_get(&name), &head, size_ret);
	}
	if (bytes) {
		*ret = bytes;
	} else {
		err = ij_map_compile_from(obj, source, ret, size_ret);
		if (!err && dir >= 0 && !name.failed)
			cache_write(dir, ij_strbuf_get(&name), &head, *ret, *size_ret);
	}
	if (dir >= 0)
		close(dir);
	return err;
}
