/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Debug information in two files: a program, and what stands for every file that it refers to, be
 * it a split unit (.dwo), a package of them (.dwp) or what dwz(1) took out (.gnu_debugaltlink).
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/io.h"
#include "obj/debug.h"
#include "obj/object.h"
#include "types/abi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NAMES_MAX = 64 };

struct other {
	const uint8_t *bytes;
	size_t size;
	unsigned left; /* times that it is opened */
};

static struct ij_error *open_other(void *ctx, const char *path, int *fd_ret)
{
	struct other *other = ctx;
	int fd;

	assert(*path);
	if (!other->left)
		return ij_error_new(NOTFOUND, "no %s", path);
	other->left--;
	fd = memfd_create("other", MFD_CLOEXEC);
	if (fd < 0 || !ij_write_all(fd, other->bytes, other->size))
		abort();
	*fd_ret = fd;
	return NULL;
}

static struct ij_error *visit(void *ctx, const char *scope, const struct ij_debug_entry *entry,
			      bool *more)
{
	IJ_STRBUF_AUTO text = {0};
	struct ij_abi abi;
	struct ij_error *err;

	(void)ctx;
	assert(scope && entry->type && more);
	ij_ctype_text(entry->type, "name", &text);
	err = ij_ctype_complete(ij_ctype_strip(entry->type));
	if (!err)
		err = ij_abi_classify(entry->type, &abi);
	ij_error_free(err);
	return NULL;
}

/* Names to look for are words of a section of either file. */
static void look_for(struct ij_debug *debug, struct ij_object *obj, const char *section)
{
	const uint8_t *bytes;
	size_t size;
	uint64_t vaddr;
	struct ij_error *err = ij_object_section(obj, section, &bytes, &size, &vaddr);
	struct ij_cursor cur;

	if (err) {
		ij_error_free(err);
		return;
	}
	cur = ij_cursor_make(bytes, size, "names");
	for (unsigned i = 0; i < NAMES_MAX; i++) {
		const char *name = ij_cursor_str(&cur);

		if (!name)
			return;
		ij_error_free(ij_debug_named(debug, ~0u, name, visit, NULL));
		ij_error_free(ij_debug_functions(debug, obj, &(struct ij_debug_path){name, name},
						 visit, NULL));
	}
}

static void read_both(struct ij_object *obj, struct other *other, uint64_t pc)
{
	struct ij_object *second = NULL;
	struct ij_debug_entry entry;
	struct ij_ctypes *types;
	struct ij_debug *debug;
	struct ij_error *err;

	if ((err = ij_ctypes_create(&types)))
		abort();
	err = ij_debug_open(obj, types, &debug);
	if (err) {
		ij_error_free(err);
		ij_ctypes_destroy(types);
		return;
	}
	ij_error_free(ij_debug_files_set(debug, obj, "/usr/bin/program", open_other, other));
	err = ij_debug_function_at(debug, pc, &entry);
	if (!err)
		err = visit(NULL, "", &entry, &(bool){true});
	ij_error_free(err);
	look_for(debug, obj, ".debug_str");
	err = ij_object_open_bytes(other->bytes, other->size, "other", &second);
	if (!err) {
		look_for(debug, second, ".debug_str.dwo");
		look_for(debug, second, ".debug_str");
		ij_object_close(second);
	}
	ij_error_free(err);
	ij_debug_close(debug);
	ij_ctypes_destroy(types);
}

/* A PC, the size of the program in it, the program, and the other file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_cursor cur = ij_cursor_make(data, size, "input");
	struct other other = {.left = 8};
	struct ij_object *obj;
	struct ij_error *err;
	uint64_t pc = ij_cursor_u32(&cur);
	size_t first = ij_cursor_u32(&cur), left = ij_cursor_left(&cur);
	const uint8_t *bytes;

	first = first < left ? first : left;
	bytes = ij_cursor_bytes(&cur, first);
	if (cur.failed || !first)
		return 0;
	other.size = ij_cursor_left(&cur);
	other.bytes = ij_cursor_bytes(&cur, other.size);
	err = ij_object_open_bytes(bytes, first, "program", &obj);
	if (err) {
		ij_error_free(err);
		return 0;
	}
	if (other.size)
		read_both(obj, &other, pc);
	ij_object_close(obj);
	return 0;
}
