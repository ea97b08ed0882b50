/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the tests of src/obj: fixture files as bytes, and fake targets made of them. */
#ifndef IJ_TESTS_OBJ_FILES_H
#define IJ_TESTS_OBJ_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "obj/modules.h"

#define FX(name) FX_DIR "/" name

/** The file at @path as malloc'ed bytes; fails the test if it is not there. */
uint8_t *fx_bytes(const char *path, size_t *size_ret);
/** Open @path for reading; fails the test if it is not there. */
int fx_open(const char *path);
/** A descriptor of an unlinked file that holds @bytes. */
int fx_memfd(const void *bytes, size_t size);
/** Open @path as an object; its descriptor goes to @fd_ret. */
struct ij_object *fx_object(const char *path, int *fd_ret);
/** Assert that @err is of @code and that its message holds @text; frees it. */
void fx_assert_error(struct ij_error *err, enum ij_error_code code, const char *text);
/** Assert success; prints the message otherwise. */
void fx_assert_ok(struct ij_error *err);

/** A made-up target: regions of memory, mappings as text, and an opener by path. */
#define FX_REGIONS 16
struct fx_target {
	struct ij_mem mem; /* first */
	struct ij_opener opener;
	struct {
		ij_addr base;
		uint8_t *bytes;
		size_t size;
	} regions[FX_REGIONS];
	unsigned regions_len;
	char maps[16384];
	/* Served instead of a file: by path. */
	struct {
		const char *path, *real;
	} files[FX_REGIONS];
	unsigned files_len;
	unsigned debug_opens;
	/* Debug files that will be asked for, and how often such were told; of others none may be
	 * asked for meanwhile. */
	const char *const *expected;
	size_t expected_len;
	unsigned expectations;
	struct ij_modules *mods;
};
void fx_target_init(struct fx_target *target);
void fx_target_deinit(struct fx_target *target);
/** @bytes are copied. */
uint8_t *fx_target_memory(struct fx_target *target, ij_addr base, const void *bytes, size_t size);
/** Map the file @real at @bias as its program headers ask, called @path in the target. */
uint8_t *fx_target_load(struct fx_target *target, const char *real, const char *path, ij_addr bias);
/** Add a line to the mappings. */
void fx_target_map(struct fx_target *target, ij_addr lo, ij_addr hi, const char *perms,
		   uint64_t off, unsigned inode, const char *path);
/** Debug files: @path in the target is @real here. */
void fx_target_file(struct fx_target *target, const char *path, const char *real);
/** Make the modules; asserts success. */
struct ij_modules *fx_target_modules(struct fx_target *target);
/** The module called @name; fails the test if there is none. */
struct ij_module *fx_target_module(struct fx_target *target, const char *name);

#endif
