/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cache of indices: the index as it is in memory, then a tail that tells what else it was made
 * of than its file. */
#include "session/namecache.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "obj/kept.h"

enum {
	VERSION = 4,        /* to be raised with every change of what an index holds */
	KEPT_MIN = 1 << 15, /* bytes: smaller ones are built faster than read */
};

#define SIZE_MOST ((uint64_t)1 << 40) /* bytes: as many as anybody has */

struct tail {
	uint64_t parts; /* ij_debug_parts_identity, if there are any */
	uint64_t reserved;
};

/* By our own program: another one may have other indices of the same file. */
static bool identify(int fd, struct ij_kept_key *ret)
{
	static const struct {
		uint32_t version;
		char build[32];
	} own = {VERSION, IJ_VERSION};

	if (!ij_kept_key_init(fd, ret))
		return false;
	ret->packed_size = ij_hash(&own, sizeof(own));
	ret->size = SIZE_MOST;
	return true;
}

/* Of that file, but maybe with other parts: split units that were compiled anew, say. */
static bool take(struct ij_debug *debug, struct ij_kept *kept)
{
	uint64_t size = ij_kept_size(kept);
	struct tail tail;
	struct ij_error *err;

	if (size < sizeof(tail))
		return false;
	size -= sizeof(tail);
	if (!ij_kept_read(kept, size, sizeof(tail), (uint8_t *)&tail) ||
	    (tail.parts && tail.parts != ij_debug_parts_identity(debug)))
		return false;
	err = ij_debug_index_take(debug, kept, size);
	ij_error_free(err);
	return !err;
}

static bool load(struct ij_debug *debug, const struct ij_kept_key *key)
{
	struct ij_kept *kept = ij_kept_open(IJ_KEPT_NAMES, key);

	if (kept && take(debug, kept))
		return true;
	ij_kept_close(kept);
	return false;
}

static void store(struct ij_debug *debug, const struct ij_kept_key *key)
{
	struct tail tail = {.parts = ij_debug_parts_identity(debug)};
	uint8_t last[IJ_KEPT_BLOCK + sizeof(tail)];
	struct ij_keeper *keeper;
	size_t size, rest;
	const uint8_t *bytes = ij_debug_index_bytes(debug, &size);

	if (!bytes || size < KEPT_MIN)
		return;
	keeper = ij_keeper_create(IJ_KEPT_NAMES, key, size);
	if (!keeper)
		return;
	rest = size % IJ_KEPT_BLOCK;
	memcpy(last, bytes + (size - rest), rest);
	memcpy(last + rest, &tail, sizeof(tail));
	/* What fails is not kept. */
	(void)(ij_keeper_add(keeper, bytes, size - rest) &&
	       ij_keeper_add(keeper, last, rest + sizeof(tail)));
	ij_keeper_close(keeper);
}

struct ij_error *ij_namecache_get(struct ij_debug *debug)
{
	struct ij_kept_key key;
	bool known;

	if (ij_debug_is_indexed(debug))
		return NULL;
	known = identify(ij_debug_fd(debug), &key);
	if (known && load(debug, &key))
		return NULL;
	IJ_TRY(ij_debug_index(debug));
	if (known)
		store(debug, &key);
	return NULL;
}
