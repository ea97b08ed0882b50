/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Decompressed sections, and indices of names, on disk. A file has a head, the first bytes, and a
 * hash of each block of these:
 *
 *	0          struct head
 *	DATA_OFF   head.kept bytes
 *	           a hash of 8 bytes for each IJ_KEPT_BLOCK bytes or part of them
 */
#include "obj/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/cachefolder.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/vec.h"

enum {
	VERSION = 2,
	DATA_OFF = 4096,
	RACY_SEC = 2,     /* a file changed this recently may change again unseen */
	ROOM_PART = 8,    /* of the free space of the disk one section may take the eighth */
	USED_SEC = 86400, /* how exactly it is known when a file was last used */
	LOST_SEC = 3600,  /* a file is not written for as long: its writer died */
	NAME_SIZE = 64,
};

struct head {
	char magic[8];
	uint32_t version, block;
	struct ij_kept_key key;
	uint64_t kept;  /* bytes */
	uint64_t check; /* of all above, and of the hashes */
};

struct ij_kept {
	const char *folder;
	char name[NAME_SIZE];
	int fd;
	uint64_t len;
	uint64_t *hashes;
	uint8_t block[IJ_KEPT_BLOCK];
};

struct ij_keeper {
	int dir, fd;
	struct head head;
	bool failed;
	char name[NAME_SIZE], temporary[NAME_SIZE];
	IJ_VEC(uint64_t) hashes;
};

static uint64_t check_of(const struct head *head, const uint64_t *hashes, size_t len)
{
	return ij_hash_on(ij_hash(head, offsetof(struct head, check)), hashes,
			  len * sizeof(*hashes));
}

static size_t blocks_of(uint64_t size)
{
	return (size_t)((size + IJ_KEPT_BLOCK - 1) / IJ_KEPT_BLOCK);
}

bool ij_kept_key_init(int fd, struct ij_kept_key *ret)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) ||
	    time(NULL) - st.st_ctim.tv_sec < RACY_SEC)
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->dev = st.st_dev;
	ret->ino = st.st_ino;
	ret->file_size = (uint64_t)st.st_size;
	ret->change_sec = st.st_ctim.tv_sec;
	ret->change_nsec = st.st_ctim.tv_nsec;
	return true;
}

bool ij_kept_key_make(int fd, uint64_t off, uint64_t packed_size, uint64_t size,
		      struct ij_kept_key *ret)
{
	if (size < IJ_KEPT_MIN || size > IJ_KEPT_MAX || !ij_kept_key_init(fd, ret))
		return false;
	ret->off = off;
	ret->packed_size = packed_size;
	ret->size = size;
	return true;
}

static void head_make(const struct ij_kept_key *key, struct head *ret)
{
	memset(ret, 0, sizeof(*ret));
	memcpy(ret->magic, "IJSECT\0", sizeof(ret->magic));
	ret->version = VERSION;
	ret->block = IJ_KEPT_BLOCK;
	ret->key = *key;
}

/* By place only: of a newer file it takes the place of what was kept of the older one. */
static void name_of(const struct ij_kept_key *key, char name[NAME_SIZE])
{
	int len = snprintf(name, NAME_SIZE, "%llx-%llx", (unsigned long long)key->dev,
			   (unsigned long long)key->ino);

	if (key->off)
		snprintf(name + len, NAME_SIZE - (size_t)len, "-%llx",
			 (unsigned long long)key->off);
}

static bool read_at(int fd, uint64_t off, void *buf, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = pread(fd, (char *)buf + done, size - done, (off_t)(off + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

/* Is @fd ours alone, and of @key? */
static bool take_head(int fd, const struct ij_kept_key *key, struct head *ret)
{
	struct stat st;
	struct head want;

	head_make(key, &want);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 022) || !read_at(fd, 0, ret, sizeof(*ret)) ||
	    memcmp(ret, &want, offsetof(struct head, kept)) != 0 || !ret->kept ||
	    ret->kept > key->size)
		return false;
	/* Else time tells nothing of what is in use. */
	if (time(NULL) - st.st_mtim.tv_sec > USED_SEC)
		(void)futimens(fd, NULL);
	return (uint64_t)st.st_size ==
	       DATA_OFF + ret->kept + blocks_of(ret->kept) * sizeof(uint64_t);
}

static struct ij_kept *take(int fd, const struct ij_kept_key *key)
{
	struct ij_kept *kept;
	struct head head;
	size_t len;

	if (!take_head(fd, key, &head))
		return NULL;
	len = blocks_of(head.kept);
	kept = calloc(1, sizeof(*kept));
	if (!kept)
		return NULL;
	kept->fd = fd;
	kept->len = head.kept;
	kept->hashes = malloc(len * sizeof(*kept->hashes));
	if (kept->hashes &&
	    read_at(fd, DATA_OFF + head.kept, kept->hashes, len * sizeof(*kept->hashes)) &&
	    head.check == check_of(&head, kept->hashes, len))
		return kept;
	free(kept->hashes);
	free(kept);
	return NULL;
}

struct ij_kept *ij_kept_open(const char *folder, const struct ij_kept_key *key)
{
	int dir = ij_cache_folder(folder), fd;
	struct ij_kept *kept = NULL;
	char name[NAME_SIZE];

	if (dir < 0)
		return NULL;
	name_of(key, name);
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	close(dir);
	if (fd >= 0)
		kept = take(fd, key);
	if (fd >= 0 && !kept)
		close(fd);
	if (kept) {
		kept->folder = folder;
		memcpy(kept->name, name, sizeof(name));
	}
	return kept;
}

uint64_t ij_kept_size(const struct ij_kept *kept)
{
	return kept->len;
}

void ij_kept_drop(struct ij_kept *kept)
{
	int dir = ij_cache_folder(kept->folder);

	if (dir >= 0) {
		unlinkat(dir, kept->name, 0);
		close(dir);
	}
	ij_kept_close(kept);
}

void ij_kept_close(struct ij_kept *kept)
{
	if (!kept)
		return;
	close(kept->fd);
	free(kept->hashes);
	free(kept);
}

/* Read whole blocks, or up to the end, from @start. */
static bool read_blocks(const struct ij_kept *kept, uint64_t start, uint64_t size, uint8_t *buf)
{
	const uint64_t *hashes = kept->hashes + start / IJ_KEPT_BLOCK;

	if (!read_at(kept->fd, DATA_OFF + start, buf, size))
		return false;
	for (; size > IJ_KEPT_BLOCK; size -= IJ_KEPT_BLOCK, buf += IJ_KEPT_BLOCK)
		if (ij_hash(buf, IJ_KEPT_BLOCK) != *hashes++)
			return false;
	return ij_hash(buf, size) == *hashes;
}

/* Read up to @size bytes at @off of one block by way of kept->block. 0: they cannot be. */
static uint64_t read_part(struct ij_kept *kept, uint64_t off, uint64_t size, uint8_t *buf)
{
	uint64_t start = off - off % IJ_KEPT_BLOCK;
	uint64_t len = kept->len - start < IJ_KEPT_BLOCK ? kept->len - start : IJ_KEPT_BLOCK;

	if (size > start + len - off)
		size = start + len - off;
	if (!read_blocks(kept, start, len, kept->block))
		return 0;
	memcpy(buf, kept->block + (off - start), size);
	return size;
}

bool ij_kept_read(struct ij_kept *kept, uint64_t off, uint64_t size, uint8_t *buf)
{
	if (off > kept->len || size > kept->len - off)
		return false;
	while (size) {
		uint64_t part = off + size == kept->len ? size : size - size % IJ_KEPT_BLOCK;

		if (off % IJ_KEPT_BLOCK || !part)
			part = read_part(kept, off, size, buf);
		else if (!read_blocks(kept, off, part, buf))
			return false;
		if (!part)
			return false;
		off += part;
		buf += part;
		size -= part;
	}
	return true;
}

struct ij_keeper *ij_keeper_create(const char *folder, const struct ij_kept_key *key, uint64_t room)
{
	struct ij_keeper *keeper = calloc(1, sizeof(*keeper));
	struct statvfs disk;

	if (!keeper)
		return NULL;
	keeper->fd = -1;
	keeper->dir = ij_cache_folder(folder);
	head_make(key, &keeper->head);
	name_of(key, keeper->name);
	snprintf(keeper->temporary, sizeof(keeper->temporary), ".tmp-%ld-%llx-%llx", (long)getpid(),
		 (unsigned long long)key->ino, (unsigned long long)key->off);
	if (keeper->dir >= 0 && !fstatvfs(keeper->dir, &disk) &&
	    room / disk.f_frsize < disk.f_bavail / ROOM_PART)
		keeper->fd = openat(keeper->dir, keeper->temporary,
				    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (keeper->fd < 0) {
		keeper->failed = true;
		ij_keeper_close(keeper);
		return NULL;
	}
	keeper->failed = lseek(keeper->fd, DATA_OFF, SEEK_SET) < 0;
	return keeper;
}

bool ij_keeper_add(struct ij_keeper *keeper, const uint8_t *bytes, size_t size)
{
	if (keeper->failed || size > keeper->head.key.size - keeper->head.kept ||
	    keeper->head.kept % IJ_KEPT_BLOCK || !ij_write_all(keeper->fd, bytes, size)) {
		keeper->failed = true;
		return false;
	}
	for (size_t at = 0; at < size; at += IJ_KEPT_BLOCK) {
		size_t len = size - at < IJ_KEPT_BLOCK ? size - at : IJ_KEPT_BLOCK;
		struct ij_error *err = ij_vec_push(&keeper->hashes, ij_hash(bytes + at, len));

		keeper->failed = err;
		ij_error_free(err);
		if (err)
			return false;
	}
	keeper->head.kept += size;
	return true;
}

bool ij_keeper_read(struct ij_keeper *keeper, uint64_t off, uint64_t size, uint8_t *buf)
{
	return !keeper->failed && off <= keeper->head.kept && size <= keeper->head.kept - off &&
	       read_at(keeper->fd, DATA_OFF + off, buf, size);
}

struct old {
	char name[NAME_SIZE];
	uint64_t size;
	int64_t used;
};

static int by_use(const void *a, const void *b)
{
	const struct old *x = a, *y = b;

	return x->used < y->used ? -1 : x->used > y->used;
}

/* Remove what nobody finished, and of the rest what was not used for longest, until it is little.
 */
static void make_room(int dir)
{
	IJ_VEC(struct old) list = {0};
	struct dirent *entry;
	uint64_t total = 0;
	struct stat st;
	int own = dup(dir);
	DIR *all = own >= 0 ? fdopendir(own) : NULL;

	if (!all && own >= 0)
		close(own);
	while (all && (entry = readdir(all))) {
		struct old one = {.size = 0};

		if (strlen(entry->d_name) >= sizeof(one.name) ||
		    fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
			continue;
		if (entry->d_name[0] == '.') {
			if (time(NULL) - st.st_mtim.tv_sec > LOST_SEC)
				unlinkat(dir, entry->d_name, 0);
			continue;
		}
		strcpy(one.name, entry->d_name);
		one.size = (uint64_t)st.st_size;
		one.used = st.st_mtim.tv_sec;
		total += one.size;
		ij_error_free(ij_vec_push(&list, one));
	}
	if (all)
		closedir(all);
	if (total > IJ_KEPT_TOTAL && list.len)
		qsort(list.items, list.len, sizeof(*list.items), by_use);
	for (size_t i = 0; i < list.len && total > IJ_KEPT_TOTAL; i++) {
		unlinkat(dir, list.items[i].name, 0);
		total -= list.items[i].size;
	}
	ij_vec_deinit(&list);
}

/* Whole under its name, or not at all. */
static bool finish(struct ij_keeper *keeper)
{
	struct head *head = &keeper->head;

	head->check = check_of(head, keeper->hashes.items, keeper->hashes.len);
	return head->kept &&
	       ij_write_all(keeper->fd, keeper->hashes.items,
			    keeper->hashes.len * sizeof(*keeper->hashes.items)) &&
	       pwrite(keeper->fd, head, sizeof(*head), 0) == (ssize_t)sizeof(*head) &&
	       !renameat(keeper->dir, keeper->temporary, keeper->dir, keeper->name);
}

void ij_keeper_close(struct ij_keeper *keeper)
{
	if (!keeper)
		return;
	if (keeper->fd >= 0) {
		if (keeper->failed || !finish(keeper))
			unlinkat(keeper->dir, keeper->temporary, 0);
		else
			make_room(keeper->dir);
		close(keeper->fd);
	}
	if (keeper->dir >= 0)
		close(keeper->dir);
	ij_vec_deinit(&keeper->hashes);
	free(keeper);
}
