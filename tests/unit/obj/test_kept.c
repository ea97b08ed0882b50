/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decompressed sections on disk: kept, read again, and not believed where they are not what they
 * should be. */
#include "kept_files.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

#include "base/hash.h"
#include "obj/kept.h"

enum { SIZE = KEPT_FILES_SIZE, HEAD = 4096, PREFIX = 3 * IJ_KEPT_BLOCK };
enum { MORE = SIZE / IJ_KEPT_BLOCK + 2 /* blocks */ };

static uint8_t got[SIZE];
static struct ij_kept_key key;

static void keep(size_t size)
{
	struct ij_keeper *keeper = ij_keeper_create(IJ_KEPT_SECTIONS, &key, key.size);

	assert_non_null(keeper);
	assert_true(ij_keeper_add(keeper, kept_files_data, size));
	ij_keeper_close(keeper);
}

/* Is [@off, @off + @size) read, and right? */
static bool reads(uint64_t off, uint64_t size)
{
	struct ij_kept *kept = ij_kept_open(IJ_KEPT_SECTIONS, &key);
	bool good;

	if (!kept)
		return false;
	memset(got, 0xee, sizeof(got));
	good = ij_kept_read(kept, off, size, got);
	if (good)
		assert_memory_equal(got, kept_files_data + off, size);
	ij_kept_close(kept);
	return good;
}

static void what_was_added_is_read(void **state)
{
	struct ij_keeper *keeper;
	char path[400];

	(void)state;
	kept_files_clear();
	assert_null(ij_kept_open(IJ_KEPT_SECTIONS, &key));
	keeper = ij_keeper_create(IJ_KEPT_SECTIONS, &key, key.size);
	assert_non_null(keeper);
	assert_true(ij_keeper_add(keeper, kept_files_data, PREFIX));
	assert_true(ij_keeper_read(keeper, 5, PREFIX - 5, got));
	assert_memory_equal(got, kept_files_data + 5, PREFIX - 5);
	assert_false(ij_keeper_read(keeper, 5, PREFIX, got));
	/* Not before it is whole. */
	assert_null(ij_kept_open(IJ_KEPT_SECTIONS, &key));
	assert_true(ij_keeper_add(keeper, kept_files_data + PREFIX, SIZE - PREFIX));
	assert_false(ij_keeper_add(keeper, kept_files_data, 1));
	ij_keeper_close(keeper);
	assert_int_equal(kept_files_one(path), -1); /* what failed once is not kept */
	keep(PREFIX);
	assert_true(reads(0, PREFIX) && reads(PREFIX - 1, 1) && reads(IJ_KEPT_BLOCK - 1, 2));
	assert_false(reads(PREFIX, 1));
	assert_false(reads(0, PREFIX + 1));
	assert_false(reads(UINT64_MAX, 2));
	keep(SIZE);
	assert_true(reads(0, SIZE) && reads(SIZE - 1, 1) && reads(123, SIZE - 200));
	assert_false(reads(SIZE, 1));
}

static void others_are_not_taken(void **state)
{
	const struct ij_kept_key own = key;

	(void)state;
	kept_files_clear();
	keep(SIZE);
	for (size_t i = 0; i < sizeof(key); i++) {
		((uint8_t *)&key)[i] ^= 1;
		assert_null(ij_kept_open(IJ_KEPT_SECTIONS, &key));
		key = own;
	}
	assert_true(reads(0, SIZE));
}

static void damage_is_found(void **state)
{
	static const off_t sizes[] = {0, 10, HEAD, HEAD + SIZE, -1};
	char path[400];
	off_t size;

	(void)state;
	kept_files_clear();
	keep(SIZE);
	size = kept_files_one(path);
	/* In the head, and in the hashes behind the contents: nothing of it is good. */
	for (off_t at = 0; at < size; at += at < 136 || at >= HEAD + SIZE ? 1 : 136) {
		bool is_data = at >= HEAD && at < HEAD + SIZE;

		if (at >= 96 && at < HEAD)
			continue; /* nothing is there */
		kept_files_flip(path, at);
		if (is_data) {
			uint64_t block = (uint64_t)(at - HEAD) / IJ_KEPT_BLOCK;

			assert_false(reads((uint64_t)(at - HEAD), 1));
			assert_true(reads(block ? 0 : IJ_KEPT_BLOCK, 1));
		} else {
			assert_false(reads(0, 1));
		}
		kept_files_flip(path, at);
	}
	assert_true(reads(0, SIZE));
	for (size_t i = 0; i < IJ_COUNT(sizes); i++) {
		keep(SIZE);
		assert_int_equal(truncate(path, sizes[i] < 0 ? size + 1 : sizes[i]), 0);
		assert_false(reads(0, 1));
	}
}

/* One that says of itself that all is well, but has more than the section. */
static void more_than_the_section_is_not_taken(void **state)
{
	uint8_t zeros[IJ_KEPT_BLOCK] = {0};
	uint64_t lens[] = {MORE * IJ_KEPT_BLOCK, UINT64_MAX & ~(uint64_t)(IJ_KEPT_BLOCK - 1), 0};
	char path[400];
	int fd;

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(lens); i++) {
		uint8_t head[88];
		uint64_t hashes[MORE], check;

		kept_files_clear();
		keep(SIZE);
		kept_files_one(path);
		fd = open(path, O_RDWR | O_CLOEXEC);
		assert_true(fd >= 0);
		assert_int_equal(pread(fd, head, sizeof(head), 0), sizeof(head));
		memcpy(head + 80, &lens[i], 8);
		for (size_t n = 0; n < IJ_COUNT(hashes); n++)
			hashes[n] = ij_hash(zeros, sizeof(zeros));
		check = ij_hash_on(ij_hash(head, sizeof(head)), hashes,
				   lens[i] == MORE * IJ_KEPT_BLOCK ? sizeof(hashes) : 0);
		assert_int_equal(ftruncate(fd, HEAD), 0);
		assert_int_equal(ftruncate(fd, HEAD + MORE * IJ_KEPT_BLOCK), 0);
		assert_int_equal(pwrite(fd, head, sizeof(head), 0), sizeof(head));
		assert_int_equal(pwrite(fd, &check, 8, sizeof(head)), 8);
		assert_int_equal(pwrite(fd, hashes, sizeof(hashes), HEAD + MORE * IJ_KEPT_BLOCK),
				 sizeof(hashes));
		close(fd);
		assert_null(ij_kept_open(IJ_KEPT_SECTIONS, &key));
	}
}

static void foreign_files_are_not_taken(void **state)
{
	char path[400], other[450];

	(void)state;
	kept_files_clear();
	keep(SIZE);
	kept_files_one(path);
	assert_int_equal(chmod(path, 0622), 0);
	assert_false(reads(0, 1));
	assert_int_equal(chmod(path, 0600), 0);
	assert_true(reads(0, 1));
	snprintf(other, sizeof(other), "%s/other", kept_files_folder);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_false(reads(0, 1));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_false(reads(0, 1));
	/* A folder that others could write to, or that is none. */
	kept_files_clear();
	keep(SIZE);
	assert_int_equal(chmod(kept_files_sections, 0777), 0);
	assert_null(ij_kept_open(IJ_KEPT_SECTIONS, &key));
	assert_null(ij_keeper_create(IJ_KEPT_SECTIONS, &key, key.size));
	kept_files_clear();
	snprintf(path, sizeof(path), "%s/interject", kept_files_folder);
	assert_int_equal(mkdir(path, 0700), 0);
	kept_files_make(kept_files_sections);
	assert_null(ij_kept_open(IJ_KEPT_SECTIONS, &key));
	assert_null(ij_keeper_create(IJ_KEPT_SECTIONS, &key, key.size));
}

/* No room: what cannot be written whole is not there at all. */
static void full_disks_keep_nothing(void **state)
{
	const struct rlimit little = {HEAD + PREFIX + 100, RLIM_INFINITY};
	struct rlimit before;
	struct ij_keeper *keeper;
	char path[400];

	(void)state;
	kept_files_clear();
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	keeper = ij_keeper_create(IJ_KEPT_SECTIONS, &key, key.size);
	assert_non_null(keeper);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	assert_true(ij_keeper_add(keeper, kept_files_data, PREFIX));
	assert_false(ij_keeper_add(keeper, kept_files_data + PREFIX, PREFIX));
	assert_false(ij_keeper_read(keeper, 0, 1, got));
	ij_keeper_close(keeper);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(kept_files_one(path), -1);
}

static void make_old(const char *name, off_t size, time_t age)
{
	struct timespec times[2] = {{.tv_sec = time(NULL) - age}, {.tv_sec = time(NULL) - age}};
	char path[400];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", kept_files_sections, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static bool is_there(const char *name)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%s", kept_files_sections, name);
	return !access(path, F_OK);
}

/* The oldest make room, and what a writer left that died. */
static void all_of_it_is_bounded(void **state)
{
	(void)state;
	kept_files_clear();
	keep(SIZE);
	make_old("oldest", (off_t)IJ_KEPT_TOTAL / 2, 5000);
	make_old("older", (off_t)IJ_KEPT_TOTAL / 2, 4000);
	make_old("newer", (off_t)IJ_KEPT_TOTAL / 2, 3000);
	make_old(".tmp-lost", 10, 5000);
	make_old(".tmp-used", 10, 10);
	keep(PREFIX);
	assert_false(is_there("oldest") || is_there("older") || is_there(".tmp-lost"));
	assert_true(is_there("newer") && is_there(".tmp-used"));
	assert_true(reads(0, PREFIX));
}

static int setup(void **state)
{
	int fd;
	bool good;

	if (kept_files_setup(state))
		return -1;
	fd = open(kept_files_packed[0], O_RDONLY | O_CLOEXEC);
	good = fd >= 0 && !ij_kept_key_make(-1, 24, 1000, SIZE, &key) &&
	       !ij_kept_key_make(fd, 24, 1000, IJ_KEPT_MIN - 1, &key) &&
	       !ij_kept_key_make(fd, 24, 1000, IJ_KEPT_MAX + 1, &key) &&
	       ij_kept_key_make(fd, 24, 1000, SIZE, &key);
	close(fd);
	return good ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_read),
		cmocka_unit_test(others_are_not_taken),
		cmocka_unit_test(damage_is_found),
		cmocka_unit_test(more_than_the_section_is_not_taken),
		cmocka_unit_test(foreign_files_are_not_taken),
		cmocka_unit_test(full_disks_keep_nothing),
		cmocka_unit_test(all_of_it_is_bounded),
	};

	return cmocka_run_group_tests_name("kept", tests, setup, kept_files_teardown);
}
