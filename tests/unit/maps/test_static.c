/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statically linked programs: libc's functions by .symtab, and none trusted where names are gone.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "maps/compile.h"

struct compiled {
	int fd;
	struct ij_object *obj;
	void *bytes;
	size_t size;
	struct ij_map map;
};

static struct compiled compile(const char *path)
{
	struct compiled ret = {.fd = open(path, O_RDONLY | O_CLOEXEC)};

	assert_true(ret.fd >= 0);
	assert_null(ij_object_open_fd(ret.fd, path, &ret.obj));
	assert_null(ij_map_compile(ret.obj, "static_program", &ret.bytes, &ret.size));
	assert_null(ij_map_open(ret.bytes, ret.size, &ret.map));
	return ret;
}

static void release(struct compiled *compiled)
{
	free(compiled->bytes);
	ij_object_close(compiled->obj);
	close(compiled->fd);
}

static void test_names(void **state)
{
	static const struct {
		const char *name;
		ij_classes classes;
	} cases[] = {
		{"malloc", IJ_CLASS(ALLOCATOR)},
		{"_int_free", IJ_CLASS(ALLOCATOR)},
		{"puts", IJ_CLASS(STDIO)},
		{"exit", IJ_CLASS(EXIT)},
		{"main", 0},
		{"__libc_start_main", 0},
	};
	struct compiled compiled = compile(STATIC_PROGRAM);

	(void)state;
	assert_int_equal(compiled.map.header->module_classes, 0);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const struct ij_map_func *func;
		struct ij_symbol sym;

		assert_null(ij_object_symbol(compiled.obj, cases[i].name, &sym));
		func = ij_map_func_find(&compiled.map, sym.value - ij_object_base(compiled.obj));
		assert_non_null(func);
		if (cases[i].classes ? !(func->classes & cases[i].classes) : func->classes != 0)
			fail_msg("%s holds %#llx", cases[i].name,
				 (unsigned long long)func->classes);
	}
	release(&compiled);
}

static void test_stripped(void **state)
{
	struct compiled compiled = compile(STATIC_STRIPPED_PROGRAM);

	(void)state;
	assert_int_equal(compiled.map.header->module_classes, IJ_CLASSES_ALL & ~IJ_CLASS(CONTEXT));
	assert_true(compiled.map.header->funcs_len > 100);
	release(&compiled);
}

/* This very program, stripped or not, has its libc elsewhere. */
static void test_dynamic(void **state)
{
	struct compiled compiled = compile("/proc/self/exe");

	(void)state;
	assert_int_equal(compiled.map.header->module_classes, 0);
	release(&compiled);
	compiled = compile(DYNAMIC_STRIPPED_PROGRAM);
	assert_int_equal(compiled.map.header->module_classes, 0);
	release(&compiled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_stripped),
		cmocka_unit_test(test_dynamic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
