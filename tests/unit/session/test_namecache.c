/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The index of this very program's names: built, kept, taken again, and built again when damaged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "obj/kept.h"
#include "session/namecache.h"

static char folder[] = "/tmp/ij-names-XXXXXX";
static const char copy[] = "/proc/self/exe";

struct opened {
	int fd;
	struct ij_object *obj;
	struct ij_ctypes *types;
	struct ij_debug *debug;
};

static void open_copy(struct opened *ret)
{
	ret->fd = open(copy, O_RDONLY | O_CLOEXEC);
	assert_true(ret->fd >= 0);
	assert_null(ij_object_open_fd(ret->fd, "copy", &ret->obj));
	assert_null(ij_ctypes_create(&ret->types));
	assert_null(ij_debug_open(ret->obj, ret->types, &ret->debug));
}

static void close_copy(struct opened *it)
{
	ij_debug_close(it->debug);
	ij_ctypes_destroy(it->types);
	ij_object_close(it->obj);
	close(it->fd);
}

/* The only file of the cache; its size, 0 if there is none. */
static off_t kept(char path[512])
{
	char names[256];
	struct dirent *entry;
	struct stat st = {0};
	DIR *dir;

	snprintf(names, sizeof(names), "%s/interject/names", folder);
	dir = opendir(names);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.') {
			snprintf(path, 512, "%s/%s", names, entry->d_name);
			assert_int_equal(stat(path, &st), 0);
		}
	if (dir)
		closedir(dir);
	return st.st_size;
}

static struct ij_error *count(void *ctx, const char *scope, const struct ij_debug_entry *entry,
			      bool *more)
{
	(void)scope, (void)entry, (void)more;
	(*(unsigned *)ctx)++;
	return NULL;
}

/* How many functions of the name of one above the index knows. */
static unsigned found(struct opened *it)
{
	unsigned n = 0;

	assert_null(ij_namecache_get(it->debug));
	assert_null(ij_debug_named(it->debug, IJ_DEBUG_FUNCTION, "open_copy", count, &n));
	return n;
}

static void flip(const char *path, off_t at)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	uint8_t byte;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 0xa5;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static void index_is_kept_and_checked(void **state)
{
	struct opened it;
	char path[512];
	off_t size;
	size_t built, taken;

	(void)state;
	open_copy(&it);
	assert_int_equal(found(&it), 1);
	assert_non_null(ij_debug_index_bytes(it.debug, &built));
	close_copy(&it);
	size = kept(path);
	assert_true((size_t)size > built);
	open_copy(&it);
	assert_int_equal(found(&it), 1);
	assert_null(ij_debug_index_bytes(it.debug, &taken)); /* no more of it is read than that */
	assert_null(ij_debug_index(it.debug));
	assert_non_null(ij_debug_index_bytes(it.debug, &taken));
	assert_int_equal(built, taken);
	assert_int_equal(found(&it), 1);
	close_copy(&it);
	/* Damage anywhere, or a file that is cut off, is not taken: where the name is not, it is
	 * not even seen until all is read. */
	for (off_t at = 0; at < size; at += at < 96 ? 13 : at < 4096 ? 4096 - at : size / 7 + 1) {
		flip(path, at);
		for (unsigned all = 0; all < 2; all++) {
			open_copy(&it);
			assert_int_equal(found(&it), 1);
			assert_null(all ? ij_debug_index(it.debug) : NULL);
			assert_int_equal(found(&it), 1);
			close_copy(&it);
		}
		open_copy(&it);
		assert_int_equal(found(&it), 1);
		close_copy(&it);
		assert_int_equal(kept(path), size);
	}
	assert_int_equal(truncate(path, 10), 0);
	open_copy(&it);
	assert_int_equal(found(&it), 1);
	close_copy(&it);
	assert_int_equal(kept(path), size);
}

struct both {
	struct opened *whole, *parts;
	unsigned names;
};

/* What is read part by part is the same as all of it, for every name. */
static struct ij_error *compare(void *ctx, unsigned kind, const char *scope, const char *name,
				bool *more)
{
	struct both *both = ctx;
	unsigned whole = 0, parts = 0;

	(void)scope, (void)more;
	assert_null(ij_debug_named(both->whole->debug, kind, name, count, &whole));
	assert_null(ij_debug_named(both->parts->debug, kind, name, count, &parts));
	assert_true(whole > 0);
	assert_int_equal(whole, parts);
	both->names++;
	return NULL;
}

static void every_name_is_found(void **state)
{
	struct opened whole, parts;
	struct both both = {&whole, &parts, 0};
	size_t size;

	(void)state;
	open_copy(&whole);
	open_copy(&parts);
	assert_null(ij_debug_index(whole.debug));
	assert_int_equal(found(&parts), 1);
	close_copy(&parts);
	open_copy(&parts);
	assert_int_equal(found(&parts), 1);
	assert_null(ij_debug_each_name(whole.debug, IJ_DEBUG_FUNCTION | IJ_DEBUG_STRUCT, compare,
				       &both));
	assert_true(both.names > 200);
	assert_null(ij_debug_index_bytes(parts.debug, &size));
	close_copy(&parts);
	close_copy(&whole);
}

/* Have @size @bytes taken for an index. */
static struct ij_error *take(struct opened *it, const void *bytes, size_t size)
{
	struct ij_kept_key key = {.dev = 1, .ino = 2, .size = size};
	struct ij_keeper *keeper = ij_keeper_create(IJ_KEPT_NAMES, &key, size);
	struct ij_kept *kept;
	struct ij_error *err;

	assert_non_null(keeper);
	assert_true(ij_keeper_add(keeper, bytes, size));
	ij_keeper_close(keeper);
	kept = ij_kept_open(IJ_KEPT_NAMES, &key);
	assert_non_null(kept);
	err = ij_debug_index_take(it->debug, kept, size);
	if (err)
		ij_kept_close(kept);
	return err;
}

/* What an index says is checked where it is used: names that are not there are not found. */
static void lies_are_not_believed(void **state)
{
	struct opened it;
	uint64_t lies[6] = {0};
	unsigned n = 0;
	size_t size;

	(void)state;
	open_copy(&it);
	lies[0] = 5381 | (uint64_t)IJ_DEBUG_FUNCTION << 32; /* the hash of no name at all */
	lies[1] = ~(uint64_t)0;
	lies[2] = 6953674 | (uint64_t)IJ_DEBUG_FUNCTION << 32;
	lies[3] = 12;
	ij_error_free(take(&it, lies, 7));
	assert_false(ij_debug_is_indexed(it.debug));
	assert_null(take(&it, lies, 32));
	ij_error_free(ij_debug_named(it.debug, ~0u, "", count, &n));
	ij_error_free(ij_debug_named(it.debug, ~0u, "open_copy", count, &n));
	assert_int_equal(n, 0);
	/* Not sorted: built anew as soon as all of it is needed. */
	lies[2] = 0;
	assert_null(take(&it, lies, 32));
	ij_error_free(ij_debug_named(it.debug, ~0u, "open_copy", count, &n));
	assert_int_equal(n, 0);
	assert_null(ij_debug_index(it.debug));
	assert_non_null(ij_debug_index_bytes(it.debug, &size));
	assert_true(size > 32);
	assert_null(ij_debug_named(it.debug, IJ_DEBUG_FUNCTION, "open_copy", count, &n));
	assert_int_equal(n, 1);
	close_copy(&it);
}

/* A file that changed just now is not trusted: this program may have been linked a moment ago. */
static int setup(void **state)
{
	struct stat st;

	(void)state;
	for (unsigned i = 0; i < 50 && !stat(copy, &st) && time(NULL) - st.st_ctim.tv_sec < 3; i++)
		poll(NULL, 0, 100);
	return !mkdtemp(folder) || setenv("XDG_CACHE_HOME", folder, 1) ? -1 : 0;
}

static int teardown(void **state)
{
	char command[256];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_is_kept_and_checked),
		cmocka_unit_test(every_name_is_found),
		cmocka_unit_test(lies_are_not_believed),
	};

	return cmocka_run_group_tests_name("namecache", tests, setup, teardown);
}
