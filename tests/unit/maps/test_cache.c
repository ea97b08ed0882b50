/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cache of containers: what is stored, what is believed, and that nothing else ever is. */
#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "maps/compile.h"
#include "maps/container.h"
#include "maps/ijmap.h"

#define MODULE "/lib64/ld-linux-x86-64.so.2"

struct world {
	char base[64];  /* stands for $XDG_CACHE_HOME */
	char file[400]; /* the cache file, once there is one */
	int fd;
	struct ij_object *obj;
	struct ij_policy *policy;
	const char *path;
};

/* The one file in the cache; returns how many there are, temporary ones too. */
static unsigned cache_list(struct world *world)
{
	char dir[128];
	DIR *open;
	struct dirent *entry;
	unsigned count = 0;

	snprintf(dir, sizeof(dir), "%s/interject/maps", world->base);
	open = opendir(dir);
	while (open && (entry = readdir(open))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(world->file, sizeof(world->file), "%s/%s", dir, entry->d_name);
		count++;
	}
	if (open)
		closedir(open);
	return count;
}

/* Get the container, check that it is good, and return one of its class words. */
static ij_classes get(struct world *world, int fd, const char *name)
{
	void *bytes;
	size_t size;
	struct ij_map map;
	ij_classes classes;
	const struct ij_map_source source = {
		.policy = world->policy, .soname = name, .path = world->path};

	assert_null(ij_map_get(world->obj, fd, &source, &bytes, &size));
	assert_null(ij_map_open(bytes, size, &map));
	classes = map.header->module_classes;
	free(bytes);
	return classes;
}

/*
 * Put our own mark in the cached container (a class it has not), so that a later get tells whether
 * it came from there.
 */
static void mark(const struct world *world)
{
	int fd = open(world->file, O_RDWR);
	struct stat st;
	ij_classes classes = IJ_CLASS(OTHER);
	struct ij_ijmap_header header;
	struct ij_ijmap file;
	uint8_t *bytes;
	size_t size;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	bytes = malloc((size_t)st.st_size);
	assert_int_equal(pread(fd, bytes, (size_t)st.st_size, 0), st.st_size);
	assert_null(ij_ijmap_open(bytes, (size_t)st.st_size, &file));
	memcpy((uint8_t *)(uintptr_t)ij_ijmap_section(&file, IJ_IJMAP_MAP, &size) +
		       offsetof(struct ij_map_header, module_classes),
	       &classes, sizeof(classes));
	memcpy(&header, bytes, sizeof(header));
	header.checksum = ij_ijmap_checksum(bytes, (size_t)st.st_size);
	memcpy(bytes, &header, sizeof(header));
	assert_int_equal(pwrite(fd, bytes, (size_t)st.st_size, 0), st.st_size);
	free(bytes);
	close(fd);
}

/* Change a byte, and make the checksum right again. */
static void reseal(int fd, size_t off, const char *byte)
{
	struct stat st;
	struct ij_ijmap_header header;
	uint8_t *bytes;

	assert_int_equal(fstat(fd, &st), 0);
	bytes = malloc((size_t)st.st_size);
	assert_int_equal(pread(fd, bytes, (size_t)st.st_size, 0), st.st_size);
	bytes[off] ^= (uint8_t)*byte;
	memcpy(&header, bytes, sizeof(header));
	header.checksum = ij_ijmap_checksum(bytes, (size_t)st.st_size);
	memcpy(bytes, &header, sizeof(header));
	assert_int_equal(pwrite(fd, bytes, (size_t)st.st_size, 0), st.st_size);
	free(bytes);
}

#define CACHED   IJ_CLASS(OTHER)
#define COMPILED IJ_CLASS(LOADER)
#define NAME     "ld-linux-x86-64.so.2"

static void test_round(void **state)
{
	struct world *world = *state;
	struct stat st;
	char dir[128];

	assert_int_equal(get(world, world->fd, NAME), COMPILED);
	assert_int_equal(cache_list(world), 1);
	assert_int_equal(stat(world->file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(dir, sizeof(dir), "%s/interject", world->base);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	mark(world);
	assert_int_equal(get(world, world->fd, NAME), CACHED);
	assert_int_equal(cache_list(world), 1);
}

/* Each makes the cached file one that is not believed; it is then replaced by a good one. */
static void test_refused(void **state)
{
	struct world *world = *state;

	for (int how = 0; how < 9; how++) {
		struct stat st;
		int fd;

		assert_int_equal(get(world, world->fd, NAME), COMPILED);
		assert_int_equal(cache_list(world), 1);
		mark(world);
		assert_int_equal(stat(world->file, &st), 0);
		fd = open(world->file, O_RDWR);
		switch (how) {
		case 0: /* others may write it */
			assert_int_equal(fchmod(fd, 0622), 0);
			break;
		case 1:
			assert_int_equal(fchmod(fd, 0620), 0);
			break;
		case 2: /* somebody else's */
			if (geteuid() == 0)
				assert_int_equal(fchown(fd, 65534, (gid_t)-1), 0);
			else
				assert_int_equal(ftruncate(fd, 3), 0);
			break;
		case 3: /* cut short */
			assert_int_equal(ftruncate(fd, st.st_size - 1), 0);
			break;
		case 4:
			assert_int_equal(ftruncate(fd, 10), 0);
			break;
		case 5: /* longer */
			assert_int_equal(ftruncate(fd, st.st_size + 1), 0);
			break;
		case 6: /* another identity, and nothing else wrong */
			reseal(fd, offsetof(struct ij_ijmap_header, identity), "\xff");
			break;
		case 7: /* one bit */
			assert_int_equal(pwrite(fd, "\1", 1, st.st_size / 3), 1);
			break;
		default: /* a malformed container */
			assert_int_equal(pwrite(fd, "\xff\xff\xff\xff", 4, st.st_size / 2), 4);
			assert_int_equal(pwrite(fd, "\xff\xff\xff\xff", 4, st.st_size / 4), 4);
		}
		close(fd);
		assert_int_equal(get(world, world->fd, NAME), COMPILED);
		assert_int_equal(unlink(world->file), 0);
	}
}

/* What was wrong with a file that is not taken is said, once: it is replaced by a good one. */
static void test_notes(void **state)
{
	static const struct {
		size_t off; /* of a byte that is changed; 0: the file is cut short */
		bool sealed;
		const char *text;
	} cases[] = {
		{0, false, "truncated"},
		{0x200, false, "damaged"},
		{0, true, "foreign"},
		{8, true, "version"},
		{offsetof(struct ij_ijmap_header, identity), true, "stale"},
		{sizeof(struct ij_ijmap_header) + 4, true, "section"},
	};
	struct world *world = *state;
	const struct ij_map_source source = {.policy = world->policy, .soname = NAME};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ij_strbuf notes = {0};
		void *bytes;
		size_t size;
		int fd;

		assert_int_equal(get(world, world->fd, NAME), COMPILED);
		assert_int_equal(cache_list(world), 1);
		fd = open(world->file, O_RDWR);
		if (cases[i].sealed)
			reseal(fd, cases[i].off, "\x40");
		else if (cases[i].off)
			assert_int_equal(pwrite(fd, "\x55", 1, (off_t)cases[i].off), 1);
		else
			assert_int_equal(ftruncate(fd, 300), 0);
		close(fd);
		for (int again = 0; again < 2; again++) {
			assert_null(ij_map_get_noting(world->obj, world->fd, &source, &notes,
						      &bytes, &size));
			free(bytes);
		}
		assert_non_null(strstr(ij_strbuf_get(&notes), cases[i].text));
		assert_non_null(strstr(ij_strbuf_get(&notes), NAME));
		assert_ptr_equal(strchr(ij_strbuf_get(&notes), '\n'),
				 strrchr(ij_strbuf_get(&notes), '\n'));
		ij_strbuf_deinit(&notes);
	}
}

/* A link in the cache file's place is neither followed nor written through. */
static void test_symlink(void **state)
{
	struct world *world = *state;
	char aside[128];
	struct stat st;

	assert_int_equal(get(world, world->fd, NAME), COMPILED);
	assert_int_equal(cache_list(world), 1);
	mark(world);
	snprintf(aside, sizeof(aside), "%s/aside", world->base);
	assert_int_equal(rename(world->file, aside), 0);
	assert_int_equal(symlink(aside, world->file), 0);
	assert_int_equal(get(world, world->fd, NAME), COMPILED);
	assert_int_equal(lstat(world->file, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(unlink(aside), 0);
}

/* The directory itself must be ours alone. */
static void test_directory(void **state)
{
	struct world *world = *state;
	char dir[128];

	assert_int_equal(get(world, world->fd, NAME), COMPILED);
	assert_int_equal(cache_list(world), 1);
	mark(world);
	snprintf(dir, sizeof(dir), "%s/interject", world->base);
	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(get(world, world->fd, NAME), COMPILED);
	assert_int_equal(chmod(dir, 0700), 0);
	assert_int_equal(get(world, world->fd, NAME), CACHED);
}

/* Without a file, under another name, or without a place to put it, a container is compiled each
 * time. */
static void test_uncached(void **state)
{
	struct world *world = *state;
	char name[80];

	assert_int_equal(get(world, -1, NAME), COMPILED);
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = 0;
	assert_int_equal(get(world, world->fd, name), 0);
	assert_int_equal(cache_list(world), 0);
	setenv("XDG_CACHE_HOME", "relative", 1);
	assert_int_equal(get(world, world->fd, NAME), COMPILED);
	unsetenv("XDG_CACHE_HOME");
	setenv("HOME", "/nonexistent", 1);
	assert_int_equal(get(world, world->fd, NAME), COMPILED);
	setenv("HOME", world->base, 1);
	assert_int_equal(get(world, world->fd, NAME), COMPILED);
	assert_int_equal(cache_list(world), 0);
	setenv("XDG_CACHE_HOME", world->base, 1);
	snprintf(world->file, sizeof(world->file), "%s/.cache/interject", world->base);
	assert_int_equal(access(world->file, F_OK), 0);
}

/* The vdso as a target shows it, @differ bytes of it other than ours; the class word of its map. */
static ij_classes get_vdso(struct world *world, size_t differ)
{
	const uint8_t *own = (const uint8_t *)(uintptr_t)getauxval(AT_SYSINFO_EHDR);
	struct ij_object *before = world->obj;
	ij_classes classes;
	uint8_t image[65536];
	Elf64_Ehdr head;
	size_t size;

	memcpy(&head, own, sizeof(head));
	size = (head.e_shoff + (size_t)head.e_shnum * head.e_shentsize + 4095) & ~(size_t)4095;
	assert_in_range(size, 4096, sizeof(image));
	memcpy(image, own, size);
	for (size_t i = 0; i < differ; i++)
		image[size - 1 - i] ^= 1;
	assert_null(ij_object_open_bytes(image, size, "[vdso]", &world->obj));
	classes = get(world, -1, "linux-vdso.so.1");
	ij_object_close(world->obj);
	world->obj = before;
	return classes;
}

/* It is in no file: kept is the map of what the kernel has given to us as well, and no other. */
static void test_vdso(void **state)
{
	struct world *world = *state;
	ij_classes compiled;

	if (!getauxval(AT_SYSINFO_EHDR)) {
		print_message("skipped: this kernel gives no vdso\n");
		skip();
	}
	compiled = get_vdso(world, 0);
	assert_int_equal(cache_list(world), 1);
	mark(world);
	assert_int_equal(get_vdso(world, 0), CACHED);
	assert_int_not_equal(compiled, CACHED);
	assert_int_equal(get_vdso(world, 1), compiled);
	assert_int_equal(cache_list(world), 1);
	assert_int_equal(get_vdso(world, 0), CACHED);
}

/* A path as name stays one file. */
static void test_name(void **state)
{
	struct world *world = *state;

	assert_int_equal(get(world, world->fd, "../../evil"), 0);
	assert_int_equal(cache_list(world), 1);
}

/* A user's rule takes the place of what was cached without it, and what it says is not forgotten.
 */
static void test_policy(void **state)
{
	static const char text[] = "[crypto] a test\nmodule ld-linux*\n";
	struct world *world = *state;

	assert_int_equal(get(world, world->fd, NAME), COMPILED);
	assert_int_equal(cache_list(world), 1);
	mark(world);
	assert_null(ij_policy_add(world->policy, "test", text, strlen(text)));
	assert_int_equal(get(world, world->fd, NAME), COMPILED | IJ_CLASS(CRYPTO));
	mark(world);
	assert_int_equal(get(world, world->fd, NAME), CACHED);
	ij_policy_destroy(world->policy);
	assert_null(ij_policy_create_builtin(&world->policy));
	assert_int_equal(get(world, world->fd, NAME), COMPILED);
}

/* Rules can know a program by its path: the same file at another one is compiled anew. */
static void test_path(void **state)
{
	struct world *world = *state;

	world->path = "/a";
	assert_int_equal(get(world, world->fd, NAME), COMPILED);
	assert_int_equal(cache_list(world), 1);
	mark(world);
	assert_int_equal(get(world, world->fd, NAME), CACHED);
	world->path = "/b";
	assert_int_equal(get(world, world->fd, NAME), COMPILED);
}

static int setup(void **state)
{
	static struct world world;

	strcpy(world.base, "/tmp/interject-cache-XXXXXX");
	assert_non_null(mkdtemp(world.base));
	setenv("XDG_CACHE_HOME", world.base, 1);
	world.fd = open(MODULE, O_RDONLY | O_CLOEXEC);
	assert_true(world.fd >= 0);
	assert_null(ij_object_open_fd(world.fd, MODULE, &world.obj));
	assert_null(ij_policy_create_builtin(&world.policy));
	world.path = NULL;
	*state = &world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;
	char command[128];

	ij_policy_destroy(world->policy);
	ij_object_close(world->obj);
	close(world->fd);
	snprintf(command, sizeof(command), "rm -rf '%s'", world->base);
	return system(command);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round),    TEST(test_refused), TEST(test_symlink), TEST(test_directory),
		TEST(test_uncached), TEST(test_notes),   TEST(test_name),    TEST(test_policy),
		TEST(test_path),     TEST(test_vdso),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
