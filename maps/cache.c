/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The cache of map containers on disk, keyed by the module file's identity. The vdso is in no file;
 * one that is the same as ours, byte for byte, is keyed by these bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cachefolder.h"
#include "base/io.h"
#include "maps/compile.h"
#include "maps/ijmap.h"

#define CONTAINER_SIZE_MAX ((off_t)1 << 30)

/* To be raised with every change in what ij_map_compile makes of a file. */
enum { COMPILER = 8 };

/* A file changed this recently may change again without a new change time. */
enum { RACY_SEC = 2 };

/* FNV-1a, 64 bits; 0 for no path. */
static uint64_t path_hash(const char *path)
{
	uint64_t hash = path ? 14695981039346656037ull : 0;

	for (; path && *path; path++)
		hash = (hash ^ (uint8_t)*path) * 1099511628211ull;
	return hash;
}

void ij_map_identity(const struct stat *st, const struct ij_map_source *source,
		     struct ij_ijmap_identity *ret)
{
	size_t len = strlen(source->soname);

	*ret = (struct ij_ijmap_identity){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.size = (uint64_t)st->st_size,
		.change_sec = st->st_ctim.tv_sec,
		.change_nsec = st->st_ctim.tv_nsec,
		.policy = ij_policy_fingerprint(source->policy),
		.path = path_hash(source->path),
		.compiler = COMPILER,
		.container = IJ_MAP_VERSION,
		.version = IJ_VERSION,
	};
	memcpy(ret->soname, source->soname,
	       len < sizeof(ret->soname) ? len : sizeof(ret->soname) - 1);
}

/* Of no device, and its hash for an inode. */
static bool vdso_stat(struct ij_object *obj, struct stat *ret)
{
	uint64_t hash, size;

	if (!ij_object_is_our_vdso(obj, &hash, &size))
		return false;
	*ret = (struct stat){.st_ino = hash, .st_size = (off_t)size};
	return true;
}

/* False: a file that is not to be cached. */
static bool head_make(struct ij_object *obj, int fd, const struct ij_map_source *source,
		      struct ij_ijmap_identity *ret)
{
	struct stat st;
	bool keep;

	if (fd < 0)
		keep = vdso_stat(obj, &st);
	else
		keep = !fstat(fd, &st) && S_ISREG(st.st_mode) &&
		       time(NULL) - st.st_ctim.tv_sec >= RACY_SEC;
	if (!keep || strlen(source->soname) >= sizeof(ret->soname))
		return false;
	ij_map_identity(&st, source, ret);
	return true;
}

/*
 * The cache file's name: by device and inode only, so that a newer file of the same place takes the
 * place of the older one's container; and its base name, so that people can tell which is which.
 */
static void name_make(const struct ij_ijmap_identity *head, struct ij_strbuf *out)
{
	ij_strbuf_printf(out, "%llx-%llx-", (unsigned long long)head->dev,
			 (unsigned long long)head->ino);
	for (const char *ch = head->soname; *ch; ch++)
		ij_strbuf_add(out, *ch == '/' ? "_" : ch, 1);
	ij_strbuf_puts(out, IJ_IJMAP_SUFFIX);
}

/* Where in the file at @bytes the container is, if the file is of @want. */
static struct ij_error *container_find(const void *bytes, size_t size,
				       const struct ij_ijmap_identity *want, const void **ret,
				       size_t *size_ret)
{
	struct ij_ijmap file;
	struct ij_map map;
	const void *found;
	size_t found_size;

	IJ_TRY(ij_ijmap_open(bytes, size, &file));
	if (memcmp(&file.header->identity, want, sizeof(*want)))
		return ij_error_new(BADDATA, ".ijmap: stale: of another file, policy or version");
	found = ij_ijmap_section(&file, IJ_IJMAP_MAP, &found_size);
	if (!found)
		return ij_error_new(BADDATA, ".ijmap: it has no container");
	IJ_TRY(ij_map_open(found, found_size, &map));
	*ret = found;
	*size_ret = found_size;
	return NULL;
}

/* The container in the open cache file @fd. Read, not mapped: a file can be cut short meanwhile. */
static struct ij_error *entry_read(int fd, const struct ij_ijmap_identity *want, void **ret,
				   size_t *size_ret)
{
	struct stat st;
	struct ij_error *err;
	const void *container = NULL;
	void *bytes;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 022))
		return ij_error_new(BADDATA, ".ijmap: foreign: others can write to it");
	if (st.st_size <= 0 || st.st_size > CONTAINER_SIZE_MAX)
		return ij_error_new(BADDATA, ".ijmap: truncated, or too large");
	bytes = malloc((size_t)st.st_size);
	if (!bytes)
		return ij_error_nomem();
	if (!ij_read_all(fd, bytes, (size_t)st.st_size))
		err = ij_error_new(BADDATA, ".ijmap: truncated while it was read");
	else
		err = container_find(bytes, (size_t)st.st_size, want, &container, size_ret);
	if (err) {
		free(bytes);
		return err;
	}
	memmove(bytes, container, *size_ret);
	*ret = bytes;
	return NULL;
}

static struct ij_error *cache_read(int dir, const char *name, const struct ij_ijmap_identity *want,
				   void **ret, size_t *size_ret)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct ij_error *err;

	if (fd < 0)
		return ij_error_os(NOTFOUND, errno, ".ijmap: there is none");
	err = entry_read(fd, want, ret, size_ret);
	close(fd);
	return err;
}

/* Under a temporary name first: readers see all of a container or none of it. */
static void cache_write(int dir, const char *name, const struct ij_ijmap_identity *head,
			const void *container, size_t container_size)
{
	const struct ij_ijmap_part part = {IJ_IJMAP_MAP, container, container_size};
	struct ij_error *err;
	void *bytes;
	size_t size;
	char temp[64];
	int fd;
	bool good;

	err = ij_ijmap_write(head, &part, 1, &bytes, &size);
	if (err) {
		ij_error_free(err); /* it is only a cache */
		return;
	}
	snprintf(temp, sizeof(temp), ".tmp-%ld-%llx", (long)getpid(),
		 (unsigned long long)head->ino);
	fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	good = fd >= 0 && ij_write_all(fd, bytes, size);
	if (fd >= 0)
		good = !close(fd) && good;
	if (fd >= 0 && (!good || renameat(dir, temp, dir, name)))
		unlinkat(dir, temp, 0);
	free(bytes);
}

/* Why a cached file was not taken, unless there was none. */
static void note(struct ij_strbuf *notes, const struct ij_map_source *source,
		 const struct ij_error *err)
{
	if (notes && err && err->code != IJ_ERR_NOTFOUND)
		ij_strbuf_printf(notes, "cached maps of %s are made anew: %s\n", source->soname,
				 ij_error_message(err));
}

struct ij_error *ij_map_get(struct ij_object *obj, int fd, const struct ij_map_source *source,
			    void **ret, size_t *size_ret)
{
	return ij_map_get_noting(obj, fd, source, NULL, ret, size_ret);
}

struct ij_error *ij_map_get_noting(struct ij_object *obj, int fd,
				   const struct ij_map_source *source, struct ij_strbuf *notes,
				   void **ret, size_t *size_ret)
{
	struct ij_ijmap_identity head;
	int dir = head_make(obj, fd, source, &head) ? ij_cache_folder("maps") : -1;
	IJ_STRBUF_AUTO name = {0};
	struct ij_error *err = NULL;
	void *bytes = NULL;

	if (dir >= 0) {
		name_make(&head, &name);
		if (!name.failed)
			err = cache_read(dir, ij_strbuf_get(&name), &head, &bytes, size_ret);
		note(notes, source, err);
		ij_error_free(err);
		err = NULL;
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
