/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that debug information is spread over, and tables of names that the compiler made of it. */
#include "files.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "obj/debug.h"

static const char *const files[] = {FRAMED_FILES};

/* Split units lie where they were built. @ctx: a copy is given, with the same in it. */
static struct ij_error *open_part(void *ctx, const char *path, int *fd_ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), copy;
	char part[4096];
	ssize_t got;

	if (fd < 0)
		return ij_error_new(NOTFOUND, "no %s", path);
	*fd_ret = fd;
	if (!ctx)
		return NULL;
	copy = memfd_create("part", MFD_CLOEXEC);
	while ((got = read(fd, part, sizeof(part))) > 0)
		assert_int_equal(write(copy, part, (size_t)got), got);
	close(fd);
	*fd_ret = copy;
	return NULL;
}

struct opened {
	char path[512];
	int fd;
	struct ij_object *obj;
	struct ij_ctypes *types;
};

static void open_file(const char *name, struct opened *ret)
{
	snprintf(ret->path, sizeof(ret->path), "%s/%s", FX_DIR, name);
	ret->fd = open(ret->path, O_RDONLY | O_CLOEXEC);
	assert_true(ret->fd >= 0);
	fx_assert_ok(ij_object_open_fd(ret->fd, name, &ret->obj));
	fx_assert_ok(ij_ctypes_create(&ret->types));
}

static void close_file(struct opened *it)
{
	ij_ctypes_destroy(it->types);
	ij_object_close(it->obj);
	close(it->fd);
}

static uint64_t identity_of(const struct opened *it, void *ctx)
{
	struct ij_debug *debug;
	uint64_t identity;

	fx_assert_ok(ij_debug_open(it->obj, it->types, &debug));
	fx_assert_ok(ij_debug_files_set(debug, it->obj, it->path, open_part, ctx));
	identity = ij_debug_parts_identity(debug);
	ij_debug_close(debug);
	return identity;
}

/* Which files there are is known by a number that another file, or the same anew, changes. */
static void test_identity(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(files); i++) {
		bool split = strstr(files[i], "split");
		struct opened it;

		open_file(files[i], &it);
		assert_int_equal(identity_of(&it, NULL) != 0, split);
		assert_int_equal(identity_of(&it, NULL), identity_of(&it, NULL));
		assert_int_equal(identity_of(&it, &it) != identity_of(&it, NULL), split);
		close_file(&it);
	}
}

static struct ij_error *count(void *ctx, const char *scope, const struct ij_debug_entry *entry,
			      bool *more)
{
	assert_string_equal(scope, "");
	assert_non_null(entry->type);
	assert_true(*more);
	++*(unsigned *)ctx;
	return NULL;
}

/* How many the compiler's tables have of a name. */
static unsigned in_tables(struct ij_debug *debug, unsigned kinds, const char *name)
{
	unsigned found = 0;

	fx_assert_ok(ij_debug_by_tables(debug, kinds, name, count, &found));
	return found;
}

static void test_tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(files); i++) {
		bool tables = strstr(files[i], "tables");
		struct ij_debug *debug;
		struct opened it;

		open_file(files[i], &it);
		fx_assert_ok(ij_debug_open(it.obj, it.types, &debug));
		assert_int_equal(in_tables(debug, IJ_DEBUG_FUNCTION, "framed"), tables);
		assert_int_equal(in_tables(debug, IJ_DEBUG_STRUCT, "wide"), tables);
		assert_int_equal(in_tables(debug, IJ_DEBUG_UNION, "wide"), 0);
		assert_int_equal(in_tables(debug, ~0u, "nothing"), 0);
		ij_debug_close(debug);
		close_file(&it);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
