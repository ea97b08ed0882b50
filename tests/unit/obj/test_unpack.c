/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compressed sections: as far as they are needed, by way of the disk, and without. */
#include "kept_files.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "obj/kept.h"
#include "obj/unpack.h"

enum { SIZE = KEPT_FILES_SIZE, HEAD = 4096, PART = 4 * IJ_KEPT_BLOCK };

static struct ij_image file;
static int file_fd;

static struct ij_unpacked *open_packed(unsigned i)
{
	struct ij_packed packed = {SIZE, i ? 2 : 1, 0};
	struct ij_unpacked *unpacked;

	file_fd = open(kept_files_packed[i], O_RDONLY | O_CLOEXEC);
	assert_true(file_fd >= 0);
	fx_assert_ok(ij_image_open_fd(&file, file_fd));
	fx_assert_ok(ij_unpacked_create(&file, 0, file.size, &packed, ".debug_info", &unpacked));
	return unpacked;
}

static void close_packed(struct ij_unpacked *unpacked)
{
	ij_unpacked_destroy(unpacked);
	ij_image_close(&file);
	close(file_fd);
}

static void unpacks(struct ij_unpacked *unpacked, uint64_t off, uint64_t size)
{
	const uint8_t *bytes;

	fx_assert_ok(ij_image_get(ij_unpacked_image(unpacked), off, size, &bytes));
	assert_memory_equal(bytes, kept_files_data + off, size);
}

static void no_more_is_decompressed_than_is_needed(void **state)
{
	char path[400];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct ij_unpacked *unpacked;
		off_t size;

		kept_files_clear();
		unpacked = open_packed(i);
		unpacks(unpacked, 3 * PART + 77, 5);
		unpacks(unpacked, 9, 100);
		close_packed(unpacked);
		size = kept_files_one(path);
		assert_true(size > HEAD + 3 * PART && size < HEAD + SIZE / 2);
		/* That is enough for the same, and its file is not written. */
		unpacked = open_packed(i);
		unpacks(unpacked, 3 * PART + 77, 5);
		close_packed(unpacked);
		assert_int_equal(kept_files_one(path), size);
		/* What was not enough is not enough the next time. */
		unpacked = open_packed(i);
		unpacks(unpacked, 0, 10);
		unpacks(unpacked, SIZE / 2, 10);
		unpacks(unpacked, SIZE - 3, 3);
		unpacks(unpacked, 2 * PART, 10);
		close_packed(unpacked);
		assert_true(kept_files_one(path) > HEAD + SIZE);
		/* Damage is passed over. */
		kept_files_flip(path, HEAD + 5 * PART);
		unpacked = open_packed(i);
		unpacks(unpacked, PART, 10);
		unpacks(unpacked, 5 * PART + 100, 10);
		unpacks(unpacked, 0, SIZE);
		close_packed(unpacked);
		assert_int_equal(kept_files_byte(path, HEAD + 5 * PART), kept_files_data[5 * PART]);
		/* Where nothing can be kept, too. */
		kept_files_clear();
		snprintf(path, sizeof(path), "%s/interject", kept_files_folder);
		kept_files_make(path);
		unpacked = open_packed(i);
		unpacks(unpacked, PART, 10);
		unpacks(unpacked, SIZE - 3, 3);
		close_packed(unpacked);
		assert_int_equal(unlink(path), 0);
	}
}

/* A disk that is full after some of it. */
static void full_disks_are_passed_over(void **state)
{
	const struct rlimit little = {HEAD + 5 * PART, RLIM_INFINITY};
	struct rlimit before;
	struct ij_unpacked *unpacked;
	char path[400];

	(void)state;
	kept_files_clear();
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	unpacked = open_packed(0);
	unpacks(unpacked, 100, 10);
	unpacks(unpacked, 10 * PART, 10);
	unpacks(unpacked, 0, SIZE);
	close_packed(unpacked);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(kept_files_one(path), -1);
}

/* Too much, too little, or no such data: said with the section's name, and then nothing is there.
 */
static void malformed_data_is_an_error(void **state)
{
	static const int64_t more[] = {1, -1, PART, -(int64_t)PART};

	(void)state;
	for (unsigned i = 0; i < 2 * IJ_COUNT(more); i++) {
		struct ij_packed packed = {(uint64_t)(SIZE + more[i / 2]), i % 2 ? 2 : 1, 0};
		struct ij_unpacked *unpacked = open_packed(i % 2);
		const uint8_t *bytes;
		struct ij_error *err;

		ij_unpacked_destroy(unpacked);
		kept_files_clear();
		fx_assert_ok(
			ij_unpacked_create(&file, 0, file.size, &packed, ".debug_info", &unpacked));
		err = ij_image_get(ij_unpacked_image(unpacked), 0, packed.size, &bytes);
		assert_true(err && err->code == IJ_ERR_BADDATA && strstr(err->msg, ".debug_info"));
		ij_error_free(err);
		err = ij_image_get(ij_unpacked_image(unpacked), 0, 1, &bytes);
		assert_true(err && err->code == IJ_ERR_BADDATA);
		ij_error_free(err);
		close_packed(unpacked);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_more_is_decompressed_than_is_needed),
		cmocka_unit_test(full_disks_are_passed_over),
		cmocka_unit_test(malformed_data_is_an_error),
	};

	return cmocka_run_group_tests_name("unpack", tests, kept_files_setup, kept_files_teardown);
}
