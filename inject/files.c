/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of open FILEs, and their locks. */
#include <string.h>

#include "inject/locks.h"

/* glibc, libio/bits/types/struct_FILE.h. */
enum { FILE_CHAIN = 0x68, FILE_FILENO = 0x70, FILE_LOCK = 0x88 };
enum { FILE_MAGIC = 0xfbad0000u, FILE_MAGIC_MASK = 0xffff0000u };
/* struct _IO_FILE_plus, and the lock behind it. */
enum { FILE_SIZE = 0xe0, LOCK_SIZE = 16 };
#define AHEAD 32 /* FILEs that are read at once */

struct file {
	uint8_t bytes[FILE_SIZE];
	uint8_t lock[LOCK_SIZE];
};

/* A lock that does not stand behind its FILE, to be read with others. */
struct elsewhere {
	ij_addr addr;
	int fd;
	uint8_t words[LOCK_SIZE];
};

struct walk {
	const struct ij_batch *memory;
	struct ij_locks_files *known;
	ij_locks_file_visit visit;
	void *ctx;
	uint32_t ahead_first, ahead_len; /* of `known`: what was read ahead */
	struct ij_batch_item items[AHEAD];
	struct file files[AHEAD];
	size_t elsewhere_len;
	struct elsewhere elsewhere[AHEAD];
};

static uint64_t file_u64(const struct file *file, size_t off)
{
	uint64_t value;

	memcpy(&value, file->bytes + off, sizeof(value));
	return value;
}

static void read_ahead(struct walk *walk, uint32_t idx)
{
	uint32_t len = walk->known->len - idx;

	walk->ahead_first = idx;
	walk->ahead_len = len < AHEAD ? len : AHEAD;
	for (uint32_t i = 0; i < walk->ahead_len; i++)
		walk->items[i] = (struct ij_batch_item){.addr = walk->known->files[idx + i],
							.buf = &walk->files[i],
							.size = sizeof(walk->files[i])};
	ij_batch_read(walk->memory, walk->items, walk->ahead_len);
}

/* The @idx-th FILE, which is at @at: read ahead if it was the @idx-th before. NULL: cannot. */
static const struct file *file_get(struct walk *walk, uint32_t idx, ij_addr at)
{
	bool expected = idx < walk->known->len && walk->known->files[idx] == at;

	if (expected && idx - walk->ahead_first >= walk->ahead_len)
		read_ahead(walk, idx);
	if (expected && walk->items[idx - walk->ahead_first].ok)
		return &walk->files[idx - walk->ahead_first];
	/* From here on all is new. */
	walk->known->len = idx;
	walk->ahead_first = idx;
	walk->ahead_len = 1;
	if (!ij_batch_read_one(walk->memory, at, &walk->files[0], sizeof(walk->files[0])))
		return NULL;
	walk->items[0].ok = true;
	walk->known->files[idx] = at;
	walk->known->len = idx + 1;
	return &walk->files[0];
}

static enum ij_locks_end flush_elsewhere(struct walk *walk)
{
	struct ij_batch_item items[AHEAD];

	for (size_t i = 0; i < walk->elsewhere_len; i++)
		items[i] = (struct ij_batch_item){.addr = walk->elsewhere[i].addr,
						  .buf = walk->elsewhere[i].words,
						  .size = LOCK_SIZE};
	ij_batch_read(walk->memory, items, walk->elsewhere_len);
	for (size_t i = 0; i < walk->elsewhere_len; i++) {
		if (!items[i].ok)
			return IJ_LOCKS_BROKEN;
		if (!walk->visit(walk->ctx, items[i].addr, items[i].buf, walk->elsewhere[i].fd))
			return IJ_LOCKS_STOPPED;
	}
	walk->elsewhere_len = 0;
	return IJ_LOCKS_ALL;
}

static enum ij_locks_end file_visit(struct walk *walk, const struct file *file, ij_addr at)
{
	ij_addr lock = file_u64(file, FILE_LOCK);
	uint32_t fd;

	/* Without a lock it is its user's: frames tell. */
	if (!walk->visit || !lock)
		return IJ_LOCKS_ALL;
	memcpy(&fd, file->bytes + FILE_FILENO, sizeof(fd));
	if (lock == at + FILE_SIZE)
		return walk->visit(walk->ctx, lock, file->lock, (int)fd) ? IJ_LOCKS_ALL
									 : IJ_LOCKS_STOPPED;
	walk->elsewhere[walk->elsewhere_len].addr = lock;
	walk->elsewhere[walk->elsewhere_len++].fd = (int)fd;
	return walk->elsewhere_len == AHEAD ? flush_elsewhere(walk) : IJ_LOCKS_ALL;
}

enum ij_locks_end ij_locks_files_walk(const struct ij_batch *memory, ij_addr head,
				      struct ij_locks_files *known, ij_locks_file_visit visit,
				      void *ctx)
{
	struct walk walk;
	uint32_t idx = 0;
	ij_addr at;

	walk.memory = memory;
	walk.known = known;
	walk.visit = visit;
	walk.ctx = ctx;
	walk.ahead_first = walk.ahead_len = 0;
	walk.elsewhere_len = 0;
	if (!ij_batch_read_one(memory, head, &at, sizeof(at)))
		return IJ_LOCKS_BROKEN;
	for (; at; idx++) {
		const struct file *file;
		enum ij_locks_end end;
		uint32_t flags;

		if (idx == IJ_LOCKS_FILES_MAX || at % 8)
			return IJ_LOCKS_BROKEN;
		file = file_get(&walk, idx, at);
		if (!file)
			return IJ_LOCKS_BROKEN;
		memcpy(&flags, file->bytes, sizeof(flags));
		if ((flags & FILE_MAGIC_MASK) != FILE_MAGIC)
			return IJ_LOCKS_BROKEN;
		end = file_visit(&walk, file, at);
		if (end != IJ_LOCKS_ALL)
			return end;
		at = file_u64(file, FILE_CHAIN);
	}
	known->len = idx;
	return visit ? flush_elsewhere(&walk) : IJ_LOCKS_ALL;
}
