/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cache of indices: a head that says of which file, then the index as it is in memory. */
#include "session/namecache.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cachefolder.h"
#include "base/hash.h"
#include "base/io.h"

enum {
	VERSION = 4,        /* to be raised with every change of what an index holds */
	RACY_SEC = 2,       /* a file changed this recently may change again unseen */
	KEPT_MIN = 1 << 15, /* bytes: smaller ones are built faster than read */
};

struct head {
	char magic[8];
	uint32_t version, reserved;
	uint64_t dev, ino, size;
	int64_t change_sec, change_nsec;
	uint64_t index_size, check; /* bytes that follow, and their hash */
	uint64_t parts;             /* ij_debug_parts_identity, if there are any */
	char build[32];             /* of our own program */
};

static bool identify(int fd, struct head *ret)
{
	struct head head = {.magic = "IJNAMES", .version = VERSION, .build = IJ_VERSION};
	struct stat st;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) ||
	    time(NULL) - st.st_ctim.tv_sec < RACY_SEC)
		return false;
	head.dev = st.st_dev;
	head.ino = st.st_ino;
	head.size = (uint64_t)st.st_size;
	head.change_sec = st.st_ctim.tv_sec;
	head.change_nsec = st.st_ctim.tv_nsec;
	*ret = head;
	return true;
}

/* By device and inode only: a newer file takes the place of the older one's index. */
static void name_of(const struct head *head, char name[48])
{
	snprintf(name, 48, "%llx-%llx", (unsigned long long)head->dev,
		 (unsigned long long)head->ino);
}

/* Take the index that is mapped at @bytes, if it is that of @want. */
static bool take(struct ij_debug *debug, const struct head *want, const uint8_t *bytes, size_t size)
{
	struct ij_error *err;
	struct head head;

	memcpy(&head, bytes, sizeof(head));
	if (head.index_size != size - sizeof(head) ||
	    head.check != ij_hash(bytes + sizeof(head), head.index_size))
		return false;
	/* Split units that were compiled anew, say. */
	if (head.parts && head.parts != ij_debug_parts_identity(debug))
		return false;
	head.index_size = head.check = head.parts = 0;
	if (memcmp(&head, want, sizeof(head)))
		return false;
	err = ij_debug_index_take(debug, bytes + sizeof(head), size - sizeof(head));
	ij_error_free(err);
	return !err;
}

static bool load(struct ij_debug *debug, const struct head *want, int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	void *bytes = MAP_FAILED;
	bool taken = false;

	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    (size_t)st.st_size >= sizeof(*want))
		bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (bytes == MAP_FAILED)
		return false;
	taken = take(debug, want, bytes, (size_t)st.st_size);
	munmap(bytes, (size_t)st.st_size);
	return taken;
}

/* Whole under its name, or not at all. */
static void store(struct ij_debug *debug, struct head head, int dir, const char *name)
{
	uint64_t parts = ij_debug_parts_identity(debug);
	size_t size;
	const void *bytes = ij_debug_index_bytes(debug, &size);
	char temporary[80];
	int fd;

	if (!bytes || size < KEPT_MIN)
		return;
	snprintf(temporary, sizeof(temporary), "%s.%d", name, getpid());
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	head.index_size = size;
	head.check = ij_hash(bytes, size);
	head.parts = parts;
	if (!ij_write_all(fd, &head, sizeof(head)) || !ij_write_all(fd, bytes, size) ||
	    renameat(dir, temporary, dir, name))
		unlinkat(dir, temporary, 0);
	close(fd);
}

struct ij_error *ij_namecache_get(struct ij_debug *debug)
{
	struct ij_error *err = NULL;
	struct head head;
	char name[48];
	size_t size;
	int dir;

	if (ij_debug_index_bytes(debug, &size))
		return NULL;
	if (!identify(ij_debug_fd(debug), &head))
		return ij_debug_index(debug);
	name_of(&head, name);
	dir = ij_cache_folder("names");
	if (dir < 0)
		return ij_debug_index(debug);
	if (!load(debug, &head, dir, name)) {
		err = ij_debug_index(debug);
		if (!err)
			store(debug, head, dir, name);
	}
	close(dir);
	return err;
}
