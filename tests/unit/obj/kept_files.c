/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cache of the test's own, and files with compressed data. */
#include "kept_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

char kept_files_folder[] = "/tmp/ij-kept-XXXXXX";
char kept_files_sections[64], kept_files_packed[2][64];
uint8_t kept_files_data[KEPT_FILES_SIZE];

/* The only file that is kept, and its size; -1: there is none. */
off_t kept_files_one(char path[400])
{
	DIR *dir = opendir(kept_files_sections);
	struct dirent *entry;
	struct stat st = {.st_size = -1};
	unsigned n = 0;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_type != DT_REG)
			continue;
		snprintf(path, 400, "%s/%s", kept_files_sections, entry->d_name);
		assert_int_equal(stat(path, &st), 0);
		n++;
	}
	if (dir)
		closedir(dir);
	assert_true(n <= 1);
	return st.st_size;
}

void kept_files_clear(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s/interject", kept_files_folder);
	assert_int_equal(system(command), 0);
}

uint8_t kept_files_byte(const char *path, off_t at)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	close(fd);
	return byte;
}

void kept_files_flip(const char *path, off_t at)
{
	uint8_t byte = kept_files_byte(path, at) ^ 0x10;
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

void kept_files_make(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void write_file(const char *path, const void *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

/* A file that changed just now is not trusted. */
int kept_files_setup(void **state)
{
	static uint8_t packed[2 * KEPT_FILES_SIZE];
	uLongf size = sizeof(packed);
	uint32_t word = 1;
	struct stat st;

	(void)state;
	for (size_t i = 0; i < KEPT_FILES_SIZE; i++) {
		word = word * 1103515245 + 12345;
		kept_files_data[i] = (uint8_t)("abcdefgh"[word >> 29] + (i % 5000 == 0));
	}
	if (!mkdtemp(kept_files_folder) || setenv("XDG_CACHE_HOME", kept_files_folder, 1))
		return -1;
	snprintf(kept_files_sections, sizeof(kept_files_sections), "%s/interject/sections",
		 kept_files_folder);
	for (unsigned i = 0; i < 2; i++)
		snprintf(kept_files_packed[i], sizeof(kept_files_packed[i]), "%s/packed%u",
			 kept_files_folder, i);
	if (compress(packed, &size, kept_files_data, KEPT_FILES_SIZE) != Z_OK)
		return -1;
	write_file(kept_files_packed[0], packed, size);
	write_file(kept_files_packed[1], packed,
		   ZSTD_compress(packed, sizeof(packed), kept_files_data, KEPT_FILES_SIZE, 3));
	for (unsigned i = 0;
	     i < 50 && !stat(kept_files_packed[1], &st) && time(NULL) - st.st_ctim.tv_sec < 3; i++)
		poll(NULL, 0, 100);
	return 0;
}

int kept_files_teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", kept_files_folder);
	return system(command);
}
