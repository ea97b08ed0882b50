/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cache of the test's own, and files with compressed data. */
#ifndef IJ_TESTS_KEPT_FILES_H
#define IJ_TESTS_KEPT_FILES_H

#include "files.h"

#include "obj/kept.h"

enum { KEPT_FILES_SIZE = 80 * IJ_KEPT_BLOCK + 1000 };

/** What is compressed in kept_files_packed, by zlib and by zstd. */
extern uint8_t kept_files_data[KEPT_FILES_SIZE];
extern char kept_files_packed[2][64];
/** $XDG_CACHE_HOME, and where sections are kept below it. */
extern char kept_files_folder[], kept_files_sections[64];

/** cmocka's, of the group. */
int kept_files_setup(void **state);
int kept_files_teardown(void **state);

/** The only file that is kept, and its size; -1: there is none. */
off_t kept_files_one(char path[400]);
/** Nothing is kept any more. */
void kept_files_clear(void);
uint8_t kept_files_byte(const char *path, off_t at);
/** Change one bit of it. */
void kept_files_flip(const char *path, off_t at);
/** An empty file. */
void kept_files_make(const char *path);

#endif
