/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What files define, and what their calls to others go through. */
#include "files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "obj/debug_list.h"

static const char *const files[] = {FRAMED_FILES};

struct found {
	char names[256];
	unsigned line; /* of the last one */
	const char *only;
};

static bool wants(void *ctx, const char *name)
{
	const struct found *found = ctx;

	return !found->only || !strcmp(found->only, name);
}

static struct ij_error *visit(void *ctx, const struct ij_debug_definition *it)
{
	struct found *found = ctx;
	size_t len = strlen(found->names);

	assert_non_null(it->file);
	assert_non_null(strstr(it->file->path, "framed.c"));
	assert_true(it->line);
	snprintf(found->names + len, sizeof(found->names) - len, "%s%s ",
		 it->entry.external ? "" : "static ", it->name);
	found->line = it->line;
	return NULL;
}

static struct found list(struct ij_debug *debug, unsigned kinds, const char *only)
{
	struct found found = {.only = only};
	const struct ij_debug_listing listing = {
		.kinds = kinds, .wants = wants, .visit = visit, .ctx = &found};

	fx_assert_ok(ij_debug_list(debug, &listing));
	return found;
}

static void check_one(const char *path)
{
	int fd;
	struct ij_object *obj = fx_object(path, &fd);
	struct ij_debug_unit_about about;
	struct ij_ctypes *types;
	struct ij_debug *debug;
	struct ij_symbol sym;
	struct found found;

	fx_assert_ok(ij_ctypes_create(&types));
	fx_assert_ok(ij_debug_open(obj, types, &debug));
	found = list(debug, IJ_DEBUG_FUNCTION, NULL);
	/* `inner` is in others' code only. */
	assert_non_null(strstr(found.names, "framed "));
	assert_non_null(strstr(found.names, "static late "));
	assert_null(strstr(found.names, "inner"));
	found = list(debug, IJ_DEBUG_FUNCTION, "framed");
	assert_string_equal(found.names, "framed ");
	assert_int_equal(found.line, 24);
	found = list(debug, IJ_DEBUG_STRUCT, "wide");
	assert_non_null(strstr(found.names, "wide "));
	assert_int_equal(found.line, 8);
	/* It is of a function. */
	found = list(debug, IJ_DEBUG_VARIABLE, "counter");
	assert_string_equal(found.names, "");
	fx_assert_ok(ij_object_symbol(obj, "framed", &sym));
	assert_true(ij_debug_covers(debug, sym.value));
	assert_false(ij_debug_covers(debug, 1));
	fx_assert_ok(ij_debug_unit_about(debug, sym.value, &about));
	assert_non_null(strstr(about.name, "framed.c"));
	assert_in_range(about.version, 3, 5);
	assert_non_null(about.producer);
	fx_assert_error(ij_debug_unit_about(debug, 1, &about), IJ_ERR_NOTFOUND, "no unit");
	ij_debug_close(debug);
	ij_ctypes_destroy(types);
	ij_object_close(obj);
	close(fd);
}

static void test_definitions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", FX_DIR, files[i]);
		check_one(path);
	}
}

static bool on_plt(void *ctx, uint64_t vaddr, const char *name)
{
	uint64_t *ret = ctx;

	if (!strcmp(name, "fx_ifunc"))
		*ret = vaddr;
	return !*ret;
}

static void test_plt(void **state)
{
	const uint8_t *bytes;
	uint64_t found = 0, vaddr;
	struct ij_object *obj;
	size_t size;
	int fd;

	(void)state;
	obj = fx_object(FX("libuser.so"), &fd);
	fx_assert_ok(ij_object_plt_each(obj, on_plt, &found));
	fx_assert_ok(ij_object_section(obj, ".plt", &bytes, &size, &vaddr));
	assert_in_range(found, vaddr + 16, vaddr + size - 1);
	assert_int_equal(found % 16, 0);
	ij_object_close(obj);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_definitions),
		cmocka_unit_test(test_plt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
