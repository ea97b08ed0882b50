/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Labels of registers and slots: one source, as built by each compiler in each form of DWARF. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "obj/pointers.h"

static const char *const files[] = {LABELLED_FILES};

struct opened {
	struct ij_object *obj;
	int fd;
};

static bool open_file(const char *name, struct opened *ret)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", FX_DIR, name);
	ret->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (ret->fd < 0)
		fail_msg("no %s", path);
	assert_null(ij_object_open_fd(ret->fd, name, &ret->obj));
	return true;
}

static void close_file(struct opened *file)
{
	ij_object_close(file->obj);
	close(file->fd);
}

static uint64_t value_of(struct ij_object *obj, const char *name)
{
	struct ij_symbol sym;

	assert_null(ij_object_symbol(obj, name, &sym));
	return sym.value;
}

static const struct ij_label *find(const struct ij_labels *labels, const char *name)
{
	for (size_t i = 0; i < labels->len; i++)
		if (!strcmp(labels->list[i].name, name))
			return &labels->list[i];
	return NULL;
}

/* DWARF numbers of rdi, rsi, rcx, r8: where arguments come (psABI AMD64 1.0, 3.2.3). */
static const struct {
	const char *name, *type;
	unsigned reg;
} wanted[] = {
	{"list", "struct node *", 5},
	{"names", "const char **", 4},
	{"callback", "function *", 2},
	{"other", "node_ref", 8},
};

/* Where the function begins: optimised, arguments are in their registers; else they have slots. */
static void check_entry(const char *file, struct ij_object *obj)
{
	bool optimised = !strstr(file, "O0");
	struct ij_labels labels;

	assert_null(ij_object_labels(obj, value_of(obj, "labelled"), &labels));
	for (size_t i = 0; i < IJ_COUNT(wanted); i++) {
		const struct ij_label *label = find(&labels, wanted[i].name);

		if (!label)
			fail_msg("%s: nothing is known of %s", file, wanted[i].name);
		assert_string_equal(label->type, wanted[i].type);
		if (optimised &&
		    (label->at.place != IJ_LABEL_REGISTER || label->at.reg != wanted[i].reg))
			fail_msg("%s: %s is in %d:%u", file, label->name, label->at.place,
				 label->at.reg);
		if (!optimised && label->at.place == IJ_LABEL_REGISTER)
			fail_msg("%s: %s is in register %u", file, label->name, label->at.reg);
	}
	assert_null(find(&labels, "count"));
}

/* In the middle: a local variable that is kept in memory. */
static void check_middle(const char *file, struct ij_object *obj)
{
	struct ij_labels labels;
	const struct ij_label *kept;

	assert_null(ij_object_labels(obj, value_of(obj, "labelled_here"), &labels));
	kept = find(&labels, "kept");
	if (!kept || kept->at.place == IJ_LABEL_REGISTER ||
	    strcmp(kept->type, "struct node *") != 0)
		fail_msg("%s: kept is nowhere, or not on the stack", file);
	assert_non_null(find(&labels, "list"));
}

/* The parameter of a function that is inlined, somewhere. */
static void check_inlined(const char *file, struct ij_object *obj)
{
	uint64_t start = value_of(obj, "labelled");
	struct ij_labels labels;

	for (uint64_t pc = start; pc < start + 256; pc++) {
		const struct ij_label *label;

		assert_null(ij_object_labels(obj, pc, &labels));
		label = find(&labels, "inner");
		if (!label)
			continue;
		assert_string_equal(label->type, "node_ref");
		return;
	}
	fail_msg("%s: the inlined function's parameter is nowhere", file);
}

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(files); i++) {
		struct opened file;

		open_file(files[i], &file);
		check_entry(files[i], file.obj);
		check_middle(files[i], file.obj);
		check_inlined(files[i], file.obj);
		close_file(&file);
	}
}

/* No debug information; addresses in no function. */
static void test_nothing(void **state)
{
	struct opened file;
	struct ij_labels labels;

	(void)state;
	open_file("libstripped.so", &file);
	assert_null(ij_object_labels(file.obj, ij_object_base(file.obj) + 0x1000, &labels));
	assert_int_equal(labels.len, 0);
	close_file(&file);
	open_file(files[0], &file);
	assert_null(ij_object_labels(file.obj, 0, &labels));
	assert_int_equal(labels.len, 0);
	assert_null(ij_object_labels(file.obj, UINT64_MAX, &labels));
	assert_int_equal(labels.len, 0);
	close_file(&file);
}

/* The debug file of a stripped one. */
static void test_debug_file(void **state)
{
	struct opened file, whole;
	struct ij_labels labels;
	uint64_t pc;
	char path[512];

	(void)state;
	open_file("liblabelled-debug.so", &whole);
	pc = value_of(whole.obj, "labelled");
	close_file(&whole);
	open_file("liblabelled-bare.so", &file);
	assert_null(ij_object_labels(file.obj, pc, &labels));
	assert_int_equal(labels.len, 0);
	snprintf(path, sizeof(path), "%s/liblabelled.debug", FX_DIR);
	assert_null(ij_object_debug_attach(file.obj, open(path, O_RDONLY | O_CLOEXEC), path));
	assert_null(ij_object_labels(file.obj, pc, &labels));
	assert_non_null(find(&labels, "list"));
	close_file(&file);
}

static struct ij_dwarf_span span_of(struct ij_object *obj, const char *name)
{
	struct ij_dwarf_span span = {.bytes = NULL};
	uint64_t vaddr;

	ij_error_free(ij_object_section(obj, name, &span.bytes, &span.size, &vaddr));
	return span;
}

static struct ij_error *count(void *ctx, const struct ij_pointer_range *range)
{
	assert_true(range->lo < range->hi && range->at.reg < 16);
	++*(unsigned *)ctx;
	return NULL;
}

/* All pointers of @sections; true if they are told to be malformed. */
static bool is_malformed(const struct ij_dwarf *sections, unsigned *ret)
{
	struct ij_ctypes *types;
	struct ij_debug *debug;
	struct ij_error *err;
	bool malformed;

	*ret = 0;
	assert_null(ij_ctypes_create(&types));
	assert_null(ij_debug_open_sections(sections, types, &debug));
	err = ij_debug_pointers(debug, count, ret);
	assert_true(!err || err->code == IJ_ERR_BADDATA);
	malformed = err;
	ij_error_free(err);
	ij_debug_close(debug);
	ij_ctypes_destroy(types);
	return malformed;
}

/* Each section cut off anywhere, and with any one byte changed: something else, but no crash. */
static void test_hostile(void **state)
{
	struct opened file;
	uint64_t pc;
	struct ij_dwarf whole = {.budget = 0};
	unsigned all;

	(void)state;
	open_file(files[0], &file);
	pc = value_of(file.obj, "labelled");
	whole.info = span_of(file.obj, ".debug_info");
	whole.abbrev = span_of(file.obj, ".debug_abbrev");
	whole.str = span_of(file.obj, ".debug_str");
	whole.loclists = span_of(file.obj, ".debug_loclists");
	whole.rnglists = span_of(file.obj, ".debug_rnglists");
	assert_false(is_malformed(&whole, &all));
	assert_true(all > 5);
	for (size_t size = 0; size < whole.info.size + whole.abbrev.size; size++) {
		struct ij_dwarf cut = whole;
		struct ij_labels labels;
		unsigned some;

		if (size < whole.info.size)
			cut.info.size = size;
		else
			cut.abbrev.size = size - whole.info.size;
		assert_null(ij_labels_find(&cut, pc, &labels));
		ij_dwarf_deinit(&cut);
		/* What is missing is told; but for a last terminator, or abbreviations not used. */
		if (!is_malformed(&cut, &some))
			assert_true(some == all || !cut.info.size);
	}
	for (size_t i = 0; i < 2 * whole.info.size; i++) {
		uint8_t *copy = malloc(whole.info.size);
		struct ij_dwarf changed = whole;
		struct ij_labels labels;

		memcpy(copy, whole.info.bytes, whole.info.size);
		copy[i / 2] = (uint8_t)(i % 2 ? 0xff : copy[i / 2] + 1);
		changed.info.bytes = copy;
		assert_null(ij_labels_find(&changed, pc, &labels));
		ij_dwarf_deinit(&changed);
		free(copy);
	}
	close_file(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_debug_file),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
